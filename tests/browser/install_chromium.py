"""Has Chromium ready for the browser tests, or says how to get it."""

import os
import shutil
import subprocess
import sys

COMMAND = "apt-get install -y chromium"


def main() -> None:
    if shutil.which("chromium"):
        return
    if os.environ.get("CI") == "true" and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=True)
        return
    sys.stdout.write(f"No Chromium: the browser tests will be skipped. To run them: {COMMAND}\n")


main()

"""Has Chromium, and React for its pages, ready for the browser tests, or says how to get them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

REACT = Path("/usr/share/nodejs/react-dom/umd")


def missing() -> list[str]:
    """Return the Debian packages that are not there."""
    found = {"chromium": shutil.which("chromium") is not None, "node-react-dom": REACT.exists()}
    return [package for package, there in found.items() if not there]


def main() -> None:
    packages = missing()
    if not packages:
        return
    command = ["apt-get", "install", "-y", "-qq", *packages]
    if os.environ.get("CI") == "true" and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(command, check=True)
        return
    sys.stdout.write(f"Some browser tests will be skipped. To run them: {' '.join(command)}\n")


main()

"""Writes `backend/requirements.lock`: what the API's image installs, each file by its hash.

    python deploy/lock.py [--check]

pip itself says what it would install here, so the hashes are those of this machine's kind: Linux,
x86-64, Python 3.11, as in the image. `--check` writes nothing and fails where the lock is behind
`constraints.txt`; it needs no index.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "backend" / "requirements.lock"
_HEADER = """\
# What the API's image installs, by hash; made by deploy/lock.py from requirements.txt and
# ../constraints.txt, for Linux on x86-64 with Python 3.11.
"""
_SECONDS = 300


def report() -> list[dict[str, Any]]:
    """Return what pip would install into an empty environment."""
    asked = ["-r", "backend/requirements.txt", "-c", "constraints.txt"]
    options = ["--dry-run", "--ignore-installed", "--only-binary", ":all:", "--quiet"]
    command = [sys.executable, "-m", "pip", "install", *options, "--report", "-", *asked]
    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True, timeout=_SECONDS
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)["install"]
    return found


def line(found: dict[str, Any]) -> str:
    """Return one package as pip's `--require-hashes` wants it."""
    said = found["metadata"]
    hashes = found["download_info"]["archive_info"]["hashes"]
    return f"{said['name']}=={said['version']} --hash=sha256:{hashes['sha256']}"


def versions(text: str) -> dict[str, str]:
    """Return the exact versions a file of requirements names, by normalized name."""
    pairs = re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pairs}


def behind() -> list[str]:
    """Return the packages whose locked version is not the one in `constraints.txt`."""
    wanted = versions((ROOT / "constraints.txt").read_text("utf-8"))
    locked = versions(LOCK.read_text("utf-8"))
    return sorted(name for name, version in locked.items() if wanted.get(name) != version)


def main(arguments: list[str]) -> int:
    """Write the lock, or check it; return the process's exit status."""
    if "--check" in arguments:
        return int(bool(behind()))
    lines = sorted(map(line, report()), key=str.lower)
    LOCK.write_text(_HEADER + "\n".join(lines) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

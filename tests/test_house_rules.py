"""Rules of the house that no linter knows."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
LONGEST = 250
LONGEST_TEST = 400


def ours(*suffixes: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [ROOT / name for name in listed.stdout.splitlines()]
    return [path for path in paths if path.suffix in suffixes and path.exists()]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_a_module_is_short_enough_to_read_at_once() -> None:
    def too_long(path: Path) -> bool:
        limit = LONGEST_TEST if path.is_relative_to(ROOT / "tests") else LONGEST
        return len(path.read_text("utf-8").splitlines()) > limit

    assert not [named(path) for path in ours(".py") if too_long(path)]


def test_nothing_is_decorated_with_emoji() -> None:
    emoji = re.compile("[\U0001f300-\U0001faff\u2705\u274c\u26a0\u2728]")
    texts = ours(".py", ".md", ".txt", ".toml", ".yaml", ".js", ".html")

    assert not [named(path) for path in texts if emoji.search(path.read_text("utf-8"))]


def test_comments_give_reasons_and_not_history() -> None:
    history = re.compile(r"#\s*(NEW|FIX|FIXED|CHANGED|UPDATED|TO" r"DO|XXX|HACK)\b")

    assert not [named(path) for path in ours(".py") if history.search(path.read_text("utf-8"))]


def test_no_room_is_a_junk_drawer() -> None:
    drawers = {"utils", "helpers", "misc", "common", "manager"}

    assert not [named(path) for path in ours(".py") if path.stem in drawers]

"""The deployed site's own expression, run by a JavaScript engine."""

import json
import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import playwright

# The engine comes with the browser's driver: nothing has to be on the machine.
_NODE = Path(playwright.__file__).parent / "driver" / "node"
_SCRIPT = """
const lines = require("node:readline").createInterface({ input: process.stdin });
lines.on("line", (asked) => {
  const found = JSON.parse(asked).map((line) =>
    [...line.matchAll(/<<([^>]+)>>/g)].map((match) => match[1]));
  process.stdout.write(JSON.stringify(found) + "\\n");
});
"""

Find = Callable[[tuple[str, ...]], list[list[str]]]
"""Returns the spans the site finds in each line."""


@contextmanager
def site_parser() -> Generator[Find]:
    """Run the engine inside the block."""
    with subprocess.Popen(
        [_NODE, "-e", _SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as engine:
        assert engine.stdin is not None
        assert engine.stdout is not None
        asked, answered = engine.stdin, engine.stdout

        def find(lines: tuple[str, ...]) -> list[list[str]]:
            asked.write(json.dumps(lines) + "\n")
            asked.flush()
            found: list[list[str]] = json.loads(answered.readline())
            return found

        try:
            yield find
        finally:
            asked.close()
            engine.terminate()
            engine.wait(5)

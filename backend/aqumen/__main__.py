"""`python -m aqumen`: start the product, or work on the runs it has stored."""

import argparse
import sys

from aqumen.errors import AqumenError
from aqumen.launch.options import add_archive
from aqumen.launch.simulate import simulate
from aqumen.launch.up import up


def commands() -> argparse.ArgumentParser:
    """Return the parser of the commands; what it parsed says in `run` what to call."""
    parser = argparse.ArgumentParser(prog="python -m aqumen", description=__doc__)
    known = parser.add_subparsers(dest="command", required=True)
    alone = known.add_parser("simulate", help="serve the offline Bedrock until Ctrl-C")
    alone.add_argument("--port", type=int, default=9000, help="0 takes any free port")
    alone.add_argument("--speed", type=float, help="divides the models' times; 0 does not wait")
    alone.add_argument("--frames-per-write", type=int, default=1, help="pieces a socket write")
    alone.set_defaults(run=lambda to: simulate(to.port, to.speed, to.frames_per_write))
    whole = known.add_parser("up", help="serve the API and the console until Ctrl-C")
    whole.add_argument("--offline", action="store_true", help="on the offline Bedrock")
    whole.add_argument("--api-port", type=int, default=8000)
    whole.add_argument("--console-port", type=int, default=8501)
    whole.set_defaults(run=lambda to: up(to.api_port, to.console_port, offline=to.offline))
    add_archive(known)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return the process's exit status."""
    asked = commands().parse_args(arguments)
    try:
        asked.run(asked)
    except AqumenError as error:
        print(error.text, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m aqumen simulate | up`: the offline Bedrock alone, or the whole product at once."""

import argparse
import sys

from aqumen.errors import AqumenError
from aqumen.launch.simulate import simulate
from aqumen.launch.up import up


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return the process's exit status."""
    parser = argparse.ArgumentParser(prog="python -m aqumen", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    alone = commands.add_parser("simulate", help="serve the offline Bedrock until Ctrl-C")
    alone.add_argument("--port", type=int, default=9000, help="0 takes any free port")
    alone.add_argument("--speed", type=float, help="divides the models' times; 0 does not wait")
    alone.add_argument("--frames-per-write", type=int, default=1, help="pieces a socket write")
    whole = commands.add_parser("up", help="serve the API and the console until Ctrl-C")
    whole.add_argument("--offline", action="store_true", help="on the offline Bedrock")
    whole.add_argument("--api-port", type=int, default=8000)
    whole.add_argument("--console-port", type=int, default=8501)
    asked = parser.parse_args(arguments)
    try:
        if asked.command == "simulate":
            simulate(asked.port, asked.speed, asked.frames_per_write)
        else:
            up(asked.api_port, asked.console_port, offline=asked.offline)
    except AqumenError as error:
        print(error.text, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

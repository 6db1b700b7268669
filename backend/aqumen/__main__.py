"""`python -m aqumen simulate | up | balance | cluster`: parts of the product, or all at once."""

import argparse
import sys

from aqumen.errors import AqumenError
from aqumen.launch.balance import balance
from aqumen.launch.cluster import Demo, cluster
from aqumen.launch.simulate import simulate
from aqumen.launch.up import up


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return the process's exit status."""
    asked = _parser().parse_args(arguments)
    try:
        _run(asked)
    except AqumenError as error:
        print(error.text, file=sys.stderr)
        return 1
    return 0


def _run(asked: argparse.Namespace) -> None:
    match asked.command:
        case "simulate":
            simulate(asked.port, asked.speed, asked.frames_per_write)
        case "balance":
            balance(asked.port, asked.to)
        case "cluster":
            demo = Demo(asked.processes, asked.concurrent_runs)
            cluster(asked.api_port, asked.console_port, demo)
        case _:
            up(asked.api_port, asked.console_port, offline=asked.offline)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m aqumen", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    alone = commands.add_parser("simulate", help="serve the offline Bedrock until Ctrl-C")
    alone.add_argument("--port", type=int, default=9000, help="0 takes any free port")
    alone.add_argument("--speed", type=float, help="divides the models' times; 0 does not wait")
    alone.add_argument("--frames-per-write", type=int, default=1, help="pieces a socket write")
    turns = commands.add_parser("balance", help="give connections to several processes in turn")
    turns.add_argument("--port", type=int, default=8000, help="0 takes any free port")
    turns.add_argument("--to", type=int, nargs="+", required=True, help="their ports on loopback")
    whole = commands.add_parser("up", help="serve the API and the console until Ctrl-C")
    whole.add_argument("--offline", action="store_true", help="on the offline Bedrock")
    several = commands.add_parser("cluster", help="show several API processes on one PostgreSQL")
    several.add_argument("--processes", type=int, default=3)
    several.add_argument("--concurrent-runs", type=int, default=6, help="in all processes")
    for command in (whole, several):
        command.add_argument("--api-port", type=int, default=8000)
        command.add_argument("--console-port", type=int, default=8501)
    return parser


if __name__ == "__main__":
    sys.exit(main())

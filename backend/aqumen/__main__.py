"""`python -m aqumen`: start the product, or a part of it, or work on the runs it has stored."""

import argparse
import sys
from typing import TYPE_CHECKING

from aqumen.access.scopes import SCOPES
from aqumen.errors import AqumenError
from aqumen.launch.options import add_archive
from aqumen.launch.part import part

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001


def commands() -> argparse.ArgumentParser:
    """Return the parser of the commands; what it parsed says in `run` what to call."""
    parser = argparse.ArgumentParser(prog="python -m aqumen", description=__doc__)
    known = parser.add_subparsers(dest="command", required=True)
    _add_parts(known)
    _add_wholes(known)
    _add_key(known)
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


def _add_parts(known: "Commands") -> None:
    alone = known.add_parser("simulate", help="serve the offline Bedrock until Ctrl-C")
    alone.add_argument("--port", type=int, default=9000, help="0 takes any free port")
    alone.add_argument("--speed", type=float, help="divides the models' times; 0 does not wait")
    alone.add_argument("--pieces-per-second", type=int, default=12, help="of each answer")
    alone.add_argument("--frames-per-write", type=int, default=1, help="pieces a socket write")
    alone.set_defaults(
        run=lambda to: part("simulate").simulate(
            to.port, to.speed, to.pieces_per_second, to.frames_per_write
        )
    )
    turns = known.add_parser("balance", help="give connections to several processes in turn")
    turns.add_argument("--port", type=int, default=8000, help="0 takes any free port")
    turns.add_argument("--to", type=int, nargs="+", required=True, help="their ports on loopback")
    turns.set_defaults(run=lambda to: part("balance").balance(to.port, to.to))


def _add_wholes(known: "Commands") -> None:
    whole = known.add_parser("up", help="serve the API and the console until Ctrl-C")
    whole.add_argument("--offline", action="store_true", help="on the offline Bedrock")
    whole.set_defaults(
        run=lambda to: part("up").up(to.api_port, to.console_port, offline=to.offline)
    )
    several = known.add_parser("cluster", help="show several API processes on one PostgreSQL")
    several.add_argument("--processes", type=int, default=3)
    several.add_argument("--concurrent-runs", type=int, default=6, help="in all processes")
    several.set_defaults(run=_cluster)
    for command in (whole, several):
        command.add_argument("--api-port", type=int, default=8000)
        command.add_argument("--console-port", type=int, default=8501)


def _cluster(to: argparse.Namespace) -> None:
    several = part("cluster")
    demo = several.Demo(to.processes, to.concurrent_runs)
    several.cluster(to.api_port, to.console_port, demo)


def _add_key(known: "Commands") -> None:
    made = known.add_parser("key", help="make a key, and its line for AQUMEN_API_KEYS")
    made.add_argument("name", metavar="NAME", help="who will hold it; the owner of its runs")
    made.add_argument("--scope", action="append", required=True, choices=SCOPES, dest="scopes")
    made.add_argument(
        "--origin", action="append", default=[], dest="origins", help="a web page that may use it"
    )
    made.add_argument("--daily-usd", type=float, help="what its runs may cost a day (UTC)")
    made.set_defaults(run=lambda to: part("key").key(to.name, to.scopes, to.origins, to.daily_usd))


if __name__ == "__main__":
    sys.exit(main())

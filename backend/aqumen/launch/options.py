"""What the commands on stored runs may be told, and how they are called."""

import argparse
from collections.abc import Callable
from pathlib import Path

from .part import part
from .when import days, since

Command = Callable[[argparse.Namespace], None]


def add_archive(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands on stored runs; each parser says in `run` what it calls."""
    _add_export(commands.add_parser("export", help="write runs that are over to files or S3"))
    _add_import(commands.add_parser("import", help="put runs exported as JSON into the database"))
    _add_prune(commands.add_parser("prune", help="delete runs that are too old or too many"))
    _add_calibrate(
        commands.add_parser("calibrate", help="measure the judges on answers labelled by people")
    )
    _add_certificates(
        commands.add_parser("certificates", help="say how many questions were certified, and stand")
    )


def _add_export(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("run_ids", nargs="*", default=[], metavar="RUN_ID")
    which.add_argument("--all", action="store_true", help="every run that is over")
    parser.add_argument(
        "--since", type=since, metavar="WHEN", help="with --all: ended after 2026-11-22, or 7d ago"
    )
    forms = ("json", "jsonl", "markdown")
    parser.add_argument("--format", choices=forms, default="json", help="json can be imported")
    parser.add_argument(
        "--to", default=".", metavar="PLACE", help="a folder, a file or s3://bucket/prefix"
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be written")
    parser.set_defaults(run=_export, parser=parser)


def _export(asked: argparse.Namespace) -> None:
    if asked.since is not None and not asked.all:
        asked.parser.error("--since goes with --all")
    archive = part("archive")
    wanted = archive.Wanted(tuple(asked.run_ids), asked.since)
    archive.export_runs(wanted, asked.format, asked.to, dry_run=asked.dry_run)


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.set_defaults(run=lambda asked: part("archive").import_runs(asked.files))


def _add_prune(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--older-than", type=days, metavar="AGE", help="90d: delete runs that ended before that"
    )
    parser.add_argument(
        "--keep", type=_positive, metavar="N", help="delete all but the newest N runs"
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be deleted")
    parser.set_defaults(
        run=lambda asked: part("prune").prune(asked.older_than, asked.keep, dry_run=asked.dry_run)
    )


def _add_certificates(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", type=since, metavar="WHEN", help="ended after 2026-11-22, or 7d")
    parser.set_defaults(run=lambda asked: part("certificates").certificates(asked.since))


def _add_calibrate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="LABELLED.jsonl")
    parser.add_argument("--dry-run", action="store_true", help="only say what it would cost")
    parser.set_defaults(
        run=lambda asked: part("calibrate").calibrate(asked.file, dry_run=asked.dry_run)
    )


def _positive(given: str) -> int:
    if not given.isdecimal() or not int(given):
        raise argparse.ArgumentTypeError("a whole number from 1 on")
    return int(given)

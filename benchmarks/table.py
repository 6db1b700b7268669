"""Tables of what was measured, beside what was hoped for."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Row(NamedTuple):
    """One measure, under each of a table's columns."""

    measure: str
    values: Sequence[float | None]
    """None where it does not apply."""
    digits: int = 1
    target: float | None = None
    """The largest value that is good enough."""

    @property
    def verdict(self) -> str:
        """Whether every value meets the target; nothing where there is none."""
        measured = [value for value in self.values if value is not None]
        if self.target is None or not measured:
            return ""
        return "met" if max(measured) <= self.target else "missed"

    def cells(self) -> list[str]:
        """Return the row as text."""
        target = "" if self.target is None else f"<= {self.target:.{self.digits}f}"
        numbers = ["" if value is None else f"{value:.{self.digits}f}" for value in self.values]
        return [self.measure, *numbers, target, self.verdict]


def show(title: str, columns: Sequence[str], rows: Sequence[Row], *notes: str) -> None:
    """Print a table in Markdown, its numbers to the right, and notes below it."""
    lines = [["", *columns, "target", "verdict"], *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    head, *body = (_line(cells, widths) for cells in lines)
    rule = "|".join(["-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:])])
    print(f"\n## {title}\n", head, f"|{rule}|", *body, sep="\n")
    for note in notes:
        print(f"\n{note}", flush=True)


def row_of(
    columns: Sequence[T],
    measure: str,
    value: Callable[[T], float | None],
    digits: int = 1,
    target: float | None = None,
) -> Row:
    """Return a measure of what each column stands for."""
    return Row(measure, [value(each) for each in columns], digits, target)


def percentile(values: Sequence[float], share: float) -> float | None:
    """Return the value that so large a share of them does not exceed; None without values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


def milliseconds(seconds: float | None) -> float | None:
    """Return seconds in thousandths."""
    return None if seconds is None else 1000 * seconds


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, *rest = zip(cells, widths, strict=True)
    padded = [name[0].ljust(name[1]), *(text.rjust(width) for text, width in rest)]
    return f"| {' | '.join(padded)} |"

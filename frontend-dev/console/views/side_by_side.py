"""Several runs beside one another, as HTML in which other people's text is text."""

from collections.abc import Iterable, Sequence
from html import escape

from console.comparison import Aligned, Verdict, outcomes
from console.parts import Evidence
from console.places import SHARED, Place
from console.values import StepCard
from console.words import count, counted, duration, money

from . import markup

LETTERS = "ABCD"
"""What the runs are called for short; A is what the others are compared with."""

_STATES = {"running": "…", "asking again": "…", "passed": "✓", "failed": "✗", "stopped": "·"}


def figures(head: Sequence[str], found: Iterable[Sequence[tuple[str, str]]]) -> str:
    """Return figures, a line a run: each a value and how far it is from the first run's."""
    heads = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(
        f"<tr><th scope=row>{letter}</th>{''.join(map(_figure, cells))}</tr>"
        for letter, cells in zip(LETTERS, found, strict=False)
    )
    return _table("aq-sums", f"<th></th>{heads}", body)


def _figure(cell: tuple[str, str]) -> str:
    value, more = cell
    return f"<td>{escape(value)}<small>{escape(more)}</small></td>"


def verdicts(found: Iterable[Verdict], runs: Sequence[int]) -> str:
    """Return what every run's judge found of each mistake; those it is not agreed on come first."""
    ordered = sorted(found, key=lambda verdict: not verdict.changed)
    body = "".join(
        f"<tr{_marked(verdict.changed)}><th scope=row>{escape(verdict.mistake)}</th>"
        f"{''.join(map(_verdict, verdict.found))}</tr>"
        for verdict in ordered
    )
    return _table("aq-verdicts", _heads("Mistake", runs), body)


def _verdict(entry: Evidence | None) -> str:
    if entry is None:
        return "<td><small>not in its catalog</small></td>"
    cells = zip(("mid", "weak"), outcomes(entry), strict=True)
    said = "".join(
        f"<span><i>{name}</i> {markup.tag(*markup.PRESENCE.get(found, (found, 'none')))}</span>"
        for name, found in cells
    )
    return f"<td>{said}</td>"


def overview(
    found: Iterable[Aligned], chosen: Place | None, names: Sequence[str], runs: Sequence[int]
) -> str:
    """Return the steps, a line each: how they stand in every run, and what differs."""
    body = "".join(
        f"<tr{_marked(each.place == chosen)}><th scope=row>{escape(_step_name(each.place, names))}"
        f"</th><td>{escape(', '.join(each.differs))}</td>"
        f"{''.join(map(_standing, each.cards))}</tr>"
        for each in found
    )
    head = f"<th>Differs in</th>{_heads('', runs, first=False)}"
    return _table("aq-steps", f"<th>Step</th>{head}", body)


def _step_name(place: Place, names: Sequence[str]) -> str:
    attempt = f"Attempt {place.attempt} · " if place.step > SHARED else ""
    return f"{attempt}{place.step} {names[place.step - 1]}"


def _standing(card: StepCard | None) -> str:
    if card is None:
        return "<td><small>not reached</small></td>"
    said = ["reused"] if card.reused else _paid(card)
    more = counted(len(card.answers), "answer") if len(card.answers) > 1 else ""
    tone = markup.STEP_TONES[card.state]
    facts = " · ".join(f"<span>{escape(fact)}</span>" for fact in (*said, more) if fact)
    sign = f'<b class="aq-{tone}" aria-label="{card.state}">{_STATES[card.state]}</b>'
    return f"<td>{sign} <small>{facts}</small></td>"


def _paid(card: StepCard) -> list[str]:
    if card.result is None:
        return []
    spent = card.spent
    cost = money(spent.cost_usd, estimated=spent.estimated)
    return [f"{count(spent.usage.total)} tokens", cost, duration(card.seconds)]


def _heads(first_head: str, runs: Iterable[int], *, first: bool = True) -> str:
    heads = "".join(f"<th scope=col>{LETTERS[number]}</th>" for number in runs)
    return f"<th>{escape(first_head)}</th>{heads}" if first else heads


def _marked(marked: bool) -> str:
    return ' class="aq-now"' if marked else ""


def _table(name: str, head: str, body: str) -> str:
    table = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="aq-wide"><table class="aq-table {name}">{table}</table></div>'

"""Several answers of each model as HTML: pass rates, how far apart they are, and the gate."""

from collections.abc import Sequence
from html import escape

from console import labels
from console.parts import Agreement, Corrected, Rates
from console.sampling import Item, Phase, State, Tally

from . import markup

NAMES = {"screen": "Screen", "confirm": "Confirmation"}
_SAID = {
    "screen": "looks for a mistake that tells the models apart",
    "confirm": "puts one mistake to the test with new answers",
}
_GOALS = {"confirm": {"mid": 0.7, "weak": 0.5}}
"""Shares that the gate asks for: at least, and at most."""
_SIGNS: dict[State, tuple[str, markup.Tone]] = {
    "open": ("○", "none"),
    "passed": ("✓", "good"),
    "failed": ("✗", "bad"),
}


def as_html(phases: Sequence[Phase]) -> str:
    """Return an attempt's phases side by side."""
    return f'<div class="aq-phases">{"".join(map(_phase, phases))}</div>'


def doing(phase: Phase) -> str:
    """Return how far a phase is, in a few words."""
    name = NAMES.get(phase.name, phase.name).lower()
    return f"{name}, {phase.judged} of {2 * phase.expected} answers judged"


def _phase(phase: Phase) -> str:
    name = NAMES.get(phase.name, phase.name)
    goals = _GOALS.get(phase.name, {})
    gate = phase.gate
    agreement, known = phase.rates.agreement, phase.corrected
    rows = [
        _share("Mid-tier avoids it", phase.mid, phase.expected, goals.get("mid")),
        _share("Weak-tier avoids it", phase.weak, phase.expected, goals.get("weak")),
        _difference(phase.rates),
    ]
    if known is not None:
        rows[1:1] = [_corrected("mid-tier", known.p_mid, known.p_mid_lower, known.p_mid_upper)]
        rows[3:3] = [_corrected("weak-tier", known.p_weak, known.p_weak_lower, known.p_weak_upper)]
    if agreement is not None:
        rows.append(_agreement(agreement))
    checks = "".join(map(_check, phase.checklist))
    told = [
        gate.reason if gate and not gate.passed else "",
        _bounds(phase),
        *_meanings(agreement, known),
    ]
    said = "".join(f"<p>{escape(sentence)}</p>" for sentence in told if sentence)
    return (
        f'<section aria-label="{escape(name)}"><div class="aq-group"><b>{escape(name)}</b>'
        f"{_standing(phase)}<span>{escape(_SAID.get(phase.name, ''))}</span></div>"
        f"<p>{_target(phase)}</p>"
        f'<div class="aq-rates">{"".join(rows)}</div>'
        f'<div class="aq-gate" role="list">{checks}</div>'
        f"{said}</section>"
    )


def _standing(phase: Phase) -> str:
    gate = phase.gate
    if gate is None:
        return markup.tag(f"{phase.judged} of {2 * phase.expected} judged", "calm")
    if gate.void:
        return markup.tag("void", "warn")
    return markup.tag("passed", "good") if gate.passed else markup.tag("not passed", "bad")


def _target(phase: Phase) -> str:
    said = "Put to the test" if phase.name == "confirm" else "Furthest apart so far"
    if phase.name != "confirm" and phase.gate is not None:
        said = "Furthest apart"
    return f"<small>{said}:</small> {escape(phase.mistake)}"


def _share(name: str, tally: Tally, expected: int, goal: float | None) -> str:
    """Return one model's pass rate as a bar, each of its answers below it."""
    marks = f'<b style="left:{goal:.0%}" title="Asked for: {goal:.0%}"></b>' if goal else ""
    bar = ""
    if tally.share is not None:
        bar = f'<i style="width:{tally.share:.1%}"></i>{_reach(tally.lower, tally.upper)}'
    said = f"{tally.share:.0%}" if tally.share is not None else "-"
    missing = f", {tally.missing} unclear" if tally.missing else ""
    missing += f", {tally.disputed} disputed" if tally.disputed else ""
    between = _between(tally.lower, tally.upper, ".0%")
    about = f"<em>{between}</em><small>{tally.avoided} of {tally.counted}{missing}</small>"
    bars = f'<div class="aq-rate">{bar}{marks}</div>{_answers(tally, expected)}'
    return f"<span>{name}</span><div>{bars}</div><span><b>{said}</b> {about}</span>"


def _bounds(phase: Phase) -> str:
    """Return what the lines across the bars are, in a sentence; empty while there are none."""
    if phase.rates.d is None:
        return ""
    confidence = phase.gate.measured.confidence if phase.gate else None
    sure = "" if confidence is None else f" of {100 * confidence:.3g}\u00a0% confidence"
    use = "as the gate uses them" if phase.name == "confirm" else "which the screen does not use"
    return f"Lines show one-sided bounds{sure}, {use}."


def _meanings(agreement: Agreement | None, known: Corrected | None) -> list[str]:
    return [
        labels.agreed(agreement, "answers") if agreement else "",
        labels.corrected(known) if known else "",
    ]


def _corrected(tier: str, share: float, lower: float, upper: float) -> str:
    """Return a pass rate without the judge's errors, as a bar below the one that was counted."""
    bar = (
        f'<div class="aq-rate aq-corrected"><i style="width:{share:.1%}"></i>{_reach(lower, upper)}'
    )
    about = f"<b>{share:.0%}</b> <em>{_between(lower, upper, '.0%')}</em>"
    return (
        f"<span><small>corrected, {tier}</small></span><div>{bar}</div></div><span>{about}</span>"
    )


def _agreement(found: Agreement) -> str:
    """Return how often two judges say the same, as a bar."""
    if found.share is None:
        return '<span>Judges agree</span><div class="aq-rate"></div><span>-</span>'
    bar = f'<i style="width:{found.share:.1%}"></i>{_reach(found.lower, found.upper)}'
    between = _between(found.lower, found.upper, ".0%")
    about = f"<em>{between}</em><small>{found.same} of {found.counted}</small>"
    return (
        f'<span>Judges agree</span><div><div class="aq-rate aq-agree">{bar}</div></div>'
        f"<span><b>{found.share:.0%}</b> {about}</span>"
    )


def _answers(tally: Tally, expected: int) -> str:
    told = [markup.PRESENCE.get(outcome, (outcome, "none")) for outcome in tally.outcomes]
    cells = [
        f'<i class="aq-{tone}" title="Answer {number}: {escape(word)}"></i>'
        for number, (word, tone) in enumerate(told, start=1)
    ]
    cells += ['<i class="aq-open"></i>'] * (expected - len(told))
    said = escape(", ".join(word for word, _ in told) or "no answer yet")
    return f'<div class="aq-each" role="img" aria-label="{said}">{"".join(cells)}</div>'


def _difference(rates: Rates) -> str:
    """Return how far apart the models are, on a line from -1 to 1."""
    if rates.d is None:
        return '<span>Difference</span><div class="aq-apart"></div><span>-</span>'
    reach = _reach(_half(rates.lower), _half(rates.upper))
    dot = f'<i style="left:{_half(rates.d):.1%}"></i>'
    about = f"<b>{rates.d:+.2f}</b> <em>{_between(rates.lower, rates.upper, '+.2f')}</em>"
    return f'<span>Difference</span><div class="aq-apart">{reach}{dot}</div><span>{about}</span>'


def _half(share: float | None) -> float | None:
    """Return where a number from -1 to 1 stands on a line from 0 to 1."""
    return None if share is None else (share + 1) / 2


def _reach(lower: float | None, upper: float | None) -> str:
    if lower is None or upper is None:
        return ""
    return f'<em style="left:{lower:.1%};width:{upper - lower:.1%}"></em>'


def _between(lower: float | None, upper: float | None, form: str) -> str:
    return "" if lower is None or upper is None else f"{lower:{form}} to {upper:{form}}"


def _check(item: Item) -> str:
    sign, tone = _SIGNS[item.state]
    detail = f" <small>{escape(item.detail)}</small>" if item.detail else ""
    return (
        f'<div role="listitem"><b class="aq-{tone}" role="img" aria-label="{item.state}">{sign}</b>'
        f"<span>{escape(item.rule)}{detail}</span></div>"
    )

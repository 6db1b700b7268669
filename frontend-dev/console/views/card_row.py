"""The row of a card: which step it is, what it came to, and the way to open and close it."""

from html import escape

from console.attempts import rejection
from console.places import Place
from console.values import StepCard, StepState
from console.words import count, counted, duration, model_name, money

from . import focus, markup

_NAMES = {
    1: "Generate difficulty categories",
    2: "Generate error catalog",
    3: "Generate strategic question",
    4: "Test mid-tier model",
    5: "Test weak-tier model",
    6: "Judge differentiation",
    7: "Create student assessment",
}
"""What steps are called where the run does not say so itself."""

_ICONS: dict[StepState, str] = {
    "running": "progress_activity",
    "asking again": "progress_activity",
    "passed": "check_circle",
    "failed": "cancel",
    "stopped": "do_not_disturb_on",
}


def as_html(run_id: str, card: StepCard, *, is_open: bool) -> str:
    """Return the row as HTML, a button of the picker."""
    at = (card.attempt, card.number)
    key = escape(focus.card(run_id, at))
    shows = "" if is_open else f' data-shows="{key}"'
    tone = markup.STEP_TONES[card.state]
    busy = " aq-busy" if card.live else ""
    name = escape(card.description or _NAMES.get(card.number, ""))
    return (
        f'<button type="button" class="aq-row aq-{tone}{busy}" data-pick="{Place(*at)}"'
        f' data-says="{Place(*at)} {"close" if is_open else "open"}" data-card="{key}"{shows}'
        f' aria-expanded="{str(is_open).lower()}">'
        f'<i role="img" aria-label="{card.state}">{_ICONS[card.state]}</i>'
        f"<b>{card.number}</b><span><strong>{name}</strong> {_about(card)}{_why(card)}</span>"
        "</button>"
    )


def _about(card: StepCard) -> str:
    facts = [model_name(card.model), *_facts(card)]
    said = " · ".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)
    return f"<small>{said}</small>"


def _facts(card: StepCard) -> list[str]:
    if not any(answer.done for answer in card.answers):
        written = sum(len(answer.text) for answer in card.answers)
        waits = "waiting for the first token" if card.live else "nothing was written"
        return [f"{count(written)} characters" if written else waits]
    facts = ["reused"] if card.reused else _paid(card)
    facts.append(counted(len(card.answers), "answer") if len(card.answers) > 1 else "")
    return facts


def _paid(card: StepCard) -> list[str]:
    spent = card.spent
    return [
        duration(card.seconds),
        f"{count(spent.usage.total)} tokens",
        money(spent.cost_usd, estimated=spent.estimated),
    ]


def _why(card: StepCard) -> str:
    """Return on a line of its own why the step's last answer does not do."""
    if card.state == "passed":
        return ""
    why = rejection(card.result) if card.result else ""
    said = escape(card.broke or why)
    return f"<em>{said}</em>" if said else ""

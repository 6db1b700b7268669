"""How what earlier steps found is retold in a later step's prompt."""

from aqumen.material import Catalog, EarlierAttempt, Mistake, VerifiedMistake

_WHAT_TO_DO = {
    "both_avoided": "Both solvers avoided the mistakes: the next task has to be harder, and the "
    "places where they can be made less conspicuous.",
    "both_made": "Both solvers made the same mistakes: the next task has to be clearer, so that "
    "a careful solver can avoid them.",
    "only_mid_made": "Only the more able solver made a mistake: the next task has to need real "
    "understanding, and must not punish a more thorough answer.",
    "no_evidence": "The answers gave no usable evidence: the next task has to make solvers commit "
    "themselves in writing where a mistake can be made.",
}


def catalog_told(catalog: Catalog) -> str:
    """Return the catalog with all that is known of its mistakes."""
    return "\n\n".join(
        f"{number}. {entry.mistake}\n"
        f"   Why it is wrong: {entry.why_wrong}\n"
        f"   What it looks like: {entry.match_hint}\n"
        f"   Impact: {entry.impact}; an expert avoids it with probability "
        f"{entry.likelihood_strong_avoids:g}, a superficial solver makes it with probability "
        f"{entry.likelihood_weak_makes:g}"
        for number, entry in enumerate(catalog, 1)
    )


def entries_told(entries: tuple[Mistake, ...]) -> str:
    """Return the mistakes by name and reason only: all a blind judge may know of them."""
    return "\n\n".join(
        f"{number}. {entry.mistake}\n   Why it is wrong: {entry.why_wrong}"
        for number, entry in enumerate(entries, 1)
    )


def attempts_told(earlier: tuple[EarlierAttempt, ...]) -> str:
    """Return what became of earlier tasks and what follows for the next one."""
    if not earlier:
        return "None: this is the first task."
    return "\n\n".join(
        f'{number}. "{attempt.title}"\n   {_WHAT_TO_DO[attempt.outcome]}\n   {attempt.detail}'
        for number, attempt in enumerate(earlier, 1)
    )


def verified_told(verified: tuple[VerifiedMistake, ...]) -> str:
    """Return mistakes with the words in which each was really made."""
    return "\n\n".join(
        f"{number}. {each.mistake.mistake}\n"
        f"   Why it is wrong: {each.mistake.why_wrong}\n"
        f"   What it looks like: {each.mistake.match_hint}\n"
        f"   As it was made: {each.quote}"
        for number, each in enumerate(verified, 1)
    )

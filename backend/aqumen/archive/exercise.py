"""The exercise on paper: as the student sees it, and then what is wrong in it."""

from collections.abc import Iterator

from aqumen.events import Assessment, Span
from aqumen.steps.spans import bare

from .escaping import block, code, plain


def as_sheet(assessment: Assessment) -> Iterator[str]:
    """Yield the parts of the sheet, in Markdown."""
    yield "## The question"
    errors = len(assessment.errors)
    counted = f"{errors} error{'' if errors == 1 else 's'} to find"
    kind = f"{assessment.difficulty}, {plain(assessment.content_type)}, {counted}"
    yield f"**{plain(assessment.title)}** ({kind})"
    yield block("\n".join(bare(line).text for line in assessment.content))
    yield "### The errors"
    yield from (_explained(number, error) for number, error in enumerate(assessment.errors, 1))


def _explained(number: int, error: Span) -> str:
    return (
        f"{number}. Line {error.line}: {code(error.id)}\n"
        f"   - What is wrong: {plain(error.description)}\n"
        f"   - The mistake: {plain(error.mistake)}"
    )

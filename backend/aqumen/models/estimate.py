"""What a model call cost whose usage never arrived."""

from aqumen.events import Usage

CHARACTERS_PER_TOKEN = 4
"""About right for English prose and code."""


def tokens(text: str) -> int:
    """Return about how many tokens a text is; 0 for none."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)


def usage_of(prompt: str, received: str) -> Usage:
    """Return about what a call used that broke off after `received`."""
    return Usage(input_tokens=tokens(prompt), output_tokens=tokens(received))

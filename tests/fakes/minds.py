"""A mind for the simulated service that says the same thing to everybody."""

from aqumen.simulator.mind import Asked, Said

TEXT = "Measure first. " * 40
TOOL_INPUT = {"title": "Counting", "notes": ["one", "two"], "more": "x" * 200}


class PlainMind:
    """Answers with one text, or through the tool it is offered; remembers what it was asked."""

    def __init__(self, said: Said | None = None) -> None:
        self._said = said
        self.asked: list[Asked] = []

    def answer(self, asked: Asked) -> Said:
        """Return the fixed answer."""
        self.asked.append(asked)
        if self._said is not None:
            return self._said
        return Said(tool_input=TOOL_INPUT) if asked.tool_name else Said(text=TEXT)

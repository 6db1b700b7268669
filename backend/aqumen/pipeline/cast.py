"""Which model plays which part."""

from dataclasses import asdict, dataclass

ROLES = {1: "strong", 2: "strong", 3: "strong", 4: "mid", 5: "weak", 6: "judge", 7: "strong"}
"""Whose step each is."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Model ids by role; pinned for a run's life."""

    strong: str
    """Writes the catalog, the question and the assessment."""
    mid: str
    weak: str
    judge: str

    def of(self, step_number: int) -> str:
        """Return the id of the model a step is put to."""
        return self.ids()[ROLES[step_number]]

    def ids(self) -> dict[str, str]:
        """Return the ids by role."""
        return asdict(self)

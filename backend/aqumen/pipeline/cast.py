"""Which model plays which part."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Cast:
    """Model ids by role; pinned for a run's life."""

    strong: str
    """Writes the catalog, the question and the assessment."""
    mid: str
    weak: str
    judge: str

    def ids(self) -> dict[str, str]:
        """Return the ids by role."""
        return asdict(self)

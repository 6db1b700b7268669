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

    def doubts(self) -> list[str]:
        """Return one sentence for each reason to doubt the judge's independence."""
        if self.judge == self.strong:
            return [
                "The judge is the model that writes the questions, and models favour their own "
                "kind: set AQUMEN_MODEL_JUDGE to another."
            ]
        return [
            f"The judge is the {tier}-tier model, whose answers it judges: set AQUMEN_MODEL_JUDGE "
            "to another."
            for tier, model in (("mid", self.mid), ("weak", self.weak))
            if self.judge == model
        ]

    def ids(self) -> dict[str, str]:
        """Return the ids by role."""
        return asdict(self)

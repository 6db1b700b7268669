"""Which model plays which part."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields

ROLES = {1: "strong", 2: "strong", 3: "strong", 4: "mid", 5: "weak", 6: "judge", 7: "strong"}
"""Whose step each is."""
JUDGING = 6
"""The step in which answers are judged."""
JUDGES = ("judge", "judge_2")
"""Who is asked in step 6; the second one only where there is one."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Model ids by role; pinned for a run's life."""

    strong: str
    """Writes the catalog, the question and the assessment."""
    mid: str
    weak: str
    judge: str
    judge_2: str | None = None
    """Judges every answer as well, where it is set; a mistake then counts if both show it."""

    @property
    def judges(self) -> tuple[str, ...]:
        """The ids of those who judge, one or two."""
        return (self.judge,) if self.judge_2 is None else (self.judge, self.judge_2)

    def of(self, step_number: int) -> str:
        """Return the id of the model a step is put to."""
        return self.ids()[ROLES[step_number]]

    def doubts(self) -> list[str]:
        """Return one sentence for each reason to doubt the judges' independence."""
        found = [doubt for judge in JUDGES for doubt in self._doubts(judge)]
        if self.judge == self.judge_2:
            found.append(
                "Both judges are the same model, and agree more than two would: set "
                "AQUMEN_MODEL_JUDGE_2 to another."
            )
        return found

    def _doubts(self, role: str) -> Iterator[str]:
        model, who = self.ids().get(role), _NAMES[role]
        remedy = f"set AQUMEN_MODEL_{role.upper()} to another."
        if model == self.strong:
            yield (
                f"The {who} is the model that writes the questions, and models favour their own "
                f"kind: {remedy}"
            )
            return
        for tier in ("mid", "weak"):
            if model == self.ids()[tier]:
                yield f"The {who} is the {tier}-tier model, whose answers it judges: {remedy}"

    def ids(self) -> dict[str, str]:
        """Return the ids by role; without a second judge where there is none."""
        return {role: model for role, model in asdict(self).items() if model is not None}


_NAMES = {"judge": "judge", "judge_2": "second judge"}


PARTS = tuple(field.name for field in fields(Cast))
"""Every role there may be."""


def roles_of(step_number: int) -> tuple[str, ...]:
    """Return whose models a step may ask."""
    return JUDGES if ROLES[step_number] in JUDGES else (ROLES[step_number],)

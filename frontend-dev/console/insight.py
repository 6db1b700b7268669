"""What many runs came to, as the API counts it."""

from .client import Api
from .replies import Reply
from .words import counted


class Rate(Reply):
    """A share with its 95 % interval."""

    count: int = 0
    n: int = 0
    share: float | None = None
    low: float = 0.0
    high: float = 1.0

    @property
    def words(self) -> str:
        """The share and its interval: `75 % (41 to 93 %)`; of nothing, a dash."""
        if self.share is None:
            return "-"
        return f"{self.share:.0%} ({self.low * 100:.0f} to {self.high:.0%})".replace("%", " %")

    @property
    def basis(self) -> str:
        """What the share rests on: `6 of 8`."""
        return f"{self.count} of {self.n}"


class Rates(Reply):
    """How often runs came to something."""

    success: Rate = Rate()
    differentiation: Rate = Rate()


class OutcomeCount(Reply):
    """How many runs are in a state."""

    status: str
    n: int


class Step(Reply):
    """How one step fares."""

    step_number: int
    description: str = ""
    n: int = 0
    right_first: Rate = Rate()
    median_seconds: float = 0.0
    median_cost_usd: float = 0.0
    example: str | None = None


class Reason(Reply):
    """Why runs failed, or answers were not accepted: an error's code or a check of a step."""

    code: str = ""
    step_number: int | None = None
    name: str = ""
    n: int = 0
    example: str = ""

    @property
    def title(self) -> str:
        """The reason in words."""
        said = (self.code or self.name).replace("_", " ")
        return said if self.step_number is None else f"Step {self.step_number}: {said}"

    @property
    def basis(self) -> str:
        """What was counted."""
        return counted(self.n, "run" if self.step_number is None else "answer")


class Day(Reply):
    """The runs of one day, in UTC."""

    day: str
    n: int = 0
    rates: Rates = Rates()


class ModelRuns(Reply):
    """The runs in which a model had a role."""

    role: str
    model: str
    n: int = 0
    rates: Rates = Rates()


class Insights(Reply):
    """What the newest runs of a window came to."""

    simulated: bool = False
    of: int = 0
    counted: int = 0
    rates: Rates = Rates()
    outcomes: tuple[OutcomeCount, ...] = ()
    steps: tuple[Step, ...] = ()
    errors: tuple[Reason, ...] = ()
    checks: tuple[Reason, ...] = ()
    days: tuple[Day, ...] = ()
    models: tuple[ModelRuns, ...] = ()


def ask(api: Api, *, since: str, until: str, simulated: bool) -> Insights:
    """Return what the runs of some days came to; raises ConsoleError."""
    asked = {"since": since, "until": until, "simulated": str(simulated).lower()}
    return api.ask(Insights, "GET", "/api/insights", query=asked)

"""What the API has counted of many runs."""

from .client import Api, Query
from .replies import Reply, RunPage

CAUSES = {
    "not_differentiated": "Models not told apart",
    "not_confirmed": "Mistake not confirmed",
    "too_much_missing": "Too few usable answers",
    "step_rejected": "Every answer rejected",
    None: "Not known",
}


class Rate(Reply):
    """How many of how many, and where the true share may well be."""

    count: int = 0
    n: int = 0
    share: float | None = None
    lower: float | None = None
    upper: float | None = None


class Seconds(Reply):
    """How long it took."""

    median: float = 0.0
    p90: float = 0.0


class RunsCounted(Reply):
    """Runs that have something in common."""

    key: str = ""
    runs: int = 0
    success: Rate = Rate()
    differentiation: Rate = Rate()
    seconds: Seconds = Seconds()
    cost_usd: float = 0.0
    models: dict[str, str] | None = None
    """By role."""
    prompts: dict[str, str] | None = None
    """Fingerprints by name."""
    prompt_numbers: dict[str, int] | None = None
    """Which saved versions those are."""


class StepsCounted(Reply):
    """A step, in the attempts that have something in common."""

    step_number: int = 0
    description: str = ""
    key: str = ""
    prompt_number: int | None = None
    first_time_right: Rate = Rate()
    accepted: Rate = Rate()
    seconds: Seconds = Seconds()
    cost_usd: float = 0.0
    """Of all attempts together."""
    retries: int = 0

    @property
    def cost_each(self) -> float:
        """What an attempt cost on average, in dollars."""
        return self.cost_usd / max(1, self.first_time_right.n)


class Reason(Reply):
    """Why runs have no question."""

    cause: str | None = None
    step_number: int | None = None
    runs: Rate = Rate()

    @property
    def words(self) -> str:
        """The reason as people say it."""
        code = (self.cause or "").replace("_", " ").capitalize()
        step = f", step {self.step_number}" if self.step_number else ""
        return CAUSES.get(self.cause, code) + step


class FailedCheck(Reply):
    """A check that answers of a step failed."""

    step_number: int = 0
    check: str = ""
    attempts: Rate = Rate()


class LeftOut(Reply):
    """Runs that were asked for and are not counted."""

    other_sort: int = 0
    cancelled: int = 0
    going_on: int = 0
    not_noted_yet: int = 0


class Insights(Reply):
    """What many runs came to."""

    by: str = "day"
    simulated: bool = False
    total: RunsCounted | None = None
    groups: tuple[RunsCounted, ...] = ()
    steps: tuple[StepsCounted, ...] = ()
    step_groups: tuple[StepsCounted, ...] = ()
    reasons: tuple[Reason, ...] = ()
    failed_checks: tuple[FailedCheck, ...] = ()
    models: tuple[str, ...] = ()
    """All that answered a step."""
    left_out: LeftOut = LeftOut()


def ask(api: Api, asked: Query) -> Insights:
    """Return what the runs came to that are asked for; raises ConsoleError."""
    return api.ask(Insights, "GET", "/api/insights", query=asked)


def behind(api: Api, asked: Query) -> RunPage:
    """Return one page of the runs behind a figure; raises ConsoleError."""
    return api.ask(RunPage, "GET", "/api/insights/runs", query=asked)

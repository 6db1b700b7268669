"""What runs cost: calls of typical length, on the default models at the known prices."""

from functools import cache
from typing import NamedTuple

from aqumen.models.known import KnownModels
from aqumen.pipeline.cast import Cast
from aqumen.runs.forecast import TYPICAL
from aqumen.settings import Settings


class Price(NamedTuple):
    """Of one run, on average."""

    calls: float
    dollars: float

    @classmethod
    def of(cls, *, attempts: float, further: float, made: float, judges: int = 1) -> "Price":
        """Return the price of so many attempts and further answers, and a share of questions made.

        Half of the further answers are the weak model's. A second judge costs what the first does.
        """
        first = attempts * sum(map(dollars, (3, 4, 5, *[6, 6] * judges)))
        more = further * (judges * dollars(6) + (dollars(4) + dollars(5)) / 2)
        around = sum(map(dollars, (1, 2))) + made * dollars(7)
        calls = 2 + made + (3 + 2 * judges) * attempts + (1 + judges) * further
        return cls(calls, first + more + around)


@cache
def cast(judges: int = 1) -> Cast:
    """Return the default models; a second judge is another call of the same one."""
    fields = Settings.model_fields
    strong = str(fields["model_strong"].default)
    mid, weak = str(fields["model_mid"].default), str(fields["model_weak"].default)
    return Cast(strong, mid, weak, judge=strong, judge_2=strong if judges == 2 else None)


@cache
def dollars(step: int) -> float:
    """Return what one call of a step typically costs."""
    return KnownModels.shipped().cost_usd(cast().of(step), TYPICAL[step])

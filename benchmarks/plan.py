"""How much is measured."""

from dataclasses import dataclass

TOPIC = "Zero-downtime rollouts in Kubernetes"
"""Seven steps in one attempt, one of them answered twice: about 33 s of model calls at speed 1."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How often and how many; all of it is bounded."""

    speed: float = 1.0
    """Divides the simulated models' times; at 1 a run takes as long as a real one."""
    herds: tuple[int, ...] = (1, 20, 60, 200)
    """Runs started at the same instant."""
    herds_with_deltas: tuple[int, ...] = (20, 200)
    """The same, every client asking for the text as it is written."""
    loads: tuple[tuple[int, int, int, bool], ...] = (
        (500, 1, 1, False),
        (500, 1, 5, False),
        (200, 1, 5, True),
        (1000, 2, 5, False),
    )
    """Runs at once, processes, frames a write, and whether clients ask for text."""
    load_pieces: int = 30
    """Deltas a second, as real models stream."""
    load_seconds: float = 400.0
    """When a load that is not done is given up."""
    rush: int = 2000
    """Runs asked for at once of two processes that have less room."""
    rush_at_once: int = 64
    """Runs each of them drives at once."""
    rush_queued: int = 136
    """Runs that wait in the queue of each."""
    rush_speed: float = 4.0
    """Of their models."""
    designs_runs: int = 20
    """Runs at once on each of three servers, of which one drives six at a time."""
    designs_speed: float = 2.0
    """Of their models."""
    starts: int = 50
    """Runs started one after the other, for the first event."""
    cold_starts: int = 5
    kills: int = 2
    """Servers killed in the middle of a run, for each length of a lease."""
    leases: tuple[float, ...] = (15.0, 5.0)
    """Seconds; the first is the default."""
    logs: tuple[int, ...] = (1, 50)
    """Runs that append to the log at once."""
    log_events: int = 1000
    """Appended in all, as fast as can be."""
    log_seconds: float = 5.0
    """Of appending at the pace of real runs."""
    clusters: tuple[tuple[str, float], ...] = (("local", 15.0), ("local", 5.0), ("dbos", 5.0))
    """Who hands out runs in a cluster, and the length of a lease."""
    cluster_runs: int = 30
    """In flight when one of its processes is killed."""
    dispatches: int = 20
    """Runs started in it, one after the other."""
    listed: int = 10_000
    """Runs in the list."""
    list_rounds: int = 30
    """How often the API is asked each question about them."""
    page_rounds: int = 5
    """How often their page is opened in each way."""
    click_rounds: int = 30
    """How often each click on the page of a long run is made."""
    herd_seconds: float = 150.0
    """When a herd that is not done is given up."""


QUICK = Plan(
    speed=8.0,
    herds=(1, 5, 20),
    herds_with_deltas=(5,),
    loads=((20, 1, 1, False), (20, 1, 5, True), (20, 2, 5, False)),
    rush=60,
    rush_at_once=4,
    rush_queued=8,
    rush_speed=20.0,
    designs_runs=10,
    designs_speed=20.0,
    starts=10,
    cold_starts=2,
    kills=1,
    leases=(2.0,),
    log_events=300,
    log_seconds=1.0,
    clusters=(("local", 2.0), ("dbos", 2.0)),
    cluster_runs=9,
    dispatches=5,
    listed=1000,
    list_rounds=5,
    page_rounds=2,
    click_rounds=3,
    herd_seconds=60.0,
)

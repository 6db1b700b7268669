"""What many runs came to, counted by both databases."""

from sqlalchemy import select

from aqumen.models.cancel import Cancel
from aqumen.models.ledger import Ledger
from aqumen.runs.live import LiveRun, LiveRuns
from aqumen.runs.noting import Noting
from aqumen.store.facts import RunFacts
from aqumen.store.marks import Mark, Scope
from aqumen.store.migrate import downgrade, upgrade
from aqumen.store.records import Lease
from aqumen.store.store import Store
from aqumen.store.tables import run_facts, step_facts, step_faults
from fakes.rows import create
from fakes.story import Story
from fakes.wholes import story, whole

DAY = 86_400.0
FRIDAY = 20_777
"""2026-11-20, counted from 1970-01-01; the Monday before is 20_773."""
ALL = Scope(simulated=False, kinds=("full",))


def run_id(number: int) -> str:
    return f"01M87XW3AM339R5T2RE28{number:05}"


def put(store: Store, number: int, told: Story, day: int = FRIDAY, **more: object) -> str:
    """Keep a run made at noon of a day."""
    assert store.shelf.put(whole(told.told, ended=day * DAY + 43_212.5, **more))
    return run_id(number)


def succeeded(number: int, **models: str) -> Story:
    told = story(run_id(number)).whole()
    for _, data in told.told:
        if data["type"] == "step":
            data["model"] = models.get(f"step{data['step_number']}", data["model"])
    return told


def hopeless(number: int) -> Story:
    told = story(run_id(number))
    told.start()
    told.steps(1, 2)
    told.begin(3)
    told.answer(3, failed="no_markers")
    told.answer(3, answer=2)
    told.steps(4, 5, 6)
    told.no_question("Both avoided everything.", attempts=1)
    told.done()
    return told


def failed(number: int, code: str = "model_unavailable") -> Story:
    told = story(run_id(number))
    told.start()
    told.fail(code)
    return told


def note(store: Store) -> None:
    noting = Noting(store.facts, store.log, LiveRuns())
    noting.note()
    while store.facts.missing(1):
        noting._busy = True
        noting.note()


def bare(of: str) -> RunFacts:
    return RunFacts(of, 1, "a", "b", differentiated=False, cause=None, stopped_at=None, steps=())


def behind(store: Store, mark: Mark, scope: Scope = ALL) -> list[str]:
    return store.insights.behind(scope, mark, limit=50, cursor=None).run_ids


def test_runs_and_steps_are_counted_by_day_and_week(store: Store) -> None:
    none = store.insights.of(ALL, "day")
    assert none.total is None
    assert not [*none.groups, *none.steps, *none.reasons, *none.models]
    put(store, 1, succeeded(1), day=FRIDAY)
    put(store, 2, hopeless(2), day=FRIDAY)
    put(store, 3, failed(3), day=20_784)
    note(store)

    found, weeks = store.insights.of(ALL, "day"), store.insights.of(ALL, "week")

    assert found.total is not None
    total = found.total
    assert (total.runs, total.succeeded, total.results, total.differentiated) == (3, 1, 2, 1)
    assert [(group.key, group.runs) for group in found.groups] == [(FRIDAY, 2), (20_784, 1)]
    assert [(group.key, group.runs) for group in weeks.groups] == [(20_773, 2), (20_780, 1)]
    third = next(group for group in found.steps if group.step == 3)
    assert (third.attempts, third.first_right, third.accepted) == (2, 1, 2)
    assert (third.median_seconds, third.p90_seconds) == (1.5, 3.0)
    assert found.reasons == (("model_unavailable", 3, 1), ("not_differentiated", 6, 1))
    assert found.faults == ((3, "no_markers", 1),)


def test_steps_are_counted_by_their_own_model_and_runs_by_all_of_theirs(store: Store) -> None:
    put(store, 1, succeeded(1))
    put(store, 2, succeeded(2, step3="us.other-model"), models={"strong": "us.other-model"})
    note(store)

    found = store.insights.of(ALL, "model")

    assert sorted(group.runs for group in found.groups) == [1, 1]
    assert {shared.models["strong"] for shared in found.shared.values()} == {
        "opus",
        "us.other-model",
    }
    assert {group.key for group in found.step_groups if group.step == 3} == {
        "us.anthropic.claude-opus-4-6-v1",
        "us.other-model",
    }
    narrowed = store.insights.of(Scope(False, ("full",), model="us.other-model"), "day")
    assert narrowed.total is not None
    assert narrowed.total.runs == 1
    assert [group.step for group in narrowed.steps] == [3]
    assert len(narrowed.models) > 1


def test_simulated_cancelled_and_open_runs_are_left_out_and_said_to_be(store: Store) -> None:
    put(store, 1, succeeded(1))
    put(store, 2, succeeded(2), simulated=True)
    put(store, 3, failed(3, "cancelled"))
    create(store)
    note(store)
    put(store, 4, succeeded(4))

    found = store.insights.of(ALL, "day")

    assert found.total is not None
    assert found.total.runs == 1
    assert found.left_out == (1, 1, 0, 1)
    simulated = store.insights.of(Scope(simulated=True, kinds=("full",)), "day")
    assert simulated.total is not None
    assert simulated.total.example == run_id(2)


def test_each_figure_leads_to_its_runs(store: Store) -> None:
    good, poor, broken = (
        put(store, 1, succeeded(1)),
        put(store, 2, hopeless(2)),
        put(store, 3, failed(3), day=20_784),
    )
    note(store)

    assert behind(store, Mark("day", key=FRIDAY)) == [poor, good]
    assert behind(store, Mark("week", key=20_780)) == [broken]
    assert behind(store, Mark("day", only="not_succeeded")) == [broken, poor]
    assert behind(store, Mark("day", only="concluded")) == [poor, good]
    assert behind(store, Mark("day", only="differentiated")) == [good]
    assert behind(store, Mark("day", step=3, only="not_first_time_right")) == [poor]
    assert behind(store, Mark("day", step=3, only="first_time_right", key=FRIDAY)) == [good]
    assert behind(store, Mark("day", step=3, check="no_markers")) == [poor]
    assert behind(store, Mark("day", step=6, cause="not_differentiated")) == [poor]
    assert behind(store, Mark("model", step=3, key="us.anthropic.claude-opus-4-6-v1")) == [
        poor,
        good,
    ]
    page = store.insights.behind(ALL, Mark("day"), limit=2, cursor=None)
    assert page.run_ids == [broken, poor]
    assert store.insights.behind(ALL, Mark("day"), limit=2, cursor=page.next_cursor).run_ids == [
        good
    ]


def test_runs_of_earlier_releases_are_counted_once_and_their_facts_go_with_them(
    store: Store,
) -> None:
    for number in range(24):
        put(store, number, hopeless(number))
    with store._database.write() as connection:
        downgrade(connection, "0005")
        upgrade(connection)
    unnoted = store.facts.missing(50)
    note(store)
    noted = store.facts.missing(50)

    store.runs.delete(unnoted[0].run_id)
    # Another process may have read them before.
    store.facts.keep([bare(one.run_id) for one in unnoted[:3]])

    found = store.insights.of(ALL, "day")
    assert (len(unnoted), noted) == (24, [])
    assert found.total is not None
    assert found.total.runs == 23
    assert [group.attempts for group in found.steps] == [23] * 6
    assert found.faults == ((3, "no_markers", 23),)
    with store._database.read() as connection:
        for table in (run_facts, step_facts, step_faults):
            gone = select(table.c.run_id).where(table.c.run_id == unnoted[0].run_id)
            assert connection.execute(gone).all() == []


def test_runs_that_are_over_are_noted_slowly_beside_runs_that_are_driven(store: Store) -> None:
    for number in range(24):
        put(store, number, failed(number))
    live, driven = LiveRuns(), LiveRun(Lease("run-1", 1), Cancel(), Ledger(), float("inf"))
    live.add(driven)
    noting = Noting(store.facts, store.log, live)

    noting.note()
    beside = len(store.facts.missing(50))
    live.drop(driven.lease)
    noting.note()

    assert (beside, len(store.facts.missing(50))) == (21, 1)


def test_a_log_that_cannot_be_read_does_not_come_up_again(store: Store) -> None:
    put(store, 1, failed(1))
    with store._database.write() as connection:
        connection.exec_driver_sql("UPDATE events SET data = '{}'")

    note(store)

    assert store.facts.missing(5) == []

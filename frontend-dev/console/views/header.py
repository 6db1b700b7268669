"""The top of a run: what it is, how far it is and how it ended."""

from html import escape

import streamlit as st

from console import labels, sampling
from console.board import Board
from console.errors import ConsoleError, RunUnknown
from console.places import Place
from console.values import StepCard, Trouble
from console.watch import Watch
from console.wire import Final
from console.words import count, counted, duration, money, plain

from . import compared_runs, markup, ordering, pages, replay, sampled, session, trouble

_NOT_CANCELLED = "cancel_problem"


def draw(watch: Watch, board: Board) -> None:
    """Draw title, progress, figures and what the run came to."""
    with st.container(horizontal=True, vertical_alignment="top", key="head"):
        st.html(_title(watch, board))
        _action(watch, board)
    with st.container():
        replay.draw(watch)
    with st.container():
        _origin(watch.run_id, board)
    with st.container():
        _problems(watch)
    with st.container():
        if not board.over and not watch.refused:
            st.progress(board.percent / 100, text=_doing(board))
    st.html(_outcome(board) + markup.strip(_figures(watch, board)))
    with st.container():
        _way_on(watch, board)


def _way_on(watch: Watch, board: Board) -> None:
    """Lead from a run without a question to a fork of it from the step it ended at."""
    met, start = board.trouble, board.start
    if met is None or start is None or start.kind == "rejudge" or watch.at is not None:
        return
    if met.step_number is not None:
        place = Place(met.attempt or max(board.attempt, 1), met.step_number)
        st.page_link(
            pages.PROMPTS,
            label=f"Fork from step {met.step_number}, with the same prompt or another",
            icon=":material/edit_note:",
            query_params={"run": watch.run_id, "step": str(place)},
        )


def _title(watch: Watch, board: Board) -> str:
    start = board.start
    word, tone = markup.status(board.status, start.kind if start else "full")
    tags = [markup.tag(word, tone)] if start else []
    if start is not None and start.simulated:
        tags.append(markup.tag("Simulated answers", "warn"))
    facts = [escape(fact) for fact in _about(board) if fact]
    facts.append(f"<code>{escape(watch.run_id)}</code>")
    return markup.title(start.topic if start else "Opening the run", tags, facts)


def _about(board: Board) -> list[str | None]:
    """Return what the run aims at: as asked for, or as the pipeline chose in the end."""
    start, chosen = board.start, board.final.metadata if board.final else None
    if start is None:
        return []
    return [
        start.difficulty or (chosen.difficulty if chosen else None),
        start.subtopic or (chosen.subtopic if chosen else None),
        start.rigor,
    ]


def _origin(run_id: str, board: Board) -> None:
    """Name the run whose answers this one goes on from, and lead there and to both at once."""
    start = board.start
    if start is None or not start.parent:
        return
    said = "Judges the answers of" if start.kind == "rejudge" else "Forked from"
    with st.container(horizontal=True, gap="xsmall"):
        st.page_link(
            pages.RUN,
            label=plain(f"{said} {start.parent}"),
            icon=":material/fork_right:",
            query_params={"run": start.parent},
        )
        compared_runs.link_to_parent(start.parent, run_id)


def _action(watch: Watch, board: Board) -> None:
    if board.start is None:
        return
    if watch.over:
        replay.draw_way_in(watch)
        if board.over and st.button("Run again", key="again", icon=":material/replay:"):
            ordering.ask(ordering.order_of(board.start))
            st.rerun()
        _close()
        return
    asked = st.session_state.get("cancelled") == watch.run_id
    st.button(
        "Cancelling" if asked else "Cancel",
        key="cancel",
        icon=":material/stop_circle:",
        disabled=asked,
        on_click=_ask_to_cancel,
        args=(watch,),
    )


def _close() -> None:
    if st.button("Close", key="close", icon=":material/close:"):
        session.close_run()
        st.rerun()


def draw_silence(problem: ConsoleError) -> None:
    """Say why nothing is known of the run yet, while the console keeps asking."""
    trouble.say(problem, "The console keeps trying.", passes=True)
    _close()


def draw_refusal(problem: ConsoleError) -> None:
    """Say why the run cannot be shown at all; offer to ask again, or to let go of it."""
    trouble.say(problem)
    with st.container(horizontal=True):
        trouble.again(session.drop_watch)
        _close()


def _ask_to_cancel(watch: Watch) -> None:
    st.session_state.pop(_NOT_CANCELLED, None)
    try:
        watch.api.cancel(watch.run_id)
    except ConsoleError as exc:
        st.session_state[_NOT_CANCELLED] = watch.run_id, trouble.said(exc)
    else:
        st.session_state["cancelled"] = watch.run_id


def _problems(watch: Watch) -> None:
    """Say what is in the way of cancelling or following the run, as long as it is."""
    run_id, problem = st.session_state.get(_NOT_CANCELLED, ("", None))
    if problem is not None and run_id == watch.run_id and not watch.over:
        trouble.say(problem, "The run was not cancelled.")
    connection = watch.connection
    if connection.problem is not None and watch.refused:
        trouble.say(connection.problem, "What is here stays.")
        if not isinstance(connection.problem, RunUnknown):
            trouble.again(watch.follow_again)
    if connection.problem is not None and connection.phase == "waiting":
        keeps = "What is here stays; the console keeps trying."
        trouble.say(connection.problem, keeps, passes=True)


def _doing(board: Board) -> str:
    percent = f"{board.percent} %"
    live = [card for card in board.cards.values() if card.live]
    if board.start is None:
        return "Waiting for the first event"
    if live:
        names = " and ".join(f"step {card.number}, {_verb(card)}" for card in live)
        return f"{percent} · attempt {board.attempt} · {plain(names)}"
    if (phase := sampling.under_way(board)) is not None:
        return f"{percent} · attempt {board.attempt} · {sampled.doing(phase)}"
    if board.cards:
        return percent
    return f"{percent} · waiting for room, place {board.position}" if board.position else percent


def _verb(card: StepCard) -> str:
    description = card.description[:1].lower() + card.description[1:]
    return f"{description} ({card.state})" if card.state == "asking again" else description


def _figures(watch: Watch, board: Board) -> list[tuple[str, str, str]]:
    spent, progress, start = board.spent, board.progress, board.start
    passed = sum(card.state == "passed" for card in board.cards.values())
    done = progress.steps_done if progress else passed
    expected = f"of {progress.steps_expected}" if progress and not board.over else ""
    usage = spent.usage
    return [
        ("Elapsed", duration(board.seconds(watch.now())), ""),
        ("Steps", str(done), expected),
        ("Attempt", str(board.attempt), f"of {start.max_attempts}" if start else ""),
        ("Model calls", str(spent.calls), ""),
        ("Tokens", count(usage.total), f"{count(usage.output_tokens)} out"),
        ("Cost", money(spent.cost_usd, estimated=spent.estimated), ""),
    ]


def _outcome(board: Board) -> str:
    if board.trouble is not None:
        return _trouble(board, board.trouble)
    final = board.final
    if final is None or not board.over:
        return ""
    if final.assessment is None and final.stopped_at_step > 1:
        return markup.verdict("Judged again", [final.reason or "", *_judges(final)], "good")
    if final.assessment is None:
        return markup.verdict("Done", ["The run was asked for its first step alone."], "good")
    shown = final.metadata.weak_model_failures
    made = f"The weak model made, and the mid-tier one avoided: {'; '.join(shown)}."
    label = final.metadata.evidence or "none"
    tries = counted(final.total_attempts, "attempt")
    title = f"Question ready after {tries}, evidence: {label}"
    means = labels.MEANINGS.get(label, "")
    return markup.verdict(title, [made if shown else "", means, *_judges(final)], "good")


def _judges(final: Final) -> list[str]:
    """Return what is known of how well the run was judged."""
    agreement = final.metadata.agreement
    return [labels.agreed(agreement, "findings")] if agreement else []


def _trouble(board: Board, met: Trouble) -> str:
    word, tone = markup.STATUS_WORDS[board.status]
    title = f"{word} at {met.place}" if met.place else word
    judges = _judges(board.final) if board.final else []
    return markup.verdict(title, [met.sentence, met.detail, met.hint, *judges], tone)

"""The replay of a run that is over, on the page it was live on: play, pause, pace, any moment."""

import time

import streamlit as st

from console.board import Board
from console.playhead import SPEEDS, Playhead, position_of
from console.watch import Watch
from console.words import duration

from . import scrubber, session

HELD = "replay"
SPEED = "replay_speed"


def scene(watch: Watch, board: Board) -> Board:
    """Return the moment of the run that is looked at: its end unless it is replayed."""
    head = _head(watch)
    position = head.at(time.monotonic()) if head else 0.0
    if head is None or (head.playing and position >= watch.recording.seconds):
        _leave(watch)
        return board
    watch.at = position
    if not head.playing:
        _stand(head)
    return watch.recording.at(position)


def playing(watch: Watch) -> bool:
    """Return whether the replay moves."""
    head = _head(watch)
    return head is not None and head.playing


def stands(watch: Watch) -> bool:
    """Return whether a replay is paused."""
    head = _head(watch)
    return head is not None and not head.playing


def draw(watch: Watch) -> None:
    """Draw the controls of a replay, if there is one."""
    if (head := _head(watch)) is not None:
        with st.container(horizontal=True, vertical_alignment="center", key="replay", gap="small"):
            _controls(watch, head)


def draw_way_in(watch: Watch) -> None:
    """Draw the way into the replay of a run that is over and not replayed."""
    if watch.board.over and _head(watch) is None:
        st.button(
            "Replay",
            key="replay_start",
            icon=":material/slow_motion_video:",
            help="Watch this run again as it happened. No model is called.",
            on_click=_begin,
            args=(watch,),
        )


def _controls(watch: Watch, head: Playhead) -> None:
    at = watch.at or 0.0
    if head.playing:
        icon = ":material/pause:"
        st.button("Pause", key="replay_pause", icon=icon, on_click=_stop, args=(watch,))
    else:
        icon = ":material/play_arrow:"
        st.button("Play", key="replay_play", icon=icon, on_click=_go, args=(watch,))
    recording = watch.recording
    _jump("Back", ":material/skip_previous:", watch, recording.before(at))
    _jump("Next", ":material/skip_next:", watch, recording.after(at))
    scrubber.draw(at, recording.seconds, lambda to: _seek(watch, to))
    st.selectbox(
        "Speed",
        SPEEDS,
        format_func=lambda speed: f"{speed}x",
        key=SPEED,
        label_visibility="collapsed",
        width=80,
        on_change=_pace,
        args=(watch,),
    )
    st.button(
        "End",
        key="replay_end",
        icon=":material/close:",
        help="Show how the run ended.",
        on_click=_leave,
        args=(watch,),
    )


def _jump(label: str, icon: str, watch: Watch, to: float) -> None:
    st.button(
        label,
        key=f"replay_{label.lower()}",
        icon=icon,
        help=f"To the event at {duration(to)}",
        on_click=_seek,
        args=(watch, to),
    )


def _begin(watch: Watch) -> None:
    _hold(Playhead(watch.run_id, speed=_speed()).play(time.monotonic()))


def _go(watch: Watch) -> None:
    if (head := _head(watch)) is not None and not head.playing:
        _hold(head.play(time.monotonic()))


def _stop(watch: Watch) -> None:
    """Let it stand. Streamlit may tell of one click twice, so that this is no toggle."""
    if (head := _head(watch)) is not None and head.playing:
        _stand(head.pause(time.monotonic()))


def _seek(watch: Watch, to: float) -> None:
    if (head := _head(watch)) is None:
        return
    moved = head.seek(to, time.monotonic())
    _hold(moved) if head.playing else _stand(moved)


def _pace(watch: Watch) -> None:
    if (head := _head(watch)) is not None:
        _hold(head.paced(_speed(), time.monotonic()))


def _speed() -> float:
    return float(st.session_state.get(SPEED, SPEEDS[0]))


def _head(watch: Watch) -> Playhead | None:
    """Return where the replay stands, None if there is none.

    One that does not move stands where the address says, to whoever comes to the page by it. Later
    the session knows better: what is pressed at once may leave with the address of before.
    """
    if not watch.board.over:
        return None
    held: dict[str, Playhead | None] = st.session_state.get(HELD, {})
    ours = held.get(watch.run_id)
    if watch.run_id in held and (session.stayed() or (ours and ours.playing)):
        return ours
    asked = st.query_params.get("at")
    position = position_of(asked, watch.recording.seconds) if asked else None
    return None if position is None else Playhead(watch.run_id, position, _speed())


def _hold(head: Playhead) -> None:
    st.session_state[HELD] = {head.run_id: head}


def _stand(head: Playhead) -> None:
    """Hold a replay that does not move; its place is in the address."""
    _hold(head)
    at = f"{head.position:.6f}".rstrip("0").rstrip(".")
    if st.query_params.get("at") != at:
        st.query_params["at"] = at


def _leave(watch: Watch) -> None:
    watch.at = None
    if watch.board.over:
        st.session_state[HELD] = {watch.run_id: None}
        st.query_params.pop("at", None)

"""The replay of a run that is over, on the page it was live on: play, pause, pace, any moment."""

import time
from math import ceil

import streamlit as st

from console.board import Board
from console.playhead import SPEEDS, Playhead, position_of
from console.watch import Watch
from console.words import duration

HELD = "replay"
SCRUBBER = "replay_position"
SPEED = "replay_speed"


def scene(watch: Watch, board: Board) -> Board:
    """Return the moment of the run that is looked at: its end unless it is replayed."""
    head = _head(watch)
    position = head.at(time.monotonic()) if head else 0.0
    if head is None or (head.playing and position >= watch.recording.seconds):
        _leave(watch)
        return board
    watch.at = position
    return watch.recording.at(position)


def playing(watch: Watch) -> bool:
    """Return whether the replay moves."""
    head = _head(watch)
    return head is not None and head.playing


def draw(watch: Watch) -> None:
    """Draw the controls of a replay, if there is one."""
    if (head := _head(watch)) is not None:
        with st.container(horizontal=True, vertical_alignment="center", key="replay", gap="small"):
            _controls(watch, head)


def draw_way_in(watch: Watch) -> None:
    """Draw the way into the replay of a run that is over and not replayed."""
    if (
        watch.board.over
        and _head(watch) is None
        and st.button(
            "Replay",
            key="replay_start",
            icon=":material/slow_motion_video:",
            help="Watch this run again as it happened. No model is called.",
        )
    ):
        st.session_state[HELD] = Playhead(watch.run_id, speed=_speed()).play(time.monotonic())
        st.rerun()


def _controls(watch: Watch, head: Playhead) -> None:
    at = watch.at or 0.0
    if head.playing:
        pressed = st.button("Pause", key="replay_pause", icon=":material/pause:")
    else:
        pressed = st.button("Play", key="replay_play", icon=":material/play_arrow:")
    if pressed:
        now = time.monotonic()
        _stand(head.pause(now)) if head.playing else _hold(head.play(now))
        st.rerun()
    recording = watch.recording
    _jump("Back", ":material/skip_previous:", watch, recording.before(at))
    _jump("Next", ":material/skip_next:", watch, recording.after(at))
    _scrubber(watch, at)
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
    if st.button("End", key="replay_end", icon=":material/close:", help="Show how the run ended."):
        _leave(watch)
        st.rerun()


def _jump(label: str, icon: str, watch: Watch, to: float) -> None:
    st.button(
        label,
        key=f"replay_{label.lower()}",
        icon=icon,
        help=f"To the event at {duration(to)}",
        on_click=_seek,
        args=(watch, to),
    )


def _scrubber(watch: Watch, at: float) -> None:
    longest = watch.recording.seconds
    st.session_state[SCRUBBER] = round(min(at, longest), 1)
    st.slider(
        "Moment of the run",
        0.0,
        max(ceil(longest * 10) / 10, 0.1),
        step=0.1,
        format="%.1f s",
        key=SCRUBBER,
        label_visibility="collapsed",
        on_change=_scrubbed,
        args=(watch,),
    )


def _scrubbed(watch: Watch) -> None:
    _seek(watch, st.session_state[SCRUBBER])


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
    """Return where the replay stands; one that does not move stands where the address says."""
    if not watch.board.over:
        return None
    held = st.session_state.get(HELD)
    ours = held if isinstance(held, Playhead) and held.run_id == watch.run_id else None
    if ours is not None and ours.playing:
        return ours
    asked = st.query_params.get("at")
    position = position_of(asked, watch.recording.seconds) if asked else None
    if position is None:
        return None
    head = Playhead(watch.run_id, position, _speed())
    st.session_state[HELD] = head
    return head


def _hold(head: Playhead) -> None:
    st.session_state[HELD] = head


def _stand(head: Playhead) -> None:
    """Hold a replay that does not move; its place is in the address."""
    _hold(head)
    st.query_params["at"] = f"{head.position:.6f}".rstrip("0").rstrip(".")


def _leave(watch: Watch) -> None:
    watch.at = None
    st.session_state.pop(HELD, None)
    if "at" in st.query_params and watch.board.over:
        st.query_params.pop("at")

"""An exercise as its student plays it; of the API this page uses what the student's link opens."""

import streamlit as st

from console.errors import ConsoleError
from console.played import results_html
from console.replies import Exercise, Scored
from console.views import choosing, markup, pages, session, trouble
from console.words import counted


def page() -> None:
    """Draw the exercise behind the link in the address."""
    token = st.query_params.get("play")
    if run_id := st.query_params.get("run"):
        back = {"run": str(run_id)}
        st.page_link(
            pages.RUN, label="Back to the run", icon=":material/arrow_back:", query_params=back
        )
    if not token:
        st.info("Open an exercise by its link, or from the result of a run.")
        return
    try:
        exercise = session.api().exercise(str(token))
    except ConsoleError as exc:
        trouble.draw(exc)
        return
    st.fragment(_play, key="play")(str(token), exercise)


def _play(token: str, exercise: Exercise) -> None:
    tags = [markup.tag(exercise.difficulty, "calm")] if exercise.difficulty else []
    tags += [markup.tag(exercise.content_type, "none")]
    st.html(markup.title(exercise.title, tags))
    scored = st.session_state.get(f"scored-{token}")
    if isinstance(scored, Scored):
        _results(token, exercise, scored)
    else:
        _choose(token, exercise)


def _choose(token: str, exercise: Exercise) -> None:
    errors = counted(exercise.errors_to_find, "error")
    there_are = "There is" if exercise.errors_to_find == 1 else "There are"
    st.write(
        f"{there_are} **{errors}** in this text. Choose the pieces you take for wrong: click them, "
        "or use the arrow keys and Enter. One piece of an error is enough; a piece without one is "
        "a false alarm."
    )
    played = st.session_state.get(f"played-{token}", 0)
    chosen = choosing.draw(exercise, key=f"sheet-{token}-{played}")
    with st.container(horizontal=True, vertical_alignment="center"):
        submitted = st.button("Submit", type="primary", icon=":material/check:")
        st.caption(f"{counted(len(chosen), 'piece')} chosen")
    if not submitted:
        return
    try:
        st.session_state[f"scored-{token}"] = session.api().answer(token, chosen)
    except ConsoleError as exc:
        trouble.say(exc, "What you chose is still here: submit it again.")
        return
    st.rerun()


def _results(token: str, exercise: Exercise, scored: Scored) -> None:
    figures = [
        ("Found", f"{len(scored.hits)} of {scored.errors_to_find}", ""),
        ("Missed", str(len(scored.misses)), ""),
        ("False alarms", str(len(scored.false_alarms)), ""),
    ]
    st.html(markup.strip(figures))
    st.html(results_html(exercise, scored))
    if st.button("Try again", icon=":material/replay:", key="again"):
        st.session_state.pop(f"scored-{token}")
        played = f"played-{token}"
        st.session_state[played] = st.session_state.get(played, 0) + 1
        st.rerun()


page()

"""The console's front door: `streamlit run frontend-dev/streamlit_app.py`."""

from pathlib import Path

import streamlit as st

from console.views import session, sidebar

DRAWINGS = Path(__file__).parent / "console" / "views"

st.set_page_config("Aqumen console", page_icon=str(DRAWINGS / "icon.svg"), layout="wide")
st.logo(str(DRAWINGS / "logo.svg"), size="large", icon_image=str(DRAWINGS / "icon.svg"))

play = st.Page("console/views/play.py", title="Exercise", visibility="hidden")
if session.of_student():
    st.html(DRAWINGS / "style.css")
    st.navigation([play], position="hidden").run()
    st.stop()

page = st.navigation(
    [
        st.Page(
            "console/views/run.py",
            title=session.RUN_PAGE,
            icon=":material/play_circle:",
            default=True,
        ),
        st.Page("console/views/history.py", title="Runs", icon=":material/history:"),
        st.Page("console/views/compare.py", title="Compare", icon=":material/compare_arrows:"),
        st.Page("console/views/prompts.py", title="Prompts", icon=":material/edit_note:"),
        st.Page("console/views/insights.py", title="Insights", icon=":material/insights:"),
        play,
    ]
)
sidebar.draw()
page.run()
st.session_state[session.PAGE] = page.title

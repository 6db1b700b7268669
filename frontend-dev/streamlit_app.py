"""The console's front door: `streamlit run frontend-dev/streamlit_app.py`."""

from pathlib import Path

import streamlit as st

from console.views import address, pages, session, sidebar

DRAWINGS = Path(__file__).parent / "console" / "views"

st.set_page_config("Aqumen console", page_icon=str(DRAWINGS / "icon.svg"), layout="wide")
st.logo(str(DRAWINGS / "logo.svg"), size="large", icon_image=str(DRAWINGS / "icon.svg"))

play = st.Page(pages.PLAY, title="Exercise", visibility="hidden")
if session.of_student():
    st.html(DRAWINGS / "style.css")
    st.navigation([play], position="hidden").run()
    st.stop()

all_pages = [
    st.Page(pages.RUN, title=session.RUN_PAGE, icon=":material/play_circle:", default=True),
    st.Page(pages.HISTORY, title="Runs", icon=":material/history:"),
    st.Page(pages.COMPARE, title="Compare", icon=":material/compare_arrows:"),
    st.Page(pages.PROMPTS, title="Prompts", icon=":material/edit_note:"),
    st.Page(pages.INSIGHTS, title="Insights", icon=":material/insights:"),
    play,
]
page = st.navigation(all_pages)
address.begin(page, all_pages)
sidebar.draw()
page.run()
address.keep(page, all_pages)
st.session_state[session.PAGE] = page.title

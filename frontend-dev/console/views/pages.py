"""Where each page of the console is, as Streamlit's links and navigation name it."""

RUN = "console/views/run.py"
HISTORY = "console/views/history.py"
COMPARE = "console/views/compare.py"
PROMPTS = "console/views/prompts.py"
INSIGHTS = "console/views/insights.py"
PLAY = "console/views/play.py"

"""What is drawn: the only files that import Streamlit."""

"""A page of Streamlit with nothing on it: what any page takes at least."""

import streamlit as st

st.button("Next page")

"""The empty page the dashboard is measured against: one filter in the sidebar, its value as the headline."""

import streamlit as st

st.set_page_config(page_title="Empty", layout="wide")
with st.sidebar:
    chosen = st.segmented_control(
        "High dose is above", (90, 120), default=120, required=True, key="threshold"
    )
st.title(f"Above {chosen} mg")

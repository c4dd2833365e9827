"""What the server serves: the dashboard behind its door."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from reporting.ui.entry.door import Door

app = st.App(Path(__file__).resolve().parents[3] / "dashboard.py", middleware=[Middleware(Door)])

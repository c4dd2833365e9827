"""Our report: what one practice shares and asks in its own meeting, two pages a quarter."""

import streamlit as st

from reporting.ui import layout
from reporting.ui.board import exports, pack
from reporting.ui.session import view

seen = view()
notes: list[str] = []
top = st.container()
quarter = pack.quarter(seen, notes)
with top:
    layout.head(seen, "Practice", pack.report_head(seen, quarter, notes))
if quarter is not None:
    exports.reports(seen, quarter)

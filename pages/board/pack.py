"""Board pack: choose a quarter, see each slide as it will be, put its ask into words, and export."""

import streamlit as st

from reporting.ui import layout
from reporting.ui.board import exports, pack
from reporting.ui.session import view

seen = view()
notes: list[str] = []
top = st.container()
quarter = pack.quarter(seen, notes)
with top:
    layout.head(seen, "Board", pack.head(seen, quarter, notes))
if quarter is not None:
    order = pack.order(seen, quarter)
    if order is not None:
        pack.left_out(seen, order)
        pack.preview(seen, order)
        exports.export(seen, order)
pack.exported(seen)

"""Compare: where one practice stands on every main measure, beside similar practices and its area."""

import streamlit as st

from reporting.exhibits.compare import page
from reporting.ui import guidance, layout, show
from reporting.ui.practice import compare
from reporting.ui.practice import patients as parts
from reporting.ui.session import view

seen = view()
top = st.container()
if seen.selection.practice is None:
    found = show.made(page.CompareHead(), seen)
    layout.head(seen, "Practice", found.head)
    parts.choices(found, seen.selection)
    st.stop()
nearest = compare.nearest(seen)
with top:
    layout.head(seen, "Practice", show.made(page.CompareHead(nearest), seen).head)
guidance.safety("fall", "taper")
show.exhibit(page.CHART(nearest), seen)
layout.listing(show.made(page.LIST(nearest), seen), at_first=layout.FEW if seen.phone else None)

"""Compare: where one practice stands on every main measure, beside similar practices and its area."""

import streamlit as st

from reporting.exhibits.compare.head import CompareHead
from reporting.exhibits.compare.likeness import SimilarListing
from reporting.exhibits.compare.strips import StandingExhibit
from reporting.ui import guidance, layout, show
from reporting.ui.practice import compare
from reporting.ui.practice import patients as parts
from reporting.ui.session import view

seen = view()
top = st.container()
if seen.selection.practice is None:
    found = show.made(CompareHead(), seen)
    layout.head(seen, "Practice", found.head)
    parts.choices(found, seen.selection)
    st.stop()
likeness = compare.likeness(seen)
with top:
    layout.head(seen, "Practice", show.made(CompareHead(likeness), seen).head)
guidance.safety("fall", "taper")
show.exhibit(StandingExhibit(likeness), seen)
layout.listing(show.made(SimilarListing(likeness), seen))

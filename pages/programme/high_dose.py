"""High dose: how many adults are beyond the threshold, where, and how far."""

import streamlit as st

from reporting.exhibits import high_dose, high_dose_bands, high_dose_funnel, high_dose_trend
from reporting.ui import layout, show
from reporting.ui.session import view

seen = view()
layout.head(seen, "Programme", show.made(high_dose.head, seen))
show.exhibit(high_dose_trend.trend, seen)
left, right = st.columns(2)
with left:
    show.exhibit(high_dose_funnel.funnel, seen)
with right:
    show.exhibit(high_dose_bands.bands, seen)
show.exhibit(high_dose.practices, seen)

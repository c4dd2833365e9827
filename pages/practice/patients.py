"""Patients: the people of one practice, what stands out in their doses, and what each dose is made of."""

import streamlit as st

from reporting.exhibits.patient_timeline import Timeline, working
from reporting.exhibits.patients import PatientsBecause
from reporting.ui import guidance, layout, show
from reporting.ui import patients as parts
from reporting.ui.session import view

seen = view()
top = st.container()
why = parts.because() if seen.selection.practice else None
found = show.made(PatientsBecause(why), seen)
with top:
    layout.head(seen, "Practice", found.head)
if not found.people:
    parts.choices(found, seen.selection)
    st.stop()
guidance.safety("fall", "stop")
listed = st.container(border=True, key="card-people")
with st.container(key="person", horizontal=True):
    key = parts.patient(found)
    day = parts.on_day(seen.snapshot.info)
with listed:
    parts.listed(found, seen.selection, key)
show.exhibit(Timeline(key), seen)
with st.container(border=True, key="card-working"):
    parts.working(working(seen.snapshot, seen.scope, seen.selection, key, day))

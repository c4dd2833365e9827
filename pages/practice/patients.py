"""Patients: the people of one practice, what stands out in their doses, and what each dose is made of."""

import streamlit as st

from reporting.exhibits.coverage import coverage
from reporting.exhibits.overview import questions
from reporting.exhibits.patients import substitution
from reporting.exhibits.patients.people import PatientsBecause
from reporting.exhibits.patients.timeline import Timeline, working
from reporting.ui import guidance, layout, show, watch
from reporting.ui.practice import patients as parts
from reporting.ui.practice import substitution as high_risk
from reporting.ui.session import view

NAME = "Worklist"
seen = view()
top = st.container()
why = parts.because()
found = show.made(PatientsBecause(why), seen)
apart = show.made(substitution.of_practice, seen)
queries = show.made(questions.of_people, seen)
if refused := watch.people_viewed(seen, NAME, parts.keys(found, apart, queries)):
    layout.message("People cannot be shown", (refused,))
    st.stop()
with top:
    layout.head(seen, "Practice", substitution.on_head(found.head, apart))
    high_risk.listed(apart, found.practice, seen.selection, {one.key for one in found.people})
    if unknown := show.made(coverage, seen).unknown_people:
        layout.note(unknown)
if not found.people:
    if found.groups:
        guidance.safety("fall", "stop")
        parts.by_practice(found, seen.selection)
        st.stop()
    if seen.selection.practice is None:
        layout.listing(show.made(substitution.by_practice, seen))
    parts.choices(found, seen.selection)
    st.stop()
guidance.safety("fall", "stop")
listed = st.container(border=True, key="card-people")
with st.container(key="person", horizontal=True):
    key = parts.patient(found)
    day = parts.on_day(seen.snapshot.info)
if refused := watch.person_viewed(seen, NAME, key):
    layout.note(refused)
    st.stop()
with listed:
    parts.listed(found, seen.selection, key)
show.exhibit(Timeline(key), seen)
with st.container(border=True, key="card-working"):
    parts.working(working(seen.snapshot, seen.scope, seen.selection, key, day))
layout.listing(queries, at_first=layout.FEW)

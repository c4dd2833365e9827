"""The dashboard: who may see what, the navigation and the shared filters."""

import streamlit as st

from reporting.access.sign_in import may_serve
from reporting.exhibits.coverage import area_name
from reporting.ui import filters, layout, screen, session, watch
from reporting.ui.entry import gate, look_as
from reporting.ui.entry.menu import menu

TITLE = "Opioids and gabapentinoids"

st.set_page_config(page_title=TITLE, layout="wide", initial_sidebar_state="auto")
layout.style()
snapshot, scope = gate.opened(session.store())
layout.brand(snapshot.info.icb)
filters.begin()
with st.sidebar:
    links, choices = st.container(), st.container()
scope = look_as.scope(snapshot, scope)
opens = menu(scope)
with choices:
    selection, notes = filters.selection(snapshot, scope)
with links:
    layout.navigation(
        opens.sections, opens.here, filters.parameters(selection, snapshot.info.default_threshold)
    )
layout.sidebar_foot(snapshot)
if not may_serve(snapshot.info):
    with st.sidebar:
        gate.sign_out(session.store())
phone = screen.is_phone()
filters.keep_in_links()
area = area_name(snapshot, scope, selection)
st.set_page_config(page_title=f"{opens.here.title}, {area} · {TITLE}")
view = session.View(snapshot, scope, selection, phone, notes)
session.remember(view)
watch.access_seen(session.store())
watch.page_viewed(view, opens.here.title)
gate.freeze_imports()
with gate.damage_told():
    opens.run(view)

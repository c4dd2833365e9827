"""The dashboard: who may see what, the navigation and the shared filters."""

from pathlib import Path

import streamlit as st

from reporting.exhibits.coverage import area_name
from reporting.ui import filters, gate, layout, screen, session

PAGES = {
    "Programme": {
        "pages/programme/overview.py": "Overview",
        "pages/programme/high_dose.py": "People on a high dose",
        "pages/programme/tapering.py": "Falls, stops and plans",
        "pages/programme/referrals.py": "Referrals",
        "pages/programme/plans.py": "Practice plans",
        "pages/programme/safeguards.py": "Best-interest reductions",
        "pages/programme/equity.py": "Equity",
    },
    "Practice": {
        "pages/practice/compare.py": "Compare a practice",
        "pages/practice/patients.py": "Worklist",
        "pages/practice/calculator.py": "Dose calculator",
    },
    "Board": {
        "pages/board/pack.py": "Board pack",
    },
    "Data": {
        "pages/data/completeness.py": "What is missing",
        "pages/data/upload.py": "Send data",
        "pages/data/try_file.py": "Try a file",
        "pages/data/quarantine.py": "Rows kept out",
        "pages/data/medicines.py": "Medicines",
        "pages/data/definitions.py": "Definitions",
    },
}
HOME = "pages/programme/overview.py"
TITLE = "Opioids and gabapentinoids"

st.set_page_config(page_title=TITLE, layout="wide", initial_sidebar_state="auto")
layout.style()
snapshot, scope = gate.opened(session.store())
layout.brand(snapshot.info.icb)
pages = {
    name: [
        st.Page(path, title=title, url_path="first" if path == HOME else Path(path).stem)
        for path, title in scripts.items()
    ]
    for name, scripts in PAGES.items()
    if scope.sees_people or name == "Data"
}
# The first page's address is empty; people also write its name.
home = st.Page(HOME, title=PAGES["Programme"][HOME], url_path="overview", visibility="hidden")
page = st.navigation({**pages, "": [home] if scope.sees_people else []}, position="hidden")
here = pages["Programme"][0] if page == home else page
with st.sidebar:
    menu = st.container()
selection, notes = filters.selection(snapshot, scope)
with menu:
    layout.navigation(pages, here, filters.parameters(selection, snapshot.info.default_threshold))
layout.sidebar_foot(snapshot)
phone = screen.is_phone()
area = area_name(snapshot, scope, selection)
st.set_page_config(page_title=f"{here.title}, {area} · {TITLE}")
view = session.View(snapshot, scope, selection, phone, notes)
session.remember(view)
gate.freeze_imports()
with gate.damage_told():
    page.run()
    if here in [*pages.get("Programme", []), *pages.get("Practice", [])]:
        layout.foot(view)

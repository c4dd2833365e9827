"""The dashboard: who may see what, the navigation and the shared filters."""

from pathlib import Path

import streamlit as st

from reporting.ui import filters, gate, layout, screen, session

PAGES = {
    "Programme": {
        "pages/programme/overview.py": "Where to help first",
        "pages/programme/high_dose.py": "High dose",
        "pages/programme/tapering.py": "Tapering",
        "pages/programme/referrals.py": "Referrals",
        "pages/programme/plans.py": "Management plans",
        "pages/programme/safeguards.py": "Best-interest safeguards",
        "pages/programme/equity.py": "Equity",
    },
    "Practice": {
        "pages/practice/compare.py": "Compare",
        "pages/practice/patients.py": "Patients",
        "pages/practice/calculator.py": "Dose calculator",
    },
    "Board": {
        "pages/board/pack.py": "Board pack",
    },
    "Data": {
        "pages/data/completeness.py": "Completeness",
        "pages/data/upload.py": "Upload",
        "pages/data/try_file.py": "Try a file",
        "pages/data/quarantine.py": "Quarantine",
        "pages/data/medicines.py": "Medicines",
        "pages/data/definitions.py": "Definitions",
    },
}

st.set_page_config(page_title="Opioids and gabapentinoids", layout="wide", initial_sidebar_state="auto")
layout.style()
snapshot, scope = gate.opened(session.store())
layout.brand(snapshot.info.icb)
pages = {
    name: [st.Page(path, title=title, url_path=Path(path).stem) for path, title in scripts.items()]
    for name, scripts in PAGES.items()
    if scope.sees_people or name == "Data"
}
page = st.navigation(pages, position="hidden")
layout.navigation(pages, page)
selection, notes = filters.selection(snapshot, scope)
layout.sidebar_foot(snapshot)
phone = screen.is_phone()
view = session.View(snapshot, scope, selection, phone, notes)
session.remember(view)
gate.freeze_imports()
with gate.damage_told():
    page.run()
    if page in [*pages.get("Programme", []), *pages.get("Practice", [])]:
        layout.foot(view)

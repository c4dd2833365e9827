"""The pages: their names in the menu, and which role sees which. A role sees no page that is not listed for
it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from reporting.access.scope import Scope
from reporting.ui import layout
from reporting.ui.session import View

ALIAS = "overview"  # opens the first page of whoever asks
TITLES = {
    "Programme": {
        "overview": "Overview",
        "high_dose": "People on a high dose",
        "tapering": "Falls, stops and plans",
        "referrals": "Referrals",
        "plans": "Practice plans",
        "safeguards": "Best-interest reductions",
        "equity": "Equity",
    },
    "Practice": {
        "compare": "Compare a practice",
        "patients": "Worklist",
        "report": "Our report",
        "calculator": "Dose calculator",
    },
    "Board": {
        "quarter": "The quarter",
        "pack": "Board pack",
    },
    "Data": {
        "completeness": "What is missing",
        "upload": "Send data",
        "try_file": "Try a file",
        "quarantine": "Rows kept out",
        "medicines": "Medicines",
        "definitions": "Definitions",
        "audit": "Who looked",
    },
}
OWN = {"compare": "Our practice"}  # what a practice's own people find under a name that others read otherwise
LOADING = ("upload", "try_file")
SEEN = {  # role → its pages
    "icb": (*TITLES["Programme"], "compare", "patients", "calculator", "pack", *TITLES["Data"]),
    "practice": (
        *("compare", "patients", "report", "calculator", "high_dose", "tapering", "referrals", "plans"),
        *("safeguards", "equity", "completeness", "quarantine", "definitions"),
    ),
    "board": ("quarter", "pack"),
    "data": tuple(name for name in TITLES["Data"] if name != "audit"),  # the ICB's alone
}


def seen(scope: Scope) -> tuple[str, ...]:
    """The names of the pages that a scope sees, its first page first; none of a role that is not known."""
    pages = SEEN.get(scope.role, ())
    return (*pages, *LOADING) if scope.loads and "upload" not in pages else pages


@dataclass(frozen=True)
class Menu:
    """What one person may open: pages by section, the one that is open as the menu has it, and as the address
    asked for it."""

    sections: Mapping[str, list[Page]]
    here: Page
    asked: Page

    def run(self, view: View) -> None:
        """Run the page, with the source of its figures at its foot."""
        self.asked.run()
        if self.here in [*self.sections.get("Programme", []), *self.sections.get("Practice", [])]:
            layout.foot(view)


def menu(scope: Scope) -> Menu:
    """The menu of a scope. An address of no page in it opens the first, and Streamlit says so."""
    names = seen(scope)
    first = names[0]
    home = next(section for section, titles in TITLES.items() if first in titles)
    sections = {
        section: [
            _page(section, name, title(scope, name), is_first=name == first)
            for name in TITLES[section]
            if name in names
        ]
        for section in dict.fromkeys((home, *TITLES))
        if {*TITLES[section]} & {*names}
    }
    hidden = [_page(home, first, title(scope, first), address=name) for name in {ALIAS, first} - {*names[1:]}]
    asked = st.navigation({**sections, "": hidden}, position="hidden")
    start = sections[home][0]
    return Menu(sections, start if asked in hidden else asked, asked)


def title(scope: Scope, name: str) -> str:
    """What a page is called in the menu of a scope."""
    own = OWN if scope.role == "practice" else {}
    return own.get(name) or next(titles[name] for titles in TITLES.values() if name in titles)


def _page(section: str, name: str, words: str, *, is_first: bool = False, address: str = "") -> Page:
    # The first page's address is empty; people also write its name.
    return st.Page(
        Path("pages", section.lower(), f"{name}.py"),
        title=words,
        url_path=address or ("first" if is_first else name),
        default=is_first,
        visibility="hidden" if address else "visible",
    )

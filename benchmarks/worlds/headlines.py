"""Every headline of the programme's pages and of the slides, of the whole ICB, as a reader gets them."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from benchmarks.etl.extracts import ROOT
from reporting import release
from reporting.access.scope import Scope, Selection
from reporting.exhibits.overview import cards, ring
from reporting.slides.contents import KEYS
from reporting.slides.pack import Order, drawable
from reporting.slides.quarter import quarters

SECONDS = 120
PAGES = (*sorted((ROOT / "pages" / "programme").glob("*.py")), ROOT / "pages" / "data" / "completeness.py")
CARD = re.compile(r"-card-([\w-]+)$")
FINDING = re.compile(r'<div class="finding"><div><h2>(.*?)</h2>', re.S)
HEAD = re.compile(r"<h1>(.*?)</h1>", re.S)
THRESHOLD = 120
RECORDS = "safeguards"  # the page of signals that a record lacks something


@dataclass(frozen=True)
class Headline:
    """What a page, an exhibit's card on it, a card of the overview or a slide says. where: its name."""

    where: str
    words: str


def headlines(store: Path) -> list[Headline]:
    """All of a store's release: pages as they are run, and slides of its last quarter."""
    return [*_of_pages(store), *_of_cards(store), *_of_slides(store)]


def called_out(store: Path) -> list[str]:
    """Practices that the overview names first because they differ, each with why: for another reason than a
    fall, a stop, an unknown dose or a record that lacks something."""
    found = ring.to_ring(release.current(store), Scope.icb(), Selection(THRESHOLD))
    return [
        f"{one.practice}: {one.finding}"
        for practice in found
        for one in practice.reasons
        if one.on is None and one.page != RECORDS
    ]


def _of_pages(store: Path) -> Iterator[Headline]:
    with _serving(store):
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=SECONDS)
        app.run()
        for page in PAGES:
            app.session_state[f"more-{page.stem}"] = True  # what is behind “More on this page” as well
            app.switch_page(page.relative_to(ROOT).as_posix()).run()
            if app.exception:
                raise RuntimeError(f"{page.stem}: {app.exception}")
            yield from (Headline(f"{page.stem} {key}".strip(), words) for key, words in _findings(app.main))


def _findings(block: Any, card: str = "") -> Iterator[tuple[str, str]]:
    for child in block.children.values():
        proto = getattr(child, "proto", None)
        body, within = getattr(proto, "body", ""), CARD.search(getattr(proto, "id", "") or "")
        for found in (HEAD if "<h1>" in body else FINDING).findall(body):
            yield card, html.unescape(found)
        if hasattr(child, "children"):
            yield from _findings(child, within[1] if within else card)


def _of_cards(store: Path) -> Iterator[Headline]:
    found = cards.overview(release.current(store), Scope.icb(), Selection(THRESHOLD))
    for card in found.cards:
        yield Headline(f"overview card: {card.title}", f"{card.title}: {card.value}, {card.words}")


def _of_slides(store: Path) -> Iterator[Headline]:
    snapshot, scope = release.current(store), Scope.icb()
    order = Order(quarters(snapshot.info)[0], Selection(THRESHOLD))
    for key in KEYS:
        exhibit, _ = drawable(snapshot, scope, order, key)
        yield Headline(f"slide {key}", exhibit.headline)


@contextmanager
def _serving(store: Path) -> Iterator[None]:
    before = os.environ.get("DASHBOARD_STORE")
    os.environ["DASHBOARD_STORE"] = str(store)
    try:
        yield
    finally:
        if before is None:
            del os.environ["DASHBOARD_STORE"]
        else:
            os.environ["DASHBOARD_STORE"] = before

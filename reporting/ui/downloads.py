"""Files made of an exhibit when someone asks for them: its numbers as CSV, itself as a picture."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pandas.api.types import is_float_dtype

from reporting.access import audit
from reporting.access.scope import Edition, Scope, Selection, Snapshot
from reporting.access.sign_in import may_serve
from reporting.charts.canvas import Figure
from reporting.charts.people.tiles import sentence
from reporting.charts.written import units, written
from reporting.disclosure import NotPublishedError, edition_words, protection_words
from reporting.exhibits import editions
from reporting.exhibits.coverage import area_name, where
from reporting.exhibits.editions import Maker
from reporting.exhibits.exhibit import Exhibit
from reporting.exhibits.policy import rule
from reporting.guidance.links import addresses
from reporting.slides.formats.cells import neutral
from reporting.slides.formats.labelled import labelled
from reporting.slides.frame import SlideFrame
from reporting.slides.pictures.browser import BrowserMissing, browser_path
from reporting.slides.pictures.picture import png
from reporting.slides.quarter import at_end_of, quarters
from reporting.ui import watch
from reporting.ui.session import View

OF_ONE_PERSON = frozenset({"patient-timeline"})  # never a file of real data
REFUSED = "Of real data nobody takes a file of one person."


@dataclass(frozen=True)
class Download:
    """An exhibit in an edition, as a file made when it is asked for; recorded before it leaves, by whom."""

    view: View
    maker: Maker
    store: Path
    who: str
    edition: Edition = "internal"

    @property
    def exhibit(self) -> Exhibit:
        """The exhibit: internal, as it is on the page; published, of the latest whole quarter. Raises
        NotPublishedError where it has no such form."""
        snapshot, scope, selection = self.view.asked
        if self.edition == "published":
            whole = quarters(snapshot.info)
            if not whole:
                raise NotPublishedError("Figures of whole quarters are published, and there is none yet.")
            snapshot = at_end_of(snapshot, whole[0])
        return editions.exhibit(self.maker, snapshot, scope.of(self.edition), selection)

    def name(self, shown: Exhibit, ending: str) -> str:
        """What its file is called: “high-dose-trend-120-mg-internal-to-2026-09.csv”."""
        return file_name(shown, ending, f"{self.view.selection.threshold} mg", self.edition)

    def csv(self, name: str) -> bytes:
        """Its numbers, for a file of this name. Raises AuditError where that cannot be recorded."""
        shown = self.exhibit
        return self._recorded(name, shown, csv(shown, self._protection()))

    def picture(self, name: str) -> bytes:
        """Its slide, a PNG of 1920 × 1080. Raises BrowserMissing or BrowserFailed with what to do, AuditError
        where that cannot be recorded."""
        shown, info = self.exhibit, self.view.snapshot.info
        drawn = png(
            SlideFrame(
                eyebrow=where(*self.view.asked),
                headline=shown.headline,
                subtitle=shown.subtitle,
                figure=_figure(shown),
                caption=f"{shown.caption} {_addresses(shown)}".strip(),
                footer=f"{self._protection()} Release {info.release}. OME factors {info.factor_version}.",
                synthetic=shown.synthetic,
                edition=self.edition,
            )
        )
        said = f"{edition_words(self.edition)}; release {info.release}"
        whole = labelled(drawn, {"Title": shown.headline, "Description": shown.alt, "Comment": said})
        return self._recorded(name, shown, whole)

    def _recorded(self, name: str, shown: Exhibit, data: bytes) -> bytes:
        return recorded(self.store, self.view, self.who, name, data, len(shown.table), self.edition)

    def _protection(self) -> str:
        return protection_words(rule(self.view.snapshot), self.edition)


def may_take(view: View, shown: Exhibit) -> bool:
    """Whether whoever looks may take a file of an exhibit: of a synthetic release anybody; of real data
    whoever sees figures, and nobody one of a single person."""
    if may_serve(view.snapshot.info):
        return True
    return view.scope.role in ("icb", "practice", "board") and shown.key not in OF_ONE_PERSON


def pseudonyms(
    view: View, maker: Callable[[Snapshot, Scope, Selection], pd.DataFrame], store: Path, who: str, name: str
) -> bytes:
    """A list of single people as CSV, for those who load, recorded before it leaves. Raises AuditError where
    that cannot be."""
    frame = maker(*view.asked)
    return recorded(store, view, who, name, table_csv(frame), len(frame))


def recorded(
    store: Path,
    view: View,
    who: str,
    name: str,
    data: bytes,
    rows: int,
    edition: Edition = "internal",
    filters: str = "",
) -> bytes:
    """A file that is about to leave, once the audit says so; filters: those of the page unless given. Raises
    AuditError where it cannot."""
    audit.record(
        store, "download", who=who, release=view.snapshot.release, file=name, edition=edition, rows=rows,
        area=area_name(*view.asked), filters=filters or watch.filters(view.selection),
        sha256=hashlib.sha256(data).hexdigest(), role=view.scope.role, scope=view.scope.words,
    )  # fmt: skip
    return data


def table_csv(frame: pd.DataFrame) -> bytes:
    """A table as CSV with a byte-order mark; no cell of it runs in a spreadsheet."""
    return frame.map(neutral).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def csv(exhibit: Exhibit, protection: str = "") -> bytes:
    """The exhibit's table as CSV with a byte-order mark (so that Excel reads its dashes), and its source
    below."""
    safe = _plain(exhibit.table).map(neutral)
    safe.columns = [neutral(str(column)) for column in safe.columns]
    lines = safe.to_csv(index=False, lineterminator="\r\n")
    below = ["", exhibit.headline, exhibit.subtitle, f"{protection} {exhibit.caption}".strip()]
    below += [words] if (words := _addresses(exhibit)) else []
    source = pd.DataFrame([[neutral(line)] for line in below])
    return (lines + source.to_csv(index=False, header=False, lineterminator="\r\n")).encode("utf-8-sig")


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its numbers as they are written, without separators of thousands."""
    made = table.copy()
    for heading, unit in zip(table, units([str(name) for name in table]), strict=True):
        if unit and is_float_dtype(table[heading]):
            values = ["" if value != value else written(value, unit) for value in table[heading]]
            made[heading] = [value.replace(",", "") for value in values]
    return made


def _addresses(exhibit: Exhibit) -> str:
    """The addresses of what the exhibit names: a file has no links to click."""
    return addresses(exhibit.headline, exhibit.subtitle, exhibit.caption)


def _figure(exhibit: Exhibit) -> Figure | str:
    if exhibit.slide is not None:
        return exhibit.slide()
    return exhibit.figure if exhibit.figure is not None else sentence(exhibit.empty)


def no_picture() -> str:
    """Why no picture can be made on this computer; empty where one can."""
    try:
        browser_path()
    except BrowserMissing as missing:
        return str(missing)
    return ""


def file_name(exhibit: Exhibit, ending: str, *parts: str) -> str:
    """What and when: “high-dose-trend-120-mg-internal-to-2026-09.csv”."""
    words = [exhibit.key, *parts, "to", f"{exhibit.data_to:%Y-%m}"]
    if exhibit.synthetic:
        words.append("synthetic")
    return re.sub(r"[^0-9a-z]+", "-", " ".join(words).lower()).strip("-") + ending

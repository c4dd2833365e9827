"""Files made of an exhibit when someone asks for them: its numbers as CSV, itself as a picture."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pandas.api.types import is_float_dtype

from reporting.access import Scope, Selection, Snapshot, may_serve
from reporting.charts.canvas import Figure
from reporting.charts.tiles import sentence
from reporting.charts.written import units, written
from reporting.disclosure import protection_words
from reporting.exhibits.coverage import area_name, where
from reporting.exhibits.exhibit import Exhibit
from reporting.exhibits.policy import rule
from reporting.guidance.links import addresses
from reporting.slides.browser import BrowserMissing, browser_path
from reporting.slides.formats.cells import neutral
from reporting.slides.frame import SlideFrame
from reporting.slides.kept import Exported, now, record
from reporting.slides.picture import png
from reporting.ui.session import View

# Exhibits that may leave of real data: the plan of protection holds every count. Others are of single people.
LEAVES = frozenset(
    (
        "high-dose-trend", "high-dose-funnel", "high-dose-bands", "high-dose-cohort", "high-dose-moves",
        "high-dose-practices", "gabapentinoid-trend", "gabapentinoid-use", "opioid-together",
        "taper-flow", "taper-outcomes", "taper-speed", "taper-below-now",
        "taper-course", "referral-stages", "referral-waits", "referral-declined", "referral-attended",
        "plan-people", "plan-handling", "plan-trend", "plan-practices", "plan-headings", "safeguards-each",
        "safeguards-practices", "safeguards-together", "best-interest-number", "equity-age", "equity-sex",
        "equity-deprivation", "compare-standing",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Leaving:
    """An exhibit as it may leave, made when its file is asked for: of a synthetic release as it is on the
    page; of real data protected, and written into the history first, by whom."""

    view: View
    maker: Callable[[Snapshot, Scope, Selection], Exhibit]
    store: Path
    who: str

    @property
    def protects(self) -> bool:
        """Whether it is of real data."""
        return not may_serve(self.view.snapshot.info)

    def csv(self, name: str) -> bytes:
        """Its numbers, for a file of this name. Raises OSError where the history cannot be written."""
        return csv(self._exhibit(name), self._protection())

    def picture(self, name: str) -> bytes:
        """Its slide, a PNG of 1920 × 1080. Raises BrowserMissing or BrowserFailed with what to do, OSError
        where the history cannot be written."""
        shown, info = self._exhibit(name), self.view.snapshot.info
        return png(
            SlideFrame(
                eyebrow=where(*self.view.asked),
                headline=shown.headline,
                subtitle=shown.subtitle,
                figure=_figure(shown),
                caption=f"{shown.caption} {_addresses(shown)}".strip(),
                footer=f"{self._protection()}Release {info.release}. OME factors {info.factor_version}.",
                synthetic=shown.synthetic,
            )
        )

    def _exhibit(self, name: str) -> Exhibit:
        snapshot, scope, selection = self.view.asked
        if not self.protects:
            return self.maker(snapshot, scope, selection)
        shown = self.maker(snapshot, scope.leaving(), selection)
        area = area_name(snapshot, scope, selection)
        record(
            self.store, Exported(now(), self.who, snapshot.release, f"{shown.data_to:%Y-%m}", area, (name,))
        )
        return shown

    def _protection(self) -> str:
        return f"{protection_words(rule(self.view.snapshot))} " if self.protects else ""


def pseudonyms(
    view: View, maker: Callable[[Snapshot, Scope, Selection], pd.DataFrame], store: Path, who: str, name: str
) -> bytes:
    """A list of single people as CSV, for those who load: of real data written into the history first.
    Raises OSError where it cannot be written."""
    snapshot, scope, selection = view.asked
    frame = maker(snapshot, scope, selection)
    if not may_serve(snapshot.info):
        month = f"{snapshot.info.last_month:%Y-%m}"
        record(store, Exported(now(), who, snapshot.release, month, snapshot.info.icb, (name,)))
    return frame.map(neutral).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def csv(exhibit: Exhibit, protection: str = "") -> bytes:
    """The exhibit's table as CSV with a byte-order mark (so that Excel reads its dashes), and its source
    below."""
    safe = _plain(exhibit.table).map(neutral)
    safe.columns = [neutral(str(column)) for column in safe.columns]
    lines = safe.to_csv(index=False, lineterminator="\r\n")
    below = ["", exhibit.headline, exhibit.subtitle, f"{protection}{exhibit.caption}"]
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
    """What and when: “high-dose-trend-120-mg-to-2026-09.csv”."""
    words = [exhibit.key, *parts, "to", f"{exhibit.data_to:%Y-%m}"]
    if exhibit.synthetic:
        words.append("synthetic")
    return re.sub(r"[^0-9a-z]+", "-", " ".join(words).lower()).strip("-") + ending

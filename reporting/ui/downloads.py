"""Files made of an exhibit when someone asks for them: its numbers as CSV, itself as a picture."""

from __future__ import annotations

import re

import pandas as pd

from reporting.charts.canvas import Figure
from reporting.charts.tiles import sentence
from reporting.exhibits.coverage import where
from reporting.exhibits.exhibit import Exhibit
from reporting.slides.browser import BrowserMissing, browser_path
from reporting.slides.formats.cells import neutral
from reporting.slides.frame import SlideFrame
from reporting.slides.picture import png
from reporting.ui.session import View


def csv(exhibit: Exhibit) -> bytes:
    """The exhibit's table as CSV with a byte-order mark (so that Excel reads its dashes), and its source
    below."""
    safe = exhibit.table.map(neutral)
    safe.columns = [neutral(str(column)) for column in safe.columns]
    lines = safe.to_csv(index=False, lineterminator="\r\n")
    source = pd.DataFrame(
        [[""], [neutral(exhibit.headline)], [neutral(exhibit.subtitle)], [neutral(exhibit.caption)]]
    )
    return (lines + source.to_csv(index=False, header=False, lineterminator="\r\n")).encode("utf-8-sig")


def picture(view: View, exhibit: Exhibit) -> bytes:
    """The exhibit as a slide, a PNG of 1920 × 1080. Raises BrowserMissing or BrowserFailed with what to
    do."""
    return png(
        SlideFrame(
            eyebrow=where(*view.asked),
            headline=exhibit.headline,
            subtitle=exhibit.subtitle,
            figure=_figure(exhibit),
            caption=exhibit.caption,
            footer=f"Release {view.snapshot.release}. OME factors {view.snapshot.info.factor_version}.",
            synthetic=exhibit.synthetic,
        )
    )


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

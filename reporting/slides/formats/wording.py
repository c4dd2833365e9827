"""What every file of a pack says of itself in its properties."""

from __future__ import annotations

import datetime as dt

from reporting.disclosure import edition_words
from reporting.slides.slide import About

AUTHOR = "Opioid stewardship dashboard"


def keywords(about: About) -> str:
    """“2026Q3; release …; OME factors 2026.11; definitions of 2026-11-22; data to 30 Sep 2026; Internal
    edition: not for publication; Synthetic data”."""
    parts = [
        about.quarter,
        f"release {about.release}",
        f"OME factors {about.factor_version}",
        f"definitions of {about.definitions}",
        f"data to {about.data_to.day} {about.data_to:%b %Y}",
        edition_words(about.edition),
        *(["Synthetic data"] if about.synthetic else []),
    ]
    return "; ".join(parts)


def dated(about: About) -> dt.datetime:
    """The time a file gives as its making: the last day of the data, so that it does not differ every day."""
    return dt.datetime.combine(about.data_to, dt.time())

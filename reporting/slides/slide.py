"""A finished slide of a pack, and what every file of the pack says of itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from reporting.access.scope import Edition
from reporting.guidance.links import Link


@dataclass(frozen=True)
class Slide:
    """One slide as it leaves: its picture and, in words and numbers, what is in it.

    name: slug that begins with the slide's number, “02-high-dose-trend”. png: 1920 × 1080. alt: in place of
    the picture for those who cannot see it. notes: what the speaker reads, paragraphs parted by a blank line.
    table: the numbers of the picture under readable names; empty where it has none. links: what it names.
    """

    name: str
    title: str
    png: bytes
    alt: str
    notes: str
    table: pd.DataFrame
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class About:
    """A pack's title, area, quarter (“2026Q3”), release, version of the factors, the day the definitions of
    its measures were last reviewed, and the last day of its data. edition: exact, or what may be published.
    left_out: slides that are not in it, each with the reason."""

    title: str
    area: str
    quarter: str
    release: str
    factor_version: str
    definitions: str
    data_to: dt.date
    synthetic: bool
    edition: Edition = "internal"
    left_out: tuple[tuple[str, str], ...] = ()

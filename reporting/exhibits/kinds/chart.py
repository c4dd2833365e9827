"""A chart of what a page’s own reader finds: the sentences stand in the declaration, the numbers in the
reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pandas as pd

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.canvas import Figure
from reporting.exhibits.coverage import among_words, beyond, coverage, dose_words, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.policy import taper_rule
from reporting.exhibits.wording import month


@dataclass(frozen=True)
class Finding:
    """What a chart is made of.

    rows: what the drawing takes first; marks: what else it takes, by name. table: the numbers. facts: what
    the rule of the headline takes, in order. words: for blanks of the sentences. alt: empty where the rows
    have label and note, which then are it.
    """

    rows: Any
    table: pd.DataFrame
    facts: tuple[Any, ...]
    words: Mapping[str, Any] = field(default_factory=dict)
    marks: Mapping[str, Any] = field(default_factory=dict)
    alt: str = ""


@dataclass(frozen=True)
class Nothing:
    """That there is nothing to draw. why: empty where coverage says it; title: where it is another one."""

    why: str = ""
    title: str = ""


@dataclass(frozen=True)
class Chart:
    """Makes the exhibit of one chart.

    key, measures: slugs. title: the headline where nothing is found. read: asks for the figures and judges
    them. headline: its rule, of the facts found. draw: the drawing. subtitle, note: what is drawn and how it
    is counted, with blanks: {dose} “above 120 mg”, {high_dose} what that is, {month} the latest, {year} the
    12 months to it, the reader’s words, and rules of the policy’s section [taper]. among: whether all
    practices are shown whichever is chosen. one_size: whether a phone has the same figure. An unknown blank
    raises KeyError.
    """

    key: str
    measures: tuple[str, ...]
    title: str
    read: Callable[[Snapshot, Scope, Selection], Finding | Nothing]
    headline: Callable[..., str]
    draw: Callable[..., Figure]
    subtitle: str
    note: str
    among: bool = False
    one_size: bool = False

    def __call__(self, snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
        found = self.read(snapshot, scope, selection)
        covered = coverage(snapshot, scope, selection.among() if self.among else selection)
        common, blanks = frame_of(snapshot, self.key, *self.measures), _Blanks(snapshot, selection)
        if isinstance(found, Nothing):
            title = (found.title or self.title).format_map(blanks)
            return Exhibit(**common, headline=title, empty=found.why or covered.nothing())
        blanks.update(found.words)
        draw = partial(self.draw, found.rows, **found.marks)
        where = among_words(snapshot, scope, selection) if self.among else ""
        return Exhibit(
            **common,
            headline=self.headline(*found.facts),
            subtitle=f"{where}{self.subtitle.format_map(blanks)}",
            figure=draw(),
            narrow=None if self.one_size else partial(draw, compact=True),
            caption=f"{self.note.format_map(blanks).rstrip()} {source_words(snapshot, covered)}",
            table=found.table,
            alt=found.alt or f"{'; '.join(found.rows['label'] + ': ' + found.rows['note'])}.",
        )


class _Blanks(dict[str, Any]):
    """What fills the blanks of a sentence."""

    def __init__(self, snapshot: Snapshot, selection: Selection) -> None:
        info = snapshot.info
        super().__init__(
            dose=beyond(snapshot, selection.threshold),
            high_dose=dose_words(snapshot, selection.threshold),
            month=month(info.last_month),
            year=f"{month(info.month(11))} to {month(info.last_month)}",
        )
        self.snapshot = snapshot

    def __missing__(self, name: str) -> int:
        return taper_rule(self.snapshot, name)

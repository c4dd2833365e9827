"""What an exhibit is: one finding, with its figure, its numbers and where it comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd
from pandas.api.types import is_float_dtype

from reporting import figures
from reporting.access.scope import Scope, Snapshot
from reporting.charts.written import rounded, units
from reporting.once import once

if TYPE_CHECKING:
    from reporting.charts.canvas import Figure
    from reporting.exhibits.matrix import Matrix

CACHED = 8


@dataclass(frozen=True)
class Icon:
    """An SVG document and the words it stands for."""

    svg: str
    words: str


@dataclass(frozen=True)
class Exhibit:
    """One finding.

    key: slug, unique on its page. headline: the finding, computed. subtitle: what, unit, period and n.
    figure: None where there is nothing to draw; `empty` then says why and what to do. matrix: a table that
    the page shows in its place. narrow: makes the figure for a phone, where that is another one; slide for a
    picture, as a figure or the text of an SVG, where the page's is too tall or there is none. table: the
    numbers behind the figure under readable names. caption: definition, method, source. measures: slugs whose
    definitions belong to it. alt: a sentence with the key numbers, in place of the figure for those who
    cannot see it.
    """

    key: str
    headline: str
    measures: tuple[str, ...]
    data_to: dt.date
    synthetic: bool
    subtitle: str = ""
    caption: str = ""
    alt: str = ""
    figure: Figure | None = None
    matrix: Matrix | None = None
    narrow: Callable[[], Figure] | None = None
    slide: Callable[[], Figure | str] | None = None
    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    icons: tuple[Icon, ...] = ()
    empty: str = ""

    def __post_init__(self) -> None:
        """Numbers of the table as far as they are written, so that every file and page holds the same."""
        object.__setattr__(self, "table", as_written(self.table))


def as_written(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose numbers that are no counts are rounded as they are written, by their column's unit."""
    made = table.copy()
    for heading, unit in zip(table, units([str(name) for name in table]), strict=True):
        if unit and is_float_dtype(table[heading]):
            made[heading] = [rounded(value, unit) for value in table[heading]]
    return made


def frame_of(snapshot: Snapshot, key: str, *measures: str) -> dict[str, Any]:
    """What every exhibit of a snapshot has in common, as arguments of Exhibit."""
    info = snapshot.info
    return {"key": key, "measures": measures, "data_to": info.data_to, "synthetic": info.synthetic}


@dataclass(frozen=True)
class Head:
    """The head of a page: its finding, and an introduction of a sentence or two."""

    headline: str
    introduction: str


@dataclass(frozen=True)
class Definition:
    """A measure's definition, as shown one click away from its figure. measure: its slug."""

    measure: str
    code: str
    name: str
    question: str
    numerator: str
    denominator: str
    better: str
    unit: str
    multiplier: int
    why: str
    caveats: str
    source: str
    reviewed_on: str
    is_state: bool
    counts: str
    is_adjusted: bool


def definition(snapshot: Snapshot, scope: Scope, measure: str) -> Definition:
    """The definition of a measure by its slug. Raises KeyError for one the snapshot does not have."""
    found = _defined(snapshot, scope)
    if measure not in found:
        raise KeyError(
            f"The release has no measure {measure!r}; build it again with the current definitions."
        )
    return found[measure]


@once(CACHED)
def _defined(snapshot: Snapshot, scope: Scope) -> dict[str, Definition]:
    rows = figures.definitions(snapshot, scope).frame.to_dict("records")
    return {row["measure"]: _definition(row) for row in rows}


def _definition(row: dict[Any, Any]) -> Definition:
    return Definition(
        measure=row["measure"],
        code=row["code"],
        name=row["name"],
        question=row["question"],
        numerator=row["numerator_words"],
        denominator=row["denominator_words"],
        better=row["better"],
        unit=row["unit"],
        multiplier=int(row["multiplier"]),
        why=row["why"],
        caveats=row["caveats"],
        source=row["source"],
        reviewed_on=str(row["reviewed_on"])[:10],
        is_state=bool(row["is_state"]),
        counts=row["counts"],
        is_adjusted=bool(row["adjusted"]),
    )

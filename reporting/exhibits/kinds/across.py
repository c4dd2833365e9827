"""One measure in every practice of an area at one month: who is surely high or low, and the others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.intervals import interval
from reporting.charts.rates.apart import apart
from reporting.exhibits.coverage import among_words, beyond, coverage, source_words
from reporting.exhibits.exhibit import Exhibit, definition, frame_of
from reporting.exhibits.kinds import case_mix
from reporting.exhibits.kinds.case_mix import DUE, expected
from reporting.exhibits.kinds.rates import SURELY, UNSURE, surely, words_of
from reporting.exhibits.wording import (
    ALONE,
    beside,
    cells,
    counted,
    in_unit,
    listed,
    month,
    number,
    percent,
    rate,
    spelled,
)

ROLES = {
    "higher": {"higher": "improvement", "lower": "concern"},
    "lower": {"higher": "concern", "lower": "improvement"},
}


MOST_NAMED = 12
MOST_ROWS = 40
NAMED = 3  # of a headline


@dataclass(frozen=True)
class Across:
    """Makes the exhibit of one measure in every practice.

    key, measure: slugs. title: its subject, “High dose {dose}”; plotted: what is drawn, as the start of the
    subtitle, with {dose} too; columns: numerator, denominator and value in the table. unit: “per 1,000”, or
    “%” of people. counted: who is counted, for the caption, of a snapshot and threshold. Better is lower or
    higher, never neither.
    """

    key: str
    measure: str
    title: str
    plotted: str
    columns: tuple[str, str, str]
    counted: Callable[[Snapshot, int], str]
    unit: str = "per 1,000"

    def __call__(self, snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
        among, threshold, last = selection.among(), selection.threshold, snapshot.info.last_month
        about = definition(snapshot, scope, self.measure)
        frame = across(snapshot, scope, among, self.measure, threshold, last)
        covered, dose = coverage(snapshot, scope, among), beyond(snapshot, threshold)
        title = self.title.format(dose=dose)
        common = frame_of(snapshot, self.key, self.measure)
        if frame.empty:
            return Exhibit(**common, headline=f"{title} by practice", empty=covered.nothing())
        reference = self._scaled(pooled(frame))
        frame = judged(frame, about.better, self.unit)
        worse, good = ("high", "low") if about.better == "lower" else ("low", "high")
        named = self._named(frame, selection)
        others = frame.drop(index=named.index)
        concern = list(frame.loc[frame["role"] == "concern", "name"])
        fine = int((frame["role"] == "improvement").sum())
        return Exhibit(
            **common,
            headline=f"{title}: {ALONE}" if len(frame) == 1 else headline(concern, fine, worse, good),
            subtitle=(
                f"{among_words(snapshot, scope, selection)}{self.plotted.format(dose=dose)}, {month(last)} "
                f"(n = {counted(len(frame), 'practice', 'practices')})"
            ),
            figure=apart(
                self._rows(named, selection),
                list(zip(others["name"], self._scaled(others["value"]), strict=True)),
                _others(len(others), len(frame)),
                reference,
                f"all {self._written(reference)}",
                self._format,
            ),
            caption=(
                f"Named: practices surely high or low, with their rate and 95% Wilson interval; a dot each: "
                f"the others. {words_of(self.unit)} {case_mix.words(about)} Orange: {worse}; blue: {good}; "
                f"grey: {UNSURE}. This is no ranking. {_not_named(frame, named)}"
                f"{self.counted(snapshot, threshold)} {source_words(snapshot, covered)}"
            ),
            table=self._table(frame),
            alt=(
                f"Dots of {counted(len(frame), 'practice', 'practices')} from "
                f"{in_unit(self._times * frame['value'].min(), self.unit)} to "
                f"{in_unit(self._times * frame['value'].max(), self.unit)}; all together "
                f"{self._written(reference)}. {worse.capitalize()}, {SURELY}: {listed(concern) or 'none'}."
            ),
        )

    @property
    def _times(self) -> int:
        return 100 if self.unit == "%" else 1000

    @property
    def _format(self) -> str:
        return "{:.0%}" if self.unit == "%" else "{:.2f}"

    def _scaled(self, shares: Any) -> Any:
        """Shares as the chart draws them."""
        return shares if self.unit == "%" else shares * self._times

    def _written(self, drawn: float) -> str:
        return percent(drawn) if self.unit == "%" else rate(drawn)

    def _named(self, frame: pd.DataFrame, selection: Selection) -> pd.DataFrame:
        """The rows with a name: the selected practice and those that stand out, of very many those of concern
        first."""
        chosen = frame["practice_code"] == selection.practice
        stands = frame[chosen | (frame["role"] != "common")]
        rank = (~chosen * 2 + (frame["role"] != "concern")).loc[stands.index].rank(method="first")
        return stands[rank <= MOST_NAMED]

    def _rows(self, named: pd.DataFrame, selection: Selection) -> pd.DataFrame:
        pairs = list(zip(named["numerator"], named["denominator"], strict=True))
        values = [self._scaled(value) for value in named["value"]]
        notes = [
            beside(n, of) if self.unit == "%" else f"{rate(value)}  {number(n)} of {number(of)}"
            for value, (n, of) in zip(values, pairs, strict=True)
        ]
        return pd.DataFrame(
            {
                "label": marked(named, selection),
                "value": values,
                "lower": self._scaled(named["lower"]),
                "upper": self._scaled(named["upper"]),
                "note": notes,
                "role": named["role"],
            }
        )

    def _table(self, frame: pd.DataFrame) -> pd.DataFrame:
        numerator, denominator, value = self.columns
        due = {} if frame[DUE].isna().any() else {case_mix.EXPECTED: frame[DUE].round(1)}
        return pd.DataFrame(
            {
                "Practice": frame["name"],
                "Code": frame["practice_code"],
                "PCN": frame["pcn"],
                numerator: cells(frame["numerator"]),
                denominator: cells(frame["denominator"]),
                **due,
                value: frame["value"] * self._times,
                "Lower 95%": frame["lower"] * self._times,
                "Upper 95%": frame["upper"] * self._times,
            }
        )


def headline(concern: Sequence[str], fine: int, worse: str = "high", good: str = "low") -> str:
    """Which practices are surely of concern, or how many where they are many; else how many are surely
    good."""
    if concern and len(concern) <= NAMED:
        return f"{listed(concern)} {'is' if len(concern) == 1 else 'are'} {worse} ({SURELY})"
    if concern:
        return f"{spelled(len(concern), 'practice is', 'practices are')} {worse} ({SURELY})"
    if fine:
        return f"No practice is {worse}; {counted(fine, 'is', 'are')} {good} ({SURELY})"
    return f"No practice is high or low with certainty ({SURELY})"


def marked(frame: pd.DataFrame, selection: Selection) -> list[str]:
    """Names of practices as row labels, the selected one with a pointer before it."""
    pairs = zip(frame["practice_code"], frame["name"], strict=True)
    return [f"▸ {name}" if code == selection.practice else str(name) for code, name in pairs]


def to_look_at(
    frame: pd.DataFrame, selection: Selection, stands_out: Iterable[bool] | None = None
) -> pd.DataFrame:
    """The rows that a chart has room for, in their order. frame: one row a practice, practice_code.

    Of more than 40 practices: the selected one, those that stand out, then the first ones.
    """
    if len(frame) <= MOST_ROWS:
        return frame
    out = pd.Series(False if stands_out is None else list(stands_out), index=frame.index)
    chosen = frame["practice_code"] == selection.practice
    rank = (~chosen * 2 + ~out).rank(method="first")
    return frame[rank <= MOST_ROWS]


def left_out(frame: pd.DataFrame, shown: pd.DataFrame) -> str:
    """What a chart leaves out, as a sentence for the caption; empty where nothing is."""
    if len(shown) == len(frame):
        return ""
    return f"Drawn: {len(shown)} of {len(frame)} practices, those to look at first; all are in the table. "


def _others(n: int, every: int) -> str:
    if n == every:
        return counted(n, "practice", "practices")
    return counted(n, "other practice", "other practices")


def _not_named(frame: pd.DataFrame, named: pd.DataFrame) -> str:
    """How many stand out without a name in the chart, as a sentence before a space; else nothing."""
    more = int((frame.drop(index=named.index)["role"] != "common").sum())
    return f"{counted(more, 'more stands', 'more stand')} out: see the table. " if more else ""


def across(
    snapshot: Snapshot, scope: Scope, selection: Selection, measure: str, threshold: int, month: dt.date
) -> pd.DataFrame:
    """Practices with somebody to count: practice_code, name, pcn, numerator, denominator and the share of
    it as
    value, lower, upper (0 to 1, 95 % Wilson), and due (how many are expected for its people, NaN where that
    is not worked out); highest first."""
    frame = figures.measure_by_practice(snapshot, scope, selection, [measure], [threshold], [month]).frame
    due = expected(snapshot, measure, threshold, month, frame["practice_code"])
    found = with_intervals(frame.assign(**{DUE: due}))
    return found.sort_values(["value", "name"], ascending=[False, True], ignore_index=True)


def with_intervals(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of numerator and denominator above 0, with value, lower and upper as shares."""
    found = frame[frame["denominator"] > 0].copy()
    pairs = list(zip(found["numerator"], found["denominator"], strict=True))
    bounds = [interval(*pair) for pair in pairs]
    found["value"] = [numerator / denominator for numerator, denominator in pairs]
    found["lower"] = [lower for lower, _ in bounds]
    found["upper"] = [upper for _, upper in bounds]
    return found


def pooled(frame: pd.DataFrame) -> float:
    """All rows together as one share."""
    return float(frame["numerator"].sum() / frame["denominator"].sum())


def judged(frame: pd.DataFrame, better: str, unit: str = "%") -> pd.DataFrame:
    """The rows with word (`Sure.word` of each beside all others together) and role: concern or improvement
    where it is surely high or low, else common. unit: "%" of shares of people, else of rates."""
    meaning = ROLES.get(better, {})
    words = [one.word for one in surely(frame, unit)]
    return frame.assign(word=words, role=[meaning.get(word, "common") for word in words])

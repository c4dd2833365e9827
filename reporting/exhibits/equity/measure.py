"""One measure by age band, by sex or by deprivation, each group with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pandas as pd

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.rates.dots import interval_dots
from reporting.exhibits.coverage import coverage, dose_words, source_words
from reporting.exhibits.equity.gaps import NO_RATES, PEOPLE, judged_words, written
from reporting.exhibits.equity.groups import DIMENSIONS, UNKNOWN, fewest, groups
from reporting.exhibits.exhibit import Definition, Exhibit, definition, frame_of
from reporting.exhibits.wording import cells, counted, listed, month, number, size

TITLES = {"age_band": "age band", "sex": "sex", "imd_quintile": "deprivation quintile"}
COLOURS = {
    "higher": "Orange: lower, which is worse; blue: higher",
    "lower": "Orange: higher, which is worse; blue: lower",
    "neither": "Purple: apart, without a better direction",
}


@dataclass(frozen=True)
class ByGroup:
    """Makes the exhibit of one measure by one dimension."""

    dimension: str
    measure: str

    def __call__(self, snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
        about = definition(snapshot, scope, self.measure)
        common = frame_of(snapshot, f"equity-{DIMENSIONS[self.dimension]}", self.measure)
        every = groups(snapshot, scope, selection)
        frame = every[(every["measure"] == self.measure) & (every["dimension"] == self.dimension)]
        covered = coverage(snapshot, scope, selection)
        name = DIMENSIONS[self.dimension]
        if frame.empty:
            title = f"{about.name} by {name}"
            return Exhibit(**common, headline=title, empty=self._nothing(about, covered.nothing()))
        if frame["value"].isna().all():
            few = f"Every group here is of fewer than {fewest(snapshot, about)} people. Choose a wider area."
            return Exhibit(**common, headline=group_headline(name, frame, self.dimension), empty=few)
        everybody = float(frame["whole_n"].iloc[0] / frame["whole_of"].iloc[0])
        factor = 1 if about.unit == "%" else about.multiplier
        rows = _rows(frame, about, factor)
        dose = f"{dose_words(snapshot, selection.threshold)} " if frame["threshold"].any() else ""
        shown = "{:.0%}" if about.unit == "%" else "{:.2f}" if about.unit == "per 1,000" else "{:.1f}"

        draw = partial(interval_dots, rows, everybody * factor, f"all {written(about, everybody)}", shown)
        return Exhibit(
            **common,
            headline=group_headline(name, frame, self.dimension),
            subtitle=(
                f"{about.name}, {about.unit}, by {TITLES[self.dimension]}, {month(snapshot.info.last_month)} "
                f"({size(frame['whole_of'].iloc[0], 'person', 'people')})"
            ),
            figure=draw(),
            narrow=partial(draw, compact=True),
            caption=(
                f"{about.unit.capitalize()} of {about.denominator.split(':')[0]}. Dot: share; line: "
                f"95% Wilson interval. {judged_words(every)} "
                f"{COLOURS[about.better]}; grey: could be chance. Groups of fewer "
                f"than {fewest(snapshot, about)} people are not drawn. {self._care(about)} {dose}"
                f"{source_words(snapshot, covered)}"
            ),
            table=_table(frame, about),
            alt=f"{about.name} by {name}: {'; '.join(rows['label'] + ' ' + rows['note'])}.",
        )

    def _nothing(self, about: Definition, otherwise: str) -> str:
        if self.dimension == "imd_quintile" and about.unit != "%":
            return f"{NO_RATES} Choose a measure in per cent, such as High-dose share of opioid patients."
        return otherwise

    def _care(self, about: Definition) -> str:
        if self.dimension == "imd_quintile":
            return "Quintile of the home address; 1 is the most deprived."
        if self.dimension == "age_band" and about.better == "lower":
            return "Pain is more common with age, and nothing here is adjusted for it."
        return "Nothing here is adjusted for how ill people are."


def group_headline(name: str, frame: pd.DataFrame, dimension: str) -> str:
    """Which groups lie apart from everybody else."""
    apart = frame[frame["role"] != "common"]
    title = name.capitalize()
    if frame["rest"].isna().all():
        return f"{title}: too few people to compare groups"
    if apart.empty:
        return f"{title}: differences between groups{_that_are_shown(frame)} could be chance"
    parts = [
        f"{_people(part, dimension)} {word}"
        for word, part in (
            ("higher", apart[apart["word"] == "rose"]),
            ("lower", apart[apart["word"] == "fell"]),
        )
        if len(part)
    ]
    return f"{title}: {', '.join(parts)} than everybody else"


def _that_are_shown(frame: pd.DataFrame) -> str:
    return " that are shown" if frame["numerator"].isna().any() else ""


def _people(part: pd.DataFrame, dimension: str) -> str:
    if dimension == "imd_quintile":
        return f"quintile {listed(list(part['label'].str.split(',').str[0]), 8)}"
    return PEOPLE[dimension].format(listed(list(part["label"].str.lower()), 8))


def _rows(frame: pd.DataFrame, about: Definition, factor: int) -> pd.DataFrame:
    ordered = pd.concat([frame[frame["category"] != UNKNOWN], frame[frame["category"] == UNKNOWN]])
    notes = [
        f"{written(about, value)}  {number(n)} of {number(of)}"
        if value == value
        else f"{number(n)} of {number(of)}"
        if n != n and of == of
        else f"too few: {counted(of, 'person', 'people')}"
        if of == of
        else "too few"
        for value, n, of in zip(ordered["value"], ordered["numerator"], ordered["denominator"], strict=True)
    ]
    scaled = {name: ordered[name] * factor for name in ("value", "lower", "upper")}
    return ordered[["label", "role"]].assign(note=notes, **scaled).reset_index(drop=True)


def _table(frame: pd.DataFrame, about: Definition) -> pd.DataFrame:
    factor = 100 if about.unit == "%" else about.multiplier
    names = {
        "value": about.unit,
        "lower": "Lower 95%",
        "upper": "Upper 95%",
        "rest": f"Everybody else, {about.unit}",
        "before": f"A year before, {about.unit}",
    }
    shares = {words: frame[name].astype(float) * factor for name, words in names.items()}
    return pd.DataFrame(
        {
            "Group": frame["label"],
            "Counted": cells(frame["numerator"]),
            "Out of": cells(frame["denominator"]),
            **shares,
        }
    )

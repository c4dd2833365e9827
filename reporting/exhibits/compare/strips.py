"""Where one practice stands on every main measure: a strip each, with words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pandas as pd

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.rates.strips import strips
from reporting.exhibits.compare.similar import ALIKE, TEN, Nearest
from reporting.exhibits.compare.standing import MAIN, PREVALENCE, Standing, Standings, standings
from reporting.exhibits.coverage import area_name, beyond, coverage, dose_words, source_words
from reporting.exhibits.exhibit import Exhibit, frame_of
from reporting.exhibits.kinds.case_mix import EXPECTED
from reporting.exhibits.kinds.rates import SURELY, UNSURE
from reporting.exhibits.wording import cells, counted, listed, month, number, percent, rate

DIRECTION = {"lower": "◂ lower is better", "higher": "higher is better ▸", "neither": "no better direction"}
FORMATS = {"%": "{:.0%}", "per 1,000": "{:.1f}", "per 100": "{:.1f}"}
OUTCOME = {
    "too few": "too few people to compare",
    "not compared": "not compared",
    UNSURE: UNSURE,
}
UNBROKEN = "\u00a0"


@dataclass(frozen=True)
class Strips:
    """Makes the exhibit of all main measures, one strip each."""

    nearest: Nearest = TEN

    def __call__(self, snapshot: Snapshot, scope: Scope, selection: Selection) -> Exhibit:
        found = standings(snapshot, scope, selection, self.nearest)
        common = frame_of(snapshot, "compare-measures", *MAIN)
        if not found.rows or found.month is None:
            return Exhibit(**common, headline="Where the practice stands", empty=found.nothing)
        name = area_name(snapshot, scope, selection)
        area = area_name(snapshot, scope, selection.among())
        if scope.practices is not None:
            area = f"{snapshot.info.icb}, published"
        frame = pd.DataFrame([_strip(snapshot, row, area) for row in found.rows])
        draw = partial(strips, frame, name, f"{found.peers} similar practices together")
        first, adults = found.rows[0], counted(found.rows[0].denominator or 0, "adult", "adults")
        covered = coverage(snapshot, scope, selection.among())
        return Exhibit(
            **common,
            headline=strips_headline(found),
            subtitle=(
                f"{name} beside {found.peers} similar practices, {month(found.month)}; each strip from 0 "
                f"(n = {adults if first.denominator else 'no adults'})"
            ),
            figure=draw(),
            narrow=partial(draw, compact=True),
            slide=partial(draw, slim=True),
            caption=f"{_method(found)} People on a high dose and plans: "
            f"{beyond(snapshot, selection.threshold)}. {dose_words(snapshot, selection.threshold)} "
            f"{source_words(snapshot, covered)}",
            table=_table(snapshot, found, area),
            alt=_alt(name, found, snapshot),
        )


def strips_headline(found: Standings) -> str:
    """Which measures lie apart from the similar practices, in which direction."""
    if found.peers == 0:
        return "Its own figures: no similar practice to compare with"
    names = {kind: list(dict.fromkeys(r.about.name for r in rows)) for kind, rows in found.apart.items()}
    lower = [f"Needs a look: {listed(names['concern'], 3)}"] if names["concern"] else []
    upper = [f"better: {listed(names['improvement'], 3)}"] if names["improvement"] else []
    if not lower and not upper:
        return "No sure difference from similar practices"
    said = "; ".join(lower + upper)
    return f"{said[0].upper()}{said[1:]}"


def _label(snapshot: Snapshot, row: Standing) -> str:
    if row.measure != PREVALENCE:
        return row.about.name
    return f"{row.about.name}, {beyond(snapshot, row.threshold).replace(' ', UNBROKEN)}"


def _written(row: Standing, value: float | None) -> str:
    if value is None:
        return "–"
    if row.about.unit == "%":
        return percent(value)
    return rate(value * row.per) if row.per == 1000 else f"{value * row.per:.1f}"


def _strip(snapshot: Snapshot, row: Standing, area: str) -> dict[str, object]:
    lower, upper = row.interval or (float("nan"), float("nan"))
    per, none = row.per, float("nan")
    return {
        "label": _label(snapshot, row),
        "direction": DIRECTION[row.about.better],
        "value": none if row.value is None else row.value * per,
        "lower": lower * per,
        "upper": upper * per,
        "reference": none if row.together is None else row.together * per,
        "others": tuple(value * per for value in row.others),
        "most": 1.0 if row.about.unit == "%" else none,
        "end_format": FORMATS[row.about.unit],
        "figure": figure_words(row),
        "beside": _beside_words(row, area),
        "words": outcome_words(row),
        "role": row.role,
    }


def figure_words(row: Standing) -> str:
    """The practice's own figure with its counts: “44%, 4 of 9”; how many there are where that is too few."""
    if row.denominator is None:
        return "no figure yet"
    of = f"{number(row.numerator or 0)} of {number(row.denominator)}"
    if row.value is None:
        return of if row.denominator else "nobody to count"
    unit = "" if row.about.unit == "%" else f" {row.about.unit}"
    return f"{_written(row, row.value)}{unit}, {of}"


def _beside_words(row: Standing, area: str) -> str:
    parts = [] if row.together is None else [f"similar {_written(row, row.together)}"]
    if row.due is not None:  # of the area's rates, so that the area's own need not stand beside it
        parts += [f"expected {_written(row, row.due)}"]
    elif row.area is not None:
        parts += [f"{area} {_written(row, row.area)}"]
    return " · ".join(parts)


def outcome_words(row: Standing) -> str:
    """How it lies beside the similar practices."""
    if row.word not in ("higher", "lower"):
        return OUTCOME[row.word]
    return f"{'▲' if row.word == 'higher' else '▼'} {row.word} than similar"


def _method(found: Standings) -> str:
    if found.peers == 0:
        return f"{found.nothing} Dot: the practice; line: 95% interval (Wilson; Poisson for events)."
    return (
        f"{ALIKE} Line: 95% interval (Wilson; Poisson for events). Coloured only "
        f"where {SURELY}. Shares: odds above twice those of the similar "
        "practices added up, or below half; rates: above 1.5 times theirs, or below half; both drawn in "
        "towards theirs. Blue: "
        "in the better direction, orange: in the worse, purple: no better direction. Use of medicines is "
        "judged beside what is expected for its people (indirect standardisation by age and sex, of shares "
        "by deprivation too; list sizes give none); what is asked of practices is due to everybody and not "
        "adjusted. Fewer than 8 people are not compared."
    )


def _table(snapshot: Snapshot, found: Standings, area: str) -> pd.DataFrame:
    rows = []
    for row in found.rows:
        lower, upper = row.interval or (None, None)
        per = 100 if row.about.unit == "%" else row.per
        rows.append(
            {
                "Measure": _label(snapshot, row),
                "Unit": row.about.unit,
                "Counted": _cell(row.numerator),
                "Out of": _cell(row.denominator),
                "Practice": _number(row.value, per),
                "Lower 95%": _number(lower, per),
                "Upper 95%": _number(upper, per),
                "Similar practices": _number(row.together, per),
                EXPECTED: _number(row.due, per),
                area: _number(row.area, per),
                "Finding": outcome_words(row).lstrip("▲▼ "),
            }
        )
    return pd.DataFrame(rows)


def _cell(count: float | None) -> int | str | None:
    return None if count is None else cells([count])[0]


def _number(value: float | None, per: int) -> float | None:
    return None if value is None else round(value * per, 2)


def _alt(name: str, found: Standings, snapshot: Snapshot) -> str:
    apart = [f"{_label(snapshot, row)} {figure_words(row)}, {outcome_words(row).lstrip('▲▼ ')}"
             for rows in found.apart.values() for row in rows]  # fmt: skip
    said = "; ".join(apart) if apart else "no measure lies apart from them"
    return (
        f"{counted(len(found.rows), 'measure', 'measures')} of {name} beside "
        f"{counted(found.peers, 'similar practice', 'similar practices')}: {said}."
    )

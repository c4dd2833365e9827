"""Which counts of a release are withheld where they leave, so that no sum of others tells a suppressed one.

One plan a month holds every count that any slide, pack or practice report can show: of each practice, PCN,
place and the ICB, by group and dose band, at every threshold. So a count is withheld, or not, wherever it
stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, pairwise, product
from typing import Any

import numpy as np
import pandas as pd

from reporting.access import Scope, Selection, Snapshot
from reporting.analysis.bands import lower_edge
from reporting.analysis.suppression import NO_PAIRS, Counts, Marks, Pairs, Sum, withheld
from reporting.disclosure import OF_PRACTICES, Cleared, NotClearedError, Plan, Rule, clear, shown
from reporting.release import rows


@dataclass(frozen=True)
class Counted:
    """Counts of a mart, beside measures by month, that the plan looks at. what: its name for them. by: the
    column that splits them. counts: its columns. mart: SQL of level, area, month, threshold and these.
    whole_is_told: whether all categories together may leave. over: measures of the same counts, which are no
    others."""

    what: str
    by: str
    counts: tuple[str, ...]
    mart: str
    whole_is_told: bool = True
    over: tuple[str, ...] = field(default=(), compare=False)


STAGES = ("offered", "made", "accepted", "attended", "completed", "mismatched")
NEW, LEFT = "new_to_high_dose", "left_high_dose"
OF_SERVICES = (
    *(f"referral_{stage}_by_service" for stage in STAGES[1:-1]),
    "msk_without_indication_of_cohort",
)
_STAGES = ", ".join(
    f"max(numerator) FILTER (measure = '{name}') AS {stage}"
    for stage, name in zip(STAGES[1:], OF_SERVICES, strict=True)
)
SERVICES = Counted(
    "referral stages",
    "service",
    STAGES,
    f"""SELECT level, area, month, threshold, category AS service,
               max(denominator) FILTER (measure = '{OF_SERVICES[0]}') AS offered, {_STAGES}
        FROM measure_area WHERE measure IN {OF_SERVICES} GROUP BY level, area, month, threshold, category""",
    over=OF_SERVICES,
)
ZONES = Counted("taper zones", "zone", ("people",), "SELECT * FROM taper_pace WHERE zone IN ('slow', 'fast')")
CONTACTS = Counted(
    "first contacts",
    "service",
    ("people",),
    "SELECT *, category AS service, n AS people FROM measure_median WHERE category <> ''",
)
DECLINED = Counted(
    "offers declined",
    "reason",
    ("offers",),
    "SELECT *, category AS reason, numerator AS offers FROM measure_area WHERE measure = 'declined_reasons'",
)
WAYS = Counted("ways between dose bands", "way", ("people",), "SELECT * FROM taper_way")
# Told with all who are excluded, the few of one reason would cost the number in scope.
EXCLUDED = Counted(
    "people excluded",
    "outcome",
    ("people",),
    "SELECT * FROM cohort_area WHERE step = 5 AND outcome <> ''",
    whole_is_told=False,
)
SCOPE = Counted("people in scope", "outcome", ("people",), "SELECT * FROM cohort_area WHERE step = 6")
CROSSED = {
    way: Counted(
        way,
        "reason",
        ("people",),
        f"SELECT *, times AS people FROM crossing WHERE span = 'year' AND measure = '{way}'",
    )
    for way in (NEW, LEFT)
}
EVERY = (SERVICES, ZONES, CONTACTS, DECLINED, WAYS, EXCLUDED, SCOPE, *CROSSED.values())
KEY = ["measure", "threshold", "dimension", "category", "count"]
BANDS, PREVALENCE = "dose_band_share", "high_dose_prevalence"
WARNED = ("early_warning", "high_dose_6_months")  # which make up those high for three months
FAST = ("amber_speed", "red_speed")  # which make up those of the zone “fast”
COUNTS = frozenset(("numerator", "denominator", *chain.from_iterable(one.counts for one in EVERY)))
NESTED = (  # measures of people who are all among those of the next
    ("high_dose_6_months", "high_dose_3_months", "high_dose_prevalence", "long_term_opioids"),
    ("triple_combination", "opioid_with_gabapentinoid", "long_term_opioids"),
    ("triple_combination", "opioid_with_sedative", "long_term_opioids"),
    ("early_warning", "high_dose_3_months"),
    ("reviewed_3_months", "reviewed_6_months", "reviewed_12_months"),
    (*(f"referral_{stage}_of_cohort" for stage in reversed(STAGES[1:-1])), "referral_offered"),
    ("second_opinion_taken", "second_opinion_offered"),
    ("safeguards_complete", "safeguard_done"),
)
STEPS = [*chain.from_iterable(map(pairwise, NESTED))]
BEFORE = {"numerator": "denominator", "mismatched": "made", **dict(pairwise(reversed(STAGES[:-1])))}
REMEMBERED = 128  # months
QUARTER_ENDS = (3, 6, 9, 12)
Key = tuple[str, int, str, str, str]  # as KEY names them
Area = tuple[str, str]  # ICB, place, pcn or practice_code; and which
ICB: Area = ("ICB", "")
UNTOLD = frozenset(one.what for one in EVERY if not one.whole_is_told)


@dataclass(frozen=True)
class Month:
    """What may be shown of one month. counts, hides: a row a cell, a column an area; cells with the same
    counts everywhere are one. wholes: what a cell is a part of. spread: PCNs of several places."""

    cells: dict[Key, int]
    wholes: dict[Key, Key]
    areas: dict[Area, int]
    counts: Counts
    hides: Marks
    spread: frozenset[str] = frozenset()

    def hidden(self, key: Key, area: Area | None) -> bool:
        """Whether a count is withheld; so is any that the plan does not know."""
        at = self.cells.get(key), None if area is None else self.areas.get(area)
        return None in at or bool(self.hides[at])

    def whole(self, key: Key, area: Area, rule: Rule) -> float:
        """What the cell and those beside it make up, as it may be shown; NaN where it may not."""
        at = self.cells.get(self.wholes.get(key, key)), self.areas.get(area)
        return float("nan") if None in at or self.hides[at] else shown(int(self.counts[at]), rule)


def cleared(
    snapshot: Snapshot, scope: Scope, selection: Selection, frame: pd.DataFrame, of: str = "", by: str = ""
) -> Cleared:
    """Rows of counts, cleared for the one who asks: where they leave, as the plan of their month says.

    of, by: what the rows count and the column that tells them apart, of rows without a measure.
    """
    if not scope.protects:
        return clear(frame, scope)
    rule = Rule.of(snapshot.info.policy_json)
    names = [name for name in frame if name in COUNTS]
    area, hidden, wholes = _area(scope, selection), [], []
    for row in frame.to_dict("records"):
        made = plan_of(_as_of(snapshot, pd.Timestamp(row.get("month", snapshot.info.last_month))))
        threshold = int(row.get("threshold", selection.threshold))
        cell = (row.get("measure", of), threshold, row.get("dimension", by), row[by or "category"])
        here = _of_row(row, area, made)
        hidden.append([cell[0] not in OF_PRACTICES and made.hidden((*cell, name), here) for name in names])
        wholes.append([made.whole((*cell, name), area, rule) for name in names])
    plan = Plan(*(pd.DataFrame(found, frame.index, names) for found in (hidden, wholes)))
    if "denominator" in names:  # nobody of nobody is no secret
        plan.hidden["numerator"] &= (frame["denominator"] > 0) | plan.hidden["denominator"]
    if {"measure", "numerator"} <= {*frame}:
        practices = frame[frame["measure"].isin(OF_PRACTICES)]
        alike = [practices[name] for name in ("measure", "threshold", "category", "month") if name in frame]
        plan.wholes.loc[practices.index] = practices.groupby(alike)[names].transform("sum").astype(float)
    return clear(frame, scope, rule, plan)


def _of_row(row: Mapping[Any, Any], area: Area, made: Month) -> Area | None:
    """The area that a row counts; None of a part of a PCN, which is no area of the plan."""
    if "practice_code" in row:
        return "practice_code", row["practice_code"]
    if "pcn" in row:
        here = "pcn", row["pcn"]
        return here if area in (ICB, here) or row["pcn"] not in made.spread else None
    return area


def _area(scope: Scope, selection: Selection) -> Area:
    if scope.practices is not None and len(scope.practices) == 1:
        return "practice_code", min(scope.practices)
    if scope.practices is not None:
        raise NotClearedError("Counts of several practices leave by PCN, place or ICB only.")
    for level in ("practice", "pcn", "place"):
        if (name := getattr(selection, level)) is not None:
            return ("practice_code" if level == "practice" else level), name
    return ICB


@lru_cache(maxsize=REMEMBERED)
def plan_of(snapshot: Snapshot) -> Month:
    """What may be shown of the last month of a release, or of one as it stood at the end of a month."""
    rule = Rule.of(snapshot.info.policy_json)
    by_practice = _counts(snapshot)
    practices = rows(snapshot.path, "SELECT practice_code, pcn, place FROM practice").fillna("")
    cells: list[Key] = list(by_practice.index)
    table, areas, sums = _areas(by_practice, practices)
    # Cells with the same counts in every area are one number, told by any of them.
    _, first, same = np.unique(table, axis=0, return_index=True, return_inverse=True)
    row_of = dict(zip(cells, same.reshape(-1).tolist(), strict=True))
    # By group and service nothing is published of a practice.
    split = np.array([bool(key[2]) for key in cells])
    untold = np.array([not key[2] and key[0] in UNTOLD for key in cells])
    small = np.array([level == "practice_code" for level, _ in areas])
    hidden = np.ones((len(first), len(areas)), bool)
    np.logical_and.at(hidden, same.reshape(-1), split[:, None] & small | untold[:, None])
    parts = list(_parts(by_practice, snapshot.info.thresholds))
    for whole, of in parts:
        at = tuple(row_of[key] for key in of if table[first[row_of[key]]].any())
        if at and row_of[whole] not in at:
            sums.append(Sum(False, row_of[whole], at))
    at_most = [(row_of[less], row_of[more]) for less, more in _nested(by_practice)]
    nested: Pairs = np.unique([pair for pair in at_most if pair[0] != pair[1]] or NO_PAIRS, axis=0)
    hides = withheld(table[first], sums, rule.suppress_below, rule.round_to, hidden, nested)
    wholes = {key: whole for whole, of in reversed(parts) for key in of}
    spread = practices.groupby("pcn")["place"].nunique()
    return Month(
        row_of, wholes, {area: at for at, area in enumerate(areas)}, table[first], hides,
        frozenset(spread.index[spread > 1]),
    )  # fmt: skip


def _as_of(snapshot: Snapshot, month: pd.Timestamp) -> Snapshot:
    """The release as it stood at the end of that month: a month has one plan in every quarter's pack."""
    last = (month + pd.offsets.MonthEnd(0)).date()
    return replace(snapshot, info=replace(snapshot.info, data_to=last))


def _counts(snapshot: Snapshot) -> pd.DataFrame:
    """Every count of the month, a row a cell (KEY) and a column a practice; 0 where there is no row. Events
    of a year only where there are slides of them: at a quarter's end and the release's."""
    month = snapshot.info.last_month
    found = [
        rows(
            snapshot.path,
            """SELECT measure, threshold, '' AS dimension, category, practice_code, numerator, denominator
               FROM measure_month WHERE month = ?
               UNION ALL
               SELECT measure, threshold, dimension, category, practice_code, numerator, denominator
               FROM measure_group WHERE month = ?""",
            [month, month],
        )
    ]
    found[0] = found[0][~found[0]["measure"].isin([*OF_PRACTICES, *SERVICES.over])]
    (reaches,) = rows(snapshot.path, "SELECT data_to FROM release_info")["data_to"]
    if month.month in QUARTER_ENDS or month == pd.Timestamp(reaches).date().replace(day=1):
        found += _events(snapshot)
    long = pd.concat(
        frame.melt([*KEY[:-1], "practice_code"], var_name="count", value_name="n") for frame in found
    )
    return long.pivot_table("n", KEY, "practice_code", aggfunc="sum", fill_value=0).astype(np.int64)


def _events(snapshot: Snapshot) -> Iterator[pd.DataFrame]:
    """What no measure holds, by category and as a whole, as rows of KEY; those of like counts together."""
    alike = defaultdict[tuple[str, ...], list[pd.DataFrame]](list)
    for threshold, one in product(snapshot.info.thresholds, EVERY):
        events = rows(
            snapshot.path,
            f"""SELECT area AS practice_code, {one.by} AS category, {", ".join(one.counts)} FROM ({one.mart})
                WHERE level = 'practice' AND month = ? AND threshold = ?""",
            [snapshot.info.last_month, threshold],
        )
        alike[one.counts].append(events.assign(measure=one.what, threshold=threshold, dimension=one.by))
    for frames in alike.values():
        split = pd.concat(frames)
        whole = split.drop(columns=["category", "dimension"]).groupby(
            ["measure", "threshold", "practice_code"]
        )
        yield split
        yield whole.sum().reset_index().assign(dimension="", category="")


def _areas(by_practice: pd.DataFrame, practices: pd.DataFrame) -> tuple[Counts, list[Area], list[Sum]]:
    """The counts of every practice, PCN, place and the ICB; these areas; and which make up which."""
    places = practices.set_index("practice_code").reindex(by_practice.columns).fillna("")
    areas: list[Area] = [("practice_code", code) for code in by_practice.columns]
    columns, sums = [by_practice.to_numpy()], list[Sum]()
    inside = pd.Series(range(len(areas)), index=by_practice.columns)  # practice → the area it was last put in
    for level in ("pcn", "place", "ICB"):
        for name, members in places.assign(ICB="").groupby(level):
            sums.append(Sum(True, len(areas), tuple(sorted(set(inside[members.index])))))
            if members["place"].nunique() == 1 or level == "ICB":  # else its practices are counted by place
                inside[members.index] = len(areas)
            areas.append((level, str(name)))
            columns.append(by_practice[members.index].sum(axis=1).to_numpy()[:, None])
    return np.hstack(columns), areas, sums


def _parts(by_practice: pd.DataFrame, thresholds: tuple[int, ...]) -> Iterator[tuple[Key, list[Key]]]:
    """Cells that make up another in every practice: groups and events their whole; categories the number
    they are shares of, where they are; dose bands the people beyond a threshold; two speeds those who fell
    fast."""
    alike = defaultdict[Key, list[Key]](list)
    for measure, threshold, dimension, category, count in by_practice.index:
        alike[measure, threshold, dimension, "", count].append(
            (measure, threshold, dimension, category, count)
        )
    counts = dict(zip(by_practice.index, by_practice.to_numpy(), strict=True))
    asked = []
    for (measure, threshold, dimension, _, count), parts in alike.items():
        whole: Key = (measure, threshold, "", "", count)
        if not dimension and whole not in counts:
            whole = (*parts[0][:-1], "denominator")
        asked.append((whole, parts))
    bands = alike[BANDS, 0, "", "", "numerator"]
    for threshold in thresholds:
        beyond = [band for band in bands if lower_edge(band[3]) >= threshold]
        asked.append(((PREVALENCE, threshold, "", "", "numerator"), beyond))
        fast: list[Key] = [(speed, threshold, "", "", "numerator") for speed in FAST]
        asked.append(
            ((ZONES.what, threshold, "zone", "fast", "people"), [key for key in fast if key in counts])
        )
    for measure, threshold, dimension, category, count in by_practice.index:
        if measure == "high_dose_3_months" and count == "numerator":
            warned: list[Key] = [(one, threshold, dimension, category, count) for one in WARNED]
            whole = (measure, threshold, dimension, category, count)
            asked.append((whole, [key for key in warned if key in counts]))
    for whole, parts in asked:
        if whole in counts and parts and parts != [whole] and (_sum(counts, parts) == counts[whole]).all():
            yield whole, parts


def _nested(by_practice: pd.DataFrame) -> Iterator[tuple[Key, Key]]:
    """Cells, and those that are at least as much in every practice: a numerator and its denominator, a stage
    and the one before, the same count at a higher threshold and at the next lower, people among people."""
    counts = dict(zip(by_practice.index, by_practice.to_numpy(), strict=True))
    lower = dict(pairwise(sorted({key[1] for key in counts if key[1]}, reverse=True)))
    categories = defaultdict[str, set[str]](set)
    for measure, _, dimension, category, _ in counts:
        if not dimension:
            categories[measure].add(category)
    for key in counts:
        measure, threshold, dimension, category, count = key
        wider: list[Key] = [
            (*key[:-1], BEFORE.get(count, "")),
            (measure, lower.get(threshold, 0), dimension, category, count),
            *([(SERVICES.what, threshold, "", "", "offered")] if key[0] == DECLINED.what else []),
        ]
        for other in (more for less, more in STEPS if less == measure and count == "numerator"):
            within = product({threshold, 0}, {category, *categories[other]})
            wider += [(other, at, dimension, each, count) for at, each in within]
        for more in wider:
            if more in counts and (counts[key] <= counts[more]).all():
                yield key, more


def _sum(counts: dict[Key, Counts], parts: list[Key]) -> Counts:
    return np.sum([counts[part] for part in parts], axis=0)

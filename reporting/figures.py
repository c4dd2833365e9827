"""The one reader of figures: rows of marts of the area asked for, cleared for who asks; none are counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.peers import FEWEST_SHOWN
from reporting.disclosure import (
    Cleared,
    NotClearedError,
    NotPublishedError,
    clear,
    clear_flows,
    clear_together,
)
from reporting.once import once
from reporting.published import as_published
from reporting.release import COMPLETE, is_in, read, rows, within

YEAR = 12
QUARTER = 3
CACHED = 128
FOUND_AT, PLANNED_AT = 4, 6  # steps of the mart cohort_area
OF_SERVICES = {  # stage → the measure whose numerator it is
    "made": "referral_made_by_service",
    "accepted": "referral_accepted_by_service",
    "attended": "referral_attended_by_service",
    "completed": "referral_completed_by_service",
    "mismatched": "msk_without_indication_of_cohort",
}
WAITS = "days_to_first_contact"
QUALITY = (
    "quality_receipt",
    "quality_quarantine",
    "quality_unmapped",
    "quality_unclear",
    "quality_freshness",
    "quality_override",
    "quality_coverage",
    "quality_column",
    "quality_parts",
    "quality_list_size",
    "quality_unknown",
)
Area = tuple[str, str]  # level and name, as the mart `area` has them
NOWHERE: Area = ("", "")


@once(CACHED)
def _area(snapshot: Snapshot, scope: Scope, selection: Selection) -> Area:
    """The area that a selection names, as far as the scope sees it: for one practice's scope that practice;
    NOWHERE where there is none. Raises NotClearedError for a scope of several practices that names none."""
    of: list[Any] = []
    if scope.practices is not None:
        asked = scope.practices if selection.practice is None else scope.practices & {selection.practice}
        if len(asked) > 1:
            raise NotClearedError("Figures of several practices are given by PCN, place or ICB only.")
        where, of = "a.level = 'practice' AND list_contains(?::VARCHAR[], a.area)", [sorted(asked)]
    elif selection.practice is not None:
        where, of = "a.level = 'practice' AND a.area = ?", [selection.practice]
    elif selection.pcn is not None:
        levels = "'pcn'" if selection.place is None else "'pcn', 'part'"
        where, of = f"a.level IN ({levels})", of
    elif selection.place is not None:
        where, of = "a.level = 'place'", of
    else:
        where, of = "a.level = 'icb'", of
    around, parameters = _around(selection)
    found = rows(
        snapshot.path, f"SELECT level, area FROM area a WHERE {where} AND {around}", [*of, *parameters]
    )
    return NOWHERE if found.empty else (found["level"].iloc[0], found["area"].iloc[0])


def _around(selection: Selection) -> tuple[str, list[str]]:
    """Condition on the mart area a, and its parameters: in the PCN and place of the selection."""
    chosen = {"pcn": selection.pcn, "place": selection.place}
    kept = {column: value for column, value in chosen.items() if value is not None}
    return " AND ".join(["true", *(f"a.{column} = ?" for column in kept)]), list(kept.values())


def _of_area(
    snapshot: Snapshot,
    scope: Scope,
    selection: Selection,
    columns: str,
    mart: str,
    order: str,
    which: str = "true",
) -> pd.DataFrame:
    """Rows of a mart of areas, thresholds and reported months: those of the selection and the last month."""
    return rows(
        snapshot.path,
        f"""SELECT {columns} FROM {mart}
            WHERE level = ? AND area = ? AND month = ? AND threshold = ? AND {which} ORDER BY {order}""",
        [*_area(snapshot, scope, selection), snapshot.info.last_month, selection.threshold],
    )


def _measured(snapshot: Snapshot, scope: Scope, selection: Selection, frame: pd.DataFrame) -> Cleared:
    """Rows of measures of an area, cleared. In the published edition those that are published, with the
    exact counts beside; raises NotPublishedError for others, and for practices or PCNs beside each other."""
    if scope.edition == "internal":
        return clear(frame, scope)
    if frame.empty:
        return clear(frame, scope, frame[["numerator", "denominator"]])
    if {"practice_code", "pcn"} & {*frame}:
        raise NotPublishedError("Practices and PCNs are not published beside each other.")
    kept, told = as_published(snapshot, _area(snapshot, scope, selection), frame)
    return clear(kept, scope, told)


def practices(snapshot: Snapshot, scope: Scope, selection: Selection | None = None) -> Cleared:
    """One row a practice: practice_code, name, pcn, place, clinical_system, data_from, data_to, registered,
    adults, awaited (the latest month is not complete: it is in no figure of that month)."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT p.practice_code, p.name, p.pcn, p.place, p.clinical_system, p.data_from, p.data_to,
                   p.registered, p.adults, NOT p.{COMPLETE} AS awaited
            FROM practice p WHERE {where} ORDER BY p.name, p.practice_code""",
        [snapshot.info.data_to, *parameters],
    )


def definitions(snapshot: Snapshot, scope: Scope) -> Cleared:
    """Every measure's definition, one row each, as measure_def holds it."""
    return read(snapshot, scope, "SELECT * FROM measure_def ORDER BY length(code), code, measure")


def measure_by_month(
    snapshot: Snapshot, scope: Scope, selection: Selection, measures: Sequence[str], thresholds: Sequence[int]
) -> Cleared:
    """One row a measure, threshold, category and month of the selected area and period, and of the year
    before its end: numerator, denominator and practices (those with complete data for that month)."""
    found = rows(
        snapshot.path,
        f"""SELECT m.measure, m.threshold, m.category, m.month, m.numerator, m.denominator, m.practices
            FROM measure_area m
            WHERE {is_in("m.measure", measures)} AND {is_in("m.threshold", thresholds)}
              AND m.month BETWEEN ? AND ? AND m.level = ? AND m.area = ?
            ORDER BY m.measure, m.threshold, m.category, m.month""",
        [
            *measures,
            *thresholds,
            snapshot.info.month(max(selection.months - 1, YEAR)),
            snapshot.info.last_month,
            *_area(snapshot, scope, selection),
        ],
    )
    return _measured(snapshot, scope, selection, found)


def measure_by_practice(
    snapshot: Snapshot,
    scope: Scope,
    selection: Selection,
    measures: Sequence[str],
    thresholds: Sequence[int],
    months: Sequence[dt.date],
) -> Cleared:
    """One row a practice of the selected area, measure, threshold, category and month asked for:
    practice_code, name, pcn, place, measure, threshold, category, month, numerator, denominator."""
    where, parameters = within(scope, selection)
    found = rows(
        snapshot.path,
        f"""SELECT p.practice_code, p.name, p.pcn, p.place, m.measure, m.threshold, m.category, m.month,
                   m.numerator, m.denominator
            FROM measure_month m JOIN practice p ON p.practice_code = m.practice_code
            WHERE {is_in("m.measure", measures)} AND {is_in("m.threshold", thresholds)}
              AND {is_in("m.month", months)} AND {where}
            ORDER BY p.name, p.practice_code, m.measure, m.threshold, m.category, m.month""",
        [*measures, *thresholds, *months, *parameters],
    )
    return _measured(snapshot, scope, selection, found)


def measure_by_pcn(
    snapshot: Snapshot,
    scope: Scope,
    selection: Selection,
    measures: Sequence[str],
    thresholds: Sequence[int],
    months: Sequence[dt.date],
) -> Cleared:
    """The same of each PCN of the selected place or ICB, or the part of it there: pcn (“” of practices in
    none), measure, threshold, category, month, numerator, denominator."""
    where, parameters = _pcns(scope, selection)
    found = rows(
        snapshot.path,
        f"""SELECT a.pcn, m.measure, m.threshold, m.category, m.month, m.numerator, m.denominator
            FROM measure_area m JOIN area a ON a.level = m.level AND a.area = m.area
            WHERE {is_in("m.measure", measures)} AND {is_in("m.threshold", thresholds)}
              AND {is_in("m.month", months)} AND {where}
            ORDER BY a.pcn, m.measure, m.threshold, m.category, m.month""",
        [*measures, *thresholds, *months, *parameters],
    )
    return _measured(snapshot, scope, selection, found)


def _pcns(scope: Scope, selection: Selection) -> tuple[str, list[str]]:
    """Condition on the mart area a: PCNs, and where a place is selected its parts of PCNs; of everybody's
    practices, so none for one who does not see them."""
    around, parameters = _around(selection)
    levels = "'pcn'" if selection.place is None else "'pcn', 'part'"
    return f"{scope.practices is None} AND a.level IN ({levels}) AND {around}", parameters


def measure_by_group(
    snapshot: Snapshot, scope: Scope, selection: Selection, thresholds: Sequence[int],
    months: Sequence[dt.date],
) -> Cleared:  # fmt: skip
    """Counts of people by age band, sex and deprivation quintile in the selected area: measure, threshold,
    dimension (age_band | sex | imd_quintile), category, month, numerator, denominator.

    Measures that count people among people; those of amounts have no groups that an interval would fit.
    """
    found = rows(
        snapshot.path,
        f"""SELECT g.measure, g.threshold, g.dimension, g.category, g.month, g.numerator, g.denominator
            FROM group_area g
            WHERE {is_in("g.threshold", thresholds)} AND {is_in("g.month", months)}
              AND g.level = ? AND g.area = ?
            ORDER BY ALL""",
        [*thresholds, *months, *_area(snapshot, scope, selection)],
    )
    return _measured(snapshot, scope, selection, found)


def traits(snapshot: Snapshot, scope: Scope) -> Cleared:
    """What makes practices alike, one row a practice of the ICB: practice (a code), list_size, share_65_plus
    (0 to 1) and imd, as the mart practice_trait has them; month, that of the list.

    Every practice is among the rows whoever asks, since nobody can be compared with their like otherwise; no
    measure and no name is.
    """
    return read(
        snapshot,
        scope,
        """SELECT practice_code AS practice, list_size, share_65_plus, imd, list_month AS month
           FROM practice_trait WHERE month = ? ORDER BY practice_code""",
        [snapshot.info.last_month],
    )


def expected(snapshot: Snapshot, scope: Scope) -> Cleared:
    """How many people each practice of the ICB would count, had each kind of its people the share of all
    practices together: measure, threshold, practice_code, month, expected. Of measures of use, at quarters'
    ends and practices' last months of the last 13."""
    return read(snapshot, scope, "SELECT measure, threshold, practice_code, month, expected FROM expected")


def measures_together(
    snapshot: Snapshot, scope: Scope, practices: Sequence[str], measures: Sequence[str],
    thresholds: Sequence[int], month: dt.date,
) -> Cleared:  # fmt: skip
    """These practices added up, whoever asks: measure, threshold, numerator, denominator, practices. Any may
    be asked for, so the sum is no row of a mart.

    The asker's own practices are left out, and so is a measure that fewer than 5 others have; to who sees
    only some practices no sum of fewer than eight people is told.
    """
    others = sorted(set(practices) - (scope.practices or frozenset()))
    found = rows(
        snapshot.path,
        f"""SELECT m.measure, m.threshold, sum(m.numerator)::BIGINT AS numerator,
                   sum(m.denominator)::BIGINT AS denominator, count(*) AS practices
            FROM measure_month m
            WHERE {is_in("m.practice_code", others)} AND {is_in("m.measure", measures)}
              AND {is_in("m.threshold", thresholds)} AND m.month = ? AND m.category = ''
            GROUP BY ALL HAVING count(*) >= ? ORDER BY ALL""",
        [*others, *measures, *thresholds, month, FEWEST_SHOWN],
    )
    return clear_together(found, scope)


def published_of_icb(
    snapshot: Snapshot, scope: Scope, measures: Sequence[str], thresholds: Sequence[int]
) -> Cleared:
    """What is published of the whole ICB, whoever asks, of the latest quarter that is: measure, threshold,
    numerator, denominator (NaN where withheld)."""
    found = rows(
        snapshot.path,
        f"""SELECT measure, threshold, numerator::DOUBLE AS numerator, denominator::DOUBLE AS denominator
            FROM published
            WHERE level = 'icb' AND dimension = '' AND category = ''
              AND {is_in("measure", measures)} AND {is_in("threshold", thresholds)}
            QUALIFY month = max(month) OVER (PARTITION BY measure, threshold) ORDER BY ALL""",
        [*measures, *thresholds],
    )
    return clear(found, scope.internal())


def programme_start(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """The month in which the programme began in the selected area (began), and the month before it, whose end
    change is judged from (from_month); no row where no start is set, or the selection is of a part of a
    PCN."""
    return read(
        snapshot,
        scope,
        "SELECT began, from_month FROM programme_start WHERE level = ? AND area = ?",
        _area(snapshot, Scope.icb(), selection),
    )


def flows(
    snapshot: Snapshot, scope: Scope, selection: Selection, measures: Sequence[str], thresholds: Sequence[int]
) -> Cleared:
    """Who entered a state and who left it in the selected area, over all of the data: a row a measure,
    threshold, span (month, year, start, programme) and pair of months, as the mart `flow` has them, and how
    many of those in it at the first month fell too fast since (`flow_fall`); in the published edition for
    verdicts alone. None of areas for one who does not see every practice, nor of a part of a PCN."""
    found = _flows(
        """SELECT f.*, coalesce(d.fell, 0) AS fell, coalesce(d.fall_unknown, 0) AS fall_unknown FROM flow f
            LEFT JOIN flow_fall d USING (measure, threshold, level, area, span, from_month, to_month)""",
        snapshot,
        scope,
        selection,
        measures,
        thresholds,
    )
    return clear_flows(found, scope)


def flow_reasons(
    snapshot: Snapshot, scope: Scope, selection: Selection, measure: str, threshold: int
) -> Cleared:
    """Why: a row a span (year, start, programme), pair of months, way (entered, left) and reason, with
    people."""
    found = _flows("SELECT f.* FROM flow_reason f", snapshot, scope, selection, [measure], [threshold])
    return clear_flows(found, scope)


def _flows(
    select: str,
    snapshot: Snapshot,
    scope: Scope,
    selection: Selection,
    measures: Sequence[str],
    thresholds: Sequence[int],
) -> pd.DataFrame:
    may = scope.practices is None or selection.practice in scope.practices
    return rows(
        snapshot.path,
        f"""{select}
            WHERE {is_in("f.measure", measures)} AND {is_in("f.threshold", thresholds)}
              AND f.to_month <= ? AND {may} AND f.level = ? AND f.area = ?
            ORDER BY f.measure, f.threshold, f.span, f.to_month, f.from_month""",
        [*measures, *thresholds, snapshot.info.last_month, *_area(snapshot, Scope.icb(), selection)],
    )


def flows_of_practices(
    snapshot: Snapshot, scope: Scope, selection: Selection, measure: str, threshold: int
) -> Cleared:
    """The same of each practice of the selected area over the year to the last month: a row a practice that
    has both months."""
    where, parameters = within(scope, selection)
    found = rows(
        snapshot.path,
        f"""SELECT f.* FROM flow f JOIN practice p ON p.practice_code = f.area
            WHERE f.level = 'practice' AND f.measure = ? AND f.threshold = ? AND f.span = 'year'
              AND f.to_month = ? AND {where}
            ORDER BY f.area""",
        [measure, threshold, snapshot.info.last_month, *parameters],
    )
    return clear_flows(found, scope)


def cohort_steps(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Adults on a long-term opioid beyond the threshold in the latest month (step 4), not excluded (5) and
    with a taper plan (6): step, outcome (“” who takes the step, else why not), people. Only practices
    complete in that month."""
    which = f"step BETWEEN {FOUND_AT} AND {PLANNED_AT}"
    columns, order = "step, outcome, people", "step, outcome"
    return clear(_of_area(snapshot, scope, selection, columns, "cohort_area", order, which), scope)


def crossings(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Times adults came to be beyond the threshold (new_to_high_dose), ceased to be (left_high_dose), or were
    of a dose no longer known (high_dose_not_known), as the mart crossing has them: measure, reason, span,
    back, months, times, every, practices. By quarter of the period, counted back from the latest month
    (back 0), and in the quarters of the last year (span year); only practices complete in that month."""
    return clear(
        _of_area(
            snapshot,
            scope,
            selection,
            "measure, reason, span, back, months, times, every, practices",
            "crossing",
            "measure, reason, span, back",
            f"(span = 'year' OR back < {selection.months // QUARTER})",
        ),
        scope,
    )


def people_by_definition(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Adults not excluded beyond the threshold in the last month, by each definition of the daily dose:
    one row, columns carried_forward, sum_of_days_supply, unique_days, fixed_window, peak_day; none where no
    practice is complete in that month."""
    columns = "carried_forward, sum_of_days_supply, unique_days, fixed_window, peak_day"
    return clear(_of_area(snapshot, scope, selection, columns, "definition_count", "ALL"), scope)


def caseloads(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """People of the cohort in the last month by practice and named clinician: practice_code, name, pcn,
    clinician (NULL where nobody is named), people. Only practices complete in that month whose plans have
    come."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT p.practice_code, p.name, p.pcn, c.clinician, c.people
            FROM caseload c JOIN practice p ON p.practice_code = c.practice_code
            WHERE c.month = ? AND c.threshold = ? AND {where}
            ORDER BY p.name, p.practice_code, c.people DESC, c.clinician""",
        [snapshot.info.last_month, selection.threshold, *parameters],
    )


def headings_declined(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Headings of their own plans that practices considered in the last month and chose against:
    practice_code, heading."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT p.practice_code, h.heading
            FROM plan_month_heading h JOIN practice p ON p.practice_code = h.practice_code
            WHERE h.month = ? AND h.heading IN ('who issues', 'one pharmacy', 'early requests')
                AND h.says = 'no' AND {where}
            ORDER BY p.practice_code, h.heading""",
        [snapshot.info.last_month, *parameters],
    )


def referral_stages(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Offers of the last 12 months by service, and how far each had come by the last day: service, offered,
    made, accepted, attended, completed, mismatched (musculoskeletal service, other indication). A row for
    every service the release knows, by name.

    Only offers to people in the cohort when offered: not excluded, and beyond the threshold or on a high-dose
    gabapentinoid; only where the referrals of these months have come.
    """
    found = rows(
        snapshot.path,
        f"""SELECT measure, category AS service, numerator, denominator FROM measure_area
            WHERE {is_in("measure", [*OF_SERVICES.values()])}
              AND level = ? AND area = ? AND month = ? AND threshold = ? ORDER BY service""",
        [
            *OF_SERVICES.values(),
            *_area(snapshot, scope, selection),
            snapshot.info.last_month,
            selection.threshold,
        ],
    )
    by_measure = {name: part.set_index("service") for name, part in found.groupby("measure")}
    stages = {stage: by_measure[name]["numerator"] for stage, name in OF_SERVICES.items() if len(found)}
    offered = by_measure[OF_SERVICES["made"]]["denominator"] if len(found) else pd.Series(dtype="int64")
    frame = pd.DataFrame({"offered": offered, **stages}, columns=["offered", *OF_SERVICES])
    frame = frame.rename_axis("service").reset_index()
    return clear(frame, scope)


def referral_waits(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """First contacts of the last 12 months by service and of all (service “”), of people in the cohort when
    offered: service, people, and lower, median, upper (quartiles, in days from referral to contact). A row
    for every service with any."""
    columns, which = "category AS service, n AS people, lower, median, upper", f"measure = '{WAITS}'"
    found = _of_area(snapshot, scope, selection, columns, "measure_median", "service", which)
    return clear(found, scope)


def taper_flow(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Plans by dose band at baseline and now, and whether harm came between (see the mart taper_month):
    baseline_band, harmed, people, now_band; under now_band 'censored' those who died or left, under
    'not known' those whose dose now is not. Only plans whose baseline is beyond the threshold, where data
    are complete."""
    columns = "baseline_band, harmed, people, now_band"
    return clear(_of_area(snapshot, scope, selection, columns, "taper_flow", "ALL"), scope)


def taper_ways(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """The plans of `taper_flow` by the way from the dose band at baseline to that now: way (lower; after:
    lower after harm; same; higher), people. Nobody who died or left, or whose dose now is not known."""
    found = _of_area(snapshot, scope, selection, "way, people", "taper_way", "way")
    return clear(found, scope)


def taper_falls(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Largest fall between consecutive 28-day means in 12 months of each active plan whose baseline is beyond
    the threshold: fall_percent (DOUBLE, 0 where it never fell), people. Not those whose fall is not known."""
    return clear(
        _of_area(snapshot, scope, selection, "fall_percent, people", "taper_fall_size", "ALL"), scope
    )


def taper_zones(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Active plans whose baseline is beyond the threshold by how fast they fell: zone (slow, or fast: beyond
    the policy's amber limit), people; nothing where no practice has data to the end."""
    which = "zone IN ('slow', 'fast')"
    found = _of_area(snapshot, scope, selection, "zone, people", "taper_pace", "zone", which)
    return clear(found, scope)


def ended_falls(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Plans that have ended, with a fall as in `taper_falls` beyond the red limit in 12 months: one row,
    people. Nobody who died or left is among them."""
    return _in_zone(snapshot, scope, selection, "ended")


def plans_not_known(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Active plans whose dose now or largest fall is not known, without a known fall beyond the red limit:
    one row, people."""
    return _in_zone(snapshot, scope, selection, "not known")


def _in_zone(snapshot: Snapshot, scope: Scope, selection: Selection, zone: str) -> Cleared:
    which = f"zone = '{zone}'"
    return clear(_of_area(snapshot, scope, selection, "people", "taper_pace", "people", which), scope)


def taper_now(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Plans at least `min_plan_days` old whose baseline is beyond the threshold, last month: plans, below
    (with supply, no longer beyond it), stopped; no row where there is none."""
    columns = "plans, below, stopped"
    return clear(_of_area(snapshot, scope, selection, columns, "taper_now", columns), scope)


def taper_now_by_practice(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """The same of each practice of the selected area: practice_code, name, plans, below, stopped."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT p.practice_code, p.name, t.plans, t.below, t.stopped
            FROM taper_now t JOIN practice p ON p.practice_code = t.area
            WHERE t.level = 'practice' AND t.month = ? AND t.threshold = ? AND {where}
            ORDER BY p.name, p.practice_code""",
        [snapshot.info.last_month, selection.threshold, *parameters],
    )


def taper_now_by_pcn(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """The same of each PCN of the selected place or ICB, or the part of it there: pcn (“” of practices in
    none), plans, below, stopped."""
    where, parameters = _pcns(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT a.pcn, t.plans, t.below, t.stopped
            FROM taper_now t JOIN area a ON a.level = t.level AND a.area = t.area
            WHERE t.month = ? AND t.threshold = ? AND {where} ORDER BY a.pcn""",
        [snapshot.info.last_month, selection.threshold, *parameters],
    )


def taper_course(
    snapshot: Snapshot, scope: Scope, selection: Selection, least: int, followed: float
) -> Cleared:
    """Dose as a share of its baseline by 28-day windows from a start, as the mart taper_course has it: series
    ('plan', 'no plan'), week (0 = the first window, -4 the one before), people, lower, median, upper
    (quartiles; 1.0 = baseline). Windows of fewer than `least` people are left out, and of fewer than the
    share `followed` of those at the start: the few earliest starts would speak for all."""
    found = _of_area(
        snapshot,
        scope,
        selection,
        "series, week, people, lower, median, upper",
        "taper_course",
        "series DESC, week",
        f"people >= {int(least)}",
    )
    return clear(still(found, followed), scope)


def still(frame: pd.DataFrame, followed: float) -> pd.DataFrame:
    """Windows of each series with at least so large a share of the people of its start."""
    start = frame[frame["week"] == 0].set_index("series")["people"]
    return frame[frame["people"] >= frame["series"].map(start).fillna(0) * followed]


def unlooked(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Practices where somebody's fall, stop or unknown dose was not looked at, as the mart unlooked has them:
    practice_code, name, pcn; people of each kind (fell, stopped, unknown, best_interest; aside), the latest
    day of each (…_on), fell_alone and stopped_alone."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT p.practice_code, p.name, p.pcn, u.* EXCLUDE (level, area)
            FROM unlooked u JOIN practice p ON u.level = 'practice' AND p.practice_code = u.area
            WHERE {where} ORDER BY p.name, p.practice_code""",
        parameters,
    )


def unlooked_of_area(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """The same of the selected area as one row: level, area, people of each kind and the latest days; none
    where nobody waits."""
    level, area = _area(snapshot, scope, selection)
    return read(snapshot, scope, "FROM unlooked WHERE level = ? AND area = ?", [level, area])


def practices_unlooked(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """The practices of `unlooked`: practice_code, and no count of anybody."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT p.practice_code FROM unlooked u
            JOIN practice p ON u.level = 'practice' AND p.practice_code = u.area
            WHERE {where} ORDER BY p.practice_code""",
        parameters,
    )


def gaps(snapshot: Snapshot, scope: Scope, selection: Selection | None) -> Cleared:
    """Months of the selected area and period, to the latest, in which an extract has not come: practice_code,
    name, month, state (`missing` and the like; `partial` where issues have come), lacking (others)."""
    where, parameters = within(scope, selection)
    first = snapshot.info.data_from if selection is None else snapshot.info.month(selection.months - 1)
    return read(
        snapshot,
        scope,
        f"""SELECT q.practice_code, p.name, q.month, q.state, q.lacking
            FROM quality_coverage q JOIN practice p ON p.practice_code = q.practice_code
            WHERE (q.state NOT IN ('received', 'partial', 'before') OR q.lacking <> '')
              AND q.month BETWEEN ? AND ? AND {where}
            ORDER BY p.name, q.practice_code, q.month""",
        [first, snapshot.info.last_month, *parameters],
    )


def unlisted(snapshot: Snapshot, scope: Scope) -> Cleared:
    """Practices and months without rates, since the list size cannot be right: practice_code, month."""
    where, parameters = within(scope, None)
    return read(
        snapshot,
        scope,
        f"""SELECT DISTINCT q.practice_code, q.month
            FROM quality_list_size q JOIN practice p ON p.practice_code = q.practice_code
            WHERE {where} ORDER BY ALL""",
        parameters,
    )


def quality(snapshot: Snapshot, scope: Scope, table: str) -> Cleared:
    """One of the quality tables, whole; rows that name no practice are shown to the whole ICB only."""
    if table not in QUALITY:
        raise ValueError(f"{table!r} is no quality table; ask for one of {', '.join(QUALITY)}.")
    frame = rows(snapshot.path, f"SELECT * FROM {table}")
    if scope.practices is not None:
        named = "practice_code" in frame
        frame = frame[frame["practice_code"].isin(scope.practices)] if named else frame.iloc[:0]
    return clear(frame, scope)

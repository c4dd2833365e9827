"""High dose: what the page shows, in which order and under which sentences."""

from __future__ import annotations

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.people.waterfall import waterfall
from reporting.exhibits.coverage import area_name, beyond, dose_words
from reporting.exhibits.exhibit import Head
from reporting.exhibits.high_dose import bands, funnel, new_and_left
from reporting.exhibits.high_dose import waterfall as excluded
from reporting.exhibits.high_dose.together import together
from reporting.exhibits.kinds.across import Across
from reporting.exhibits.kinds.also_measured import AlsoMeasured
from reporting.exhibits.kinds.chart import Chart
from reporting.exhibits.kinds.come_and_gone import ComeAndGone
from reporting.exhibits.kinds.rates import RATES_WORDS
from reporting.exhibits.kinds.series import Series, series
from reporting.exhibits.kinds.trend import Trend
from reporting.exhibits.policy import policy_of
from reporting.exhibits.wording import HIDDEN, counted, month, rate

PREVALENCE, GABAPENTINOID, USE = "high_dose_prevalence", "high_dose_gabapentinoid", "gabapentinoid_ddd"


def _gabapentinoid_words(snapshot: Snapshot, _: int) -> str:
    cut_off = float(policy_of(snapshot).get("gabapentinoid", {}).get("high_dose_ddd", 2.0))
    return (
        f"High dose: mean of {snapshot.info.window_days} days above {cut_off:g} defined daily doses "
        f"({cut_off * 300:,.0f} mg pregabalin or {cut_off * 1800:,.0f} mg gabapentin a day); people with an "
        "epilepsy code and people excluded are left out."
    )


def _use_words(*_: object) -> str:
    return (
        "A defined daily dose is a unit of counting (pregabalin 300 mg, gabapentin 1,800 mg), not a dose to "
        "aim for. Everybody counts, excluded or not."
    )


TREND = Trend(
    key="high-dose-trend",
    measure=PREVALENCE,
    them="{dose}",
    plotted="Per 1,000 adults",
    of=("adult", "adults"),
    columns=("People", "Registered adults", "Per 1,000"),
    counted=dose_words,
)
GABAPENTINOIDS = Trend(
    key="gabapentinoid-trend",
    measure=GABAPENTINOID,
    them="on a high-dose gabapentinoid",
    plotted="Per 1,000 adults",
    of=("adult", "adults"),
    columns=("People", "Registered adults", "Per 1,000"),
    counted=_gabapentinoid_words,
    per_threshold=False,
)
GABAPENTINOID_USE = Trend(
    key="gabapentinoid-use",
    measure=USE,
    them="of gabapentinoids",
    plotted="Defined daily doses of the month per 1,000 people",
    of=("person", "people"),
    columns=("Daily doses", "Registered people", "Per 1,000"),
    counted=_use_words,
    unit_format="{:,.0f}",
    per_threshold=False,
    amount="Gabapentinoid use: {} daily doses per 1,000 people a month, not judged",
)
PRACTICES = Across(
    key="high-dose-practices",
    measure=PREVALENCE,
    title="High dose {dose}",
    plotted="Adults {dose} per 1,000",
    columns=("People", "Registered adults", "Per 1,000"),
    counted=dose_words,
)
MOVES = Chart(
    key="high-dose-moves",
    measures=(new_and_left.NEW, new_and_left.LEFT, new_and_left.NOT_KNOWN),
    title="New to and left high dose {dose}",
    read=new_and_left.read,
    headline=new_and_left.crossings_headline,
    draw=new_and_left.by_reason,
    subtitle="Times by quarter to {month}: new above, left below (n = {n})",
    note=(
        "{net}{fell}{not_known} Times adults came to be {dose} OME a day or ceased to be, by reason; counts "
        "at the right: last {months} months. Who crosses twice counts twice; whether the number of people "
        "changed is judged by who is new and who left. How fast doses fell is not split by quarter: see "
        "Falls, stops and plans. Deaths, deductions and exclusions are no achievement and no failure; "
        "without supply, it may come from elsewhere.{uneven} {high_dose}"
    ),
)
EXCLUDED = Chart(
    key="high-dose-cohort",
    measures=(PREVALENCE,),
    title="Who is found {dose}",
    read=excluded.read,
    headline=excluded.cohort_headline,
    draw=waterfall,
    subtitle="Adults {dose}: found, excluded by reason, in scope, on a plan, {month} (n = {n} people)",
    note=(
        "Adults on a long-term opioid {dose} OME a day. Blue: people left; grey: people taken away. Use "
        "under 90 days is no long-term use and not among those found. Exclusion goes by codes on the record; "
        "whoever is excluded stays visible, with the reason, on the worklist."
    ),
)
BANDS = Chart(
    key="high-dose-bands",
    measures=(bands.MEASURE,),
    title="Dose bands by quarter",
    read=bands.read,
    headline=bands.bands_headline,
    draw=bands.by_quarter,
    subtitle="Adults {dose}, % of adults on opioids, by quarter to {last} (n = {adults} adults)",
    note=(
        "{altogether}; those below are not drawn. Change is said only by an exact test of {ends}, corrected "
        "over {bands} (Benjamini–Hochberg, 5%). Moving to another band is not in itself progress: see Falls, "
        "stops and plans."
    ),
)
FUNNEL = Chart(
    key="high-dose-funnel",
    measures=(PREVALENCE,),
    title="Too few practices to compare by size",
    read=funnel.read,
    headline=funnel.funnel_headline,
    draw=funnel.by_size,
    subtitle="Adults {dose} per 1,000, by practice size, {month} (n = {practices})",
    note=(
        f"{RATES_WORDS} "
        "{case_mix} {method} About one practice in 20 lies beyond 95% by chance, so the limits name nobody. "
        "{high_dose}"
    ),
    among=True,
    one_size=True,
)
FIRST = ((TREND, GABAPENTINOIDS), (MOVES, PRACTICES))  # cards, row by row
MORE = (
    (ComeAndGone(PREVALENCE),),
    (ComeAndGone(GABAPENTINOID, per_threshold=False),),
    (EXCLUDED,),
    (BANDS,),
    (FUNNEL, GABAPENTINOID_USE),
    (together,),
)
ALSO = AlsoMeasured((
    "early_warning", "high_dose_3_months", "high_dose_6_months", "long_term_opioids", "high_dose_share",
    "ome_burden", "gabapentinoid_ddd",
))  # fmt: skip
IN_MORE = (
    "new and left since the start, who is excluded, dose bands, practices by size, gabapentinoid use, "
    "other medicines with opioids"
)


def head(snapshot: Snapshot, scope: Scope, selection: Selection) -> Head:
    """How many are on a high-dose opioid, whether that changed, and how many came down too fast."""
    found = series(snapshot, scope, selection, PREVALENCE, selection.threshold)
    if found is None:
        area = area_name(snapshot, scope, selection)
        return Head(f"No figures for {area} yet", "No practice here has sent complete data for this period.")
    last, dose = found.last, beyond(snapshot, selection.threshold)
    return Head(
        headline(found),
        f"{dose[0].upper()}{dose[1:]} a day in {month(last['month'])}: {rate(last['value'])} per 1,000 "
        f"adults of {counted(int(last['practices']), 'practice', 'practices')}.{_judged(found)}",
    )


def headline(found: Series) -> str:
    """“205 people are on a high-dose opioid: 44 fewer than at the start; 51 came down too fast”."""
    n = found.last["numerator"]
    people = f"{HIDDEN} people are" if n != n else counted(n, "person is", "people are").capitalize()
    start = f"{people} on a high-dose opioid"
    if not found.judged or found.change is None:
        return f"{start}; {found.words}"
    change = found.change
    sure = "" if change.change.is_change else ", which could be chance"
    return f"{start}: {change.apart}{sure}{change.with_moves}; {change.too_fast()}"


def _judged(found: Series) -> str:
    """What the headline's judgement rests on, and of how many something is not known, after a space."""
    if not found.judged or found.change is None:
        return ""
    change = found.change
    return f" {change.verdict} since {month(change.since)}{change.told}.{change.too_fast_not_known()}"

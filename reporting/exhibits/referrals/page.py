"""The page Referrals: the rule of its head, and what it shows in order."""

from __future__ import annotations

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.people.stages import referral_stages
from reporting.charts.rates.dots import interval_dots
from reporting.exhibits.coverage import area_name, coverage
from reporting.exhibits.exhibit import Head
from reporting.exhibits.kinds import series
from reporting.exhibits.kinds.also_measured import AlsoMeasured
from reporting.exhibits.kinds.chart import Chart
from reporting.exhibits.kinds.rates import SHARES_WORDS, UNSURE
from reporting.exhibits.referrals import declined, practices, rejected, stages, waits
from reporting.exhibits.referrals.practices import ATTENDED, CONFOUNDED
from reporting.exhibits.wording import FEWEST_FOR_PERCENT, counted, month, number, part

OFFERED = "referral_offered"

STAGES = Chart(
    key="referral-stages",
    measures=stages.MEASURES,
    title="No referral was offered in the last 12 months",
    read=stages.read,
    headline=stages.stages_headline,
    draw=referral_stages,
    subtitle="Share of the stage before, by service, offers of {year} ({n})",
    note=(
        f"Figure: share and number of offers, counts alone of fewer than {FEWEST_FOR_PERCENT}; line: 95% "
        "Wilson interval; dotted: all services together. Orange: below all services by an exact test, of "
        "{least} referrals or more, corrected over {compared} made at once (Benjamini–Hochberg, 5%). Offers "
        "to people on a high dose then ({dose} OME a day or a high-dose gabapentinoid, not excluded), as far "
        "as they had come by the end of the data: recent ones may still be on their way. {mismatch}"
    ),
)
WAITS = Chart(
    key="referral-waits",
    measures=(waits.MEASURE,),
    title="Days from referral to first contact",
    read=waits.read,
    headline=waits.waits_headline,
    draw=interval_dots,
    subtitle="Days from referral to first contact, by service, {year} ({n})",
    note=(
        "First attended contacts. Dot: median; line: middle half of people. Orange: longer than all together "
        "by the error of a median (McGill 1978), corrected over {services} (Benjamini–Hochberg, 5%). Those "
        "still waiting are not in it: a service that sees nobody looks no slower. Contacts by their own "
        "date, whenever they were offered, of people on a high dose at the offer ({dose} OME a day or a "
        "high-dose gabapentinoid). A median needs {least} people."
    ),
)
SEEN = Chart(
    key="referral-attended",
    measures=(ATTENDED,),
    title="Referrals attended by practice",
    read=practices.read,
    headline=practices.attended_headline,
    draw=interval_dots,
    subtitle="People on a high dose seen by a service, 12 months to {month} ({n})",
    note=(
        "People on a high dose ({dose} OME a day, or a high-dose gabapentinoid) with a referral attended, % "
        "of them, in {practices}. Dot: share; line: 95% Wilson interval. "
        f"{SHARES_WORDS} "
        "{case_mix} "
        f"Orange: lower; blue: higher; grey: {UNSURE}. {CONFOUNDED} "
        "{left_out}"
    ),
    among=True,
)
DECLINED = Chart(
    key="referral-declined",
    measures=(declined.MEASURE,),
    title="Why people decline a referral",
    read=declined.read,
    headline=declined.declined_headline,
    draw=interval_dots,
    subtitle="Reasons recorded, {year} ({n} declined)",
    note=(
        "Dot: share of the offers declined; line: 95% Wilson interval. A reason is named where at least "
        "{least} people of the ICB gave it at any time; everything else is another reason. No share is good "
        "or bad. Offers to people on a high dose then ({dose} OME a day or a high-dose gabapentinoid)."
    ),
)
FIRST = (STAGES, WAITS, SEEN)
MORE = (DECLINED,)
STATES = (  # whose coming and going can be shown, the first unless another is chosen
    "referral_attended_of_cohort", "referral_offered", "referral_made_of_cohort",
    "referral_accepted_of_cohort", "referral_completed_of_cohort",
)  # fmt: skip
LISTS = (
    rejected.rejected,
    AlsoMeasured((
        "referral_made_of_cohort", "referral_accepted_of_cohort", "referral_completed_of_cohort",
        "referral_made", "referral_accepted", "referral_attended", "referral_completed",
        "msk_without_indication",
    )),
)  # fmt: skip
IN_MORE = "offers declined, new and left, referrals rejected, other measures"


def head(snapshot: Snapshot, scope: Scope, selection: Selection) -> Head:
    """The page's finding: how many people on a high dose were offered help and seen."""
    frame = figures.measure_by_month(
        snapshot, scope, selection, [OFFERED, ATTENDED], [selection.threshold]
    ).frame
    offered, attended = (
        series.judged(snapshot, scope, selection, frame, measure, selection.threshold)
        for measure in (OFFERED, ATTENDED)
    )
    if offered is None or attended is None:
        area = area_name(snapshot, scope, selection)
        covered = coverage(snapshot, scope, selection)
        none = "Referrals are not known" if covered.without("referrals") else "Nobody on a high dose to refer"
        return Head(f"{none} in {area}", covered.nothing())
    cohort, latest = attended.last["denominator"], attended.last["month"]
    n_offered, n_seen = offered.last["numerator"], attended.last["numerator"]
    return Head(
        f"{number(n_offered)} of {counted(cohort, 'person', 'people')} on a high dose were offered a "
        f"referral; {number(n_seen)} were seen",
        f"Offered in the 12 months to {month(latest)}. Seen: {part(n_seen, cohort)}, {attended.words}. "
        f"{CONFOUNDED}",
    )

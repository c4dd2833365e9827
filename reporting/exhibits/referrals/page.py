"""The page Referrals: the rule of its head, and what it shows in order."""

from __future__ import annotations

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.coverage import area_name, coverage
from reporting.exhibits.exhibit import Head
from reporting.exhibits.kinds import series
from reporting.exhibits.kinds.also_measured import AlsoMeasured
from reporting.exhibits.referrals import declined, practices, rejected, stages, waits
from reporting.exhibits.referrals.practices import ATTENDED, CONFOUNDED
from reporting.exhibits.wording import counted, month, number, part

OFFERED = "referral_offered"

FIRST = (stages.stages, waits.waits, practices.attended)
MORE = (declined.declined,)
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

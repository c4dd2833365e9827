"""Referrals of the last 12 months: how far they came, how long people waited, why they declined."""

from __future__ import annotations

from reporting.access import Scope, Selection, Snapshot
from reporting.disclosure import Cleared
from reporting.queries.counted import STAGES, stages
from reporting.queries.protection import SERVICES, cleared
from reporting.queries.release import read, rows, within


def referral_stages(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Offers of the last 12 months by service, and how far each had come by the last day: service, offered,
    made, accepted, attended, completed, mismatched (musculoskeletal service, other indication). A row for
    every service the release knows, by name.

    Only offers to people in the cohort when offered: not excluded, and beyond the threshold or on a high-dose
    gabapentinoid.
    """
    where, parameters = within(scope, selection)
    by_practice, asked = stages(snapshot, selection.threshold)
    summed = ", ".join(f"sum({stage})::BIGINT AS {stage}" for stage in STAGES)
    found = rows(
        snapshot.path,
        f"""SELECT s.service, {summed} FROM ({by_practice}) s JOIN practice p USING (practice_code)
            WHERE {where} GROUP BY s.service ORDER BY s.service""",
        [*asked, *parameters],
    )
    return cleared(snapshot, scope, selection, found, SERVICES, "service")


def referral_waits(snapshot: Snapshot, scope: Scope, selection: Selection, least: int) -> Cleared:
    """First contacts of the last 12 months by service, and of all (service NULL): service, people, and
    lower, median, upper (quartiles, in days from referral to contact; NULL below `least` people).

    Only of people in the cohort when offered.
    """
    where, parameters = within(scope, selection)
    quartiles = ", ".join(
        f"CASE WHEN count(*) >= ? THEN quantile_cont(r.days_to_contact, {at}) END AS {name}"
        for name, at in (("lower", 0.25), ("median", 0.5), ("upper", 0.75))
    )
    return read(
        snapshot,
        scope,
        f"""SELECT r.service, count(*) AS people, {quartiles}
            FROM first_contact r JOIN practice p ON p.practice_code = r.practice_code
            WHERE r.month >= ? AND r.month <= ? AND r.in_cohort_base
              AND (r.current_ome_milli {snapshot.info.operator} ? OR r.high_gaba)
              AND p.data_to >= ? AND {where}
            GROUP BY ROLLUP (r.service) HAVING count(*) > 0 ORDER BY median, r.service""",
        [
            *[least] * 3,
            snapshot.info.month(11),
            snapshot.info.last_month,
            selection.threshold * 1000,
            snapshot.info.data_to,
            *parameters,
        ],
    )


def declined_reasons(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Offers of the last 12 months by reason for declining: reason (NULL: not declined), offers.

    Only offers to people in the cohort when offered.
    """
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT r.declined_as AS reason, count(*) AS offers
            FROM referral r JOIN practice p ON p.practice_code = r.practice_code
            WHERE r.month >= ? AND r.month <= ? AND r.in_cohort_base AND r.is_offered
              AND (r.current_ome_milli {snapshot.info.operator} ? OR r.high_gaba)
              AND p.data_to >= ? AND {where}
            GROUP BY ALL ORDER BY offers DESC, reason""",
        [
            snapshot.info.month(11),
            snapshot.info.last_month,
            selection.threshold * 1000,
            snapshot.info.data_to,
            *parameters,
        ],
    )

"""Referrals of the last 12 months: how far they came, how long people waited, why they declined."""

from __future__ import annotations

from reporting.access import Scope, Selection, Snapshot
from reporting.disclosure import Cleared
from reporting.queries.counted import CONTACTS, DECLINED, SERVICES
from reporting.queries.protection import summed
from reporting.queries.release import COMPLETE, read, within


def referral_stages(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Offers of the last 12 months by service, and how far each had come by the last day: service, offered,
    made, accepted, attended, completed, mismatched (musculoskeletal service, other indication). A row for
    every service the release knows, by name.

    Only offers to people in the cohort when offered: not excluded, and beyond the threshold or on a high-dose
    gabapentinoid.
    """
    return summed(snapshot, scope, selection, SERVICES)


def first_contacts(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """First contacts of the last 12 months by service, of people in the cohort when offered: service, people.
    A row for every service the release knows, by name."""
    return summed(snapshot, scope, selection, CONTACTS)


def referral_waits(snapshot: Snapshot, scope: Scope, selection: Selection, least: int) -> Cleared:
    """Of `first_contacts` by service, and of all (service NULL), where they are `least` people or more:
    service, and lower, median, upper (quartiles, in days from referral to contact)."""
    where, parameters = within(scope, selection)
    quartiles = ", ".join(
        f"quantile_cont(r.days_to_contact, {at}) AS {name}"
        for name, at in (("lower", 0.25), ("median", 0.5), ("upper", 0.75))
    )
    return read(
        snapshot,
        scope,
        f"""SELECT r.service, {quartiles}
            FROM first_contact r JOIN practice p ON p.practice_code = r.practice_code
            WHERE r.month >= ? AND r.month <= ? AND r.in_cohort_base
              AND (r.current_ome_milli {snapshot.info.operator} ? OR r.high_gaba)
              AND p.{COMPLETE} AND {where}
            GROUP BY ROLLUP (r.service) HAVING count(*) >= ? ORDER BY median, r.service""",
        [
            snapshot.info.month(11),
            snapshot.info.last_month,
            selection.threshold * 1000,
            snapshot.info.data_to,
            *parameters,
            max(least, 1),
        ],
    )


def declined_reasons(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Offers of the last 12 months that were declined, by reason: reason, offers. A row for every reason the
    release knows, by name. Only offers to people in the cohort when offered."""
    return summed(snapshot, scope, selection, DECLINED)

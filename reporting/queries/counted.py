"""Counts by practice that no measure holds, which the pages add up and the plan of protection looks at one
by one: SELECTs of a row for every practice complete at the end and for every category there is, also where
nobody is in it, so that a missing row says nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reporting.access import Snapshot
from reporting.analysis.bands import from_highest
from reporting.queries.release import COMPLETE, rows

REACHED_ON = {
    "made": "referred_on",
    "accepted": "accepted_on",
    "attended": "first_contact_on",
    "completed": "completed_on",
}
STAGES = ("offered", *REACHED_ON, "mismatched")
NEW, LEFT = "new_to_high_dose", "left_high_dose"
IN_SCOPE, PLANNED = 5, 6  # steps of the mart cohort_waterfall
Asked = tuple[str, list[Any]]


@dataclass(frozen=True)
class Counted:
    """what: how the plan of protection calls it. by: the column that splits it. counts: its columns.
    asked(snapshot, threshold): the SELECT of practice_code and these, and its parameters. whole_is_told:
    whether all categories together may leave."""

    what: str
    by: str
    counts: tuple[str, ...]
    asked: Callable[[Snapshot, int], Asked]
    whole_is_told: bool = True


def stages(snapshot: Snapshot, threshold: int) -> Asked:
    """Offers of the last 12 months by service, and how many of them had come to each of STAGES by the last
    day. Only offers to people in the cohort when offered: not excluded, and beyond the threshold or on a
    high-dose gabapentinoid."""
    last_day = snapshot.info.data_to
    reached = ", ".join(f"count(*) FILTER (r.{day} <= ?) AS {stage}" for stage, day in REACHED_ON.items())
    return (
        f"""SELECT practice.practice_code, known.service,
                   count(*) FILTER (r.is_offered) AS offered, {reached},
                   count(*) FILTER (r.referred_on <= ? AND r.msk_mismatch) AS mismatched
            FROM practice CROSS JOIN (SELECT DISTINCT service FROM referral) known
            LEFT JOIN referral r ON r.practice_code = practice.practice_code AND r.service = known.service
              AND r.month >= ? AND r.month <= ? AND r.in_cohort_base
              AND (r.current_ome_milli {snapshot.info.operator} ? OR r.high_gaba)
            WHERE practice.{COMPLETE}
            GROUP BY ALL""",
        [
            *[last_day] * (len(REACHED_ON) + 1),
            snapshot.info.month(11),
            snapshot.info.last_month,
            threshold * 1000,
            last_day,
        ],
    )


def zones(snapshot: Snapshot, threshold: int) -> Asked:
    """Active plans whose baseline is beyond the threshold, by how fast they fell at most between consecutive
    28-day means in 12 months: zone (slow, or fast: beyond the policy's amber limit)."""
    taper = json.loads(snapshot.info.policy_json)["taper"]
    return (
        f"""SELECT practice_code, zone, count(falls.practice_code) AS people
            FROM practice CROSS JOIN (VALUES ('slow'), ('fast')) known (zone)
            LEFT JOIN (
                SELECT practice_code, CASE WHEN max_fall_percent_12m > ? THEN 'fast' ELSE 'slow' END AS zone
                FROM taper_month
                WHERE month = ? AND active AND NOT excluded AND baseline_milli {snapshot.info.operator} ?
            ) falls USING (practice_code, zone)
            WHERE practice.{COMPLETE}
            GROUP BY ALL""",
        [
            taper["amber_fall_percent"],
            snapshot.info.last_month,
            threshold * 1000,
            snapshot.info.data_to,
        ],
    )


def contacts(snapshot: Snapshot, threshold: int) -> Asked:
    """First contacts of the last 12 months by service, of people in the cohort when offered."""
    return (
        f"""SELECT practice.practice_code, known.service, count(c.practice_code) AS people
            FROM practice CROSS JOIN (SELECT DISTINCT service FROM first_contact) known
            LEFT JOIN first_contact c
              ON c.practice_code = practice.practice_code AND c.service = known.service
              AND c.month >= ? AND c.month <= ? AND c.in_cohort_base
              AND (c.current_ome_milli {snapshot.info.operator} ? OR c.high_gaba)
            WHERE practice.{COMPLETE}
            GROUP BY ALL""",
        _year(snapshot, threshold * 1000),
    )


def declined(snapshot: Snapshot, threshold: int) -> Asked:
    """Offers of the last 12 months that were declined, by reason, to people in the cohort when offered."""
    return (
        f"""SELECT practice.practice_code, known.reason, count(r.practice_code) AS offers
            FROM practice
            CROSS JOIN (SELECT DISTINCT declined_as AS reason FROM referral
                        WHERE declined_as IS NOT NULL) known
            LEFT JOIN referral r ON r.practice_code = practice.practice_code AND r.declined_as = known.reason
              AND r.month >= ? AND r.month <= ? AND r.in_cohort_base AND r.is_offered
              AND (r.current_ome_milli {snapshot.info.operator} ? OR r.high_gaba)
            WHERE practice.{COMPLETE}
            GROUP BY ALL""",
        _year(snapshot, threshold * 1000),
    )


def ways(snapshot: Snapshot, threshold: int) -> Asked:
    """Plans whose baseline is beyond the threshold and whose dose now is known, by the way from the band at
    baseline to that now: lower, lower after harm (after), same or higher. Nobody who died or
    left."""
    bands = rows(snapshot.path, "SELECT baseline_band AS band FROM taper UNION SELECT now_band FROM taper")
    order = from_highest(bands["band"].dropna())
    return (
        f"""SELECT practice.practice_code, known.way, count(t.practice_code) AS people
            FROM practice
            CROSS JOIN (VALUES ('lower', 1, false), ('after', 1, true), ('same', 0, NULL),
                               ('higher', -1, NULL)) known (way, step, harmed)
            LEFT JOIN taper t ON t.practice_code = practice.practice_code AND NOT t.excluded
              AND t.censored IS NULL AND t.baseline_milli {snapshot.info.operator} ?
              AND sign(list_position(?::VARCHAR[], t.now_band)
                       - list_position(?::VARCHAR[], t.baseline_band)) = known.step
              AND (known.harmed IS NULL OR coalesce(t.harmed, false) = known.harmed)
            WHERE practice.{COMPLETE}
            GROUP BY ALL""",
        [threshold * 1000, order, order, snapshot.info.data_to],
    )


def excluded(snapshot: Snapshot, threshold: int) -> Asked:
    """Adults on a long-term opioid beyond the threshold in the latest month who are excluded, by reason."""
    return _step(snapshot, threshold, IN_SCOPE, "WHERE outcome <> ''")


def in_scope(snapshot: Snapshot, threshold: int) -> Asked:
    """Those who are not excluded, by outcome: “” for those with a taper plan, else why not."""
    return _step(snapshot, threshold, PLANNED)


def _step(snapshot: Snapshot, threshold: int, step: int, kept: str = "") -> Asked:
    return (
        f"""WITH step AS (
                SELECT practice_code, month, threshold, outcome, people FROM cohort_waterfall WHERE step = ?
            )
            SELECT practice.practice_code, known.outcome, coalesce(sum(s.people), 0)::BIGINT AS people
            FROM practice CROSS JOIN (SELECT DISTINCT outcome FROM step {kept}) known
            LEFT JOIN step s ON s.practice_code = practice.practice_code AND s.outcome = known.outcome
              AND s.month = ? AND s.threshold = ?
            WHERE practice.{COMPLETE}
            GROUP BY ALL""",
        [step, snapshot.info.last_month, threshold, snapshot.info.data_to],
    )


def crossed(measure: str) -> Callable[[Snapshot, int], Asked]:
    """Times adults crossed the threshold one way (NEW or LEFT) in the last 12 months, by reason."""

    def asked(snapshot: Snapshot, threshold: int) -> Asked:
        return (
            f"""SELECT practice.practice_code, known.reason, coalesce(sum(m.numerator), 0)::BIGINT AS people
               FROM practice
               CROSS JOIN (SELECT DISTINCT category AS reason FROM measure_month WHERE measure = ?) known
               LEFT JOIN measure_month m ON m.practice_code = practice.practice_code AND m.measure = ?
                 AND m.category = known.reason AND m.month >= ? AND m.month <= ? AND m.threshold = ?
               WHERE practice.{COMPLETE}
               GROUP BY ALL""",
            [measure, measure, *_year(snapshot, threshold)],
        )

    return asked


def _year(snapshot: Snapshot, threshold: int) -> list[Any]:
    """The first and last month of the latest 12, the threshold, and the last day."""
    info = snapshot.info
    return [info.month(11), info.last_month, threshold, info.data_to]


SERVICES = Counted("referral stages", "service", STAGES, stages)
ZONES = Counted("taper zones", "zone", ("people",), zones)
CONTACTS = Counted("first contacts", "service", ("people",), contacts)
DECLINED = Counted("offers declined", "reason", ("offers",), declined)
WAYS = Counted("ways between dose bands", "way", ("people",), ways)
# Told with all who are excluded, the few of one reason would cost the number in scope.
EXCLUDED = Counted("people excluded", "outcome", ("people",), excluded, whole_is_told=False)
SCOPE = Counted("people in scope", "outcome", ("people",), in_scope)
CROSSED = {way: Counted(way, "reason", ("people",), crossed(way)) for way in (NEW, LEFT)}
EVERY = (SERVICES, ZONES, CONTACTS, DECLINED, WAYS, EXCLUDED, SCOPE, *CROSSED.values())

"""Counts of events by practice, which the pages add up and the plan of protection looks at one by one."""

from __future__ import annotations

import json
from typing import Any

from reporting.access import Snapshot

REACHED_ON = {
    "made": "referred_on",
    "accepted": "accepted_on",
    "attended": "first_contact_on",
    "completed": "completed_on",
}
STAGES = ("offered", *REACHED_ON, "mismatched")
Asked = tuple[str, list[Any]]


def stages(snapshot: Snapshot, threshold: int) -> Asked:
    """SELECT, and its parameters, of offers of the last 12 months by practice and service: practice_code,
    service, and how many of them had come to each of STAGES by the last day; of every service the release
    knows, so that a missing row says nothing. Only practices whose data reach it, and only offers to people
    in the cohort when offered: not excluded, and beyond the threshold or on a high-dose gabapentinoid."""
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
            WHERE practice.data_to >= ?
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
    """SELECT, and its parameters, of active plans whose baseline is beyond the threshold, by practice and
    how fast they fell at most between consecutive 28-day means in 12 months: practice_code, zone (slow, or
    fast: beyond the policy's amber limit), people, also where that is nobody."""
    taper = json.loads(snapshot.info.policy_json)["taper"]
    return (
        f"""SELECT practice_code, zone, count(falls.practice_code) AS people
            FROM practice CROSS JOIN (VALUES ('slow'), ('fast')) known (zone)
            LEFT JOIN (
                SELECT practice_code, CASE WHEN max_fall_percent_12m > ? THEN 'fast' ELSE 'slow' END AS zone
                FROM taper_month
                WHERE month = ? AND active AND NOT excluded AND baseline_milli {snapshot.info.operator} ?
            ) falls USING (practice_code, zone)
            WHERE practice.data_to >= ?
            GROUP BY ALL""",
        [
            taper["amber_fall_percent"],
            snapshot.info.last_month,
            threshold * 1000,
            snapshot.info.data_to,
        ],
    )

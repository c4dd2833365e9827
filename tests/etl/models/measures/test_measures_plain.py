"""The measures of the SQL are those of a plain Python implementation, on random patients."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest

from measures import measure, policy
from tests.etl.models.plain import plain_care, plain_measures, plain_watch
from tests.etl.models.plain.plain_measures import Found, Place
from tests.etl.models.plain.plain_person import Person, Row, month_end, months_before
from tests.etl.models.random_care import kept_back, village
from tests.etl.models.random_watch import watched
from tests.etl.models.world import LAST, rows_of, world

KITS = policy.Naloxone("cohort with a gabapentinoid or sedative", "practices", 12)
RULES = replace(policy.load(), naloxone=KITS)
NEEDED = {m.slug: m.days_needed for m in measure.load()}
ROWS = kept_back(watched(village(seed=11, size=240), seed=11), seed=11)
MONTHS = [dt.date(2025, 2, 1), dt.date(2025, 9, 1), dt.date(2026, 3, 1), dt.date(2026, 9, 1)]
EVERY = (
    plain_measures.prevalence, plain_measures.changes, plain_measures.cohort, plain_measures.issued,
    plain_care.steps, plain_care.tapers, plain_care.events, plain_care.services,
    plain_care.headings, plain_watch.watch,
)  # fmt: skip
PLACES = [(practice, month, t) for practice in "AB" for month in MONTHS for t in RULES.thresholds.values]
# Counted by another second implementation (doses, falls) or split by words that depend on the whole area.
ELSEWHERE = {
    "dose_band_share", "outcome_band_share", "red_speed", "amber_speed", "stalled", "abrupt_stops",
    "declined_reasons", "rejected_reasons", "best_interest_red_speed", "days_to_first_contact",
    "outcome_band_after_fall", "falls_of_everybody", "stops_of_everybody", "falls_not_known",
}  # fmt: skip


AFTER_FALL = {
    "tapering_after_fall": "tapering",
    "below_threshold_after_fall": "below_threshold_now",
    "sustained_after_fall": "sustained",
}


@pytest.fixture(scope="module")
def marts() -> Iterator[duckdb.DuckDBPyConnection]:
    with world(RULES, last=LAST, **ROWS) as con:
        yield con


def everybody() -> dict[str, list[Person]]:
    found: dict[str, Person] = {}
    for row in ROWS["patients"]:
        found[row["patient_key"]] = Person(row, RULES)
    for name in ("issues", "plans", "reviews", "referrals", "kept_issue"):
        for row in ROWS[name]:
            getattr(found[row["patient_key"]], name).append(row)
    people = list(found.values())
    return {code: [p for p in people if p.patient["practice_code"] == code] for code in "AB"}


PEOPLE = everybody()


def place(practice: str, month: dt.date, threshold: int) -> Place:
    own: dict[str, list[Row]] = {
        name: [row for row in rows if row["practice_code"] == practice] for name, rows in ROWS.items()
    }
    return Place(practice, month, threshold, PEOPLE[practice], own, RULES, adults=800, registered=1000)


def counted(con: duckdb.DuckDBPyConnection, at: Place) -> Found:
    rows = rows_of(
        con,
        f"""SELECT measure, category, numerator, denominator FROM measure_month
            WHERE practice_code = '{at.practice}' AND month = DATE '{at.month}'
              AND threshold IN (0, {at.threshold})""",
    )
    found = {(r["measure"], r["category"]): (r["numerator"], r["denominator"]) for r in rows}
    # Whether a fall lay on the way is proved in test_falls_plain: here both kinds of plan are together.
    for after, slug in AFTER_FALL.items():
        more, _ = found.pop((after, ""), (0, 0))
        if (slug, "") in found:
            found[slug, ""] = found[slug, ""][0] + more, found[slug, ""][1]
    return found


@pytest.mark.parametrize(("practice", "month", "threshold"), PLACES)
def test_every_count_is_that_of_the_plain_implementation(
    marts: duckdb.DuckDBPyConnection, practice: str, month: dt.date, threshold: int
) -> None:
    at = place(practice, month, threshold)
    plain: Found = {}
    for of in EVERY:
        plain |= of(at)
    sql = {
        key: value
        for key, value in counted(marts, at).items()
        if key[0] not in ELSEWHERE and (value[1] or key[0] != "new_to_high_dose")
    }
    begun = {key for key in plain if month >= first_month(key[0])}
    for key in begun | set(sql):
        assert sql.get(key, (0, 0)) == plain.get(key, (0, sql[key][1] if key in sql else 0)), key


def first_month(slug: str) -> dt.date:
    needed = NEEDED[slug]
    month = dt.date(2024, 1, 1)
    while (month_end(month) - dt.date(2024, 1, 1)).days + 1 < needed:
        month = months_before(month, -1)
    return month


@pytest.mark.parametrize(("practice", "month", "threshold"), [p for p in PLACES if p[1] >= MONTHS[1]])
def test_waiting_times_are_medians_of_the_contacts(
    marts: duckdb.DuckDBPyConnection, practice: str, month: dt.date, threshold: int
) -> None:
    rows = rows_of(
        marts,
        f"""SELECT category, n, median FROM measure_median WHERE level = 'practice' AND area = '{practice}'
            AND month = DATE '{month}' AND threshold = {threshold}""",
    )
    found = {r["category"]: (r["n"], r["median"]) for r in rows}
    assert found == plain_care.waits(place(practice, month, threshold))


def test_the_plain_implementation_sees_all_measures_but_those_told_elsewhere() -> None:
    seen: set[str] = set()
    for at in (place(*one) for one in PLACES):
        for of in EVERY:
            seen |= {slug for slug, _ in of(at)}
    assert seen == set(NEEDED) - ELSEWHERE - set(AFTER_FALL)

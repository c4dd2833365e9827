"""Falls, stops and their measures of the SQL are those of a plain implementation, on random people; and the
largest fall is where the SQL looks for it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures import policy
from tests.etl.models.plain.plain_falls import DAY, Row, Watched, falls, harmed, of_everybody, turned, turns
from tests.etl.models.plain.plain_person import month_end
from tests.etl.models.random_care import kept_back, village
from tests.etl.models.world import FIRST, LAST, rows_of, world

RULES = policy.load()
ROWS = kept_back(village(seed=23, size=240), seed=23)
END = month_end(LAST)
MONTHS = [dt.date(2025, 6, 1), dt.date(2026, 1, 1), dt.date(2026, 9, 1)]
SAID = ("kind", "fell_on", "percent", "status", "exclusions", "looked_on")


@pytest.fixture(scope="module")
def marts() -> Iterator[duckdb.DuckDBPyConnection]:
    with world(RULES, LAST, **ROWS) as con:
        yield con


@pytest.fixture(scope="module")
def people(marts: duckdb.DuckDBPyConnection) -> dict[str, Watched]:
    made: dict[str, Watched] = {}
    segments = defaultdict[str, list[Row]](list)
    for row in rows_of(marts, "SELECT * FROM dose_segment WHERE class = 'opioid'"):
        segments[row["patient_key"]].append(row)
    for one in ROWS["patients"]:
        key = one["patient_key"]
        made[key] = Watched(
            segments[key],
            plans=[p for p in ROWS["plans"] if p["patient_key"] == key],
            decisions=[d["decided_on"] for d in ROWS["best_interest"] if d["patient_key"] == key],
            reviews=[r["reviewed_on"] for r in ROWS["reviews"] if r["patient_key"] == key],
            left_on=one.get("registered_to"),
            seen_from=max(one["registered_from"], FIRST),
        )
    for row in rows_of(marts, "SELECT * FROM exclusion"):
        made[row["patient_key"]].exclusions.append((row["reason"], row["from_on"], row["to_on"]))
    spans = rows_of(
        marts, "SELECT n.patient_key, s.* FROM undosed_span AS s JOIN person AS n ON n.person = s.person"
    )
    for row in spans:
        made[row["patient_key"]].unknown.append((row["from_day"], row["to_day"]))
    runs = """SELECT n.patient_key, r.* FROM dose_run AS r JOIN person AS n ON n.person = r.person
              WHERE r.kind = 'opioid' AND r.unknown > 0"""
    for row in rows_of(marts, runs):
        made[row["patient_key"]].unclear.append((row["from_day"], row["to_day"]))
    supplies = """
        SELECT n.patient_key, s.product_no, s.issued_on, s.from_day, s.to_day, s.ome_milli,
            s.no_dose IS NULL AS known, CASE WHEN l.spread THEN l.own_end - l.from_day
            WHEN l.basis = 'time to next issue' THEN l.usual_milli / 1000
            ELSE date_diff('day', s.from_day, s.to_day) END AS own_days
        FROM supply_dosed AS s JOIN numbered_product AS k ON k.product_no = s.product_no
        JOIN person AS n ON n.person = s.person
        JOIN supply_planned AS l
            ON l.person = s.person AND l.product_no = s.product_no AND l.issued_on = s.issued_on
        WHERE k.class = 'opioid' AND s.ome_milli > 0 AND s.to_day > s.from_day"""
    for row in rows_of(marts, supplies):
        made[row["patient_key"]].supplies.append(row)
    for who in made.values():
        who.supplies.sort(key=lambda one: one["from_day"])
    return made


def test_every_fall_and_stop_is_that_of_the_plain_implementation(
    marts: duckdb.DuckDBPyConnection, people: dict[str, Watched]
) -> None:
    kinds = defaultdict[str, int](int)
    widths = set()
    found = defaultdict[str, list[Row]](list)
    for row in rows_of(marts, "SELECT * FROM fall ORDER BY patient_key, fell_on, kind"):
        kinds[row["kind"]] += 1
        widths.add(row["seen_on"] - row["fell_on"])
        found[row["patient_key"]].append(
            {"kind": row["kind"], "fell_on": row["fell_on"], "percent": round(row["fall_percent"], 6),
             "status": row["status"], "exclusions": row["exclusions"], "looked_on": row["looked_on"]}
        )  # fmt: skip
    for key, who in people.items():
        plain = [{name: one[name] for name in SAID} for one in falls(who, RULES, END)]
        assert found[key] == plain, key
    assert min(kinds[kind] for kind in ("fall", "stop", "unknown")) >= 10
    assert {28 * DAY, 84 * DAY} <= widths


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("threshold", RULES.thresholds.values)
def test_measures_of_everybody_are_those_of_the_plain_implementation(
    marts: duckdb.DuckDBPyConnection, people: dict[str, Watched], month: dt.date, threshold: int
) -> None:
    found = {key: (who, falls(who, RULES, END)) for key, who in people.items()}
    for practice in "AB":
        then = {row["patient_key"]: row["current_ome_milli"] for row in rows_of(marts, f"""
            SELECT patient_key, current_ome_milli FROM patient_month WHERE practice_code = '{practice}'
            AND month = DATE '{month}' - INTERVAL 12 MONTH AND is_adult AND NOT excluded""")}  # fmt: skip
        plain = of_everybody(found, then, month, threshold, RULES)
        rows = rows_of(marts, f"""
            SELECT measure, category, numerator, denominator FROM measure_month
            WHERE measure IN ('falls_of_everybody', 'stops_of_everybody', 'falls_not_known')
              AND practice_code = '{practice}'
              AND month = DATE '{month}' AND threshold = {threshold} AND denominator > 0""")  # fmt: skip
        assert {(r["measure"], r["category"]): (r["numerator"], r["denominator"]) for r in rows} == plain


def test_tapers_are_told_apart_by_a_fall_on_the_way(
    marts: duckdb.DuckDBPyConnection, people: dict[str, Watched]
) -> None:
    """A plan is harmed from the month its first red fall or abrupt stop shows."""
    rows = rows_of(marts, """SELECT t.*, s.as_of, s.harmed AS at_the_end FROM taper_month AS t JOIN taper AS s
                             ON s.practice_code = t.practice_code AND s.plan_id = t.plan_id
                             ORDER BY t.plan_id, t.month""")  # fmt: skip
    last = {row["plan_id"]: row for row in rows}
    found = {key: turned(people[key], RULES, END) for key in {row["patient_key"] for row in rows}}
    seen = set()
    for row in rows:
        who, end = people[row["patient_key"]], month_end(row["month"])
        plain = harmed(who, found[row["patient_key"]], row["start_on"], RULES, end, row["as_of"])
        assert row["harmed"] == plain, row["plan_id"]
        assert row is not last[row["plan_id"]] or row["at_the_end"] == plain, row["plan_id"]
        seen.add(plain)
    assert seen == {True, False}


def course(doses: list[tuple[int, int]]) -> Watched:
    """Segments one after another from New Year's Day 2025: (days, mg a day), 0 mg for days without supply."""
    on, segments = dt.date(2025, 1, 1), []
    for days, mg in doses:
        to = on + dt.timedelta(days=days)
        if mg:
            segments.append({"from_day": on, "to_day": to, "ome_milli": mg * 1000})
        on = to
    return Watched(segments)


DOSES = st.lists(st.tuples(st.integers(1, 90), st.integers(5, 400)), min_size=2, max_size=9)
GAPS = st.lists(
    st.tuples(st.integers(10, 90), st.sampled_from([0, 0, 20, 50, 60, 90, 120, 200, 400])),
    min_size=2,
    max_size=8,
)


def steepest(who: Watched, turns: list[tuple[dt.date, dt.date]]) -> float:
    """The largest fall, %, from the 28 days before the first day of a turn to the 28 days from the second."""
    found = [0.0]
    for left, right in turns:
        before, after = who.mean(left - 28 * DAY), who.mean(right)
        if before and after is not None:
            found.append(100 * (before - after) / before)
    return max(found)


def every_day(who: Watched) -> list[tuple[dt.date, dt.date]]:
    first, last = who.segments[0]["from_day"], who.segments[-1]["to_day"]
    return [(first + n * DAY,) * 2 for n in range(-40, (last - first).days + 40)]


def whole(who: Watched, turns: list[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    return [one for one in turns if all(one[0] + n * DAY in who.doses for n in range(-28, 28))]


@given(DOSES)
def test_with_supply_on_every_day_no_day_is_steeper_than_the_turns(doses: list[tuple[int, int]]) -> None:
    who = course(doses)
    found = steepest(who, whole(who, turns(who, RULES)))
    assert found == pytest.approx(steepest(who, whole(who, every_day(who))))


@given(GAPS)
def test_gaps_hide_no_fall_that_some_day_would_show(doses: list[tuple[int, int]]) -> None:
    """Between changes windows with gaps may differ more than at the turns: by a point at most."""
    who = course(doses)
    if who.segments:
        assert steepest(who, turns(who, RULES)) >= steepest(who, every_day(who)) - 1

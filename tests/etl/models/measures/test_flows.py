"""Who entered a state and who left it between two months: of people told by hand, and of random ones."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import duckdb
import pytest

from etl.build import CHECKS
from etl.counting.flows import WHO
from measures import measure, policy
from measures.policy import Programme
from tests.etl.models.plain.plain_flows import Row as Flow
from tests.etl.models.plain.plain_flows import flows
from tests.etl.models.plain.plain_reasons import Known, reasons
from tests.etl.models.random_care import village
from tests.etl.models.world import FIRST, LAST, MST30, MST60, Row, day, every, patient, rows_of, world

PLACES = {"A": ("North", "East"), "B": ("North", "East"), "C": ("South", "West")}
STEADY = ("2024-01-02", 36, MST60, "1 bd", 56)  # 120 mg a day throughout
COLUMNS = (
    'level, area, span, from_month, to_month, entered, "left", moved_in, moved_out, from_people, to_people, '
    "practices"
)
LEAST_REASONS = 10
# The programme began in January 2026, in place East in March, at practice B in June.
PROGRAMME = (Programme("icb", "2026-01"), Programme("East", "2026-03"), Programme("B", "2026-06"))
STARTS = {
    ("icb", "Example ICB"): dt.date(2025, 12, 1), ("place", "West"): dt.date(2025, 12, 1),
    ("pcn", "South"): dt.date(2025, 12, 1), ("practice", "C"): dt.date(2025, 12, 1),
    ("place", "East"): dt.date(2026, 2, 1), ("pcn", "North"): dt.date(2026, 2, 1),
    ("practice", "A"): dt.date(2026, 2, 1), ("practice", "B"): dt.date(2026, 5, 1),
}  # fmt: skip
LATE = dt.date(2026, 1, 1)  # C sends list sizes from here on, so its months before do not count


def practice(code: str) -> Row:
    pcn, place = PLACES[code]
    return {
        "practice_code": code, "name": f"Practice {code}", "pcn": pcn, "place": place, "icb": "Example ICB",
    }  # fmt: skip


def lists(late: dt.date = LATE) -> list[Row]:
    months = [dt.date(y, m, 1) for y in (2024, 2025, 2026) for m in range(1, 13)]
    return [
        {"practice_code": code, "month": month, "age_band": "45-54", "sex": "female", "registered": 800}
        for code in PLACES
        for month in months
        if FIRST <= month <= LAST and (code != "C" or month >= late)
    ]


def moved(key: str, on: str, first: str, then: str) -> list[Row]:
    return [
        patient(key, practice_code=first, registered_to=day(on), left_reason="deducted"),
        patient(key, practice_code=then, registered_from=day(on)),
    ]


PATIENTS = [
    patient("STEADY"),
    patient("CAME", registered_from=day("2026-03-10")),
    patient("ROSE"),
    patient("FELL"),
    patient("DIED", registered_to=day("2026-05-10"), left_reason="died"),
    patient("CANCER", cancer_on=day("2026-02-20")),
    *moved("WITHIN", "2026-06-15", "A", "B"),
    *moved("AWAY", "2026-06-15", "A", "C"),  # C's September counts, and no September before
    *moved("BACK", "2026-06-15", "C", "B"),
]
ISSUES = [
    *(
        row
        for key in ("STEADY", "CAME", "DIED", "CANCER", "WITHIN", "AWAY", "BACK")
        for row in every(key, *STEADY)
    ),
    *every("ROSE", "2024-01-02", 28, MST30, "1 bd", 56),
    *every("ROSE", "2026-02-24", 9, MST60, "1 bd", 56),
    *every("FELL", "2024-01-02", 28, MST60, "1 bd", 56),
    *every("FELL", "2026-02-24", 9, MST30, "1 bd", 56),
]


@pytest.fixture(scope="module")
def told() -> Iterator[duckdb.DuckDBPyConnection]:
    rules = replace(policy.load(), programme=PROGRAMME)
    with world(
        rules, issues=ISSUES, patients=PATIENTS, practices=[practice(c) for c in PLACES], list_sizes=lists()
    ) as con:
        yield con


def test_each_area_has_the_start_of_the_nearest_around_it(told: duckdb.DuckDBPyConnection) -> None:
    rows = rows_of(told, "SELECT * FROM programme_start")
    assert {(row["level"], row["area"]): row["from_month"] for row in rows} == STARTS
    sql = "SELECT DISTINCT level, area, from_month FROM flow WHERE span = 'programme'"
    flows_from = {(row["level"], row["area"]): row["from_month"] for row in rows_of(told, sql)}
    with_data = {at: month for at, month in STARTS.items() if at[1] not in ("C", "South", "West")}
    assert flows_from == with_data  # C's months begin after the start, and there is nothing to compare with


@pytest.mark.parametrize(
    ("span", "area", "fell"),
    [
        ("year", "A", 1),  # FELL, in March; ROSE rose, DIED and CANCER have no fall that counts
        ("year", "B", None),
        ("programme", "A", 1),
        ("programme", "Example ICB", 1),
    ],
)
def test_who_fell_too_fast_since_is_of_those_who_were_there_then(
    told: duckdb.DuckDBPyConnection, span: str, area: str, fell: int | None
) -> None:
    sql = f"""SELECT fell, fall_unknown FROM flow_fall
        WHERE measure = 'high_dose_prevalence' AND threshold = 90 AND to_month = DATE '2026-09-01'
            AND span = '{span}' AND area = '{area}'"""
    assert rows_of(told, sql) == ([] if fell is None else [{"fell": fell, "fall_unknown": 0}])


def test_falls_since_a_year_are_those_of_the_year(sample_release: duckdb.DuckDBPyConnection) -> None:
    """The mart of falls in a year counts them another way."""
    found = sample_release.execute("""
        SELECT t.threshold, m.practice_code, count(*)
        FROM fall_month AS m CROSS JOIN (VALUES (90), (120)) AS t (threshold)
        WHERE m.year_before_milli > t.threshold * 1000 AND (m.fell OR m.stopped)
            AND m.month = DATE '2026-09-01'
        GROUP BY ALL ORDER BY ALL""").fetchall()
    assert (
        len(found) > 20
        and found
        == sample_release.execute("""
        SELECT threshold, area, fell FROM flow_fall
        WHERE measure = 'high_dose_prevalence' AND level = 'practice' AND span = 'year' AND fell > 0
            AND to_month = DATE '2026-09-01' ORDER BY ALL""").fetchall()
    )


@pytest.mark.parametrize(
    ("level", "area", "entered", "left", "moved_in", "moved_out", "was", "now", "practices"),
    [
        # ROSE and CAME entered A; FELL, DIED, CANCER, WITHIN and AWAY left it, two of them by moving.
        ("practice", "A", 2, 5, 0, 2, 6, 3, 1),
        ("practice", "B", 2, 0, 2, 0, 0, 2, 1),  # WITHIN from A; BACK from C, which is not compared
        ("pcn", "North", 3, 4, 1, 1, 6, 5, 2),  # WITHIN neither entered nor left
        ("place", "East", 3, 4, 1, 1, 6, 5, 2),
        ("icb", "Example ICB", 3, 4, 1, 1, 6, 5, 2),  # C is not in it: AWAY left, BACK came
    ],
)
def test_a_year_told_by_hand(
    told: duckdb.DuckDBPyConnection, level: str, area: str, entered: int, left: int, moved_in: int,
    moved_out: int, was: int, now: int, practices: int,
) -> None:  # fmt: skip
    (row,) = rows_of(
        told,
        f"""SELECT * FROM flow WHERE measure = 'high_dose_prevalence' AND threshold = 90 AND span = 'year'
            AND to_month = DATE '2026-09-01' AND level = '{level}' AND area = '{area}'""",
    )
    assert row["from_month"] == dt.date(2025, 9, 1)
    found = [
        row[n] for n in ("entered", "left", "moved_in", "moved_out", "from_people", "to_people", "practices")
    ]
    assert found == [entered, left, moved_in, moved_out, was, now, practices]


@pytest.mark.parametrize(
    ("level", "area", "came", "went"),
    [
        ("icb", "Example ICB", {"newly registered": 1, "dose rose": 1, "moved in": 1},
         {"dose fell without a plan": 1, "died": 1, "excluded": 1, "moved away": 1}),
        ("practice", "A", {"newly registered": 1, "dose rose": 1},
         {"dose fell without a plan": 1, "died": 1, "excluded": 1, "moved away": 2}),
        ("practice", "B", {"moved in": 2}, {}),
    ],
)  # fmt: skip
def test_everybody_has_one_reason(
    told: duckdb.DuckDBPyConnection, level: str, area: str, came: dict[str, int], went: dict[str, int]
) -> None:
    """CAME, ROSE and BACK came; FELL, DIED, CANCER and AWAY went; WITHIN moved from A to B."""
    rows = rows_of(
        told,
        f"""SELECT way, reason, people FROM flow_reason
            WHERE measure = 'high_dose_prevalence' AND threshold = 90 AND span = 'year'
            AND to_month = DATE '2026-09-01' AND level = '{level}' AND area = '{area}'""",
    )
    found: dict[str, dict[str, int]] = {"entered": {}, "left": {}}
    for row in rows:
        found[row["way"]][row["reason"]] = row["people"]
    assert found == {"entered": came, "left": went}


def test_a_reason_that_is_lost_stops_the_build(told: duckdb.DuckDBPyConnection) -> None:
    check = (CHECKS / "flows" / "reasons_add_up.sql").read_text(encoding="utf-8")
    assert not told.execute(check).fetchall()
    for slip in (
        "DELETE FROM flow_reason WHERE reason = 'died'",
        "UPDATE flow_reason SET people = people + 1",
    ):
        told.execute("BEGIN")
        told.execute(slip)
        assert told.execute(check).fetchall(), slip
        told.execute("ROLLBACK")


def test_a_practice_whose_months_do_not_count_has_no_flows(told: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT DISTINCT span, min(from_month) AS since FROM flow WHERE area = 'C' GROUP BY span"
    assert {row["span"]: row["since"] for row in rows_of(told, sql)} == {
        "month": LATE,
        "quarter": dt.date(2026, 3, 1),
    }


def test_no_event_is_told_by_flows(told: duckdb.DuckDBPyConnection) -> None:
    found = {row["measure"] for row in rows_of(told, "SELECT DISTINCT measure FROM flow")}
    states = {m.slug for m in measure.under(measure.load(), policy.load()) if m.is_state}
    assert found == states
    assert not states & {
        "abrupt_stops",
        "new_to_high_dose",
        "dose_band_share",
        "ome_burden",
        "early_requests",
    }


def test_a_flow_that_does_not_add_up_stops_the_build(told: duckdb.DuckDBPyConnection) -> None:
    check = (CHECKS / "flows" / "flows_add_up.sql").read_text(encoding="utf-8")
    assert not told.execute(check).fetchall()
    where = "measure = 'high_dose_prevalence' AND level = 'pcn' AND span = 'year'"
    for slip in (
        "entered = entered + 1",
        'moved_out = "left" + 1',
        "from_people = from_people + 1, to_people = to_people + 1",
    ):
        told.execute("BEGIN")
        told.execute(f"UPDATE flow SET {slip} WHERE {where}")
        assert told.execute(check).fetchall(), slip
        told.execute("ROLLBACK")


def wandering(seed: int) -> dict[str, list[Row]]:
    """Random people of whom every third moves, once or twice, and takes a plan of the same number along."""
    chance = random.Random(seed)
    rows = village(seed, 90)
    patients = []
    for row in rows["patients"]:
        if row["registered_to"] or chance.random() > 0.4:
            patients.append(row)
            continue
        day_, here = dt.date(2025, 1, 1) + dt.timedelta(days=chance.randint(0, 500)), row["practice_code"]
        there = chance.choice([c for c in PLACES if c != here])
        patients += [{**row, "registered_to": day_, "left_reason": "deducted"}]
        if chance.random() < 0.8:
            patients += [{**row, "practice_code": there, "registered_from": day_}]
            rows["plans"] += [
                {**one, "practice_code": there}
                for one in rows["plans"]
                if one["patient_key"] == row["patient_key"]
            ]
    rows["patients"] = patients
    return rows


@pytest.mark.parametrize(("seed", "values"), [(1, (90, 120)), (2, (50, 90, 120, 200, 300))])
def test_every_flow_is_that_of_the_plain_implementation(seed: int, values: tuple[int, ...]) -> None:
    """The more thresholds, the more states: more than a number has bits."""
    rules = policy.load()
    rules = replace(rules, thresholds=replace(rules.thresholds, values=values), programme=PROGRAMME)
    late = dt.date(2025, 2, 1)
    rows = wandering(seed) | {"practices": [practice(c) for c in PLACES], "list_sizes": lists(late)}
    with world(rules, last=LAST, **rows) as con:
        moves, why, known = 0, set[str](), _known(con, rows)
        for m in measure.under(measure.load(), rules):
            if not m.is_state:
                continue
            for t in m.thresholds(rules):
                where = measure.predicate(f"({m.numerator})", t, rules)
                if not m.registered:
                    where += f" AND ({measure.predicate(m.denominator, t, rules)})"
                named = f"(SELECT *, {WHO[m.mart]} AS who FROM {m.mart})"
                people = con.execute(
                    f"SELECT who, month, practice_code FROM {named} WHERE {where}"
                ).fetchall()
                counted = con.execute(
                    "SELECT practice_code, month FROM measure_month WHERE measure = ? AND threshold = ?",
                    [m.slug, t],
                ).fetchall()
                plain = flows(people, counted, PLACES, STARTS)
                found = {
                    Flow(*row[:5]): row[5:]
                    for row in con.execute(
                        f"SELECT {COLUMNS} FROM flow WHERE measure = ? AND threshold = ?", [m.slug, t]
                    ).fetchall()
                }
                assert found == plain, (m.slug, t)
                moves += sum(row[2] for row in found.values())
                why.update(_held_against_plain(con, known, m, t, rules, counted))
        assert moves > 100
        assert len(why) >= LEAST_REASONS, why
        assert not con.execute(
            (CHECKS / "flows" / "reasons_add_up.sql").read_text(encoding="utf-8")
        ).fetchall()
        assert not con.execute((CHECKS / "flows" / "flows_add_up.sql").read_text(encoding="utf-8")).fetchall()


def _known(con: duckdb.DuckDBPyConnection, rows: dict[str, list[Row]]) -> Known:
    months = {
        (row["patient_key"], row["month"]): row
        for row in rows_of(con, "SELECT * FROM patient_month ORDER BY practice_code")
    }
    of: dict[str, dict[str, list[Row]]] = {"patients": defaultdict(list), "plans": defaultdict(list)}
    for name, by_person in of.items():
        for row in rows[name]:
            by_person[row["patient_key"]].append(row)
    return Known(months, of["patients"], of["plans"])


def _held_against_plain(
    con: duckdb.DuckDBPyConnection, known: Known, m: measure.Measure, t: int, rules: policy.Policy,
    counted: list[tuple[str, dt.date]],
) -> set[str]:  # fmt: skip
    """The reasons of the ICB in three years; people only, as a plan has its person's and its own."""
    if m.counts == "plans":
        return set()
    numerator = measure.predicate(f"({m.numerator})", t, rules)
    whole = {measure.COHORT: measure.IN_COHORT}.get(m.denominator, "false" if m.registered else m.denominator)
    whole = measure.predicate(f"({whole})", t, rules)
    numerator += "" if m.registered or m.denominator == measure.COHORT else f" AND {whole}"

    def people(where: str, month: dt.date, codes: set[str] | None = None) -> set[str]:
        sql = f"SELECT patient_key, practice_code FROM {m.mart} WHERE month = ? AND {where}"
        found = con.execute(sql, [month]).fetchall()
        return {key for key, code in found if codes is None or code in codes}

    dose = "gaba_ddd_milli" if m.by_gabapentinoid else "current_ome_milli"
    told = set[str]()
    for was, now in ((dt.date(2025, month, 1), dt.date(2026, month, 1)) for month in (3, 6, 9)):
        both = [{code for code, month in counted if month == end} for end in (was, now)]
        before, after = (people(numerator, month, both[0] & both[1]) for month in (was, now))
        plain = reasons(
            known, (was, now), after - before, before - after,
            (people(numerator, was), people(numerator, now)), (people(whole, was), people(whole, now)),
            by_list=bool(m.registered), dose=dose,
        )  # fmt: skip
        rows = con.execute(
            """SELECT way, reason, people FROM flow_reason WHERE measure = ? AND threshold = ?
               AND span = 'year' AND level = 'icb' AND to_month = ?""",
            [m.slug, t, now],
        ).fetchall()
        assert {(way, reason): n for way, reason, n in rows} == plain, (m.slug, t, now)
        told |= {reason for _, reason, _ in rows}
    return told

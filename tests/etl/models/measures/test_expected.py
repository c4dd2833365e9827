"""What is expected of a practice for its people: told by hand, and plainly again of random people."""

from __future__ import annotations

from collections import defaultdict

import duckdb
import pytest

from etl.build import CHECKS
from measures import measure, policy
from tests.etl.models.random_care import village
from tests.etl.models.world import LAST, MST60, Row, every, patient, rows_of, world

OLD, YOUNG = "65-74", "25-34"
CHECK = (CHECKS / "measures" / "expected_add_up.sql").read_text(encoding="utf-8")
NAMES = {code: {"practice_code": code, "name": code, "pcn": "North", "place": "East", "icb": "Example ICB"}
         for code in "AB"}  # fmt: skip


def lists(of: dict[tuple[str, str, str], int]) -> list[Row]:
    return [
        {"practice_code": code, "month": LAST, "age_band": age, "sex": sex, "registered": people}
        for (code, age, sex), people in of.items()
    ]


def found(con: duckdb.DuckDBPyConnection, where: str) -> dict[str, float]:
    sql = f"SELECT practice_code, expected FROM expected WHERE month = DATE '{LAST}' AND {where}"
    return {row["practice_code"]: row["expected"] for row in rows_of(con, sql)}


def test_a_practice_of_old_people_is_expected_to_have_more() -> None:
    """A has 300 old and 100 young, B 100 old and 300 young. Four of the 400 old are high, one of the 400
    young; and one whose sex is no list's, who is spread over all."""
    sizes = {("A", OLD, "female"): 300, ("A", YOUNG, "female"): 100, ("B", OLD, "female"): 100,
             ("B", YOUNG, "female"): 300}  # fmt: skip
    people = [("A", OLD), ("A", OLD), ("A", OLD), ("B", OLD), ("B", YOUNG)]
    patients = [
        patient(f"P{at}", practice_code=code, age_band=age, sex="female")
        for at, (code, age) in enumerate(people)
    ]
    patients.append(patient("P9", practice_code="B", age_band=YOUNG, sex="other"))
    keys = [row["patient_key"] for row in patients]
    issues = [
        {**row, "practice_code": one["practice_code"]}
        for key, one in zip(keys, patients, strict=True)
        for row in every(key, "2024-01-02", 36, MST60, "1 bd", 56)
    ]
    with world(
        issues=issues, patients=patients, practices=list(NAMES.values()), list_sizes=lists(sizes)
    ) as con:
        high = found(con, "measure = 'high_dose_prevalence' AND threshold = 90")
        assert high == pytest.approx({"A": 3 + 0.25 + 0.5, "B": 1 + 0.75 + 0.5})
        assert not con.execute(CHECK).fetchall()
        con.execute("UPDATE expected SET expected = expected + 1 WHERE practice_code = 'A'")
        assert con.execute(CHECK).fetchall()


def test_expected_counts_are_those_of_the_plain_implementation() -> None:
    rules, rows = policy.load(), village(5, 120)
    sizes = {(c, age, sex): 40 + 10 * at for at, (c, age, sex) in enumerate(
        (c, age, sex) for c in "AB" for age in ("0-17", "25-34", "45-54", "65-74", "85+")
        for sex in ("female", "male"))}  # fmt: skip
    rows |= {"practices": list(NAMES.values()), "list_sizes": lists(sizes)}
    with world(rules, last=LAST, **rows) as con:
        told = 0
        for m in measure.under(measure.load(), rules):
            if not m.adjusted:
                continue
            for t in m.thresholds(rules):
                sql = f"SELECT * FROM patient_month WHERE month = DATE '{LAST}' AND ({{}})"
                having = rows_of(con, sql.format(measure.predicate(m.numerator, t, rules)))
                of = (
                    []
                    if m.registered
                    else rows_of(con, sql.format(measure.predicate(m.denominator, t, rules)))
                )
                plain = _plain(having, of, sizes if m.registered else {})
                expected = found(con, f"measure = '{m.slug}' AND threshold = {t}")
                assert expected == pytest.approx(plain), (m.slug, t)
                told += sum(value > 0 for value in expected.values())
        assert told > 10
        assert not con.execute(CHECK).fetchall()


def _plain(having: list[Row], of: list[Row], sizes: dict[tuple[str, str, str], int]) -> dict[str, float]:
    """Practice → expected: each kind's share of all practices, times its people there."""
    keys = ("age_band", "sex") if sizes else ("age_band", "sex", "imd_quintile")
    counted: dict[tuple[object, ...], int] = defaultdict(int)
    people: dict[str, dict[tuple[object, ...], int]] = {code: defaultdict(int) for code in "AB"}
    for row in having:
        counted[tuple(row[key] for key in keys)] += 1
    for row in of:
        people[row["practice_code"]][tuple(row[key] for key in keys)] += 1
    for (code, age, sex), registered in sizes.items():
        if age != "0-17":
            people[code][age, sex] += registered
    both: dict[tuple[object, ...], int] = defaultdict(int)
    for here in people.values():
        for kind, n in here.items():
            both[kind] += n
    everybody = sum(both.values())
    lost = sum(n for kind, n in counted.items() if not both.get(kind))
    return {
        code: sum(n * counted.get(kind, 0) / both[kind] for kind, n in here.items())
        + lost / everybody * sum(here.values())
        for code, here in people.items()
        if here
    }

"""Measures are data: every definition is whole, and a bad one is named with its field."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures import measure, policy
from measures.measure import DEFINITIONS, MeasureError, predicate

ASKED = {f"M{number}" for number in (*range(1, 56), 58, 59)}
MODEL = (DEFINITIONS / "high_dose_share.toml").read_text(encoding="utf-8")


def test_every_definition_is_whole_and_the_asked_ones_are_there() -> None:
    found = measure.load()
    assert len(found) == len(list(DEFINITIONS.glob("*.toml")))
    assert {m.code for m in found} >= ASKED
    assert len({m.slug for m in found}) == len({m.name for m in found}) == len(found)
    for m in found:
        assert m.unit.endswith("per 1,000") == bool(m.registered), m.slug
        assert m.multiplier == {"%": 100, "per 100": 100, "n": 1, "days": 1}.get(m.unit, 1000)
        assert (m.unit == "days") == (m.kind == "median")


def test_measures_come_by_the_number_of_their_code() -> None:
    numbers = [int("".join(c for c in m.code if c.isdigit())) for m in measure.load()]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('better = "lower"', 'better = "lower"\ncolour = "red"', "colour: no such field"),
        ('better = "lower"\n', "", "better: missing"),
        ('name = "High-dose share of opioid patients"', 'name = ""', "name: '' is not some text"),
        ('name = "High-dose share of opioid patients"', 'name = "  "', "name: '  ' is not some text"),
        ('unit = "%"', 'unit = "per cent"', "unit: 'per cent' is not one of per 1,000, mg per 1,000"),
        ('unit = "%"', "unit = 100", "unit: 100 is not some text"),
        ('better = "lower"', 'better = "down"', "better: 'down' is not one of lower, higher, neither"),
        (
            'mart = "patient_month"',
            'mart = "issues"',
            "mart: 'issues' is not one of patient_month, cohort_month, patient_crossing",
        ),
        ("{beyond}", "{above}", "numerator: {above} is neither beyond, within nor in policy [taper]"),
        ("on_opioid'\nden", "{stall_hours}'\nden", "denominator: {stall_hours} is neither"),
        ("per_threshold = true", "per_threshold = false", "per_threshold: must be true"),
        ("per_threshold = true", 'per_threshold = "yes"', "per_threshold: 'yes' is not true or false"),
        ("{beyond}", "> 0", "per_threshold: must be false"),
        ("days_needed = 150", 'days_needed = "150"', "days_needed: '150' is not "),
        ("reviewed_on = 2026-11-22", 'reviewed_on = "last week"', "reviewed_on: 'last week' is not a date"),
        ("reviewed_on = 2026-11-22", "reviewed_on = 2026-02-31", "reviewed_on: not readable as TOML"),
        ('unit = "%"', 'unit = "%', "unit: not readable as TOML"),
        ('unit = "%"', 'unit = "%"\nover_months = 13', "over_months: 13 is not 1 to 12"),
        ('unit = "%"', 'unit = "%"\nover_months = "12"', "over_months: '12' is not a whole number"),
        ('unit = "%"', 'unit = "%"\nextracts = "letters 3"', "extracts: letters 3 is not one of"),
        ('unit = "%"', 'unit = "%"\nextracts = "reviews 13"', "extracts: reviews 13 is not one of"),
        ('unit = "%"', 'unit = "%"\neach = ""', "each: '' is not some text"),
        ('unit = "%"', 'unit = "%"\neach = "sex"\nsplit = "sex"', "each: a measure has one of split, each"),
        ('unit = "%"', 'unit = "%"\nmedian_of = "peak_ome_milli"', "denominator: must repeat the numerator"),
    ],
)
def test_a_bad_file_is_named_with_its_field(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = MODEL
    if old.startswith("on_opioid'"):
        old, new = "denominator = 'is_adult AND NOT excluded AND on_opioid'", "denominator = '{stall_hours}'"
    assert old in text
    (tmp_path / "mine.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(MeasureError) as error:
        measure.load(tmp_path)
    assert str(error.value).startswith(f"mine.toml: {words}")


def test_neither_best_interest_counts_nor_choices_have_a_good_direction() -> None:
    better = {m.slug: m.better for m in measure.load()}
    for slug in (
        "best_interest_reductions",
        "second_opinion_taken",
        "issued_by_named",
        "on_taper_plan",
        "on_template",
    ):
        assert better[slug] == "neither"


def test_states_are_told_from_what_happens_in_a_month_and_from_amounts() -> None:
    told = {m.slug for m in measure.load() if m.mart in measure.STATES and not m.is_state}
    assert told == {
        "abrupt_stops", "ome_burden", "gabapentinoid_ddd", "dose_band_share", "outcome_band_share",
        "outcome_band_after_fall",
    }  # fmt: skip
    events = {m.slug: m.is_state for m in measure.load() if m.mart not in measure.STATES}
    assert not any(events.values())


def test_an_unknown_registered_list_is_an_error(tmp_path: Path) -> None:
    text = (DEFINITIONS / "high_dose_prevalence.toml").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(text.replace("registered:adults", "registered:men"), encoding="utf-8")
    with pytest.raises(MeasureError, match=r"^mine.toml: denominator: 'registered:men' is not one of"):
        measure.load(tmp_path)


RULES = policy.load()
EDGES = [
    milli + step for edge in RULES.thresholds.band_edges for milli in (edge * 1000,) for step in (-1, 0, 1)
]


@given(
    operator=st.sampled_from([">", ">="]),
    threshold=st.sampled_from(RULES.thresholds.values),
    milli=st.one_of(st.sampled_from(EDGES), st.integers(0, 500_000)),
)
def test_bands_and_thresholds_fall_on_the_same_side(operator: str, threshold: int, milli: int) -> None:
    rules = replace(RULES, thresholds=replace(RULES.thresholds, operator=operator))
    beyond = milli > threshold * 1000 if operator == ">" else milli >= threshold * 1000
    sides = [predicate(side, threshold, rules) for side in ("{beyond}", "{within}")]
    sql = f"SELECT {milli} {sides[0]}, {milli} {sides[1]}"
    assert CON.execute(sql).fetchone() == (beyond, not beyond)
    bands = policy.dose_bands(rules)
    inside = [n for n, (_, low, high) in enumerate(bands) if low <= milli <= high]
    assert len(inside) == 1  # no dose falls between bands or into two
    above = [n for n, (_, low, _) in enumerate(bands) if low >= threshold * 1000 + (operator == ">")]
    assert (inside[0] in above) == beyond


CON = duckdb.connect()


@pytest.mark.parametrize(
    ("operator", "names"),
    [
        (">", ["none", "up to 50", "50 to 90", "90 to 120", "120 to 200", "200 to 300", "over 300"]),
        (">=", ["none", "under 50", "50 to 90", "90 to 120", "120 to 200", "200 to 300", "from 300"]),
    ],
)
def test_bands_are_named_by_the_operator(operator: str, names: list[str]) -> None:
    rules = replace(RULES, thresholds=replace(RULES.thresholds, operator=operator))
    assert [name for name, _, _ in policy.dose_bands(rules)] == names

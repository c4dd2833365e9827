"""The rows of the committed sample: what the contract asks, and the few that break it on purpose."""

import datetime
import re
from collections import Counter
from itertools import pairwise

import pytest

from etl.sample.files.extracts import ENTITIES
from etl.sample.periods import extract_periods, months_to
from tests.etl.sample import reading

CODES = [f"SYN{n:02d}" for n in range(1, 25)]
DAY = re.compile(r"\d{4}-\d\d-\d\d")
PERIODS = {period.name: period for period in extract_periods(months_to("2026-09", 30))}

Tables = dict[str, dict[str, dict[str, list[dict[str, str]]]]]


@pytest.fixture(scope="module")
def tables() -> Tables:
    """entity → practice → period → rows, read once."""
    found: Tables = {entity: {code: {} for code in CODES} for entity in ENTITIES}
    for (code, entity, period), rows in reading.committed().items():
        if code and entity in ENTITIES:
            found[entity][code][period] = rows
    return found


def is_day(value: str) -> bool:
    """Whether a value is a date that exists; the 31st of February is not."""
    return bool(DAY.fullmatch(value)) and not value.endswith("02-31")


def everything(tables: Tables, entity: str) -> list[tuple[str, str, dict[str, str]]]:
    return [
        (code, period, row)
        for code, periods in tables[entity].items()
        for period, rows in periods.items()
        for row in rows
    ]


def test_pseudonyms_are_no_numbers(tables: Tables) -> None:
    keys = {row["patient_key"] for _, _, row in everything(tables, "patients")}
    assert len(keys) > 15_000
    assert all(re.fullmatch(r"P[0-9A-F]{15}", key) for key in keys)
    assert not any(re.search(r"\d{6}", key) for key in keys)


def test_events_lie_in_their_period(tables: Tables) -> None:
    for entity, column in (("issues", "issued_on"), ("reviews", "reviewed_on")):
        for _, name, row in everything(tables, entity):
            if is_day(row[column]):
                day = datetime.date.fromisoformat(row[column]).toordinal()
                assert PERIODS[name].start <= day <= PERIODS[name].end


def test_nothing_is_known_before_it_happens(tables: Tables) -> None:
    ahead = {"next_due", "planned_on", "review_due_on"}
    for entity in tables:
        for _, name, row in everything(tables, entity):
            end = datetime.date.fromordinal(PERIODS[name].end).isoformat()
            late = {k: v for k, v in row.items() if k not in ahead and DAY.fullmatch(v or "") and v > end}
            assert not late, (entity, name, late)


def test_every_prescribed_patient_is_in_the_patients_file(tables: Tables) -> None:
    for code in CODES:
        known: set[str] = set()
        for period in sorted(tables["patients"][code]):
            known = {row["patient_key"] for row in tables["patients"][code][period]}
            assert {row["patient_key"] for row in tables["issues"][code][period]} <= known


def test_a_later_extract_still_has_the_earlier_patients(tables: Tables) -> None:
    for code in CODES:
        periods = sorted(tables["patients"][code])
        sets = [{r["patient_key"] for r in tables["patients"][code][p]} for p in periods]
        assert all(early <= late for early, late in pairwise(sets))


def test_a_few_rows_are_wrong_on_purpose(tables: Tables) -> None:
    issues = everything(tables, "issues")
    impossible = [row for *_, row in issues if not is_day(row["issued_on"])]
    negative = [row for *_, row in issues if "-56" in (row.get("quantity") or row["product"])]
    copies = sum(n - 1 for n in Counter(str(i) for i in issues).values())
    assert 3 <= len(impossible) <= 40
    assert 3 <= len(negative) <= 40
    assert 3 <= copies <= 60


def test_some_products_and_directions_cannot_be_read(tables: Tables) -> None:
    issues = [row for *_, row in everything(tables, "issues")]
    assert 20 <= sum("Specials item" in row["product"] for row in issues) <= 200
    assert sum((row.get("directions") or "") in ("mdu", "As directed", "") for row in issues) > 50


def test_list_sizes_have_the_spread_of_english_practices() -> None:
    """Of the last month by single year of age, counted on the first of the next; of the others by band."""
    found = {code: rows for (code, entity, _), rows in reading.committed().items() if entity == "list_sizes"}
    assert len({row["month"] for row in found.pop("")}) == 29
    assert {row["counted_on"] for rows in found.values() for row in rows} == {"2026-10-01"}
    assert {row["age"] for row in found["SYN01"]} == {*map(str, range(95)), "95+"}
    sizes = sorted(sum(int(row["registered"]) for row in rows) for rows in found.values())
    assert len(sizes) == 24
    assert sizes[0] < 1_400
    assert 6_000 < sizes[12] < 11_000
    assert sizes[-1] > 17_000


def test_referrals_are_lost_at_every_stage(tables: Tables) -> None:
    rows = [row for code in CODES for row in tables["referrals"][code].get("2026-09", [])]
    settled = [row for row in rows if row["offered_on"] < "2026-01"]
    stages = [len(settled)] + [
        sum(bool(row[stage]) for row in settled)
        for stage in ("referred_on", "accepted_on", "first_contact_on", "completed_on")
    ]
    assert stages == sorted(stages, reverse=True)
    assert 0.78 < stages[1] / stages[0] < 0.94
    assert 0.82 < stages[2] / stages[1] < 0.97
    assert 0.42 < stages[3] / stages[2] < 0.68
    assert len({row["service"] for row in rows}) == 5

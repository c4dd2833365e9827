"""People with issues who are in no patient extract: who they are, and the dose they would have."""

from __future__ import annotations

import random

import pytest

from tests.etl.models.world import MST30, MST60, Row, day, every, issue, patient, rows_of, world

PREGABALIN, ODD, ZOPICLONE = "Pregabalin 150mg capsules", "Wibble 30mg tablets", "Zopiclone 7.5mg tablets"
TWO = 134_000  # 120 mg on each of the 90 days to 30 September, and 60 more on the last 21
STEADY = ("2025-01-02", 23, MST60, "1 bd", 56)  # 120 mg a day to October 2026

# Key → its issues, and what is told: practice, issues, of opioids, last, dose now, whether one is in no dose.
PEOPLE: dict[str, tuple[list[Row], list[tuple[str, int, int, str, int, bool]]]] = {
    "HIGH": (every("HIGH", *STEADY), [("A", 23, 23, "2026-09-10", 120_000, False)]),
    "STOPPED": (
        every("STOPPED", "2025-01-02", 3, MST60, "1 bd", 56),
        [("A", 3, 3, "2025-02-27", 0, False)],
    ),
    "ODD": ([issue("ODD", day("2026-09-10"), ODD, "1 bd", 56)], [("A", 1, 1, "2026-09-10", 0, True)]),
    "UNCLEAR": (
        [issue("UNCLEAR", day("2026-09-10"), MST60, "as directed", None)],
        [("A", 1, 1, "2026-09-10", 0, True)],
    ),
    "GABA": (
        [issue("GABA", day("2026-09-10"), PREGABALIN, "1 bd", 56)],
        [("A", 1, 0, "2026-09-10", 0, False)],
    ),
    "SEDATIVE": ([issue("SEDATIVE", day("2026-09-10"), ZOPICLONE, "1 nocte", 28)], []),
    "TWO": (  # at two practices: the dose is one person’s
        [
            *every("TWO", *STEADY),
            {**issue("TWO", day("2026-09-10"), MST30, "1 bd", 56), "practice_code": "B"},
        ],
        [("A", 23, 23, "2026-09-10", TWO, False), ("B", 1, 1, "2026-09-10", TWO, False)],
    ),
    "LEFT": (every("LEFT", *STEADY), []),  # in an extract, though no longer registered
    "ELSEWHERE": (every("ELSEWHERE", *STEADY), []),  # in the extract of another practice
}
LISTED = [
    patient("LEFT", registered_to=day("2025-06-01"), left_reason="deducted"),
    patient("ELSEWHERE", practice_code="B"),
]


def test_everybody_with_an_issue_in_no_extract_is_listed_with_the_dose_they_would_have() -> None:
    con = world(issues=[row for rows, _ in PEOPLE.values() for row in rows], patients=LISTED)
    found = rows_of(con, "SELECT * REPLACE (strftime(last_issued_on, '%Y-%m-%d') AS last_issued_on) "
                         "FROM unknown_person")  # fmt: skip
    told: dict[str, list[tuple[object, ...]]] = {key: [] for key in PEOPLE}
    for row in found:
        told[row.pop("patient_key")].append(tuple(row.values()))
    assert told == {key: answers for key, (_, answers) in PEOPLE.items()}
    everything = [answer for _, answers in PEOPLE.values() for answer in answers]
    by_practice = {code: sum(row[1] for row in everything if row[0] == code) for code in "AB"}
    shares = rows_of(con, "SELECT practice_code, unknown FROM quality_unknown")
    assert {row["practice_code"]: row["unknown"] for row in shares} == by_practice


@pytest.mark.parametrize("seed", range(3))
def test_an_unknown_person_has_the_dose_they_have_once_listed(seed: int) -> None:
    """The same random issues, with some of the people in the patient extract and with all of them."""
    chance = random.Random(seed)
    keys = [f"P{n}" for n in range(12)]
    issues = [
        issue(key, day("2026-05-01") + chance.randrange(150) * (day("2026-05-02") - day("2026-05-01")),
              chance.choice((MST60, ODD, PREGABALIN)), chance.choice(("1 bd", "as directed")),
              chance.choice((28, 56, None)))
        for key in keys for _ in range(chance.randint(1, 6))
    ]  # fmt: skip
    listed = [patient(key) for key in keys[:6]]
    some = world(issues=issues, patients=listed)
    everybody = world(issues=issues, patients=[patient(key) for key in keys])
    doses = {row["patient_key"]: row for row in rows_of(
        everybody, "SELECT patient_key, current_ome_milli, without_dose FROM patient_month "
                   "WHERE month = DATE '2026-09-01'")}  # fmt: skip
    nothing = {"current_ome_milli": 0, "without_dose": False}
    found = {row["patient_key"]: row for row in rows_of(some, "SELECT * FROM unknown_person")}
    assert set(found) == set(keys[6:])
    for key, row in found.items():
        own = [one for one in issues if one["patient_key"] == key]
        assert row["issues"] == len(own)
        assert row["opioid_issues"] == sum(one["product"] != PREGABALIN for one in own)
        assert row["last_issued_on"] == max(one["issued_on"] for one in own)
        wanted = doses.get(key, nothing)
        assert {name: row[name] for name in nothing} == {name: wanted[name] for name in nothing}

"""One line has one dose, or one reason why none is known, wherever it is asked for: `etl ome`, the
calculator, the release with its worklist, and the working of a day's dose."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from etl.build import build
from etl.load import load
from etl.ome import answer
from etl.store import Store
from measures import policy
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.patients.calculator import Given, Reading, calculated
from reporting.exhibits.patients.people import Person, patients
from reporting.exhibits.patients.timeline import Working, working
from reporting.release import current, rows
from tests.etl import extracts

ISSUED = dt.date(2026, 9, 7)
ICB, HERE = Scope.icb(), Selection(120, practice="TST01")
Line = tuple[str, ...]  # product, directions, quantity, days
NAMES = {
    "MST": "MST Continus 30mg tablets",
    "Sevredol": "Sevredol 10mg tablets",
    "Oramorph": "Oramorph 10mg/5ml oral solution",
    "vials": "Morphine sulfate 10mg/5ml oral solution unit dose vials",
    "fentanyl": "Fentanyl 25micrograms/hour transdermal patches",
    "Butec": "Butec 10micrograms/hour transdermal patches",
    "co-codamol": "Co-codamol 30mg/500mg tablets",
    "unknown": "Wibble 30mg tablets",
    "unknown brand": "Oxicodon 10mg/Naloxone 5mg tablets",
    "buccal": "Fentanyl 100microgram buccal tablets",
    "pregabalin": "Pregabalin 150mg capsules",
    "naproxen": "Naproxen 500mg tablets",
    "linctus": "Codeine 15mg/5ml linctus",
}
GIVEN = """
MST | 1 bd | 56 28, _ 28, 0 28, 56 0, 0 0, _ _, 56 _, 25000 28, 56 367
MST | 1 bd | 67.2 28, 68 28, 167 28, 168 28, 19 28, 18 28, 2000 10, 56 1, 2 28
MST | 30mg twice a day | 56 28, _ 28
MST | one in the morning and two at night | 84 28, 300 28
MST | half a tablet bd | 28 28
MST | 1 bd aim to reduce | 56 28
MST | 20 bd | 56 28
MST | reduce by 30mg a week | 56 28, _ 28
Sevredol | 1-2 qds prn | 100 28, _ 28, 0 28, 20001 28
Sevredol | 1-2 qds | 100 28, _ 28
Sevredol | as directed | 56 28, 2800 28, 2801 28, 56 400
Sevredol | | 56 28, _ _
Sevredol | 5ml qds | 112 28
Sevredol | 2 qds | 100 28, 74 28, 75 28
Oramorph | 5ml every 4 hours when required | 300 30, _ 30
Oramorph | 2.5ml qds | 280 28, _ 28, 840 28
Oramorph | 5ml qds | 60 28
Oramorph | 1 bd | 300 30, 1000.1 1
Oramorph | 10mg qds | 560 28
vials | 5ml prn | 100 25
vials | 5ml qds | 100 25, 10 25
fentanyl | one every 72 hours | 10 30, _ _, _ 30, 40 30, 1 30, 0 30, 30000 30
fentanyl | two every 72 hours | 20 30, 10 30
fentanyl | as directed | 10 30, 12 30, 13 30, 8 30, 7 30, 20 28, 100 30, 110 30, _ 30, 0 30, 10 0
fentanyl | | 20 28
fentanyl | one every 72 hours prn | 10 30
fentanyl | 2 tablets bd | 10 30
fentanyl | one patch weekly | 4 28
fentanyl | one patch every 48 hours | 15 30
fentanyl | do not use | 10 30
fentanyl | half a patch as directed | 10 30
fentanyl | apply one to each arm | 10 30
Butec | one weekly | 4 28, 8 28
Butec | use as directed | 4 28, 6 28
co-codamol | 2 qds | 224 28, _ 28
co-codamol | 1-2 qds | _ 28, 100 28
unknown | 1 bd | 56 28
unknown brand | 1 bd | 56 28
buccal | 1 prn | 28 28
pregabalin | 1 bd | 56 28, _ 28, 168 28, 0 28
pregabalin | 1 tds prn | 84 28, _ 28
naproxen | 1 bd | 56 28
linctus | 5ml qds | 200 10
"""


def lines() -> list[Line]:
    """Every product and directions with each quantity and days; _ is blank."""
    found: list[Line] = []
    for row in GIVEN.strip().splitlines():
        product, text, amounts = (cell.strip() for cell in row.split("|"))
        for pair in amounts.split(", "):
            quantity, days = pair.replace("_", "").split(" ")
            found.append((NAMES[product], text, quantity, days))
    return found


LINES = lines()
MST, FENTANYL, PREGABALIN = NAMES["MST"], NAMES["fentanyl"], NAMES["pregabalin"]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One person a line, with that line issued once, loaded and published as practices' extracts are."""
    folder = tmp_path_factory.mktemp("one")
    made = Store(folder / "store", create=True)
    keys = [key_of(line) for line in LINES]
    people = extracts.patients("plain", [extracts.Patient(key) for key in keys], "TST01")
    issued = [
        extracts.Issue(key_of(line), ISSUED, line[0], line[1], line[2], days=line[3])  # type: ignore[arg-type]
        for line in LINES
    ]
    files = [
        extracts.practices(folder), extracts.list_sizes(folder),
        extracts.write(folder, "TST01_patients_2026-09", "plain", people),
        extracts.write(folder, "TST01_issues_2026-09", "plain", extracts.issues("plain", issued)),
    ]  # fmt: skip
    assert all(receipt.outcome == "accepted" for receipt in load(files, made))
    build(made, policy.load())
    return made


@pytest.fixture(scope="module")
def release(store: Store) -> Snapshot:
    return current(store.folder)


def key_of(line: Line) -> str:
    return f"P{LINES.index(line):07d}"


def by_command(line: Line) -> dict[str, Any]:
    return answer(dict(zip(("product", "directions", "quantity", "days"), line, strict=True)))


def by_calculator(release: Snapshot, line: Line) -> Reading:
    (reading,) = calculated(release, (Given(*line),)).readings
    assert reading is not None
    return reading


def in_release(release: Snapshot, line: Line) -> dict[str, Any]:
    """The month of the line's person; nothing known where there is no row."""
    found = rows(release.path, f"SELECT * FROM patient_month WHERE patient_key = '{key_of(line)}'")
    nothing = {"current_ome_milli": 0, "without_dose": False}
    return dict(found.to_dict("records")[0]) if len(found) else nothing


def on_the_day(release: Snapshot, line: Line) -> Working:
    return working(release, ICB, HERE, key_of(line), ISSUED)


@pytest.mark.parametrize("line", LINES, ids=" / ".join)
def test_a_line_has_one_dose_everywhere(release: Snapshot, line: Line) -> None:
    told, shown, month = by_command(line), by_calculator(release, line), in_release(release, line)
    dose = Decimal(told["ome_mg_per_day"]) if told["status"] == "ok" else None
    assert shown.working == told["working"]
    assert month["current_ome_milli"] == (round(dose * 1000) if dose else 0)
    assert month["without_dose"] == (told["status"] in ("unclear", "not_converted"))
    day = on_the_day(release, line)
    if dose is not None:
        (supply,) = day.supplies
        assert (supply.dose, supply.known, day.without) == (round(dose, 3), True, ())
        assert f"{shown.answer}" == day.total.split(" from ")[0] or supply.dose != dose


@pytest.mark.parametrize("line", LINES, ids=" / ".join)
def test_a_line_without_a_dose_says_one_reason_everywhere(release: Snapshot, line: Line) -> None:
    told, listed = by_command(line), on_worklist(release)
    if told["status"] not in ("unclear", "not_converted"):
        assert key_of(line) not in listed or not any(
            "true dose" in why for why, _ in listed[key_of(line)].reasons
        )
        return
    (issue,) = rows(
        release.path, f"SELECT * FROM undosed_issue WHERE patient_key = '{key_of(line)}'"
    ).to_dict("records")
    flags = told["flags"].split(";")
    assert issue["status"] == ("unmapped" if "unmapped" in flags else told["status"])
    if issue["status"] == "unclear":
        assert issue["no_dose"] in flags
    else:
        assert issue["reason"] in told["working"]
    (without,) = on_the_day(release, line).without
    assert without.startswith(line[0]) and not without.endswith(": ")
    row = listed[key_of(line)]
    assert row.dose == "not known"
    assert row.reasons[0][0].endswith("the dose is not known")


def on_worklist(release: Snapshot) -> dict[str, Person]:
    return {one.key: one for one in patients(release, ICB, HERE).people}


@pytest.mark.parametrize("line", [line for line in LINES if line[0] == PREGABALIN], ids=" / ".join)
def test_a_gabapentinoid_has_one_share_of_its_defined_daily_dose(release: Snapshot, line: Line) -> None:
    shown, month = by_calculator(release, line), in_release(release, line)
    known = shown.answer != "No dose"
    assert month["gaba_unclear"] != known
    assert not known or shown.answer.endswith(f", {month['gaba_ddd_milli'] / 1000:g} DDD")
    reasons = on_worklist(release)[key_of(line)].reasons if not known else ()
    assert known or "its share of the daily dose is not known" in reasons[0][0]


def test_a_disagreement_is_told_everywhere(release: Snapshot) -> None:
    for line in ((MST, "1 bd", "168", "28"), (MST, "1 bd", "18", "28")):
        assert by_command(line)["flags"] == "disagrees"
        assert any("three times" in words for words in by_calculator(release, line).cautions)
        assert in_release(release, line)["supplied_differs"]
        assert any("three times" in note for note in on_the_day(release, line).supplies[0].notes)


def test_an_assumed_wear_time_is_told_everywhere(release: Snapshot) -> None:
    line = (FENTANYL, "as directed", "10", "30")
    assert by_command(line)["flags"] == "wear_time_assumed"
    assert any("assumed" in words for words in by_calculator(release, line).cautions)
    assert any("assumed" in note for note in on_the_day(release, line).supplies[0].notes)


@pytest.mark.parametrize(
    ("line", "flag", "words"),
    [
        ((FENTANYL, "one patch weekly", "4", "28"), "worn_longer", "longer"),
        ((FENTANYL, "one patch every 48 hours", "15", "30"), "worn_shorter", "sooner"),
        ((MST, "half a tablet bd", "28", "28"), "half_of_modified_release", "alf of a modified-release"),
        ((MST, "1 bd aim to reduce", "56", "28"), "reduction_planned", "reduction is planned"),
    ],
)
def test_what_is_unusual_is_read_and_told_everywhere(
    release: Snapshot, line: Line, flag: str, words: str
) -> None:
    assert by_command(line)["flags"] == flag
    assert any(words in caution for caution in by_calculator(release, line).cautions)
    assert any(words in note for note in on_the_day(release, line).supplies[0].notes)

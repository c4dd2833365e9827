"""The same facts land as the same rows, whichever system exported them and however the file is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from etl import layouts
from etl.load import load
from etl.store import Store
from tests.etl import extracts
from tests.etl.conftest import Loader, landed
from tests.etl.extracts import Issue, Patient

ISSUES = [
    Issue(
        "PAT0001",
        date(2026, 9, 1),
        directions="Take ONE, then ½, at night – as needed",
        dmd="3881611000001107",
    ),
    Issue("PAT0001", date(2026, 9, 29), days="28", kind="Acute", early="2"),
    Issue("PAT0002", date(2026, 9, 30), "Oramorph 10mg/5ml oral solution", "", 300, "ml"),
]
LANDED = [
    ("PAT0001", date(2026, 9, 1), "Zomorph 30mg capsules", "3881611000001107",
     "Take ONE, then ½, at night – as needed", 56.0, "capsule", None, "repeat", None),
    ("PAT0001", date(2026, 9, 29), "Zomorph 30mg capsules", None,
     "Take one capsule twice a day", 56.0, "capsule", 28.0, "acute", 2),
    ("PAT0002", date(2026, 9, 30), "Oramorph 10mg/5ml oral solution", None,
     None, 300.0, "ml", None, "repeat", None),
]  # fmt: skip
COLUMNS = ("patient_key", "issued_on", "product", "dmd_code", "directions", "quantity", "unit", "days_supply",
           "issue_type", "requested_early_days")  # fmt: skip
SYSTEMS = ("plain", "systmone", "emis")


@pytest.mark.parametrize("kind", extracts.FORMATS)
@pytest.mark.parametrize("layout", SYSTEMS)
def test_issues_land_alike_from_every_system_and_file(
    store: Store, tmp_path: Path, layout: str, kind: str
) -> None:
    path = extracts.write(tmp_path, "TST01_issues_2026-09", layout, extracts.issues(layout, ISSUES), kind)
    (receipt,) = load([path], store)
    assert (receipt.outcome, receipt.rows_loaded, receipt.reasons) == ("accepted", 3, {})
    assert (receipt.layout, receipt.entity, receipt.practice) == (layout, "issues", "TST01")
    rows = landed(store, "issues")
    assert sorted(tuple(row[c] for c in COLUMNS) for row in rows) == LANDED
    assert {(r["practice_code"], r["issuer"], r["pharmacy"]) for r in rows} == {("TST01", "GP01", "FAB12")}
    assert {(r["period_from"], r["period_to"]) for r in rows} == {(date(2026, 9, 1), date(2026, 9, 30))}


@pytest.mark.parametrize("kind", ["utf-8", "xlsx"])
@pytest.mark.parametrize("layout", SYSTEMS)
def test_patients_land_alike_with_blank_dates_blank(
    store: Store, tmp_path: Path, layout: str, kind: str
) -> None:
    told = [
        Patient("PAT0001", cancer=date(2020, 1, 2), dependency=date(2021, 3, 4)),
        Patient("PAT0002", sex="male", left=date(2026, 9, 12), reason="died", epilepsy=date(2022, 5, 6)),
    ]
    lines = extracts.patients(layout, told)
    (receipt,) = load([extracts.write(tmp_path, "TST01_patients_2026-09", layout, lines, kind)], store)
    assert receipt.outcome == "accepted"
    first, second = sorted(landed(store, "patients"), key=lambda row: str(row["patient_key"]))
    codes = ("cancer_on", "palliative_on", "dependency_on", "epilepsy_on")
    assert [first[c] for c in codes] == [date(2020, 1, 2), None, date(2021, 3, 4), None]
    assert [second[c] for c in codes] == [None, None, None, date(2022, 5, 6)]
    assert (first["sex"], first["registered_to"], first["left_reason"]) == ("female", None, None)
    assert (second["sex"], second["registered_to"], second["left_reason"]) == (
        "male",
        date(2026, 9, 12),
        "died",
    )
    assert {(r["practice_code"], r["imd_quintile"], r["registered_from"]) for r in (first, second)} == {
        ("TST01", 3, date(2019, 3, 31))
    }


def test_columns_may_come_in_another_order_and_case(put: Loader, store: Store) -> None:
    lines = extracts.issues("systmone", ISSUES)
    turned = [list(reversed(line)) for line in lines]
    turned[0] = [f" {str(cell).upper()} " for cell in turned[0]]
    assert put(extracts.csv_text("systmone", turned)).outcome == "accepted"
    assert sorted(tuple(row[c] for c in COLUMNS) for row in landed(store, "issues")) == LANDED


def test_a_repeated_header_must_come_as_often_as_the_report_has_it(put: Loader, store: Store) -> None:
    lines = extracts.patients("emis", [Patient(cancer=date(2020, 1, 2), epilepsy=date(2021, 3, 4))])
    without_palliative = [line[:9] + line[10:] if len(line) > 9 else line for line in lines]
    receipt = put(extracts.csv_text("emis", without_palliative), "TST01_patients_2026-09.csv")
    assert receipt.outcome == "refused"
    assert "'date' must come 4 times (cancer_on, palliative_on, dependency_on, epilepsy_on)" in next(
        iter(receipt.reasons)
    )
    assert landed(store, "patients") == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("TST01 report 2026-08.csv", "name practice TST02, but the file's name TST01"),
        ("TST02 report 2026-09.csv", "say 2026-08, but the file's name says 2026-09"),
    ],
)
def test_lines_above_the_header_and_the_name_must_agree(put: Loader, name: str, words: str) -> None:
    lines = extracts.issues("emis", [Issue(day=date(2026, 8, 5))], "TST02", "2026-08")
    assert words in str(put(extracts.csv_text("emis", lines), name).reasons)
    told = put(extracts.csv_text("emis", lines), "report.csv")
    assert (told.practice, told.period, told.outcome) == ("TST02", "2026-08", "accepted")


def test_a_report_that_names_no_practice_is_refused(put: Loader) -> None:
    lines = extracts.issues("emis", ISSUES)
    without = [line for line in lines if not (line and str(line[0]).startswith("Organisation"))]
    receipt = put(extracts.csv_text("emis", without), "issues_2026-09.csv")
    assert receipt.outcome == "refused"
    assert "no practice" in next(iter(receipt.reasons))


def test_patient_details_are_not_carried_over_a_broken_row(put: Loader, store: Store) -> None:
    rows = [Issue("PAT0001"), Issue("PAT0002", date(2026, 9, 8)), Issue("PAT0002", date(2026, 9, 9))]
    lines = extracts.issues("emis", [*rows, Issue("PAT0003")])
    lines[-3] = [*lines[-3], "one cell too many"]  # PAT0002's first row
    receipt = put(extracts.csv_text("emis", lines))
    assert receipt.reasons == {"12 cells where the header has 11": 1, "patient_key is missing": 1}
    assert sorted(row["patient_key"] for row in landed(store, "issues")) == ["PAT0001", "PAT0003"]


def test_an_unknown_patient_does_not_become_the_one_above(put: Loader, store: Store) -> None:
    lines = extracts.issues("emis", [Issue("PAT0001"), Issue("Unknown", date(2026, 9, 8))])
    receipt = put(extracts.csv_text("emis", lines))
    assert receipt.reasons == {"patient_key is missing": 1}
    assert [row["patient_key"] for row in landed(store, "issues")] == ["PAT0001"]


@pytest.fixture
def vision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A layout file for a system that is not supported out of the box."""
    folder = tmp_path / "layouts"
    folder.mkdir()
    (folder / "vision.toml").write_text(
        """
name = "vision"
description = "Another system: semicolons, full stops in dates"
encodings = ["utf-8"]
delimiter = ";"
dates = ["%d.%m.%Y"]
blank = ["", "n/k"]
yes = ["J"]
no = ["N"]

[entities.issues.columns]
"Surgery" = "practice_code"
"Person" = "patient_key"
"When" = "issued_on"
"What" = "product"
"How" = "directions"
"How many" = "quantity"
"Sort" = "issue_type"

[entities.issues.values.issue_type]
"once" = "acute"
""",
        encoding="utf-8",
    )
    monkeypatch.setattr(layouts, "FOLDER", folder)
    layouts.layouts.cache_clear()
    yield
    layouts.layouts.cache_clear()


@pytest.mark.usefixtures("vision")
def test_one_layout_file_loads_another_systems_export(put: Loader, store: Store) -> None:
    text = (
        "Surgery;Person;When;What;How;How many;Sort\n"
        'TST01;PAT0001;07.09.2026;Zomorph 30mg capsules;"one, twice a day";56;once\n'
        "TST01;PAT0001;08.09.2026;Zomorph 30mg capsules;n/k;56;n/k\n"
    )
    receipt = put(text)
    assert (receipt.outcome, receipt.layout, receipt.rows_loaded) == ("accepted", "vision", 2)
    rows = sorted(landed(store, "issues"), key=lambda row: str(row["issued_on"]))
    assert [(r["issued_on"], r["directions"], r["issue_type"]) for r in rows] == [
        (date(2026, 9, 7), "one, twice a day", "acute"),
        (date(2026, 9, 8), None, None),
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            ('"practice_code"', '"practise_code"'),
            "vision.toml: entities.issues: 'practise_code' is not a column",
        ),
        (("[entities.issues.columns]", "[entities.issue.columns]"), "entities.issue: no such entity"),
        (('delimiter = ";"', ""), "vision.toml: delimiter is missing"),
        (("[entities.issues.columns]", "x = [[entities.issues.columns]"), "vision.toml: "),
        (
            ("[entities.issues.columns]", '[entities.issues.split]\n"A" = "("\n[entities.issues.columns]'),
            "vision",
        ),
    ],
)
@pytest.mark.usefixtures("vision")
def test_a_bad_layout_file_is_named_with_its_field(change: tuple[str, str], words: str) -> None:
    path = layouts.FOLDER / "vision.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(layouts.LayoutError, match=r"vision\.toml") as refused:
        layouts.layouts()
    assert words in str(refused.value)

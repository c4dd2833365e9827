"""What the script writes is what the intake takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.intake.typed.values import PATTERNS
from etl.layouts import layouts, normal
from etl.pseudonymise import HEADINGS, KEY_FILE, check_of, key_in, main, pseudonym
from etl.store import Store
from tests.etl import extracts
from tests.etl.conftest import Loader, everything, landed
from tests.etl.extracts import Issue, Patient

ANN, BEN, CAT = "9434765919", "9000000009", "4010232137"
HEADING = dict(zip(("systmone", "emis", "plain"), HEADINGS, strict=True))
HEADING |= {"emis_enterprise": HEADING["emis"], "systmone_strategic": "IDPatient"}
Send = Callable[..., bytes]


def made_key(path: Path, first: int = 0) -> Path:
    secret = bytes(range(first, first + 32))
    path.write_text(KEY_FILE.format(secret.hex(), check_of(secret)), encoding="ascii")
    return path


@pytest.fixture
def sent(tmp_path: Path) -> Send:
    """The bytes of an extract as they leave the practice."""

    def one(layout: str, lines: extracts.Lines, kind: str = "utf-8", first: int = 0, *options: str) -> bytes:
        identified = extracts.csv_text(layout, lines).replace(HEADING[layout], "NHS number")
        extract, out = tmp_path / "identified.csv", tmp_path / "out.csv"
        extract.write_bytes(identified.encode(extracts.ENCODED[kind]))
        out.unlink(missing_ok=True)
        key = made_key(tmp_path / "a.key", first)
        command = ["run", str(extract), "--column", "NHS number", "--as", HEADING[layout], "--key", str(key)]
        assert main([*command, "--out", str(out), *options]) == 0
        return out.read_bytes()

    return one


def written(digits: str) -> str:
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"


def test_every_layout_knows_its_heading() -> None:
    for layout in layouts():
        for entity, report in layout.entities.items():
            holds = {name for name, targets in report.columns.items() if "patient_key" in targets}
            assert holds <= {normal(HEADING.get(layout.name, ""))}, (layout.name, entity)
            assert holds or entity in ("practices", "list_sizes", "practice_plans")


@pytest.mark.parametrize("kind", ["utf-8", "utf-8 with BOM", "cp1252", "utf-16"])
@pytest.mark.parametrize("layout", ["systmone", "emis", "plain"])
def test_the_intake_loads_what_the_script_wrote(
    sent: Send, put: Loader, store: Store, layout: str, kind: str, tmp_path: Path
) -> None:
    rows = [
        Issue(ANN),
        Issue(ANN, product="Oramorph 10mg/5ml oral solution"),
        Issue(written(BEN)),
        Issue(CAT),
    ]
    options = ("--carried-down", "Age Range", "Gender") if layout == "emis" else ()
    receipt = put(sent(layout, extracts.issues(layout, rows), kind, 0, *options))
    assert (receipt.outcome, receipt.rows_loaded, receipt.rows_quarantined) == ("accepted", 4, 0)
    secret = key_in(str(tmp_path / "a.key"))
    found = [row["patient_key"] for row in landed(store, "issues")]
    assert sorted(found) == sorted(pseudonym(secret, digits) for digits in (ANN, ANN, BEN, CAT))
    assert all(re.fullmatch(PATTERNS["key"], key) for key in found)
    assert not any(digits.encode() in everything(store) for digits in (ANN, BEN, written(BEN), CAT))


def test_without_the_script_the_same_file_is_refused(put: Loader) -> None:
    text = extracts.csv_text("systmone", extracts.issues("systmone", [Issue(ANN), Issue(BEN)]))
    assert put(text).outcome == "refused"


def test_a_person_is_one_in_every_file_and_with_a_shared_key_at_every_practice(
    sent: Send, put: Loader, store: Store
) -> None:
    for practice, who, first in (("TST01", ANN, 0), ("TST02", written(ANN), 0)):
        patients = extracts.patients("systmone", [Patient(who)], practice)
        issues = extracts.issues("emis", [Issue(who)], practice)
        assert (
            put(sent("systmone", patients, "utf-8", first), f"{practice}_patients_2026-09.csv").rows_loaded
            == 1
        )
        assert put(sent("emis", issues, "utf-16", first), f"{practice}_issues_2026-09.csv").rows_loaded == 1
    keys = {row["patient_key"] for entity in ("patients", "issues") for row in landed(store, entity)}
    assert len(keys) == 1


def test_with_a_key_of_its_own_a_practice_makes_somebody_else_of_the_same_person(sent: Send) -> None:
    lines = extracts.patients("plain", [Patient(ANN)])
    assert sent("plain", lines, "utf-8", 0) != sent("plain", lines, "utf-8", 1)


def test_rows_below_a_patient_without_a_number_are_nobody_elses(
    sent: Send, put: Loader, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """EMIS writes a patient's details once; the rows below must not become the patient's above."""
    people = [ANN, ANN, "", "", BEN, BEN]
    lines = extracts.issues("emis", [Issue(who, quantity=n + 1) for n, who in enumerate(people)])
    lines[9][1:3] = ["45-54", "Male"]  # the nameless patient's first row has an age and a sex
    receipt = put(
        sent("emis", lines, "utf-8", 0, "--carried-down", "Age Range", "Gender", "--keep-invalid-out")
    )
    assert receipt.rows_loaded == 4
    assert {row["quantity"] for row in landed(store, "issues")} == {1.0, 2.0, 5.0, 6.0}
    assert "Left out: 2 rows: line 10 (empty), line 11 (empty)" in capsys.readouterr().out

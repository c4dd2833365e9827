"""quarantine list and export, and retry, as typed: what they say, and what they never show."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

import etl.layouts
from etl.__main__ import main
from etl.contract import entities
from etl.intake import row as rows
from etl.intake.typed import values
from etl.quarantine import guidance
from etl.quarantine.listing import COLUMNS
from etl.store import Store
from tests.etl import extracts
from tests.etl.conftest import Loader
from tests.etl.extracts import Issue, Patient
from tests.etl.quarantine.layout_changes import corrected
from tests.etl.quarantine.test_bad_rows import BAD, table
from tests.etl.quarantine.test_retry import WRITTEN_SO, row

SECRETS = ("PAT0", "ring", "07700", "Zomorph", "08/09/2026", "lots", "Ann Other")


@pytest.fixture
def filled(put: Loader, store: Store) -> Store:
    """Two practices, two extracts, seven rows in quarantine."""
    bad = [
        row(2, issued_on="08/09/2026"),
        row(3, issued_on="31/09/2026"),
        row(4, quantity="lots"),
        row(5, directions="ring 07700 900123"),
        row(6, patient_key="Ann Other"),
    ]
    put(table(row(1), *bad))
    put(table(row(1, practice_code="TST02"), row(2, practice_code="TST02", issued_on="08/09/2026")),
        "TST02_issues_2026-09.csv")  # fmt: skip
    told = extracts.patients("plain", [Patient(), Patient("PAT0002", sex="unsaid")])
    put(extracts.csv_text("plain", told), "TST01_patients_2026-09.csv")
    return store


def said(store: Store, capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> str:
    capsys.readouterr()
    assert main([*words, "--store", str(store.folder)]) == status
    return capsys.readouterr().out


def test_the_list_names_file_row_reason_and_what_to_do(
    filled: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    out = said(filled, capsys, "quarantine", "list", "--practice", "tst01", "--entity", "issues")
    assert "TST01_issues_2026-09.csv (TST01, issues, 2026-09)" in out
    assert "6 rows read, 1 loaded, 5 in quarantine" in out
    assert "2 × issued_on is not a date of this layout: rows 3, 4" in out
    assert "the analyst adds the form to dates in the layout file and retries" in out
    assert "1 × directions holds a telephone number: the text is withheld: row 6" in out
    assert "5 rows in quarantine; 3 can be retried" in out
    assert not [secret for secret in SECRETS if secret in out]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ((), 7),
        (("--practice", "TST02"), 1),
        (("--entity", "patients"), 1),
        (("--reason", "Withheld"), 1),
        (("--reason", "not a date"), 3),
        (("--file", "tst02_"), 1),
        (("--period", "2026-09"), 7),
        (("--period", "2026-08"), 0),
        (("--practice", "TST02", "--entity", "patients"), 0),
    ],
)
def test_filters_choose_rows(
    filled: Store, capsys: pytest.CaptureFixture[str], filters: tuple[str, ...], count: int
) -> None:
    found = json.loads(said(filled, capsys, "quarantine", "list", "--json", *filters))
    assert len(found) == count
    assert all(tuple(line) == COLUMNS for line in found)


@pytest.mark.parametrize("words", [("--period", "September"), ("--entity", "letters")])
def test_a_filter_that_means_nothing_is_wrong_usage(filled: Store, words: tuple[str, str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["quarantine", "list", *words, "--store", str(filled.folder)])
    assert stopped.value.code == 2


def exported(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    out = tmp_path / "rows.csv"
    said(store, capsys, "quarantine", "export", "--out", str(out))
    with out.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_export_has_a_line_a_row_and_names_nobody(
    filled: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = exported(filled, tmp_path, capsys)
    assert [(r["practice"], r["row"], r["can_be_retried"]) for r in found] == [
        ("TST01", "3", "yes"), ("TST01", "4", "yes"), ("TST01", "5", "yes"), ("TST01", "6", "no"),
        ("TST01", "7", "no"), ("TST02", "3", "yes"), ("TST01", "3", "yes"),
    ]  # fmt: skip
    assert found[2]["issued_on"] == "2026-09-07"
    assert all(r["what_to_do"] for r in found)
    names = set(found[0])
    assert not names & {c.name for e in entities().values() for c in e.columns.values()
                        if c.free_text or c.type in ("text", "key")}  # fmt: skip
    text = (tmp_path / "rows.csv").read_text(encoding="utf-8")
    assert not [secret for secret in SECRETS if secret in text]


def test_a_code_that_may_be_a_name_is_not_shown(
    put: Loader, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = extracts.issues("plain", [Issue(), Issue("PAT0002"), Issue("PAT0003")])
    lines[2][6] = lines[3][6] = "many"
    lines[2][10] = "FLO"
    put(extracts.csv_text("plain", lines))
    assert [r["issuer"] for r in exported(store, tmp_path, capsys)] == ["", "GP01"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_what_a_spreadsheet_would_take_for_a_formula_is_text(
    put: Loader, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], start: str
) -> None:
    put(table(row(1), row(2, quantity="-2")), f"{start}cmd TST01 issues_2026-09.csv")
    (found,) = exported(store, tmp_path, capsys)
    assert found["file"] == f"'{start}cmd TST01 issues_2026-09.csv"
    assert found["quantity"] == "-2.0"  # a number stays a number


def test_codes_that_tell_records_apart_are_left_out(
    put: Loader, store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = "practice_code,patient_key,plan_id,started_on,status\n"
    text = header + "TST01,PAT0001,PLAN77,2026-09-01,active\nTST01,PAT0002,PLAN88,01/09/2026,active\n"
    put(text, "TST01_plans_2026-09.csv")
    (found,) = exported(store, tmp_path, capsys)
    assert "plan_id" not in found
    assert found["status"] == "active"


def test_retry_says_what_left_and_what_can_only_be_sent_again(
    filled: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with corrected(tmp_path, etl.layouts, *WRITTEN_SO):
        out = said(filled, capsys, "retry")
    assert "TST01_issues_2026-09.csv: 3 rows read again, 1 loaded; 4 in quarantine" in out
    assert "2 rows left quarantine and are loaded; 5 of those asked for stay" in out
    assert "2 of them were not held as they were sent, and can only be sent again by the practice" in out
    assert "python -m etl build" in out
    again = said(filled, capsys, "quarantine", "list", "--file", "TST01_issues")
    assert "6 rows read, 2 loaded, 4 in quarantine, read again 1 times" in again
    assert said(filled, capsys, "verify").startswith("receipts, landing, quarantine and release agree")


def test_retry_asks_nobody_for_copies(put: Loader, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    put(table(row(1), row(1)))
    out = said(store, capsys, "retry")
    assert "1 of them are copies of loaded rows and need nothing" in out
    assert "sent again" not in out


def test_an_empty_quarantine_says_so(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(store, capsys, "quarantine", "list") == "0 rows in quarantine; 0 can be retried\n"


def test_every_reason_has_something_to_do() -> None:
    words = [reason for _, _, reason in BAD]
    words += [f"sex {wrong}" for wrong in values.WRONG.values()]
    words += [rows.BROKEN, rows.NO_VALUE, "12 cells where the header has 10", "exact copy of an earlier row"]
    words += ["practice_code, patient_key as in an earlier row", "indication is missing"]
    words += ["directions holds a postcode: the text is withheld", "Name, Dosage does not read as its parts"]
    words += ["issued_on is before 1900", "next_due lies after the period 2026-09"]
    untold = [reason for reason in words if guidance.guidance(reason) == [guidance.OTHERWISE]]
    assert untold == []
    for remedy in guidance.GUIDANCE:
        assert re.match("(The|If|Ignore|Two) ", remedy.words)
        assert remedy.retry == ("retries" in remedy.words)


def test_of_several_reasons_the_one_that_cannot_be_mended_decides() -> None:
    both = "issued_on is not a date of this layout; directions holds a postcode: the text is withheld"
    assert not guidance.may_retry(both)
    assert guidance.what_to_do(both).startswith("The practice takes it out of the text")
    assert "layout" not in guidance.what_to_do(both)

"""A row that does not fit is kept back with its line and its reason; nothing of it is guessed or lost."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.load import load
from etl.quarantine import known_issues
from etl.store import Receipt, Store
from tests.etl import extracts
from tests.etl.conftest import Loader, everything, landed

GOOD = {
    "practice_code": "TST01",
    "patient_key": "PAT0001",
    "issued_on": "2026-09-07",
    "product": "Zomorph 30mg capsules",
    "directions": "one twice a day",
    "dmd_code": "3881611000001107",
    "quantity": "56",
    "days_supply": "28",
    "issue_type": "repeat",
    "requested_early_days": "1",
}
BAD = [
    ("issued_on", "2026-02-31", "issued_on is not a date of this layout"),
    ("issued_on", "07/09/2026", "issued_on is not a date of this layout"),
    ("issued_on", "2026-09", "issued_on is not a date of this layout"),
    ("issued_on", "2026-10-01", "issued_on lies outside the period 2026-09"),
    ("issued_on", "2026-08-31", "issued_on lies outside the period 2026-09"),
    ("issued_on", "", "issued_on is missing"),
    ("quantity", "-1", "quantity is below 0"),
    ("quantity", "100001", "quantity is above 100000"),
    ("quantity", "1e5", "quantity is not a number"),
    ("quantity", "NaN", "quantity is not a number"),
    ("quantity", "inf", "quantity is not a number"),
    ("quantity", "1,000", "quantity is not a number"),
    ("quantity", "56 caps", "quantity is not a number"),
    ("quantity", "٥٦", "quantity is not a number"),
    ("requested_early_days", "1.5", "requested_early_days is not a whole number"),
    ("issue_type", "weekly", "issue_type is not one of the allowed values"),
    ("dmd_code", "9.56741E+15", "dmd_code is not a whole code of digits"),
    ("dmd_code", "38816110000011071234", "dmd_code is not a whole code of digits"),
    ("patient_key", "", "patient_key is missing"),
    ("patient_key", "Ann Other", "patient_key is not a pseudonym"),
    ("product", "", "product is missing"),
    (
        "product",
        "x" * 1001,
        "product is longer than 1000 characters, or made a date or an error by the spreadsheet",
    ),
]


def table(*rows: dict[str, str]) -> str:
    """A plain issues file."""
    target = io.StringIO()
    writer = csv.DictWriter(target, list(GOOD), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue()


def quarantine(store: Store, receipt: Receipt) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(store.quarantine / f"{receipt.number:08d}.parquet").to_pylist()
    return rows


def test_every_bad_value_has_its_reason(put: Loader, store: Store) -> None:
    rows = [{**GOOD, column: value} for column, value, _ in BAD]
    receipt = put(table(GOOD, *rows))
    assert (receipt.outcome, receipt.rows_loaded) == ("partial", 1)
    found = [(row["line"], row["reason"]) for row in quarantine(store, receipt)]
    assert found == [(line, reason) for line, (_, _, reason) in enumerate(BAD, start=3)]
    assert sum(receipt.reasons.values()) == receipt.rows_quarantined == len(BAD)


def test_a_row_that_may_not_be_held_shows_no_text_and_no_patient_and_keeps_no_more_than_is_known(
    put: Loader, store: Store
) -> None:
    bad = {**GOOD, "patient_key": "PATSECRET", "directions": "ring his wife", "product": "secret brand",
           "dmd_code": "", "quantity": "lots", "issued_on": ""}  # fmt: skip
    receipt = put(table(GOOD, bad))
    (row,) = quarantine(store, receipt)
    assert set(row) == {"line", "reason", "fields", "tries"}
    shown = json.loads(row["fields"])
    assert (shown["practice_code"], shown["issue_type"]) == ("TST01", "repeat")
    assert not {"patient_key", "directions", "product", "unit"} & set(shown)
    (told,) = known_issues.read(
        store, receipt.number
    ).to_pylist()  # so that the person is not taken for stopped
    assert {name for name, value in told.items() if value} == {
        "line", "reason", "written", "practice_code", "patient_key", "product", "period_from", "period_to"
    }  # fmt: skip
    held = everything(store)
    assert b"ring his wife" not in held and b"lots" not in held
    (store.folder / known_issues.file_of(receipt.number)).unlink()
    held = everything(store)
    assert b"PATSECRET" not in held and b"secret brand" not in held


def test_a_row_may_have_several_reasons_and_counts_once(put: Loader) -> None:
    receipt = put(table(GOOD, {**GOOD, "quantity": "-1", "issue_type": "weekly"}))
    assert receipt.rows_quarantined == 1
    assert receipt.reasons == {"quantity is below 0; issue_type is not one of the allowed values": 1}


def test_rows_with_cells_too_many_or_too_few_are_kept_back(put: Loader, store: Store) -> None:
    text = table(GOOD, {**GOOD, "quantity": "60"})
    receipt = put(text + "TST01,PAT0002\n" + text.splitlines()[1] + ",,surplus\n")
    assert receipt.reasons == {"2 cells where the header has 10": 1, "12 cells where the header has 10": 1}
    assert [row["line"] for row in quarantine(store, receipt)] == [4, 5]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("words", "landed_words"),
    [
        ("one\ntwice a day", "one twice a day"),
        ("one\r\n\r\n twice a day", "one twice a day"),
        ('"one", he said\n\n"twice a day"', '"one", he said "twice a day"'),
        ("one\rtwice\na day", "one twice a day"),
    ],
)
def test_a_quoted_line_break_loads_and_lines_are_still_counted(
    put: Loader, store: Store, words: str, landed_words: str, end: str
) -> None:
    broken = {**GOOD, "patient_key": "PAT0002", "directions": words}
    text = table(GOOD, broken, {**GOOD, "quantity": "none"}, {**GOOD, "quantity": "7"})
    receipt = put(text.replace("\r\n", "\n").replace("\n", end) if "\r" not in words else text)
    assert (receipt.rows_read, receipt.rows_loaded, receipt.rows_quarantined) == (4, 3, 1)
    assert landed_words in [row["directions"] for row in landed(store, "issues")]
    (row,) = quarantine(store, receipt)
    further = text.count("\n") - 5 if "\r" not in words else len(words.splitlines()) - 1
    assert (row["line"], row["reason"]) == (4 + further, "quantity is not a number")


def test_two_stray_marks_swallow_no_row(put: Loader, store: Store) -> None:
    """A mark that opens in one row and one that closes in the next, same column, make one cell of both."""
    one, two = (",".join({**GOOD, "patient_key": key}.values()) for key in ("PAT0002", "PAT0003"))
    open_, close = one.replace("one twice", '"one twice'), two.replace("a day", 'a day"')
    assert open_ != one and close != two
    receipt = put(f"{table(GOOD)}{open_}\n{close}\n")
    assert (receipt.rows_read, receipt.rows_loaded) == (3, 1)
    assert [row["line"] for row in quarantine(store, receipt)] == [3, 4]


@pytest.mark.parametrize("before", [0, 1])
def test_an_unclosed_mark_is_named_by_the_line_where_it_opens(put: Loader, before: int) -> None:
    rows = [{**GOOD, "patient_key": f"PAT{n:04d}"} for n in range(23)]
    broken = {**GOOD, "directions": "a\nb"} if before else GOOD
    opened = table(*rows, broken).rstrip("\n")[:-1] + ',"\n' + table(*rows).partition("\n")[2]
    receipt = put(opened)
    (reason,) = receipt.reasons
    assert receipt.outcome == "refused"
    assert f"Unclosed quotation mark in line {25 + before}" in reason


def test_a_footer_is_never_loaded(put: Loader, store: Store) -> None:
    whole = ",".join(["Total", *[""] * (len(GOOD) - 1)])
    receipt = put(table(GOOD) + f"{whole}\nTotal: 1\n\nGrand totals,,,,,,2,,,\nEnd of report\n")
    assert (receipt.outcome, receipt.rows_read, receipt.rows_loaded) == ("accepted", 1, 1)
    assert [row["patient_key"] for row in landed(store, "issues")] == ["PAT0001"]


def test_copies_are_counted_and_loaded_once(put: Loader) -> None:
    receipt = put(table(GOOD, GOOD, {**GOOD, "quantity": "28"}, GOOD))
    assert (receipt.rows_loaded, receipt.reasons) == (2, {"exact copy of an earlier row": 2})


def test_a_second_row_under_one_key_is_kept_back(put: Loader, store: Store) -> None:
    told = [extracts.Patient(sex="female"), extracts.Patient(sex="male")]
    text = extracts.csv_text("plain", extracts.patients("plain", told))
    receipt = put(text, "TST01_patients_2026-09.csv")
    assert receipt.reasons == {"practice_code, patient_key, registered_from as in an earlier row": 1}
    assert [row["sex"] for row in landed(store, "patients")] == ["female"]


def test_a_workbook_that_lost_digits_or_made_a_date_of_words_is_seen(store: Store, tmp_path: Path) -> None:
    lines = extracts.issues("plain", [extracts.Issue(), extracts.Issue("PAT0002"), extracts.Issue("PAT0003")])
    lines[2][4] = 9567410000000000  # a code kept as a number
    lines[3][5] = date(2026, 2, 1)  # "1-2" as Excel understands it
    (receipt,) = load([extracts.write(tmp_path, "TST01_issues_2026-09", "plain", lines, "xlsx")], store)
    assert receipt.rows_loaded == 1
    assert [row["reason"] for row in quarantine(store, receipt)] == [
        "dmd_code is not a whole code of digits",
        "directions is longer than 1000 characters, or made a date or an error by the spreadsheet",
    ]


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="J3" t="e"><v>#N/A</v></c>',
        '<c t="e" r="J3"><f>NA()</f><v>#N/A</v></c>',
        '<c r="J3"><f>A1</f></c>',
        '<c r="J3" t="str"><f t="shared" si="0"/><v/></c>',
    ],
)
def test_a_cell_with_an_error_or_no_value_is_never_taken_for_blank(
    store: Store, tmp_path: Path, cell: str
) -> None:
    told = [extracts.Patient("PAT0001"), extracts.Patient("PAT0002", cancer=date(2020, 1, 2))]
    path = extracts.write(
        tmp_path, "TST01_patients_2026-09", "plain", extracts.patients("plain", told), "xlsx"
    )
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet], times = re.subn(rb'<c r="J3".*?</c>', cell.encode(), parts[sheet])
    assert times == 1
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    (receipt,) = load([path], store)
    assert receipt.reasons == {"a cell holds an error such as #N/A, or a formula without its value": 1}
    assert [row["line"] for row in quarantine(store, receipt)] == [3]
    assert [row["patient_key"] for row in landed(store, "patients")] == ["PAT0001"]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_file_of_which_no_row_fits_is_refused_and_says_why(put: Loader, store: Store, rows: int) -> None:
    receipt = put(table(*[{**GOOD, "quantity": f"-{n + 1}"} for n in range(rows)]))
    assert (receipt.outcome, receipt.rows_read, receipt.parts) == ("refused", 0, ())
    assert f"no row fits the contract; most often because quantity is below 0 ({rows} rows" in next(
        iter(receipt.reasons)
    )
    assert put("\n".join([table().strip(), "TST01,PAT0002"])).outcome == "refused"  # not: "had none"


KINDS = ("good", "copy", "bad", "short", "long", "broken", "blank")


def line(kind: str, n: int) -> str:
    cells = list({**GOOD, "patient_key": f"PAT{n:05d}"}.values())
    if kind == "bad":
        cells[6] = "many"
    if kind == "broken":
        cells[4] = '"one\ndaily"'
    kept = {"short": cells[:-2], "long": [*cells, "more"], "blank": [], "copy": list(GOOD.values())}
    return ",".join(kept.get(kind, cells))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=12))
def test_rows_read_are_rows_loaded_and_quarantined(listed: Path, tmp_path: Path, kinds: list[str]) -> None:
    folder = tmp_path / "store"
    shutil.rmtree(folder, ignore_errors=True)
    store = Store(shutil.copytree(listed, folder))
    path = tmp_path / "TST01_issues_2026-09.csv"
    path.write_text(table() + "\n".join(line(k, n) for n, k in enumerate(kinds)) + "\n", encoding="utf-8")
    (receipt,) = load([path], store)
    counts = {kind: kinds.count(kind) for kind in KINDS}
    loaded = counts["good"] + counts["broken"] + min(counts["copy"], 1)
    written = len(kinds) - counts["blank"]
    if not loaded:  # an extract of issues without any row waits for a person
        assert (receipt.outcome, receipt.rows_read, landed(store, "issues")) == ("refused", 0, [])
        return
    assert (receipt.rows_read, receipt.rows_loaded) == (written, loaded)
    assert receipt.rows_read == receipt.rows_loaded + receipt.rows_quarantined
    assert sum(receipt.reasons.values()) == receipt.rows_quarantined
    assert len(landed(store, "issues")) == loaded

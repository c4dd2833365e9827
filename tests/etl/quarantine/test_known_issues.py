"""What is known of an issue that is kept back goes on to the release, without guesses, once."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import etl.contract
import etl.layouts
from etl import build
from etl.load import load
from etl.quarantine import as_sent, known_issues
from etl.quarantine.listing import waiting
from etl.quarantine.retry import retry
from etl.store import Receipt, Store, StoreError, live
from etl.upload.receipt_messages import receipt_message
from etl.verify.store import differences
from tests.etl import extracts
from tests.etl.conftest import Loader, everything
from tests.etl.extracts import Issue, Patient
from tests.etl.quarantine.layout_changes import corrected
from tests.etl.quarantine.test_retry import WEEKLY, WRITTEN_SO

WHOLE = {
    "practice_code": "TST01", "patient_key": "PAT0001", "issued_on": "2026-09-07",
    "product": "Zomorph 30mg capsules", "directions": "one twice a day", "dmd_code": "3881611000001107",
    "quantity": "56", "unit": "capsule", "days_supply": "28", "issue_type": "repeat", "issuer": "GP01",
    "requested_early_days": "1",
}  # fmt: skip
READ: dict[str, Any] = {
    **WHOLE, "issued_on": date(2026, 9, 7), "quantity": 56.0, "days_supply": 28.0, "requested_early_days": 1,
}  # fmt: skip
SAID = [name for name in WHOLE if name not in ("practice_code", "patient_key")]
MONTH = (date(2026, 9, 1), date(2026, 9, 30))


def table(*rows: dict[str, str]) -> str:
    target = io.StringIO()
    writer = csv.DictWriter(target, list(WHOLE), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue()


def row(n: int, **changes: str) -> dict[str, str]:
    return {**WHOLE, "patient_key": f"PAT{n:04d}", **changes}


def released(store: Store, table: str = "source_issues") -> list[dict[str, Any]]:
    """The issues of a release made now, or what stands for those of which less is known."""
    with duckdb.connect() as con:
        build.sources(con, store, store.receipts())
        cursor = con.execute(f"SELECT * FROM {table} ORDER BY ALL")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, told, strict=True)) for told in cursor.fetchall()]


def only(store: Store, key: str, table: str = "source_issues") -> list[dict[str, Any]]:
    return [told for told in released(store, table) if told["patient_key"] == key]


@pytest.mark.parametrize(
    ("changes", "unknown"),
    [
        *(
            ({"quantity": text}, {"quantity": None})
            for text in ("56 tabs", "1e2", "2 x 28", "l4", "56-ish", "1,000", "٥٦", "NaN", "fifty six", "5 6")
        ),
        (
            {"quantity": "-5"},
            {"quantity": -5.0},
        ),  # the models say that it cannot be, and rely on nothing then
        ({"quantity": "100001"}, {"quantity": 100001.0}),
        ({"days_supply": "28 days"}, {"days_supply": None}),
        ({"days_supply": "-28"}, {"days_supply": -28.0}),
        ({"quantity": "?", "days_supply": "?"}, {"quantity": None, "days_supply": None}),
        ({"issue_type": "weekly"}, {"issue_type": None}),
        ({"dmd_code": "9.56741E+15"}, {"dmd_code": None}),
        ({"issuer": "Dr?"}, {"issuer": None}),
        ({"requested_early_days": "1.5"}, {"requested_early_days": None}),
        ({"requested_early_days": "400"}, {"requested_early_days": None}),
        ({"unit": "#N/A"}, {"unit": None, "quantity": None}),  # it may have counted bottles
        ({"directions": "x" * 1001}, {"directions": None}),
    ],
)
def test_an_issue_with_a_value_that_cannot_be_read_counts_without_it(
    put: Loader, store: Store, changes: dict[str, str], unknown: dict[str, Any]
) -> None:
    receipt = put(table(row(2), row(1, **changes)))
    assert (receipt.outcome, receipt.rows_loaded, receipt.rows_quarantined, receipt.rows_known) == (
        "partial",
        1,
        1,
        1,
    )
    (told,) = only(store, "PAT0001")
    assert {name: told[name] for name in SAID} == {name: {**READ, **unknown}[name] for name in SAID}
    assert released(store, "kept_issue") == []
    assert [w.row.line for w in waiting(store)] == [3]  # it stays a row with a problem
    assert differences(store) == []


@pytest.mark.parametrize(
    ("changes", "product", "days"),
    [
        ({"issued_on": ""}, READ["product"], MONTH),
        ({"issued_on": "07/09/2026"}, READ["product"], MONTH),
        ({"issued_on": "2026-02-31"}, READ["product"], MONTH),
        ({"issued_on": "1900-01-01"}, READ["product"], MONTH),  # a spreadsheet's nought
        ({"issued_on": "2926-09-07"}, READ["product"], MONTH),
        ({"issued_on": "soon", "quantity": "56 tabs"}, READ["product"], MONTH),
        ({"product": ""}, None, (READ["issued_on"],) * 2),
        ({"product": "#N/A"}, None, (READ["issued_on"],) * 2),
        ({"product": "", "issued_on": ""}, None, MONTH),
        ({"directions": "ring 07700 900123"}, None, (READ["issued_on"],) * 2),
        (
            {"dmd_code": "9434765919", "quantity": "?"},
            None,
            (READ["issued_on"],) * 2,
        ),  # somebody's, by chance
    ],
)
def test_where_day_or_product_cannot_be_read_no_more_is_known_than_the_person(
    put: Loader, store: Store, changes: dict[str, str], product: str | None, days: tuple[date, date]
) -> None:
    receipt = put(table(row(2), row(1, **changes)))
    assert (receipt.rows_quarantined, receipt.rows_known) == (1, 1)
    assert only(store, "PAT0001") == []
    assert released(store, "kept_issue") == [
        {
            "practice_code": "TST01",
            "patient_key": "PAT0001",
            "product": product,
            "first_on": days[0],
            "last_on": days[1],
        }
    ]
    held_rows = as_sent.read(store, receipt.number)
    bare = everything(store).replace(repr(held_rows and held_rows.rows.to_pylist()).encode(), b"")
    assert b"07700" not in bare and b"9434765919" not in bare


@pytest.mark.parametrize(
    "changes",
    [
        {"patient_key": ""},
        {"patient_key": "Ann Other", "quantity": "?"},
        {"practice_code": ""},
        {"issued_on": "2026-08-31"},  # another month: its own extract tells of it
        {"issued_on": "2026-08-31", "quantity": "?"},
    ],
)
def test_of_other_rows_nothing_is_known(put: Loader, store: Store, changes: dict[str, str]) -> None:
    receipt = put(table(row(2), row(1, **changes)))
    assert (receipt.rows_quarantined, receipt.rows_known, receipt.known) == (1, 0, ())
    assert not list(store.quarantine.glob("known.*"))
    assert {told["patient_key"] for told in released(store)} == {"PAT0002"}


def test_a_copy_of_a_row_that_counts_counts_no_second_time(put: Loader, store: Store) -> None:
    bad = row(1, quantity="56 tabs")
    receipt = put(table(row(2), row(2), bad, bad, row(1, quantity="28 tabs")))
    assert (receipt.rows_quarantined, receipt.rows_known) == (4, 2)
    assert len(only(store, "PAT0001")) == 2


def test_two_equal_rows_with_numbers_of_their_own_are_two_issues(put: Loader, store: Store) -> None:
    header = (
        "RowIdentifier,IDOrganisationVisibleTo,IDPatient,DateEvent,NameOfMedication,IDMultiLexDMD,"
        "MedicationDosage,MedicationQuantity,IsRepeatMedication,RemovedData,IsHospitalMedication,"
        "IsDentalMedication"
    )
    lines = [
        f"{number},TST01,{key},07 Sep 2026,Zomorph 30mg capsules,,one twice a day,{text},true,{removed},0,0"
        for number, key, text, removed in (
            (1, "PAT0001", "56-ish", 0), (2, "PAT0001", "56-ish", 0), (2, "PAT0001", "56-ish", 0),
            (3, "PAT0002", "56 capsule(s)", 0), (4, "PAT0003", "56 capsule(s)", 8),
        )
    ]  # fmt: skip
    receipt = put("\n".join([header, *lines, ""]))
    assert (receipt.rows_loaded, receipt.rows_known) == (1, 3), receipt.reasons
    assert [told["quantity"] for told in released(store)] == [None, None, 56]
    (may_be,) = released(store, "kept_issue")  # neither removed nor not: it may be an issue, and no more
    assert (may_be["patient_key"], may_be["product"]) == ("PAT0003", None)


def lost(store: Store, put: Loader, *keys: str) -> Receipt:
    """A file with a line that has a comma too many, of a practice whose patients are these."""
    told = extracts.csv_text("plain", extracts.patients("plain", [Patient(key) for key in keys]))
    put(told, "TST01_patients_2026-09.csv")
    return put(
        table(row(2)) + table(row(1, directions="x")).splitlines()[1].replace(",x,", ",one, twice,") + "\n"
    )


def test_a_listed_person_of_a_line_that_cannot_be_taken_apart_is_known(put: Loader, store: Store) -> None:
    receipt = lost(store, put, "PAT0001", "PAT0002")
    assert receipt.reasons == {"13 cells where the header has 12": 1}
    assert released(store, "kept_issue") == [
        {
            "practice_code": "TST01",
            "patient_key": "PAT0001",
            "product": None,
            "first_on": MONTH[0],
            "last_on": MONTH[1],
        }
    ]
    assert b"one, twice" not in everything(store)


def test_nobody_is_taken_from_such_a_line_who_is_in_no_patient_extract(put: Loader, store: Store) -> None:
    assert lost(store, put, "PAT0002", "PAT0003").rows_known == 0
    assert b"PAT0001" not in everything(store)


def test_a_combined_cell_that_does_not_read_as_its_parts_names_its_person(put: Loader, store: Store) -> None:
    lines = extracts.issues("emis", [Issue("PAT0001", kind="Acute"), Issue("PAT0002", kind="Acute")])
    receipt = put(extracts.csv_text("emis", lines).replace("56 capsule", "lots", 1))
    assert (receipt.rows_loaded, receipt.rows_known) == (1, 1), receipt.reasons
    (told,) = released(store, "kept_issue")
    assert (told["patient_key"], told["product"], told["first_on"]) == ("PAT0001", None, READ["issued_on"])


@given(
    column=st.sampled_from([name for name in WHOLE if name not in ("practice_code", "patient_key")]),
    text=st.text(st.characters(codec="utf-8", exclude_characters='\r\n\0"'), max_size=12)
    | st.sampled_from(
        ["", "0", "56", "-0", "date:2026-09-07", "2026-09-31", "1e9", "½", "100000.5", "#REF!"]
    ),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_cell_the_person_is_not_lost(listed: Path, column: str, text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(shutil.copytree(listed, Path(folder) / "store"))
        path = Path(folder) / "TST01_issues_2026-09.csv"
        path.write_text(table(row(2), row(1, **{column: text})), encoding="utf-8")
        (receipt,) = load([path], store)
        if receipt.outcome == "refused":  # it gives someone away, say: nothing of the month is in
            return
        found = [*released(store), *released(store, "kept_issue")]
        mine = [told for told in found if told["patient_key"] == "PAT0001"]
        assert len(mine) == 1 or any("outside the period" in reason for reason in receipt.reasons)
        assert receipt.rows_quarantined == receipt.rows_known or not mine


def test_the_receipt_names_how_many_why_which_rows_and_how_they_are_written(put: Loader) -> None:
    bad = [row(n, quantity=text) for n, text in enumerate(("56 tabs", "l4", "28 tabs", "7", "-5"), start=1)]
    many = [row(n, issue_type="Weekly") for n in range(10, 17)]
    receipt = put(table(*bad, *many, row(20, issued_on="8.9.26", quantity="?"), row(21, product="")))
    assert receipt.known == (
        "11 of the rows kept back count as issues, and what cannot be read of them is unknown: quantity is "
        "not a number (rows 2, 3, 4, written quantity 99 aaaa, quantity a9); quantity is below 0 (row 6, "
        "written quantity -9); issue_type is not one of the allowed values (rows 7, 8, 9, 10, 11 and 2 more, "
        "written issue_type Aaaaa…)",
        "2 of the rows kept back name a person but not what was issued or when, so that dose is unknown "
        "then: issued_on is not a date of this layout; quantity is not a number (row 14, written issued_on "
        "9.9.99, quantity ?); product is missing (row 15)",
    )
    assert (receipt.outcome, receipt.rows_read, receipt.rows_quarantined) == ("partial", 14, 13)
    assert receipt.public()["notes"][:2] == receipt.known
    assert [words[:20] for words in receipt_message(receipt).notes[:2]] == [
        words[:20] for words in receipt.known
    ]


def test_a_file_without_one_row_that_fits_is_refused_as_before(put: Loader, store: Store) -> None:
    receipt = put(table(row(1, quantity="56 tabs"), row(2, quantity="56 tabs")))
    assert (receipt.outcome, receipt.rows_known) == ("refused", 0)
    assert not list(store.quarantine.glob("known.*"))


def test_a_file_sent_again_changes_nothing_and_a_corrected_one_replaces(put: Loader, store: Store) -> None:
    bad = table(row(1, quantity="56 tabs"), row(2), row(3, issued_on="?"))
    put(bad)
    before = released(store), released(store, "kept_issue")
    assert put(bad).outcome == "duplicate"
    assert (released(store), released(store, "kept_issue")) == before
    put(table(row(1), row(2), row(3)))
    assert [(told["patient_key"], told["quantity"]) for told in released(store)] == [
        (f"PAT000{n}", 56) for n in (1, 2, 3)
    ]
    assert released(store, "kept_issue") == []
    assert differences(store) == []


def test_of_a_file_of_several_practices_only_the_one_sent_again_is_replaced(
    put: Loader, store: Store
) -> None:
    codes = ("TST01", "TST02")
    rows = [row(n, practice_code=code, quantity=q) for code in codes for n, q in ((1, "56 tabs"), (2, "56"))]
    put(table(*rows), "issues_2026-09.csv")
    put(table(row(1), row(2)))
    told = [(r["practice_code"], r["patient_key"], r["quantity"]) for r in released(store)]
    assert told == [
        ("TST01", "PAT0001", 56),
        ("TST01", "PAT0002", 56),
        ("TST02", "PAT0001", None),
        ("TST02", "PAT0002", 56),
    ]
    assert differences(store) == []


def test_parts_of_a_month_add_up_and_each_is_replaced_alone(put: Loader, store: Store) -> None:
    put(table(row(1, quantity="?"), row(2)), "TST01_issues_2026-09_part1.csv")
    put(table(row(3, quantity="?"), row(4)), "TST01_issues_2026-09_part2.csv")
    assert [told["quantity"] for told in released(store)] == [None, 56, None, 56]
    put(table(row(1), row(2)), "TST01_issues_2026-09_part1.csv")
    assert [told["quantity"] for told in released(store)] == [56, 56, None, 56]


def test_a_retry_puts_the_row_in_the_place_of_what_was_known_of_it(
    put: Loader, store: Store, tmp_path: Path
) -> None:
    put(table(row(1, issue_type="weekly"), row(2), row(3, quantity="l4"), row(4, product="")))
    with corrected(tmp_path, etl.contract, *WEEKLY):
        (attempt,) = retry(store)
        assert [(t["patient_key"], t["issue_type"], t["quantity"]) for t in released(store)] == [
            ("PAT0001", "weekly", 56), ("PAT0002", "repeat", 56), ("PAT0003", "repeat", None)
        ]  # fmt: skip
        assert [told["patient_key"] for told in released(store, "kept_issue")] == ["PAT0004"]
        assert differences(store) == []
    assert attempt.after is not None and attempt.after.rows_known == 2
    assert [words.split(" of the rows")[0] for words in attempt.after.known] == ["1", "1"]


def test_a_retry_of_dates_takes_the_doubt_away(put: Loader, store: Store, tmp_path: Path) -> None:
    put(table(row(1, issued_on="07/09/2026"), row(2)))
    assert len(released(store, "kept_issue")) == 1
    with corrected(tmp_path, etl.layouts, *WRITTEN_SO):
        retry(store)
    assert (released(store, "kept_issue"), len(released(store))) == ([], 2)
    assert not [r.rows_known for r in live(store.receipts()).values() if r.rows_known]
    assert differences(store) == []


def test_a_file_of_what_is_known_that_is_gone_or_damaged_is_named_and_not_built_on(
    put: Loader, store: Store, tmp_path: Path
) -> None:
    text = table(row(1, quantity="56 tabs"), row(2))
    receipt = put(text)
    path = store.folder / known_issues.file_of(receipt.number)
    path.write_bytes(path.read_bytes()[:-9] + b"\0" * 9)
    assert any(path.name in words for words in differences(store))
    with pytest.raises(StoreError, match="missing or damaged"):
        released(store)
    path.unlink()
    assert any(f"{path.name}: missing" in words for words in differences(store))
    assert put(text).outcome == "partial"  # no duplicate: it repairs the store
    assert len(released(store)) == 2


def test_no_other_extract_has_such_rows(store: Store, tmp_path: Path) -> None:
    lines = extracts.patients("plain", [Patient(), Patient("PAT0002", sex="unsaid")])
    (receipt,) = load([extracts.write(tmp_path, "TST01_patients_2026-09", "plain", lines)], store)
    assert (receipt.rows_quarantined, receipt.rows_known) == (1, 0)

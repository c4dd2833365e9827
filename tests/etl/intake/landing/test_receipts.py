"""What becomes of a whole file, as its receipt says it."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from etl.load import load
from etl.store import Store
from tests.etl import extracts
from tests.etl.conftest import Loader, everything, landed
from tests.etl.extracts import Issue

NHS = "9434765919"


def months(first: int, last: int, each: int = 2, practice: str = "TST01", offset: int = 0) -> str:
    """A plain issues file: `each` issues in each month of 2026 from first to last."""
    rows = [
        Issue(f"PAT{n:04d}", date(2026, month, n + 1), quantity=10 + n + offset)
        for month in range(first, last + 1)
        for n in range(each)
    ]
    return extracts.csv_text("plain", extracts.issues("plain", rows, practice))


def name(first: int, last: int, practice: str = "TST01") -> str:
    period = f"2026-{first:02d}" if first == last else f"2026-{first:02d}_2026-{last:02d}"
    return f"{practice}_issues_{period}.csv"


def reason(receipt: object) -> str:
    (words,) = receipt.reasons  # type: ignore[attr-defined]
    return str(words)


def test_the_same_file_again_adds_nothing(put: Loader, store: Store) -> None:
    assert put(months(9, 9), name(9, 9)).outcome == "accepted"
    again = put(months(9, 9), "TST01 sent again 2026-09.csv")
    assert (again.outcome, again.rows_read, again.rows_loaded, again.rows_quarantined) == (
        "duplicate",
        0,
        0,
        0,
    )
    assert "TST01_issues_2026-09.csv" in reason(again)
    assert len(landed(store, "issues")) == 2


def test_the_same_content_for_another_month_is_no_duplicate(put: Loader) -> None:
    text = extracts.csv_text("plain", extracts.issues("plain", []))
    assert put(text, name(8, 8), accept_smaller=True).outcome == "accepted"
    assert put(text, name(9, 9), accept_smaller=True).outcome == "accepted"
    assert put(text, name(9, 9)).outcome == "duplicate"


def test_a_period_sent_again_replaces_the_earlier_whole(put: Loader, store: Store) -> None:
    put(months(9, 9, 3), name(9, 9))
    put(months(9, 9, 3, "TST02"), name(9, 9, "TST02"))
    assert put(months(9, 9, 3, offset=50), name(9, 9)).outcome == "accepted"
    assert sorted(row["quantity"] for row in landed(store, "issues", "TST01")) == [60, 61, 62]
    assert sorted(row["quantity"] for row in landed(store, "issues", "TST02")) == [10, 11, 12]


def test_a_smaller_period_waits_for_a_person(put: Loader, store: Store) -> None:
    put(months(9, 9, 10), name(9, 9))
    smaller = put(months(9, 9, 8), name(9, 9))
    assert smaller.outcome == "refused"
    assert "8 rows would replace 10 of TST01, 2026-09 to 2026-09" in reason(smaller)
    assert "--accept-smaller" in reason(smaller)
    assert len(landed(store, "issues")) == 10
    assert put(months(9, 9, 9), name(9, 9)).outcome == "accepted"  # 90 % is not fewer than 90 %
    assert put(months(9, 9, 2), name(9, 9), accept_smaller=True).outcome == "accepted"
    assert len(landed(store, "issues")) == 2


def test_a_wider_period_replaces_those_it_holds(put: Loader, store: Store) -> None:
    for month in (7, 8, 9):
        put(months(month, month), name(month, month))
    assert put(months(7, 8, offset=70), name(7, 8)).outcome == "accepted"
    assert sorted(row["quantity"] for row in landed(store, "issues")) == [10, 11, 80, 80, 81, 81]


def test_a_period_that_overlaps_without_holding_is_refused(put: Loader, store: Store) -> None:
    put(months(7, 8), name(7, 8))
    receipt = put(months(8, 9), name(8, 9))
    assert receipt.outcome == "refused"
    assert "2026-08 to 2026-09 overlap 2026-07 to 2026-08" in reason(receipt)
    inside = put(months(8, 8), name(8, 8))
    assert inside.outcome == "refused"
    assert len(landed(store, "issues")) == 4


def test_a_practice_outside_the_list_is_refused(put: Loader, store: Store) -> None:
    receipt = put(months(9, 9, practice="ZZZ99"), name(9, 9, "ZZZ99"))
    assert receipt.outcome == "refused"
    assert "practice ZZZ99 is not in the practice list" in reason(receipt)
    assert landed(store, "issues") == []


def test_without_a_practice_list_nothing_is_loaded(tmp_path: Path) -> None:
    store = Store(tmp_path / "store", create=True)
    lines = extracts.issues("plain", [Issue()])
    (receipt,) = load([extracts.write(tmp_path, "TST01_issues_2026-09", "plain", lines)], store)
    assert receipt.outcome == "refused"
    assert "Load the practices file first" in reason(receipt)


def test_an_extract_without_rows_says_that_there_were_none(put: Loader, store: Store) -> None:
    for layout in ("plain", "systmone", "emis"):
        receipt = put(extracts.csv_text(layout, extracts.issues(layout, [])), name(9, 9), accept_smaller=True)
        assert (receipt.outcome, receipt.rows_read, receipt.practice) == ("accepted", 0, "TST01")
        assert [(part.entity, part.practice, part.rows) for part in receipt.parts] == [("issues", "TST01", 0)]


def test_one_file_may_hold_several_practices(put: Loader, store: Store) -> None:
    both = months(9, 9) + "\r\n".join(months(9, 9, 3, "TST02").splitlines()[1:])
    receipt = put(both, "extract_2026-09.csv")
    assert (receipt.practice, receipt.rows_loaded) == ("several", 5)
    assert [(part.practice, part.rows) for part in receipt.parts] == [("TST01", 2), ("TST02", 3)]
    put(months(9, 9, 4, "TST02"), name(9, 9, "TST02"))
    assert (len(landed(store, "issues", "TST01")), len(landed(store, "issues", "TST02"))) == (2, 4)


@pytest.mark.parametrize(
    "key", [NHS, "943-476-5919", "943 476 5919", f"NHS{NHS}", f"S01-{NHS}", f"{NHS}.0", f"PAT_{NHS}_x"]
)
@pytest.mark.parametrize("layout", ["plain", "emis"])
def test_an_nhs_number_as_key_refuses_the_file_and_leaves_no_trace(
    put: Loader, store: Store, key: str, layout: str
) -> None:
    lines = extracts.issues(layout, [Issue(), Issue(key, directions="words nobody may see")])
    receipt = put(extracts.csv_text(layout, lines))
    assert (receipt.outcome, receipt.rows_loaded, receipt.parts) == ("refused", 0, ())
    assert f"line {len(lines)}, column patient_key: a valid NHS number" in reason(receipt)
    held = everything(store)
    assert key.encode() not in held
    assert b"words nobody may see" not in held
    assert key not in reason(receipt)


@pytest.mark.parametrize(
    "key",
    ["P9434765918", "P0073A13B9C2115F", f"a{NHS}bc3d4e5f60718293", "9434765919abcdef0123",
     "94347659-19ab-4def-8123-456789abcdef"],
)  # fmt: skip
def test_digits_that_are_no_nhs_number_are_a_key(put: Loader, store: Store, key: str) -> None:
    lines = extracts.issues("plain", [Issue(key)])
    assert put(extracts.csv_text("plain", lines)).outcome == "accepted"
    assert [row["patient_key"] for row in landed(store, "issues")] == [key]


@pytest.mark.parametrize("at", [0, 3, 13])
def test_a_column_nobody_declared_refuses_the_file_and_leaves_no_trace(
    put: Loader, store: Store, at: int
) -> None:
    lines = extracts.issues("plain", [Issue()])
    lines = [
        [*line[:at], cell, *line[at:]]
        for line, cell in zip(lines, ["Date of birth", "1951-02-03"], strict=True)
    ]
    receipt = put(extracts.csv_text("plain", lines))
    assert receipt.outcome == "refused"
    assert f"column {at + 1} ('date of birth')" in reason(receipt)
    assert b"1951-02-03" not in everything(store)


def test_a_missing_column_is_named(put: Loader) -> None:
    lines = [line[:3] + line[4:] for line in extracts.issues("plain", [Issue()])]
    assert "it has no column for product" in reason(put(extracts.csv_text("plain", lines)))


def test_a_file_without_a_period_is_refused(put: Loader) -> None:
    receipt = put(months(9, 9), "TST01_issues.csv")
    assert receipt.outcome == "refused"
    assert "put its months in the file's name" in reason(receipt)


def test_the_list_and_the_sizes_are_loaded_before_the_extracts(tmp_path: Path) -> None:
    extracts.practices(tmp_path)
    extracts.list_sizes(tmp_path)
    extracts.write(tmp_path, "A_TST01_issues_2026-09", "plain", extracts.issues("plain", [Issue()]))
    receipts = load([tmp_path], Store(tmp_path / "store", create=True))
    assert [(r.entity, r.outcome) for r in receipts] == [
        ("practices", "accepted"),
        ("list_sizes", "accepted"),
        ("issues", "accepted"),
    ]


def test_one_zip_may_hold_the_list_and_the_extracts(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    extracts.practices(folder)
    extracts.list_sizes(folder)
    extracts.write(folder, "TST01_issues_2026-09", "plain", extracts.issues("plain", [Issue()]))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"exports/{path.name}")
    receipts = load([tmp_path / "all.zip"], Store(tmp_path / "store", create=True))
    assert [(r.entity, r.outcome) for r in receipts] == [
        ("practices", "accepted"),
        ("list_sizes", "accepted"),
        ("issues", "accepted"),
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("TST01_issues_part3of2_2026-09.csv", "says part 3 of 2. Correct it"),
        ("TST01_issues_part1_part2_2026-09.csv", "says two parts"),
        ("TST01_issues_2099-09.csv", "the period 2099-09 is not over yet"),
    ],
)
def test_a_name_that_cannot_be_is_refused_in_words(put: Loader, store: Store, name: str, words: str) -> None:
    receipt = put(extracts.csv_text("plain", extracts.issues("plain", [Issue()])), name)
    assert receipt.outcome == "refused"
    assert words in next(iter(receipt.reasons))
    assert not list((store.landing / "issues").rglob("*.parquet"))

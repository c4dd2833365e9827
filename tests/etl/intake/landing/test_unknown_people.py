"""Issues of people in no patient extract are told of, and wait where they are many."""

from __future__ import annotations

import itertools
import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from etl.build import build
from etl.intake.landing.doubts import ASKED
from etl.load import load
from etl.store import Receipt, Store
from etl.verify.store import differences
from measures import policy
from tests.etl import extracts
from tests.etl.conftest import Loader, landed
from tests.etl.extracts import Issue, Patient
from tests.etl.store.test_contract_changes import keep_sums

HEX = "a3f9c2d4e5b60718293a4b5c6d7e8f90"
GUID = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
MORPHINE, ZOPICLONE = "Zomorph 30mg capsules", "Zopiclone 7.5mg tablets"


def issued(known: int, unknown: int, product: str = MORPHINE) -> str:
    keys = [f"PAT{n:04d}" for n in range(known)] + [f"NEW{n:04d}" for n in range(unknown)]
    rows = [Issue(key, date(2026, 9, 7), product if key[0] == "N" else MORPHINE) for key in keys]
    return extracts.csv_text("plain", extracts.issues("plain", rows))


def people(keys: list[str]) -> str:
    return extracts.csv_text("plain", extracts.patients("plain", [Patient(key) for key in keys]))


ALL = people([f"PAT{n:04d}" for n in range(60)])
UNKNOWN = "of people in no patient extract"


def waits(receipt: Receipt) -> bool:
    return receipt.outcome == "refused" and next(iter(receipt.reasons)).endswith(ASKED)


@pytest.mark.parametrize(("unknown", "waiting"), [(0, False), (1, False), (2, False), (3, True), (30, True)])
def test_more_than_one_in_twenty_unknown_waits(put: Loader, unknown: int, waiting: bool) -> None:
    """Of 40 issues."""
    put(ALL, "TST01_patients_2026-09.csv")
    receipt = put(issued(40 - unknown, unknown))
    assert waits(receipt) == waiting
    told = f"{unknown} of 40 issues of opioids and gabapentinoids of TST01 ({unknown / 40:.1%}) are {UNKNOWN}"
    assert (told in str((receipt.reasons, receipt.notes))) == (unknown > 0)
    if waiting:
        accepted = put(issued(40 - unknown, unknown), accept_smaller=True)
        assert accepted.outcome == "accepted"
        assert told in str(accepted.notes)


def listing(first: int, after: int, start: str = "PAT") -> str:
    return people([f"{start}{n:04d}" for n in range(first, after)])


@pytest.mark.parametrize(
    ("before", "sent", "now", "unknown"),
    [
        # patients before the issues; what is sent after them and for which month; issues left unknown of 40
        ("", listing(0, 20), "2026-09", 20),  # the first patients name half of the people
        ("", listing(0, 38), "2026-09", None),  # two of 40 are told of, and do not wait
        ("", listing(0, 20), "2026-08", None),  # they are of another month
        ("", listing(0, 20), "2026-07_2026-09", 20),
        (listing(0, 40), listing(0, 40, "NEW"), "2026-09", 40),  # another key for all pseudonyms
        (listing(0, 40), listing(2, 42), "2026-09", None),
        (listing(0, 40), listing(3, 43), "2026-09", 3),
    ],
)
def test_patients_that_leave_landed_issues_of_their_months_unknown_wait(
    put: Loader, store: Store, before: str, sent: str, now: str, unknown: int | None
) -> None:
    if before:
        put(before, "TST01_patients_2026-09.csv")
    put(issued(40, 0))
    receipt = put(sent, f"TST01_patients_{now}.csv")
    assert waits(receipt) == (unknown is not None)
    assert (f"{unknown} of 40 issues" in str(receipt.reasons)) == (unknown is not None)
    accepted = put(sent, f"TST01_patients_{now}.csv", accept_smaller=True)
    assert accepted.outcome in ("accepted", "duplicate")
    assert differences(store) == []


def test_patients_that_leave_fewer_unknown_than_before_come_in(put: Loader) -> None:
    put(listing(0, 30), "TST01_patients_2026-09.csv")
    assert put(issued(30, 0).replace("PAT000", "NEW000"), accept_smaller=True).outcome == "accepted"
    receipt = put(listing(0, 30) + listing(0, 5, "NEW").split("\n", 1)[1], "TST01_patients_2026-09.csv")
    assert receipt.outcome == "accepted"
    assert "5 of 30 issues" in str(receipt.notes)


@pytest.mark.parametrize("product", ["MSTT Contnus 6Omg tabs", "Painaway 30mg capsules"])
def test_issues_of_products_not_understood_count_too(put: Loader, product: str) -> None:
    """They may be opioids."""
    put(ALL, "TST01_patients_2026-09.csv")
    receipt = put(issued(20, 20, product))
    assert waits(receipt)
    assert "20 of 40 issues" in str(receipt.reasons)


@pytest.mark.parametrize(("strangers", "waiting"), [(0, False), (4, False), (5, True), (20, True)])
def test_one_month_of_many_with_strangers_waits(put: Loader, strangers: int, waiting: bool) -> None:
    """They are few of the whole file's 500 issues, and not few of the last month's 20."""
    put(ALL, "TST01_patients_2026-09.csv")
    rows = [Issue(f"PAT{n:04d}", date(2026, m, 3)) for m in range(1, 9) for n in range(60)]
    rows += [Issue(f"{'NEW' if n < strangers else 'PAT'}{n:04d}", date(2026, 9, 3)) for n in range(20)]
    text = extracts.csv_text("plain", extracts.issues("plain", rows))
    receipt = put(text, "TST01_issues_2026-01_2026-09.csv")
    assert waits(receipt) == waiting
    assert ("too many in 2026-09" in str(receipt.reasons)) == waiting


def test_sedatives_alone_bring_nobody_into_the_patient_extract(put: Loader) -> None:
    put(ALL, "TST01_patients_2026-09.csv")
    receipt = put(issued(20, 20, ZOPICLONE))
    assert (receipt.outcome, receipt.notes) == ("accepted", ())


def test_without_any_patient_extract_it_is_said_and_nothing_waits(put: Loader) -> None:
    receipt = put(issued(2, 0))
    assert receipt.outcome == "accepted"
    assert receipt.notes == ("no patients of TST01 are loaded yet: nobody of these issues counts till then",)


def test_somebody_another_practice_lists_is_known(put: Loader) -> None:
    put(people(["PAT0001"]), "TST01_patients_2026-09.csv")
    elsewhere = extracts.patients("plain", [Patient("MOVED001")], "TST02")
    put(extracts.csv_text("plain", elsewhere), "TST02_patients_2026-09.csv")
    rows = [Issue("PAT0001"), Issue("MOVED001")]
    assert put(extracts.csv_text("plain", extracts.issues("plain", rows))).outcome == "accepted"


@pytest.mark.parametrize("order", list(itertools.permutations("abc")))
@pytest.mark.parametrize("right", [True, False])
def test_issues_before_patients_in_one_load_are_judged_alike(
    store: Store, tmp_path: Path, order: tuple[str, ...], right: bool
) -> None:
    """Whatever the files are called, and also where two patient extracts name half of the people each."""
    patients = [people([f"PAT{n:04d}" for n in range(at, 60, 2)]) for at in (0, 1)]
    texts = [issued(40, 0) if right else issued(30, 10), *patients]
    for letter, text in zip(order, texts, strict=True):
        path = tmp_path / "in" / f"{letter} TST01 2026-0{8 if text == patients[0] else 9}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = {r.entity: r for r in load([tmp_path / "in"], store)}
    assert found["patients"].outcome == "accepted"
    assert found["issues"].outcome == ("accepted" if right else "refused")
    assert waits(found["issues"]) != right


def test_another_key_for_all_pseudonyms_waits(put: Loader) -> None:
    put(people([f"{HEX[:-2]}{n:02x}" for n in range(40)]), "TST01_patients_2026-09.csv")
    rows = [Issue(f"b{HEX[1:-2]}{n:02x}") for n in range(40)]
    receipt = put(extracts.csv_text("plain", extracts.issues("plain", rows)))
    assert waits(receipt)
    assert f"40 of 40 issues of opioids and gabapentinoids of TST01 (100.0%) are {UNKNOWN}" in str(
        receipt.reasons
    )


@pytest.mark.parametrize(
    ("here", "there", "same"),
    [
        (HEX.upper(), HEX, True),
        (f"a{HEX}".title(), f"a{HEX}", True),
        (f"{{{GUID.upper()}}}", GUID, True),
        (GUID.title(), GUID.upper(), True),
        ("p1bc1bb3c1a7667b", "P1BC1BB3C1A7667B", True),  # a letter marks their kind
        ("P-1bc1bb3c1a7667b", "p-1BC1BB3C1A7667B", True),
        ("qX7zAbCd12", "qx7zabcd12", False),  # base64: case tells people apart
        ("ABCDEF1", "abcdef1", False),  # too short to be told
        ("PAT0001", "pat0001", False),
    ],
)
def test_hexadecimal_pseudonyms_are_compared_without_regard_to_case(
    put: Loader, store: Store, here: str, there: str, same: bool
) -> None:
    put(people([there]), "TST01_patients_2026-09.csv")
    receipt = put(extracts.csv_text("plain", extracts.issues("plain", [Issue(here)])))
    assert receipt.outcome == ("accepted" if same else "refused")
    assert waits(receipt) != same
    if same:
        (issue,), (patient,) = landed(store, "issues"), landed(store, "patients")
        assert issue["patient_key"] == patient["patient_key"]


def test_one_person_in_two_cases_is_one_row_under_a_key(put: Loader) -> None:
    receipt = put(people([HEX, HEX.upper()]), "TST01_patients_2026-09.csv")
    assert (receipt.rows_loaded, receipt.reasons) == (1, {"exact copy of an earlier row": 1})


def test_rows_landed_before_cases_were_folded_are_compared_alike(released: Store) -> None:
    """An older store: its receipts do not say columns, and its keys are as they were sent."""
    for path in released.landing.glob("*/TST01/*.parquet"):
        table = pq.read_table(path)
        upper = path.parts[-3] == "issues"
        keys = [
            (f"{HEX}{key[-1]}".upper() if upper else f"{HEX}{key[-1]}")
            for key in table["patient_key"].to_pylist()
        ]
        pq.write_table(table.set_column(table.column_names.index("patient_key"), "patient_key", [keys]), path)
    for path in released.receipts_folder.glob("*.json"):
        raw = json.loads(path.read_text(encoding="utf-8"))
        for name in ("columns", "columns_missing", "notes"):
            raw.pop(name)
        path.write_text(json.dumps(raw), encoding="utf-8")
    keep_sums(released)
    build(released, policy.load())
    assert differences(released) == []
    assert unknown(released) == {"TST01": (15, 0), "TST02": (15, 0)}


def test_the_release_says_how_many_issues_are_of_unknown_people(released: Store, tmp_path: Path) -> None:
    rows = [
        Issue(f"TST01P{n % 3}" if n < 45 else f"NEW00{n}", date(2026, 10, 1 + n % 28), quantity=n)
        for n in range(60)
    ]
    path = extracts.write(
        tmp_path, "TST01_issues_2026-10", "plain", extracts.issues("plain", rows, period="2026-10")
    )
    (receipt,) = load([path], released, accept_smaller=True)
    assert receipt.outcome == "accepted"
    build(released, policy.load())
    assert unknown(released) == {"TST01": (75, 15), "TST02": (15, 0)}


def unknown(store: Store) -> dict[str, tuple[int, int]]:
    import duckdb

    with duckdb.connect(str(store.releases / f"{store.current()}.duckdb"), read_only=True) as con:
        rows = con.execute("SELECT practice_code, issues, unknown FROM quality_unknown").fetchall()
    return {code: (issues, n) for code, issues, n in rows}


@pytest.mark.parametrize("entity", ["patients", "issues"])
@pytest.mark.parametrize(
    ("listed_as", "sent_as"),
    [
        ("PT{}", "pt{}"), ("0x{}", "0X{}"), ("TST01-{}", "tst01-{}"), ("{:.6}", "{:.6}"), ("QZ_{}", "Qz_{}"),
    ],
)  # fmt: skip
def test_a_pseudonym_in_another_case_waits_where_it_is_not_folded(
    put: Loader, store: Store, entity: str, listed_as: str, sent_as: str
) -> None:
    """One of many: it would be a second person, and the first would have stopped."""
    keys = [f"{n:02d}ABC{n:03d}{HEX[:20]}" for n in range(40)]
    names = [listed_as.format(key.upper()) for key in keys]
    put(people(names), "TST01_patients_2026-08.csv")
    sent = [sent_as.format(keys[0].lower()), *names[1:]]
    text = people(sent)
    if entity == "issues":
        text = extracts.csv_text("plain", extracts.issues("plain", [Issue(key) for key in sent]))
    receipt = put(text, f"TST01_{entity}_2026-09.csv")
    assert waits(receipt)
    assert "1 pseudonyms of TST01 are those of listed people but for letter case" in str(receipt.reasons)
    assert differences(store) == []


def test_a_guid_without_its_dashes_waits(put: Loader) -> None:
    put(people([GUID, "PAT0001"]), "TST01_patients_2026-08.csv")
    receipt = put(people([GUID.replace("-", ""), "PAT0001"]), "TST01_patients_2026-09.csv")
    assert waits(receipt)
    assert "1 pseudonyms" in str(receipt.reasons)

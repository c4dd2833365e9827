"""What becomes of a file that gives someone away, and that nothing of what it held is anywhere afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.intake.privacy.text.numbers import kind_of
from etl.store import Store
from etl.verify.store import differences
from measures import policy
from tests.etl import extracts
from tests.etl.conftest import Loader, everything, landed
from tests.etl.extracts import Issue
from tests.etl.intake.privacy.identifiers import KINDS, Planted, corpus
from tests.etl.intake.privacy.planted import (
    COLUMNS,
    NAME,
    NHS,
    assert_no_trace,
    clean,
    load_all,
    planted_in,
    reason,
    table,
)

SAID = {
    "CHI number": "a valid CHI number",
    "NHS number": "a valid NHS number",
    "Health and Care number": "a valid Health and Care number",
}


@pytest.mark.parametrize("column", ["product", "directions"])
@pytest.mark.parametrize("kind", KINDS)
def test_free_text_with_an_identifier_is_withheld_and_its_row_kept_back(
    put: Loader, store: Store, kind: str, column: str
) -> None:
    planted = [one for one in corpus() if one.kind == kind]
    receipt = put(planted_in(column, [one.text for one in planted], among=1600))
    assert (receipt.outcome, receipt.rows_loaded, receipt.rows_quarantined) == ("partial", 1585, 15)
    assert all(f"{column} holds a" in words and "the text is withheld" in words for words in receipt.reasons)
    assert SAID.get(kind, kind) in " ".join(receipt.reasons)
    assert sum(receipt.reasons.values()) == 15
    assert_no_trace(everything(store), planted)


@pytest.mark.parametrize("column", ["patient_key", "issuer", "unit", "issue_type", "issued_on", "quantity"])
@pytest.mark.parametrize(
    "planted", [p for p in corpus() if p.disguise in ("as written", "dots", "full width")], ids=str
)
def test_an_identifier_anywhere_else_refuses_the_file_and_leaves_no_trace(
    put: Loader, store: Store, column: str, planted: Planted
) -> None:
    receipt = put(planted_in(column, [planted.text], among=30))
    assert (receipt.outcome, receipt.rows_read, receipt.parts) == ("refused", 0, ())
    assert f"line 2, column {column}: a" in reason(receipt)
    assert landed(store, "issues") == []
    assert_no_trace(everything(store), [planted])


@pytest.mark.parametrize("layout", ["plain", "systmone", "emis"])
@pytest.mark.parametrize("kind", ["utf-8", "cp1252", "utf-16", "xlsx", "zip"])
def test_every_system_and_kind_of_file_is_searched(
    store: Store, tmp_path: Path, layout: str, kind: str
) -> None:
    told = [Issue(f"PAT{n:04d}", directions="one twice a day") for n in range(9)]
    told[4] = Issue("PAT9999", directions=f"one daily, ring {NHS} for Mrs Jones")
    lines = extracts.issues(layout, told)
    (receipt,) = load_all(store, extracts.write(tmp_path, "TST01_issues_2026-09", layout, lines, kind))
    assert (receipt.outcome, receipt.rows_loaded, receipt.rows_quarantined) == ("partial", 8, 1)
    assert_no_trace(
        everything(store), [Planted("NHS number", "", NHS), Planted("title and name", "", "Mrs Jones")]
    )


@pytest.mark.parametrize(
    ("hit", "of", "outcome"),
    [(4, 20, "partial"), (5, 499, "refused"), (5, 500, "partial"), (6, 500, "refused")],
)
def test_free_text_refuses_the_file_from_five_rows_and_above_one_in_a_hundred(
    put: Loader, store: Store, hit: int, of: int, outcome: str
) -> None:
    receipt = put(planted_in("directions", ["ring 01632 960001"] * hit, among=of))
    assert receipt.outcome == outcome
    if outcome == "refused":
        assert f"({hit} of {of} rows, more than 1%)" in reason(receipt)
        assert f"line 2, column directions: a telephone number ({hit} rows)" in reason(receipt)
        assert landed(store, "issues") == []


def test_the_policy_can_refuse_a_file_for_one_hit_in_free_text(
    put: Loader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = policy.PATH.read_text(encoding="utf-8").replace('"withhold row"', '"refuse file"')
    (tmp_path / "policy.toml").write_text(text, encoding="utf-8")
    always = policy.load(tmp_path / "policy.toml")
    monkeypatch.setattr(policy, "load", lambda: always)
    receipt = put(planted_in("directions", ["ring 01632 960001"], among=900))
    assert receipt.outcome == "refused"
    assert "the policy refuses a file for one" in reason(receipt)


def test_a_setting_that_is_none_is_refused(tmp_path: Path) -> None:
    text = policy.PATH.read_text(encoding="utf-8").replace('"withhold row"', '"ask"')
    (tmp_path / "policy.toml").write_text(text, encoding="utf-8")
    with pytest.raises(policy.PolicyError, match=r"\[privacy\] identifier_in_free_text is 'ask'"):
        policy.load(tmp_path / "policy.toml")


ROWS = {
    "clean": {},
    "hit": {"directions": f"ring Mrs Jones {NHS}"},
    "hit and bad": {"directions": f"ring Mrs Jones {NHS}", "quantity": "lots"},
    "hit over a line break": {"directions": f"ring\nMrs Jones {NHS}"},
    "bad": {"quantity": "-1"},
}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(list(ROWS)), max_size=12))
def test_rows_read_are_rows_loaded_and_kept_back_and_verify_agrees(
    listed: Path, tmp_path: Path, kinds: list[str]
) -> None:
    shutil.rmtree(tmp_path / "store", ignore_errors=True)
    store = Store(shutil.copytree(listed, tmp_path / "store"))
    rows = clean(len(kinds) + 1)
    for kind, row in zip(kinds, rows, strict=False):
        for column, value in ROWS[kind].items():
            row[COLUMNS[column]] = value
    (tmp_path / NAME).write_text(table(rows), encoding="utf-8", newline="")
    (receipt,) = load_all(store, tmp_path / NAME)
    hit = sum(kind.startswith("hit") for kind in kinds)
    if hit >= 5:
        assert (receipt.outcome, receipt.rows_read) == ("refused", 0)
    else:
        assert receipt.rows_loaded == 1 + kinds.count("clean")
        assert receipt.rows_read == len(kinds) + 1 == receipt.rows_loaded + receipt.rows_quarantined
    assert not [trace for trace in (b"943 476", b"9434765919", b"Jones") if trace in everything(store)]
    assert differences(store) == []


def test_a_row_says_which_column_held_which_kind(put: Loader, store: Store) -> None:
    receipt = put(planted_in("directions", [f"NHS {NHS}, DOB 3/2/1951"], among=10))
    (row,) = pq.read_table(store.quarantine / f"{receipt.number:08d}.parquet").to_pylist()
    assert row["line"] == 2
    assert row["reason"] == (
        "directions holds a date of birth: the text is withheld; "
        "directions holds a valid NHS number: the text is withheld"
    )


def test_a_row_withheld_is_nobodys_first(put: Loader, store: Store) -> None:
    header = "practice_code,patient_key,plan_id,started_on,status,pause_reason"
    row = "TST01,PAT00001,PL1,2026-09-01,paused,"
    receipt = put(f"{header}\n{row}ring 01632 960001\n{row}away\n", "TST01_plans_2026-09.csv")
    assert receipt.reasons == {"pause_reason holds a telephone number: the text is withheld": 1}
    assert [plan["pause_reason"] for plan in landed(store, "plans")] == ["away"]


def numbers(valid: bool) -> Iterator[str]:
    return (str(n) for n in range(4_000_000_000, 7_000_000_000, 7919) if bool(kind_of(str(n))) == valid)


@pytest.mark.parametrize("column", ["issuer", "dmd_code", "pharmacy"])
@pytest.mark.parametrize(
    ("valid", "others", "outcome"),
    [(1, 39, "accepted"), (19, 0, "accepted"), (19, 21, "accepted"), (20, 20, "refused"), (20, 0, "refused")],
)
def test_a_code_column_is_judged_as_a_whole(
    put: Loader, column: str, valid: int, others: int, outcome: str
) -> None:
    good, bad = numbers(True), numbers(False)
    codes = [next(good) for _ in range(valid)] + [next(bad) for _ in range(others)]
    rows = clean(len(codes) * 3)
    for n, row in enumerate(rows):
        row[COLUMNS[column]] = codes[n % len(codes)]
    receipt = put(table(rows))
    assert receipt.outcome == outcome
    if outcome == "refused":
        assert f"column {column}: a valid NHS number" in reason(receipt)


def test_a_number_kept_back_in_another_column_is_not_shown(put: Loader, store: Store) -> None:
    receipt = put(planted_in("quantity", ["9434765919"], among=10))
    assert receipt.reasons == {"quantity is above 100000": 1}
    assert b"9434765919" not in everything(store)


@pytest.mark.parametrize(
    "written", ["{0:02d}{1:02d}{2}", "{2}{1:02d}{0:02d}", "JS{0:02d}{1:02d}{2}", "AB{3:06d}C", "LU{0}{4}XY"]
)
def test_keys_made_of_identifiers_refuse_the_file(put: Loader, written: str) -> None:
    rows = clean(60)
    for n, row in enumerate(rows):
        row[1] = written.format(n % 28 + 1, n % 12 + 1, 1930 + n, n * 1234, n % 9 + 1)
    receipt = put(table(rows))
    assert receipt.outcome == "refused"
    assert "column patient_key: a" in reason(receipt)


@pytest.mark.parametrize("written", ["P{:07d}", "{:016X}", "{:064x}", "A{:05d}Z", "{:06d}AB"])
def test_keys_that_are_pseudonyms_pass(put: Loader, written: str) -> None:
    rows = clean(500)
    for n, row in enumerate(rows):
        row[1] = written.format(n * 1999)
    assert put(table(rows)).outcome == "accepted"


def test_an_identifier_above_the_header_refuses_the_file(put: Loader, store: Store) -> None:
    lines = extracts.issues("emis", [Issue()])
    lines[1] = [f"Search for {NHS}"]
    receipt = put(extracts.csv_text("emis", lines))
    assert reason(receipt).startswith("line 2, column (above the header): a valid NHS number.")
    assert_no_trace(everything(store), [Planted("NHS number", "", NHS)])


@pytest.mark.parametrize("line", [f"TST01,PAT1,{NHS}", ",".join(["x"] * 13 + ["Mrs J Jones"])])
def test_an_identifier_in_a_row_that_cannot_be_taken_apart_refuses_the_file(
    put: Loader, store: Store, line: str
) -> None:
    receipt = put(table(clean(3)) + line + "\r\n")
    assert "line 5, column (a row that cannot be taken apart): a" in reason(receipt)
    assert landed(store, "issues") == []


def test_a_line_break_hides_nothing(put: Loader, store: Store) -> None:
    rows = clean(10)
    rows[2][COLUMNS["directions"]] = "one daily\n943 476\n5919"
    receipt = put(table(rows))
    assert (receipt.outcome, receipt.rows_quarantined) == ("partial", 1)
    assert "directions holds a valid NHS number" in reason(receipt)
    rows[2][COLUMNS["issuer"]] = "Mrs\nJones"
    assert "column issuer: a title and name" in reason(put(table(rows)))


def test_names_of_practices_may_hold_a_doctors(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "practices_2026-09.csv"
    head = "practice_code,name,pcn,place,icb,clinical_system,synthetic\n"
    path.write_text(
        f"{head}TST02,Elm,N,N,E,emis,yes\nTST01,Dr Patel & Partners,N,N,E,emis,yes\n", encoding="utf-8"
    )
    assert load_all(store, path)[0].outcome == "accepted"
    path.write_text(f"{head}TST02,Elm,N,N,E,emis,yes\nTST01,ring {NHS},N,N,E,emis,yes\n", encoding="utf-8")
    assert load_all(store, path)[0].outcome == "refused"

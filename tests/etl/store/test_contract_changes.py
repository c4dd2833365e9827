"""A change to the contract strands no store: what was not asked for is read as not asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest

from etl import contract
from etl.build import build
from etl.contract.stamp import READABLE, stamp, unreadable
from etl.store import Store, StoreError
from etl.store.durable import digest
from etl.store.release_contents import contents
from measures import policy
from tests.etl import extracts
from tests.etl.conftest import Loader, landed

Shape = dict[str, Any]


def test_a_store_of_the_contract_with_function_score_is_read(released: Store) -> None:
    (fingerprint,) = READABLE
    released.stamp_file.write_text(fingerprint, encoding="utf-8")
    with Store(released.folder).writing():
        assert json.loads(released.stamp_file.read_text(encoding="utf-8")) == json.loads(stamp())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s["issues"]["columns"].pop("dmd_code"), ""),  # optional, asked for since
        (lambda s: s["reviews"]["columns"].update(function_score="integer"), ""),  # retired since
        (lambda s: s.pop("best_interest"), ""),  # an entity asked for since
        (lambda s: s["issues"]["columns"].pop("product"), "issues.product is required now"),
        (lambda s: s["issues"]["columns"].update(quantity="text"), "issues.quantity has another type now"),
        (lambda s: s["plans"].update(key=["plan_id"]), "plans has another key now"),
    ],
)
def test_what_strands_a_store_and_what_does_not(change: Callable[[Shape], object], words: str) -> None:
    shape = json.loads(stamp())
    change(shape)
    assert unreadable(json.dumps(shape)) == words


@pytest.mark.parametrize("text", ["", "0123456789", "[]", '{"issues": 1}', "null"])
def test_a_store_that_does_not_say_its_contract_is_not_read(released: Store, text: str) -> None:
    released.stamp_file.write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=r"another version of the data contract \(it does not say which\)"):
        Store(released.folder)


def test_a_landing_from_before_a_column_was_asked_for_is_built(released: Store) -> None:
    """Parts without an optional column, and one with a column since retired, make the release they made."""
    before = contents(released.releases / f"{released.current()}.duckdb")
    for path in released.landing.glob("issues/TST01/*.parquet"):
        rows = pq.read_table(path).drop_columns(["dmd_code", "issue_type", "unit"])
        pq.write_table(rows.append_column("colour", [["red"] * len(rows)]), path)
    keep_sums(released)
    build(released, policy.load())
    after = contents(released.releases / f"{released.current()}.duckdb")
    assert {t: rows for t, rows in after.items() if t.startswith("measure")} == {
        t: rows for t, rows in before.items() if t.startswith("measure")
    }


def test_an_extract_that_still_holds_a_retired_column_loads_and_it_is_not_read(
    put: Loader, store: Store
) -> None:
    head = "practice_code,patient_key,reviewed_on,pain_score"
    receipt = put(
        f"{head},function_score\nTST01,PAT0001,2026-09-03,7,whatever\n", "TST01_reviews_2026-09.csv"
    )
    assert (receipt.outcome, receipt.rows_loaded) == ("accepted", 1)
    (row,) = landed(store, "reviews")
    assert row["pain_score"] == 7 and "function_score" not in row


@pytest.mark.parametrize(("values", "scores"), [("Value", "8"), ("Value,Value", "8,3")])
def test_emis_may_leave_the_second_value_out(values: str, scores: str, put: Loader, store: Store) -> None:
    above = "\n".join(",".join(map(str, line)) for line in extracts.emis_preamble("TST02", "2026-09"))
    receipt = put(
        f"{above}\nPatient ID,Date,Date,Date,{values}\nPAT0001,03-Sep-2026,,,{scores}\n", "reviews.csv"
    )
    assert (receipt.outcome, receipt.entity) == ("accepted", "reviews")
    assert [row["pain_score"] for row in landed(store, "reviews")] == [8]


def test_every_column_says_what_it_is_used_for() -> None:
    for entity in contract.entities().values():
        for column in entity.columns.values():
            assert 2 <= len(column.used_for.split()) <= 20, (entity.name, column.name)


def keep_sums(store: Store) -> None:
    """Writes the sums of the landed parts anew, as if they had been landed so."""
    for path in store.receipts_folder.glob("*.json"):
        raw = json.loads(path.read_text(encoding="utf-8"))
        raw["sums"] = {name: digest(store.folder / name) for name in raw["sums"]}
        path.write_text(json.dumps(raw), encoding="utf-8")

"""Whoever loads for one practice brings in that practice's rows and no others."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from etl.__main__ import main
from etl.load import load
from etl.store import Receipt, Store
from tests.etl import extracts
from tests.etl.conftest import everything, landed
from tests.etl.extracts import Issue


def issues(practice: str, layout: str = "plain", *more: Issue) -> str:
    rows = [Issue(f"{practice}SECRET"), *more]
    return extracts.csv_text(layout, extracts.issues(layout, rows, practice))


def sent(store: Store, tmp_path: Path, text: str, name: str, by: str | None) -> Receipt:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    (receipt,) = load([path], store, as_practice=by)
    return receipt


@pytest.mark.parametrize("layout", ["plain", "systmone", "emis"])
def test_another_practices_file_is_refused_and_nothing_kept(
    store: Store, tmp_path: Path, layout: str
) -> None:
    name = "TST02_issues_2026-09.csv"
    receipt = sent(store, tmp_path, issues("TST02", layout), name, "TST01")
    assert (receipt.outcome, receipt.rows_read, receipt.parts) == ("refused", 0, ())
    assert "names practice TST02, but is sent by practice TST01" in next(iter(receipt.reasons))
    assert b"TST02SECRET" not in everything(store)
    assert sent(store, tmp_path, issues("TST02", layout), name, "tst02").outcome == "accepted"


def test_ones_own_file_comes_in(store: Store, tmp_path: Path) -> None:
    receipt = sent(store, tmp_path, issues("TST01"), "TST01_issues_2026-09.csv", "tst01")
    assert (receipt.outcome, receipt.rows_loaded) == ("accepted", 1)


@pytest.mark.parametrize("quantity", ["56", "many"])
def test_one_row_of_another_practice_refuses_the_file_even_if_it_does_not_fit(
    store: Store, tmp_path: Path, quantity: str
) -> None:
    other = issues("TST02").splitlines()[1].replace(",56,", f",{quantity},")
    receipt = sent(store, tmp_path, issues("TST01") + other + "\n", "issues_2026-09.csv", "TST01")
    assert receipt.outcome == "refused"
    assert landed(store, "issues") == []
    assert b"TST02SECRET" not in everything(store)


def test_a_file_that_only_its_name_calls_anothers_is_refused(store: Store, tmp_path: Path) -> None:
    text = extracts.csv_text("plain", extracts.issues("plain", []))
    receipt = sent(store, tmp_path, text, "TST02_issues_2026-09.csv", "TST01")
    assert receipt.outcome == "refused"
    assert receipt.parts == ()


def test_what_another_practice_has_loaded_is_not_told(store: Store, tmp_path: Path) -> None:
    sent(store, tmp_path, issues("TST02"), "TST02_issues_2026-09.csv", None)
    receipt = sent(store, tmp_path, issues("TST02"), "TST02 again 2026-09.csv", "TST01")
    assert receipt.outcome == "refused"  # not: duplicate


def test_the_practice_list_is_no_practices_to_send(store: Store, tmp_path: Path) -> None:
    (receipt,) = load([extracts.practices(tmp_path, ["TST01"])], store, as_practice="TST01")
    assert receipt.outcome == "refused"
    assert "practices are for all practices" in next(iter(receipt.reasons))


def test_a_practice_outside_the_list_sends_nothing(store: Store, tmp_path: Path) -> None:
    receipt = sent(store, tmp_path, issues("ZZZ99"), "ZZZ99_issues_2026-09.csv", "ZZZ99")
    assert "practice ZZZ99 is not in the practice list" in next(iter(receipt.reasons))


def test_the_command_takes_the_practice(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = extracts.issues("plain", [Issue(day=date(2026, 9, 1))], "TST02")
    path = extracts.write(tmp_path / "in", "TST02_issues_2026-09", "plain", lines)
    words = ["load", str(path), "--store", str(store.folder), "--json", "--as-practice"]
    assert main([*words, "TST01"]) == 1
    assert [r["outcome"] for r in json.loads(capsys.readouterr().out)] == ["refused"]
    assert main([*words, "TST02"]) == 0

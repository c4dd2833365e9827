"""Whatever differs between receipts, landing, quarantine and release is found and named."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.__main__ import main
from etl.load import load
from etl.store import Store
from etl.verify.store import differences
from tests.etl import extracts
from tests.etl.conftest import Loader
from tests.etl.extracts import Issue


def said(store: Store, capsys: pytest.CaptureFixture[str]) -> str:
    """What verify prints, having ended with 1."""
    capsys.readouterr()
    assert main(["verify", "--store", str(store.folder)]) == 1
    return capsys.readouterr().out


def part(store: Store) -> Path:
    return next(store.landing.glob("issues/TST01/*.parquet"))


def test_a_sound_store_says_so(released: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--store", str(released.folder)]) == 0
    assert capsys.readouterr().out == "receipts, landing, quarantine and release agree\n"


def test_a_missing_part_is_named(released: Store, capsys: pytest.CaptureFixture[str]) -> None:
    part(released).unlink()
    assert "landing/issues/TST01/2026-05_2026-09" in said(released, capsys)


def test_a_truncated_part_is_named(released: Store, capsys: pytest.CaptureFixture[str]) -> None:
    path = part(released)
    path.write_bytes(path.read_bytes()[:-20])
    assert f"{path.name}: missing or unreadable; the receipt says 15 rows" in said(released, capsys)


def test_a_part_with_fewer_rows_is_named(released: Store, capsys: pytest.CaptureFixture[str]) -> None:
    path = part(released)
    pq.write_table(pq.read_table(path).slice(1), path)
    assert f"{path.name}: 14 rows; the receipt says 15" in said(released, capsys)


def test_a_part_damaged_in_the_middle_is_named(released: Store, capsys: pytest.CaptureFixture[str]) -> None:
    path = part(released)
    data = bytearray(path.read_bytes())
    data[4:200] = bytes(196)
    path.write_bytes(bytes(data))
    assert path.name in said(released, capsys)


def test_a_changed_quarantine_is_named(put: Loader, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    lines = extracts.issues("plain", [Issue(), Issue("PAT0002"), Issue("PAT0003")])
    lines[2][6], lines[3][6] = -1, "many"
    receipt = put(extracts.csv_text("plain", lines))
    assert differences(store) == []
    path = store.quarantine / f"{receipt.number:08d}.parquet"
    kept = pq.read_table(path)
    pq.write_table(kept.slice(1), path)
    assert f"quarantine/{path.name}: 1 rows; the receipt says 2" in said(store, capsys)
    reasons = pa.array(["quantity is below 0"] * 2)
    pq.write_table(kept.set_column(kept.column_names.index("reason"), "reason", reasons), path)
    assert f"quarantine/{path.name}: its reasons are not those of the receipt" in said(store, capsys)
    path.unlink()
    assert f"quarantine/{path.name}: missing" in said(store, capsys)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("rows_read", 16, "16 rows read are not loaded plus quarantined"),
        ("rows_loaded", 14, "14 rows loaded"),
    ],
)
def test_a_changed_receipt_is_named(
    released: Store, capsys: pytest.CaptureFixture[str], field: str, value: int, words: str
) -> None:
    receipts = sorted(released.receipts_folder.iterdir())
    path = next(p for p in receipts if "TST01_issues" in p.read_text(encoding="utf-8"))
    path.write_text(
        json.dumps({**json.loads(path.read_text(encoding="utf-8")), field: value}), encoding="utf-8"
    )
    assert f"receipt {int(path.stem)} (TST01_issues_2026-05_2026-09.csv): {words}" in said(released, capsys)


def test_a_release_with_other_counts_is_named(released: Store, capsys: pytest.CaptureFixture[str]) -> None:
    zomorph = "Zomorph 30mg capsules"
    with duckdb.connect(str(released.releases / f"{released.current()}.duckdb")) as con:
        con.execute(f"UPDATE product SET issues = issues + 1 WHERE product = '{zomorph}'")
    assert f"release {released.current()}: issues of product {zomorph}: 16 published, 15 landed" in said(
        released, capsys
    )


def test_a_release_that_is_gone_is_named(released: Store, capsys: pytest.CaptureFixture[str]) -> None:
    (released.releases / f"{released.current()}.duckdb").unlink()
    assert f"CURRENT: names a release that is not kept ('{released.current()}')" in said(released, capsys)


def test_what_is_loaded_after_a_build_is_no_difference(released: Store, tmp_path: Path) -> None:
    lines = extracts.patients("plain", [extracts.Patient("PAT0009")])
    load([extracts.write(tmp_path / "more", "TST01_patients_2026-10", "plain", lines)], released)
    assert differences(released) == []

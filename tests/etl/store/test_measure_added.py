"""One TOML file adds a measure to the published release: to every complete month, practice and threshold."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from etl.build import build
from etl.store import Store
from measures import measure, policy

# Beside the definition of the high-dose share; 90 days of data before a month's end make it count.
CHANGED = {
    "code": '"M98"',
    "question": '"How many women take more than the threshold?"',
    "numerator": "\"sex = 'female' AND current_ome_milli {beyond}\"",
    "days_needed": "90",
}


def test_one_file_adds_a_measure(released: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(shutil.copytree(measure.DEFINITIONS, tmp_path / "definitions"))
    text = (folder / "high_dose_share.toml").read_text(encoding="utf-8")
    for field, value in CHANGED.items():
        text, times = re.subn(rf"^{field} = .*$", f"{field} = {value}", text, flags=re.MULTILINE)
        assert times == 1
    (folder / "women.toml").write_text(text, encoding="utf-8")
    read = measure.load
    monkeypatch.setattr(measure, "load", lambda: read(folder))
    release = build(released, policy.load())
    with duckdb.connect(str(released.releases / f"{release}.duckdb"), read_only=True) as con:
        rows = con.execute(
            "SELECT threshold, practice_code, strftime(month, '%Y-%m'), numerator, denominator "
            "FROM measure_month WHERE measure = 'women' ORDER BY ALL"
        ).fetchall()
        words = con.execute(
            "SELECT code, question, multiplier FROM measure_def WHERE measure = 'women'"
        ).fetchall()
        areas = con.execute(
            "SELECT DISTINCT level FROM measure_area WHERE measure = 'women' ORDER BY level"
        ).fetchall()
    # Three women at each practice, on 200 mg a day at the first and on 60 mg at the second.
    months = ("2026-07", "2026-08", "2026-09")
    assert rows == [
        (threshold, practice, month, 3 if practice == "TST01" else 0, 3)
        for threshold in (90, 120)
        for practice in ("TST01", "TST02")
        for month in months
    ]
    assert words == [("M98", "How many women take more than the threshold?", 100)]
    assert [level for (level,) in areas] == ["icb", "pcn", "place", "practice"]

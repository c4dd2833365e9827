"""python -m etl ome: every line answered with its explanation, or one clear sentence and exit 2."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from etl.__main__ import main
from etl.ome import ADDED
from etl.store import Store
from tests.medicines.cases import worked

HEADER = "product,directions,quantity,days\n"


def answered(folder: Path, lines: str, *words: str) -> list[dict[str, str]]:
    cases, out = folder / "cases.csv", folder / "out.csv"
    cases.write_text(HEADER + lines, encoding="utf-8")
    assert main(["ome", str(cases), "--out", str(out), *words]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_is_added_keeps_its_order(tmp_path: Path) -> None:
    (row,) = answered(tmp_path, "Sevredol 10mg tablets,1 bd,56,28\n")
    assert list(row) == ["product", "directions", "quantity", "days", *ADDED]
    assert ADDED[:11] == (
        "class", "ingredient", "strength", "form", "release", "ome_per_unit", "units_per_day",
        "ome_mg_per_day", "status", "basis", "flags",
    )  # fmt: skip


def test_a_line_is_explained(tmp_path: Path) -> None:
    (row,) = answered(tmp_path, "Longtec 30mg modified-release tablets,Take ONE twice a day,56,28\n")
    assert (row["ome_mg_per_day"], row["factor"], row["read_from"]) == ("90", "1.5", "one · twice a day")
    assert row["factor_source"].startswith("Faculty of Pain Medicine")
    assert row["working"] == "2 tablets a day × 30 mg × 1.5 = 90 mg OME a day"
    assert row["override"] == ""


def test_every_worked_dose_is_answered(tmp_path: Path) -> None:
    cases = worked("doses")
    with (tmp_path / "cases.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["product", "directions", "quantity", "days"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(cases)
    assert main(["ome", str(tmp_path / "cases.csv"), "--out", str(tmp_path / "out.csv")]) == 0
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    answers = [(row["ome_mg_per_day"], row["status"], row["basis"], row["flags"]) for row in rows]
    assert answers == [(case["ome"], case["status"], case["basis"], case["flags"]) for case in cases]
    assert all(row["working"].endswith((".", "day", ")", "OME")) for row in rows)


@pytest.mark.parametrize(
    ("quantity", "days", "flags"),
    [
        ("abc", "28", "bad_quantity"),
        ("0", "5000", "bad_quantity;bad_days"),
        ("", "28", ""),
        ("nan", "", "bad_quantity"),
    ],
)
def test_a_bad_number_is_flagged_and_never_taken_for_none(
    tmp_path: Path, quantity: str, days: str, flags: str
) -> None:
    (row,) = answered(tmp_path, f"Sevredol 10mg tablets,1 bd,{quantity},{days}\n")
    assert row["flags"] == flags and row["status"] == ("unclear" if flags else "ok")


def test_hostile_cells_are_answered_as_they_are(tmp_path: Path) -> None:
    rows = answered(tmp_path, '=HYPERLINK("x"),\'; DROP TABLE,<script>,-1\n"\x00","\ufffd",9e99,1e5\nshort\n')
    assert [row["status"] for row in rows] == ["unclear"] * 3
    assert rows[0]["product"].startswith("=HYPERLINK") and not any(row["ome_mg_per_day"] for row in rows)


def test_an_override_acts_and_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(
        "kind,text,reading,reviewed_by,reviewed_on,reason\n"
        "directions,1 bd,1 three times a day,A Pharmacist,2026-11-12,record checked\n",
        encoding="utf-8",
    )
    (row,) = answered(tmp_path, "Sevredol 10mg tablets,1 BD,84,28\n", "--overrides", str(path))
    assert row["ome_mg_per_day"] == "30"
    assert row["override"] == (
        "directions read as “1 three times a day” by A Pharmacist on 12 Nov 2026: record checked"
    )
    assert "mine.csv: directions “1 bd”: contradicts a worked case" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty. Needed are columns product, directions"),
        (b"product,directions\nx,y\n", "no column quantity. Needed: product, directions, quantity, days"),
        (b"product,directions,quantity,days\n\xff\xfe\x81,1,2,3\n", "not UTF-8 text. Save it as CSV (UTF-8)"),
        (b"product,directions,quantity,days\na,b,c,d,e\n", "row 1 has more cells than the header"),
        (None, "no such file or folder. Check the path"),
    ],
)
def test_a_bad_file_is_one_sentence_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes | None, said: str
) -> None:
    if data is not None:
        (tmp_path / "cases.csv").write_bytes(data)
    assert main(["ome", str(tmp_path / "cases.csv"), "--out", str(tmp_path / "out.csv")]) == 2
    err = capsys.readouterr().err
    assert said in err and err.count("\n") == 1
    assert not (tmp_path / "out.csv").exists()


def test_bad_overrides_are_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cases.csv").write_text(HEADER, encoding="utf-8")
    (tmp_path / "mine.csv").write_text("nothing\n", encoding="utf-8")
    told = ["ome", str(tmp_path / "cases.csv"), "--out", str(tmp_path / "out.csv")]
    assert main([*told, "--overrides", str(tmp_path / "mine.csv")]) == 2
    assert "mine.csv, line 1: the header must be" in capsys.readouterr().err


def test_a_release_of_another_version_is_named(released: Store, capsys: pytest.CaptureFixture[str]) -> None:
    with duckdb.connect(str(released.releases / f"{released.current()}.duckdb")) as con:
        con.execute("DROP VIEW dose_explanation")
    asked = ["ome", "--patient", "P1", "--day", "2026-09-30", "--store", str(released.folder)]
    assert main(asked) == 1
    assert "was made by another version. Run python -m etl build." in capsys.readouterr().err

"""A reading that a person puts right acts at the next build, is shown where it acts, and can be taken
back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest

from etl.__main__ import main
from etl.store import Store
from tests.etl.models.world import rows_of

ROOT = Path(__file__).parents[2]
UNMAPPED = "Specials item - see notes"
UNCLEAR = "Take as per hospital letter"
HEADER = ["kind", "text", "reading", "reviewed_by", "reviewed_on", "reason"]
SIGNED = ["A. Pharmacist", "2026-10-02", "asked the practice"]


class Done(NamedTuple):
    """How a command ended and what it printed."""

    returncode: int
    stdout: str
    stderr: str


def etl(*words: str) -> Done:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = main(list(words))
        except SystemExit as wrongly_asked:
            code = int(wrongly_asked.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


def rows(store: Path, sql: str) -> list[dict[str, Any]]:
    release = Store(store).current()
    with duckdb.connect(str(store / "releases" / f"{release}.duckdb"), read_only=True) as con:
        return rows_of(con, sql)


@pytest.fixture(scope="module")
def plainly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two practices of the sample, published; not to be written to."""
    store, sample = tmp_path_factory.mktemp("plainly") / "store", ROOT / "data" / "sample"
    files = [*sample.glob("practices_*"), *sample.glob("list_sizes_*"), *sample.glob("SYN20_*")]
    files += sample.glob("SYN09_*")
    assert etl("load", *map(str, files), "--store", str(store)).returncode == 0
    assert etl("build", "--store", str(store)).returncode == 0
    return store


@pytest.fixture(scope="module")
def put_right(plainly: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The same built with two readings put right and one that nothing in it has; and what the build
    said."""
    folder = tmp_path_factory.mktemp("overrides")
    store, file = folder / "store", folder / "medicine_overrides.csv"
    shutil.copytree(plainly, store)
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows(
            [
                HEADER,
                ["product", UNMAPPED.upper(), "Morphine 10mg tablets", *SIGNED],
                ["directions", UNCLEAR, "1 twice a day", *SIGNED],
                ["product", "Codeine 30mg tablets", "Codeine 15mg tablets", *SIGNED],
            ]
        )
    done = etl("build", "--store", str(store), "--overrides", str(file))
    assert done.returncode == 0, done.stderr
    return store, done.stderr


def test_the_text_is_counted_as_the_person_said(plainly: Path, put_right: tuple[Path, str]) -> None:
    store, _ = put_right
    asked = f"SELECT status, ingredient, ome_unit_micro, issues FROM product WHERE product = '{UNMAPPED}'"
    (before,), (after,) = rows(plainly, asked), rows(store, asked)
    assert (before["status"], before["ome_unit_micro"]) == ("unmapped", None)
    assert (after["status"], after["ingredient"], after["ome_unit_micro"]) == (
        "converted",
        "morphine",
        10_000_000,
    )
    counted = rows(store, f"SELECT count(*) AS n FROM dose_explanation WHERE product = '{UNMAPPED}'")[0]["n"]
    assert counted == before["issues"] > 0


def test_it_leaves_the_worklist_and_is_shown_where_it_acts(put_right: tuple[Path, str]) -> None:
    store, _ = put_right
    assert UNMAPPED not in {r["product"] for r in rows(store, "SELECT product FROM quality_unmapped")}
    (left,) = rows(store, f"SELECT form FROM quality_unclear WHERE directions = '{UNCLEAR}'")
    assert not {"tablet", "capsule"} & set(
        left["form"].split(", ")
    )  # "1 twice a day" says nothing of a patch
    shown = rows(
        store, f"SELECT DISTINCT directions_override FROM dose_explanation WHERE directions = '{UNCLEAR}'"
    )
    words = "read as “1 twice a day” by A. Pharmacist on 2 Oct 2026: asked the practice"
    assert [r["directions_override"] for r in shown] == [words]
    in_force = rows(store, "SELECT text, issues, reviewed_on FROM quality_override ORDER BY override")
    assert [r["reviewed_on"] for r in in_force] == [dt.date(2026, 10, 2)] * 3
    assert in_force[0]["issues"] > 0 and in_force[1]["issues"] > 0


def test_an_override_of_what_was_understood_is_warned_of(put_right: tuple[Path, str]) -> None:
    store, said = put_right
    assert "medicine_overrides.csv: product “Codeine 30mg tablets”: " in said
    (warning,) = rows(store, "SELECT warning FROM quality_override WHERE text = 'Codeine 30mg tablets'")
    assert "codeine, 15 mg" in warning["warning"]


def test_the_next_build_without_it_reads_plainly_again(put_right: tuple[Path, str], tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(put_right[0], store)
    assert etl("build", "--store", str(store)).returncode == 0
    assert UNMAPPED in {r["product"] for r in rows(store, "SELECT product FROM quality_unmapped")}
    assert rows(store, "SELECT * FROM quality_override") == []


def test_a_faulty_file_stops_the_build_and_the_release_stays(plainly: Path, tmp_path: Path) -> None:
    file = tmp_path / "o.csv"
    file.write_text(",".join(HEADER) + "\nproduct,x,y,A,2026-10-02,why\n", encoding="utf-8")
    before = Store(plainly).current()
    done = etl("build", "--store", str(plainly), "--overrides", str(file))
    assert done.returncode == 1 and "o.csv, line 2" in done.stderr
    assert Store(plainly).current() == before


def test_the_worklist_is_a_file_to_fill_in(plainly: Path, tmp_path: Path) -> None:
    out = tmp_path / "worklist.csv"
    assert etl("worklist", "--store", str(plainly), "--out", str(out)).returncode == 0
    with out.open(encoding="utf-8-sig", newline="") as opened:
        listed = list(csv.DictReader(opened))
    assert list(listed[0])[:6] == HEADER
    assert {UNMAPPED, UNCLEAR} <= {row["text"] for row in listed}
    touched = [int(row["patients"]) for row in listed]
    assert touched == sorted(touched, reverse=True)


def test_a_patient_s_day_is_explained_by_the_command(put_right: tuple[Path, str]) -> None:
    store, _ = put_right
    (one,) = rows(
        store,
        f"SELECT patient_key, from_day, ome_milli FROM dose_explanation WHERE product = '{UNMAPPED}' LIMIT 1",
    )
    done = etl("ome", "--store", str(store), "--patient", one["patient_key"], "--day", str(one["from_day"]))
    assert done.returncode == 0, done.stderr
    assert f"product: {UNMAPPED} → morphine, 10 mg, tablet, immediate release" in done.stdout
    assert "put right: read as “Morphine 10mg tablets” by A. Pharmacist" in done.stdout
    assert "factor 1: Faculty of Pain Medicine" in done.stdout
    assert "not for switching drugs" in done.stdout


def test_a_patient_who_is_not_there_and_a_missing_day_are_said(plainly: Path) -> None:
    nobody = etl("ome", "--store", str(plainly), "--patient", "P0", "--day", "2026-09-30")
    assert nobody.returncode == 1 and "no issue of a patient P0" in nobody.stderr
    no_day = etl("ome", "--store", str(plainly), "--patient", "P0")
    assert no_day.returncode == 2 and "--day" in no_day.stderr

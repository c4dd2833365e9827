"""The files of the sample: the same every time, small, marked synthetic, and in the shapes of the layouts."""

import hashlib
import io
import re
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from etl import sample
from etl.sample.files.extracts import ENCODINGS, ENTITIES
from etl.sample.files.shapes import contract
from etl.sample.practices import NAMES, practices
from tests.etl.sample import reading

RECORDED = re.compile(r"--practices (\d+) --months (\d+) --seed (\d+)")


def contents(folder: Path) -> dict[str, str]:
    """A hash of every file, of a ZIP's or workbook's members as they are unpacked."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.suffix in (".zip", ".xlsx"):
            with zipfile.ZipFile(path) as archive:
                for entry in archive.infolist():
                    data = archive.read(entry)
                    if entry.filename.endswith(".xlsx"):
                        data = _unpacked(data)
                    found[f"{path.name}/{entry.filename} {entry.date_time}"] = hashlib.sha256(
                        data
                    ).hexdigest()
        else:
            found[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def _unpacked(workbook: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return b"".join(name.encode() + archive.read(name) for name in archive.namelist())


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        sample.write(practices=8, months=5, seed=3, out=tmp_path / name)
    first, second = ({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert first == second
    assert len(first) > 8


def test_another_seed_writes_other_patients(tmp_path: Path) -> None:
    for seed in (3, 4):
        sample.write(practices=2, months=4, seed=seed, out=tmp_path / str(seed))
    assert contents(tmp_path / "3") != contents(tmp_path / "4")


def test_the_committed_sample_is_what_its_command_writes(tmp_path: Path) -> None:
    command = RECORDED.search((reading.COMMITTED / "README.md").read_text(encoding="utf-8"))
    assert command
    count, months, seed = (int(part) for part in command.groups())
    sample.write(practices=count, months=months, seed=seed, out=tmp_path)
    assert contents(reading.COMMITTED) == contents(tmp_path), (
        "run the command in data/sample/README.md and commit"
    )


def test_the_committed_sample_is_at_most_ten_megabytes() -> None:
    assert sum(path.stat().st_size for path in reading.COMMITTED.iterdir()) <= 10_000_000


def test_every_practice_is_marked_synthetic_and_named_from_the_fictional_list() -> None:
    rows = reading.committed()["", "practices", "2026-09"]
    assert len(rows) == 24
    assert {row["synthetic"] for row in rows} == {"yes"}
    assert all(re.fullmatch(r"SYN\d\d", row["practice_code"]) for row in rows)
    assert {row["name"] for row in rows} == set(NAMES)
    assert len({row["pcn"] for row in rows}) == 4
    assert len({row["place"] for row in rows}) == 2


def test_the_readme_says_synthetic_first() -> None:
    assert (reading.COMMITTED / "README.md").read_text(encoding="utf-8").startswith("# Synthetic extracts")


def test_every_entity_of_the_contract_has_rows() -> None:
    counts: Counter[str] = Counter()
    for (_, entity, _), rows in reading.committed().items():
        counts[entity] += len(rows)
    assert set(counts) == {*ENTITIES, "practices", "list_sizes"}
    assert min(counts.values()) >= 10
    assert 90_000 <= counts["issues"] <= 140_000


def test_each_system_sends_its_own_encoding_and_line_ends() -> None:
    seen = set()
    for name, content in reading.members(reading.COMMITTED):
        if name.startswith("SYN") and name.endswith(".csv"):
            layout = reading.layout_of(name[:5])
            text = content.decode(ENCODINGS[layout])
            assert text.count("\n") == text.count("\r\n"), name
            assert content.startswith(b"\xef\xbb\xbf") == (layout == "emis"), name
            if not text.isascii():
                seen.add(layout)
    assert seen == set(ENCODINGS), "each layout needs a character that shows its encoding"


def test_every_packing_is_there() -> None:
    bare = {path.suffix for path in reading.COMMITTED.iterdir() if path.name.startswith("SYN")}
    inside = {Path(name).suffix for name, _ in reading.members(reading.COMMITTED)}
    assert bare == {".zip", ".csv", ".xlsx"}
    assert inside == {".csv", ".xlsx"}


def test_workbooks_hold_dates_as_text_in_some_and_as_dates_in_others() -> None:
    kinds = set()
    for name, content in reading.members(reading.COMMITTED):
        if "_issues_" in name and name.endswith(".xlsx"):
            kinds.add(_date_kind(content))
    assert kinds == {"str", "datetime"}


def _date_kind(content: bytes) -> str:
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    lines = list(sheet.iter_rows(values_only=True, max_row=8))
    top = next(i for i, line in enumerate(lines) if line[0] == "Patient ID")
    return type(lines[top + 1][lines[top].index("Issue Date")]).__name__


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_layout_carries_every_column_of_the_contract(entity: str) -> None:
    for layout, shape in reading.SHAPES.items():
        if shape.get("contract_names"):
            continue
        report = shape["entities"][entity]
        names = {
            n for value in report["columns"].values() for n in ([value] if isinstance(value, str) else value)
        }
        names |= {
            group for pattern in report.get("split", {}).values() for group in re.compile(pattern).groupindex
        }
        missing = set(contract(entity)) - names
        assert missing <= ({"practice_code"} if layout == "emis" else set()), layout


@pytest.mark.parametrize(("count", "months"), [(1, 1), (3, 3), (8, 4), (9, 14)])
def test_other_sizes_work(tmp_path: Path, count: int, months: int) -> None:
    paths = sample.write(practices=count, months=months, seed=11, out=tmp_path)
    assert {p.name for p in paths} == {p.name for p in tmp_path.iterdir()}
    assert len([name for name, _ in reading.members(tmp_path) if "_patients_" in name]) == (
        count * min(months, 4) - (1 if count >= 8 else 0)
    )


@pytest.mark.parametrize(("count", "months"), [(0, 3), (3, 0)])
def test_a_sample_of_nothing_is_refused(tmp_path: Path, count: int, months: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        sample.write(practices=count, months=months, seed=1, out=tmp_path)


def test_two_hundred_practices_have_names_of_their_own() -> None:
    found = practices(200, 1)
    assert len({p.name for p in found}) == len({p.code for p in found}) == 200

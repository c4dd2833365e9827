"""Files acknowledged together are in the store as if each had been acknowledged alone, and never before all
that their receipts name is on the disk."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from etl.load import load
from etl.store import Receipt, Store, files_of
from etl.verify.store import differences
from tests.etl import extracts
from tests.etl.conftest import ROOT

SAMPLE = ROOT / "data" / "sample"
NHS = "9434765919"
CHANCE = random.Random(20261202)


def held(store: Store) -> dict[str, bytes]:
    """Every file of receipts, landing and quarantine, byte for byte."""
    rooms = (store.receipts_folder, store.landing, store.quarantine)
    paths = [path for room in rooms for path in room.rglob("*") if path.is_file()]
    return {path.relative_to(store.folder).as_posix(): path.read_bytes() for path in paths}


def spoilt(text: str) -> str:
    """One of many things that go wrong with a file, at a random place."""
    lines = text.splitlines()
    at = CHANCE.randrange(0, len(lines))
    cells = lines[at].split(",")
    cell = CHANCE.randrange(len(cells))
    match CHANCE.randrange(8):
        case 0:
            del cells[cell]
        case 1:
            cells.insert(cell, "more")
        case 2:
            cells[cell] = f'"{cells[cell]}'
        case 3:
            cells[cell] = "#N/A"
        case 4:
            cells[cell] = f"rang {NHS}"
        case 5:
            cells[cell] = ""
        case 6:
            return "\n".join(lines[:at])[:-3]
        case _:
            lines.insert(at, lines[at])
    return "\n".join([*lines[:at], ",".join(cells), *lines[at + 1 :]]) + "\n"


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Extracts of the sample: CSV, workbooks and ZIPs of three practices and the area, some sent again."""
    folder = tmp_path_factory.mktemp("given")
    for start in ("practices", "list_sizes", "SYN03", "SYN05", "SYN08"):
        for path in SAMPLE.glob(f"{start}_*"):
            shutil.copy(path, folder)
    (folder / "again").mkdir()
    for path in [*folder.glob("SYN03_issues_*"), *folder.glob("SYN08_*07.zip")]:
        shutil.copy(path, folder / "again" / f"again {path.name}")
    return folder


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice's files, each of them four times with another fault, for months of which some come twice."""
    folder = tmp_path_factory.mktemp("faulty")
    shutil.copy(next(SAMPLE.glob("practices_*")), folder)
    for path in SAMPLE.glob("SYN03_*_2026-0[78].csv"):
        for n in range(4):
            text = spoilt(path.read_text(encoding="utf-8-sig"))
            (folder / f"{n}").mkdir(exist_ok=True)
            (folder / f"{n}" / path.name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.usefixtures("searched_aside")
@pytest.mark.parametrize("of", ["given", "faulty"])
def test_files_acknowledged_together_and_searched_aside_are_loaded_as_one_by_one(
    of: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[tuple[dict[str, bytes], list[Receipt], list[str]]] = []
    for together, many in ((1, 1_000), (7, 1_000), (64, 1)):
        monkeypatch.setattr("etl.load.TOGETHER", together)
        monkeypatch.setattr("etl.load.MANY", many)
        store, said = Store(tmp_path / f"{together}", create=True), list[str]()
        receipts = load([request.getfixturevalue(of)], store, progress=said.append)
        assert differences(store) == []
        found.append((held(store), receipts, said))
    assert found[0] == found[1] == found[2]
    outcomes = {receipt.outcome for receipt in found[0][1]}
    assert outcomes >= ({"accepted", "duplicate"} if of == "given" else {"refused", "partial"})


class Seen:
    """What is made to last and what is put in place, in order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.synced: list[int] = []  # inodes
        self.at: dict[str, int] = {}  # a file put in place: how many syncs came before it
        sync, replace = os.fsync, os.replace

        def noted(handle: Any) -> None:
            self.synced.append(os.fstat(handle).st_ino)
            sync(handle)

        def placed(old: Any, new: Any, **more: Any) -> None:
            self.at[Path(new).name] = len(self.synced)
            replace(old, new, **more)

        monkeypatch.setattr(os, "fsync", noted)
        monkeypatch.setattr(os, "replace", placed)


@pytest.mark.skipif(os.name != "posix", reason="folders cannot be synced there, and need not be")
def test_no_receipt_is_in_place_before_all_it_names_is_made_to_last(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for month in (7, 8, 9):
        day = extracts.Issue().day.replace(month=month)
        lines = extracts.issues("plain", [extracts.Issue("PAT0001", day), extracts.Issue("PAT0002", day)])
        lines[2][6] = "many"
        extracts.write(tmp_path / "in", f"TST01_issues_2026-{month:02d}", "plain", lines)
    seen = Seen(monkeypatch)
    receipts = load([tmp_path / "in"], store)
    assert [receipt.outcome for receipt in receipts] == ["partial"] * 3
    for receipt in receipts:
        before = set(seen.synced[: seen.at[f"{receipt.number:08d}.json"]])
        named = [store.folder / path for path in files_of(receipt)]
        folders = {folder for path in named for folder in path.parents if store.folder in folder.parents}
        assert len(named) == 4
        assert before >= {path.stat().st_ino for path in [*named, *folders]}
        own = store.receipts_folder / f"{receipt.number:08d}.json"
        assert own.stat().st_ino in before
        assert store.receipts_folder.stat().st_ino in seen.synced[seen.at[own.name] :]

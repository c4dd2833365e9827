"""Stores for tests of intake, store and command line."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.build import build
from etl.load import load
from etl.store import Receipt, Store, live
from measures import policy
from tests.etl import extracts

ROOT = Path(__file__).parents[2]
Loader = Callable[..., Receipt]


@pytest.fixture(scope="session")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that knows two practices and their list sizes; not to be written to."""
    folder = tmp_path_factory.mktemp("listed")
    load([extracts.practices(folder), extracts.list_sizes(folder)], Store(folder / "store", create=True))
    return folder / "store"


@pytest.fixture
def store(listed: Path, tmp_path: Path) -> Store:
    """A store of one's own that knows two practices."""
    return Store(shutil.copytree(listed, tmp_path / "store"))


@pytest.fixture
def put(store: Store, tmp_path: Path) -> Loader:
    """Loads one file, given as text or bytes, and returns its receipt."""

    def one(
        data: str | bytes, name: str = "TST01_issues_2026-09.csv", accept_smaller: bool = False
    ) -> Receipt:
        path = tmp_path / "in" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        (receipt,) = load([path], store, accept_smaller)
        return receipt

    return one


@pytest.fixture
def searched_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that searches is waited for, and starts from no page that a test ran as a program."""
    pipe = type(get_context("spawn").Pipe()[0])  # another type on Windows
    poll = pipe.poll
    monkeypatch.setattr(pipe, "poll", lambda here, _=0.0: poll(here, 60))
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


@pytest.fixture(scope="session")
def built(listed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with extracts of two practices, May to September, and one release; not to be written to."""
    folder = tmp_path_factory.mktemp("built")
    store = Store(shutil.copytree(listed, folder / "store"))
    for practice, strong in (("TST01", 100), ("TST02", 30)):
        write_extracts(folder / "in", practice, strong)
    load([folder / "in"], store)
    build(store, policy.load())
    return store.folder


@pytest.fixture
def released(built: Path, tmp_path: Path) -> Store:
    """A store of one's own with one release."""
    return Store(shutil.copytree(built, tmp_path / "store"))


def write_extracts(folder: Path, practice: str, strength: int) -> None:
    """Patients and issues of May to September 2026: three people on morphine twice a day, all the time."""
    keys = [f"{practice}P{n}" for n in range(3)]
    found = extracts.patients("plain", [extracts.Patient(key) for key in keys], practice)
    extracts.write(folder, f"{practice}_patients_2026-05_2026-09", "plain", found)
    product = f"Zomorph {strength}mg capsules"
    rows = [
        extracts.Issue(key, date(2026, month, 1), product, quantity=62)
        for key in keys
        for month in range(5, 10)
    ]
    lines = extracts.issues("plain", rows, practice)
    extracts.write(folder, f"{practice}_issues_2026-05_2026-09", "plain", lines)


def landed(store: Store, entity: str, practice: str | None = None) -> list[dict[str, Any]]:
    """The rows of an entity that count, in the order of their cells."""
    parts = [p for p in live(store.receipts()) if p.entity == entity and practice in (None, p.practice)]
    tables = [pq.read_table(store.folder / part.path) for part in parts]
    rows = pa.concat_tables(tables).to_pylist() if tables else []
    return sorted(rows, key=repr)


def everything(store: Store) -> bytes:
    """All bytes the store holds, Parquet unpacked into its values."""
    found = []
    for path in sorted(p for p in store.folder.rglob("*") if p.is_file()):
        found.append(path.name.encode() + path.read_bytes())
        if path.suffix == ".parquet":
            found.append(repr(pq.read_table(path).to_pylist()).encode())
    return b"\n".join(found)

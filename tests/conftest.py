"""What every test may use."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock
from hypothesis import settings

from measures.policy import SAMPLE

ROOT = Path(__file__).parents[1]

# Tests start hundreds of processes. Told to keep no bytecode, each would compile every library anew.
os.environ["PYTHONDONTWRITEBYTECODE"] = ""
os.environ.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / ".pytest_cache" / "bytecode"))

# No test cuts the power, and half of a load is waiting for the disk.
os.fsync = lambda fd: None

# A busy machine is no failure. Each run tries other examples of a law; a thorough one tries many more.
settings.register_profile("unhurried", deadline=None, max_examples=50)
settings.load_profile("unhurried")
settings.register_profile(
    "thorough", max_examples=2_000, deadline=None
)  # pytest --hypothesis-profile thorough


# Whose files take longest. Spark and the benchmarks keep every core busy, so no browser waits beside them.
LONG = (
    "tests/etl/engines/",
    "tests/benchmarks/",
    "tests/browser/",
    "tests/etl/release/",
    "tests/pages/",
    "tests/reporting/slides/",
    "tests/sign_in/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin the long files early: a file is one process's, and at the end the others would wait for it."""
    items.sort(key=lambda item: [not item.nodeid.startswith(folder) for folder in LONG])


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
    """A folder of a run, made by the first process that asks for its name; the others wait and share it."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder, beside = shared / name, shared / f"{name}.{os.getpid()}"
        with FileLock(shared / f"{name}.lock"):
            if not folder.exists():
                make(beside)
                beside.rename(folder)
        return folder

    return made


@pytest.fixture(scope="session")
def sample_store(once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """A store with data/sample loaded and published by the commands a person gives; not to be written to."""
    return once("sample", publish_sample)


@pytest.fixture(scope="session")
def sample_release(
    sample_store: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The sample's release for SQL of a test's own. A copy: while the pages of this process read the file, it
    cannot be opened with other settings than theirs."""
    name = (sample_store / "CURRENT").read_text(encoding="utf-8").strip()
    release = sample_store / "releases" / f"{name}.duckdb"
    copy = shutil.copyfile(release, tmp_path_factory.mktemp("release") / release.name)
    with duckdb.connect(str(copy), read_only=True) as connection:
        yield connection


def publish_sample(store: Path) -> None:
    from etl.__main__ import main

    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DASHBOARD_POLICY", str(SAMPLE))
        for asked in (["load", str(ROOT / "data" / "sample")], ["build"]):
            assert main([*asked, "--store", str(store)]) == 0, asked

"""What every test may use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with data/sample loaded and published as a person would do it; not to be written to."""
    store = tmp_path_factory.mktemp("sample") / "store"
    for asked in (["load", str(ROOT / "data" / "sample")], ["build"]):
        command = [sys.executable, "-m", "etl", *asked, "--store", str(store)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
        assert done.returncode == 0, f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}"
    return store

"""Snapshots for the tests of queries and exhibits."""

from pathlib import Path

import pytest

from reporting import release
from reporting.access.scope import Snapshot
from tests.reporting.example import publish_example


@pytest.fixture(scope="session")
def example_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the example published."""
    return publish_example(tmp_path_factory.mktemp("example") / "store")


@pytest.fixture(scope="session")
def snapshot(example_store: Path) -> Snapshot:
    """The example's release."""
    return release.current(example_store)


@pytest.fixture(scope="session")
def sample(sample_store: Path) -> Snapshot:
    """The sample's release."""
    return release.current(sample_store)

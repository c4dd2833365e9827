"""A sign-in that was ended is ended for every process of the store, and no other is."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reporting.access import ended

ONE = {"iss": "https://id.example", "sub": "1", "email": "ann@icb.example", "iat": 100, "nonce": "a"}


@pytest.fixture(autouse=True)
def _nothing_ended_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ended, "_here", set())


@pytest.mark.parametrize(
    "other", [{"sub": "2"}, {"iat": 101}, {"nonce": "b"}, {"iss": "https://else.example"}]
)
def test_one_sign_in_is_ended_and_the_next_is_not(tmp_path: Path, other: dict[str, object]) -> None:
    ended.end(tmp_path, ONE)
    assert ended.is_ended(tmp_path, {**ONE, "is_logged_in": True, "name": "Ann"})
    assert not ended.is_ended(tmp_path, {**ONE, **other})


def test_another_process_sees_it(tmp_path: Path) -> None:
    ended.end(tmp_path, ONE)
    asks = (
        "from pathlib import Path; from reporting.access import ended; "
        f"print(ended.is_ended(Path({str(tmp_path)!r}), {ONE!r}))"
    )
    said = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "True"


def test_where_the_store_takes_nothing_it_is_ended_here(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        ended.end(tmp_path / "none" / "such", ONE)
    assert ended.is_ended(tmp_path / "none" / "such", ONE)


def test_old_ones_are_removed_and_others_kept(tmp_path: Path) -> None:
    ended.end(tmp_path, ONE)
    first = tmp_path / ended.FOLDER / ended.sign_in_of(ONE)
    old = tmp_path / ended.FOLDER / "old"
    old.touch()
    os.utime(old, (0, time.time() - ended.KEPT - 1))
    ended.end(tmp_path, {**ONE, "sub": "2"})
    assert first.exists() and not old.exists()

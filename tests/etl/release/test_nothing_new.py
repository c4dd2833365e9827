"""A build that would make the release being served again does nothing and says so; whatever a release is made
of makes another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from etl import build as building
from etl.__main__ import main
from etl.load import load
from etl.release import nothing_new
from etl.store import Store, live
from measures import policy
from medicines.overrides import NONE, Override, Overrides
from tests.etl.conftest import write_extracts

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(released: Store, capsys: pytest.CaptureFixture[str]) -> Run:
    """A build of the store by the command: how it ended, what it printed and what it said."""

    def built(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["build", "--store", str(released.folder), *words])
        return code, *capsys.readouterr()

    return built


@pytest.fixture
def none_made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """In place of a build: a list of those that were asked for."""
    asked = list[str]()

    def build(*_: Any) -> str:
        asked.append("a build")
        return "2026-01-01T000000"

    monkeypatch.setattr(building, "build", build)
    return asked


def test_a_build_with_nothing_new_names_the_release_served_and_changes_nothing(
    released: Store, run: Run
) -> None:
    before = {path: path.read_bytes() for path in released.folder.rglob("*") if path.is_file()}
    code, out, err = run()
    assert (code, out) == (0, f"nothing new since release {released.current()}\n")
    assert "nothing is built, as it would be the same" in err and "--anyway" in err
    assert {path: path.read_bytes() for path in released.folder.rglob("*") if path.is_file()} == before


def test_what_is_built_anyway_is_another_release(released: Store, run: Run) -> None:
    before = released.current()
    code, out, _ = run("--anyway")
    assert (code, out) == (0, f"published release {released.current()}\n")
    assert released.current() != before
    assert run()[1] == f"nothing new since release {released.current()}\n"


def test_a_file_that_came_in_or_was_refused_is_new(
    released: Store, run: Run, none_made: list[str], tmp_path: Path
) -> None:
    write_extracts(tmp_path / "in", "TST01", 60)
    load([tmp_path / "in"], released)
    run()
    (tmp_path / "bad.csv").write_text("nothing,known\n1,2\n", encoding="utf-8")
    last = released.current()
    load([tmp_path / "bad.csv"], released)
    run()
    assert (none_made, released.current()) == (["a build"] * 2, last)


OTHER = Override(
    "product", "MST 10", "Morphine 10mg modified-release tablets", "Ann", dt.date(2026, 1, 5), "why"
)


def test_another_policy_reading_or_program_is_new(
    released: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rules, served = policy.load(), released.current()
    assert nothing_new.same_as_served(released, rules, NONE) == served
    taper = replace(rules, taper=replace(rules.taper, stall_days=rules.taper.stall_days + 1))
    assert nothing_new.same_as_served(released, taper, NONE) is None
    assert nothing_new.same_as_served(released, rules, Overrides((OTHER,))) is None
    for room in nothing_new.ROOMS:
        (tmp_path / room).mkdir()
        (tmp_path / room / "a.sql").write_text("SELECT 1", encoding="utf-8")
    monkeypatch.setattr(nothing_new, "ROOT", tmp_path)
    sums = set[str]()
    for text in ("SELECT 1", "SELECT 2"):
        (tmp_path / "measures" / "a.sql").write_text(text, encoding="utf-8")
        sums.add(nothing_new._program.__wrapped__())
    assert len(sums) == 2
    monkeypatch.setattr(nothing_new, "_program", sums.pop)
    assert nothing_new.same_as_served(released, rules, NONE) is None


@pytest.mark.parametrize(("days", "same"), [(0, True), (1, True), (31, False)])
def test_a_day_is_new_once_another_month_is_due(
    released: Store, monkeypatch: pytest.MonkeyPatch, days: int, same: bool
) -> None:
    rules, first = policy.load(), dt.date(2026, 11, 5)
    monkeypatch.setattr(nothing_new, "late_before", lambda _: first)
    before = nothing_new.fingerprint(released.receipts(), rules, NONE)
    monkeypatch.setattr(nothing_new, "late_before", lambda _: first + dt.timedelta(days=days))
    assert (nothing_new.fingerprint(released.receipts(), rules, NONE) == before) is same


def test_months_ending_on_the_eve_of_the_day_are_due_from_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model calls a month late whose end lies before the day."""
    rules, sums = policy.load(), list[str]()
    for day in (dt.date(2026, 10, 31), dt.date(2026, 11, 1), dt.date(2026, 11, 30)):
        monkeypatch.setattr(nothing_new, "late_before", lambda _, day=day: day)
        sums.append(nothing_new.fingerprint([], rules, NONE))
    assert sums[0] != sums[1] == sums[2]


def test_damage_to_a_part_or_to_the_release_is_never_nothing_new(
    released: Store, run: Run, none_made: list[str]
) -> None:
    part = released.folder / next(part.path for part in live(released.receipts()) if part.rows)
    whole = part.read_bytes()
    part.write_bytes(whole[:-100])
    run()
    part.write_bytes(whole)
    release = released.releases / f"{released.current()}.duckdb"
    data = release.read_bytes()
    release.write_bytes(data[: len(data) // 2])
    run()
    assert none_made == ["a build"] * 2


def test_a_release_from_before_this_was_kept_is_built_again(released: Store) -> None:
    import duckdb

    with duckdb.connect(str(released.releases / f"{released.current()}.duckdb")) as con:
        con.execute("ALTER TABLE release_info DROP COLUMN made_of")
    assert nothing_new.same_as_served(released, policy.load(), NONE) is None

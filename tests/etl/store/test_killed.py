"""A load or a build killed at any moment leaves a store that is whole, and both can be run again."""

from __future__ import annotations

import random
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from benchmarks.faults.children import Dying, fork, never
from etl.build import build
from etl.load import load
from etl.quarantine import as_sent, known_issues
from etl.quarantine import rows as quarantine_rows
from etl.store import Receipt, Store
from etl.verify.store import differences
from measures import policy
from reporting.access import audit
from tests.etl import extracts
from tests.etl.conftest import landed
from tests.etl.extracts import Issue

FILES = 6
STEPS = (
    10  # of a first file: part, rows held, quarantine, what is known of its rows; their four folders; receipt
)
MOMENTS = random.Random(20261122)


def day(n: int) -> date:
    return date(2024 + n // 12, n % 12 + 1, 5)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Extracts of several months; in every second a row that does not fit."""
    folder = tmp_path_factory.mktemp("many")
    for n in range(FILES):
        rows = [Issue(f"PAT{n:04d}", day(n)), Issue(f"PAT{n + 100:04d}", day(n))]
        lines = extracts.issues("plain", rows)
        if not n % 2:
            lines[1][6] = "many"
        extracts.write(folder, f"TST01_issues_{day(n):%Y-%m}", "plain", lines)
    return folder


def killed(words: list[str], store: Store, sign: str) -> int | None:
    """Starts a command and kills it once it has said `sign`; how it ended, None where it was killed."""
    log = store.folder.parent / "log"

    def until(seconds: float, said: bool) -> bool:
        assert seconds < 60
        return said and sign in log.read_text(encoding="utf-8")

    return fork([*words, "--store", str(store.folder)], log, until).code


def dead_at_sync(
    n: int, words: list[str], store: Store, layouts: Path | None = None, at: str = "fsync"
) -> int | None:
    """How a command ended that dies when the n-th file or folder is being made to last, or put in place."""
    said = [*words, "--store", str(store.folder)]
    audit.record(
        store.folder, "signed in", who="a test"
    )  # so that the command's first sync is of its own event
    ended = fork(said, store.folder.parent / "log", never, Dying(n + 1, layouts, at)).code
    assert audit.verify(store.folder) is None
    return ended


def leftovers(store: Store) -> list[str]:
    """Files half written, and files of data that no receipt names."""
    named = {part.path for receipt in store.receipts() for part in receipt.parts}
    for r in store.receipts():
        named |= {quarantine_rows.file_of(r.number)} if r.rows_quarantined else set()
        named |= {as_sent.file_of(r.number)} if r.rows_held else set()
        named |= {known_issues.file_of(r.number)} if r.rows_known else set()
        named |= {quarantine_rows.past_file_of(r.number)} if r.retry else set()
    found = {p.relative_to(store.folder).as_posix() for p in store.folder.rglob("*") if p.is_file()}
    return sorted(f for f in found - named if f.endswith((".parquet", ".part")) or "/.building" in f)


def whole_after_loading_again(store: Store, many: Path) -> None:
    assert differences(store) == []
    done = sum(1 for r in store.receipts() if r.entity == "issues" and r.parts)
    outcomes = [r.outcome for r in load([many], store)]
    assert (outcomes.count("duplicate"), len(outcomes)) == (done, FILES)
    assert "refused" not in outcomes
    assert len(landed(store, "issues")) == FILES * 3 // 2
    assert (differences(store), leftovers(store)) == ([], [])


def test_a_load_killed_while_files_come_in(store: Store, many: Path) -> None:
    before: list[Receipt] = []
    for at in sorted(MOMENTS.sample(range(2, FILES), 2)):  # the second time it first meets what it loaded
        assert killed(["load", str(many)], store, f"{at} of {FILES}") is None
        receipts = store.receipts()
        assert receipts[: len(before)] == before
        assert differences(store) == []
        before = receipts
    whole_after_loading_again(store, many)


@pytest.mark.parametrize("at", ["fsync", "replace"])
def test_files_acknowledged_together_are_there_in_their_order_or_not_at_all(
    store: Store, many: Path, at: str
) -> None:
    """The load dies at every third step of acknowledging its six files at once."""
    before, came_to = store.receipts(), set[int]()
    for step in range(2, 100, 3):
        folder = Path(shutil.copytree(store.folder, store.folder.parent / f"{at}{step}"))
        if dead_at_sync(step, ["load", str(many)], Store(folder), at=at) == 0:
            break
        receipts = Store(folder).receipts()
        assert receipts[: len(before)] == before
        assert [r.number for r in receipts] == list(range(1, len(receipts) + 1))
        assert differences(Store(folder)) == []
        came_to.add(len(receipts) - len(before))
        with Store(folder).writing():
            assert leftovers(Store(folder)) == []
        assert differences(Store(folder)) == []
    else:
        pytest.fail("the load takes more steps than were tried")
    if at == "fsync":
        assert came_to == {0, FILES}
    else:
        assert came_to & set(range(1, FILES))
    whole_after_loading_again(Store(folder), many)


@pytest.mark.parametrize("verb", ["load", "build", "retry"])
def test_a_command_that_dies_while_it_is_recorded_has_done_nothing(
    released: Store, many: Path, verb: str
) -> None:
    receipts, release = released.receipts(), released.current()
    assert (
        dead_at_sync(0, [verb, *({"load": [str(many)], "build": ["--anyway"]}.get(verb, []))], released) == 9
    )
    assert (released.receipts(), released.current(), leftovers(released)) == (receipts, release, [])


def test_a_load_that_dies_at_a_step(store: Store, many: Path) -> None:
    first, left = min(many.iterdir()), 0
    for sync in range(1, STEPS + 1):
        before = store.receipts()
        assert dead_at_sync(sync, ["load", str(first)], store) == 9
        left += leftovers(store) != []
        assert store.receipts()[: len(before)] == before
        with store.writing():  # whoever writes next, and whatever it loads
            assert leftovers(store) == []
        assert differences(store) == []
        if len(store.receipts()) > len(before):
            break  # the receipt was in place, its folder not yet made to last
    else:
        pytest.fail(f"{first}: no receipt after {STEPS} steps")
    assert left > 5
    whole_after_loading_again(store, many)


def served(store: Store) -> str:
    """The release CURRENT names, having read it."""
    with duckdb.connect(str(store.releases / f"{store.current()}.duckdb"), read_only=True) as con:
        row = con.execute("SELECT release, (SELECT count(*) FROM measure_month) FROM release_info").fetchone()
    assert row is not None
    assert row[1] > 0
    return str(row[0])


def test_a_build_killed_at_any_moment(released: Store) -> None:
    before = released.current()
    assert (
        killed(
            ["build", "--anyway"], released, MOMENTS.choice(["reading products", "supply", "patient_month"])
        )
        is None
    )
    assert (served(released), differences(released)) == (before, [])
    # 1 would be the new release, 2 is the folder it was moved to, 3 CURRENT.
    for sync in (2, 3):
        assert dead_at_sync(sync, ["build", "--anyway"], released) == 9
        assert (served(released), differences(released)) == (before, [])
        assert leftovers(released) != [] or sync == 2
    again = build(released, policy.load())
    assert (served(released), differences(released), leftovers(released)) == (again, [], [])
    assert not (released.folder / "scratch").exists()

"""Every benchmark at its smallest: it finishes, prints a row a figure, and writes no report."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as command
from benchmarks import report
from benchmarks.etl import dose_step, doses, extracts, intake, parity, readers
from benchmarks.faults import faults
from benchmarks.reporting import abuse, crowd, pages, slides
from benchmarks.worlds import worlds
from benchmarks.worlds.headlines import Headline
from benchmarks.worlds.worlds import Judged
from etl.build import build
from etl.load import load
from etl.store import Store
from etl.verify.store import differences
from measures import policy
from reporting.access.scope import Selection
from reporting.slides.pack import Order
from reporting.slides.quarter import Quarter
from tests.browser.serving import serving

Run = Callable[..., str]
FIGURE = re.compile(r"\| \**\d[\d,.]*( s| GB)?\** ")
SMALL = ("--practices", "2", "--months", "9", "--seed", "1")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Extracts of two practices and nine months, and a store with them published."""
    folder = tmp_path_factory.mktemp("small")
    doses.etl("sample", *SMALL, "--out", str(folder / "in"))
    store = Store(folder / "store", create=True)
    load(sorted((folder / "in").iterdir()), store)
    build(store, policy.load())
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a benchmark as a person does, with its table printed only; gives the table."""
    before = report.REPORT.read_bytes()

    def printed(*words: object) -> str:
        monkeypatch.setattr(sys, "argv", ["benchmarks", *map(str, words)])
        command.main()
        assert report.REPORT.read_bytes() == before
        return capfd.readouterr().out

    return printed


def figures(table: str) -> list[str]:
    """The rows of a table that hold a figure."""
    return [line for line in table.splitlines() if FIGURE.search(line)]


def test_intake(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "ROWS_A_FILE", (5,))
    table = run("intake", "--rows", 50, "--workbook-rows", 20, "--practices", 1)
    assert len(figures(table)) == 9 and re.search(r"the same in \d+ files", table)


def test_build(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extracts, "LEAST_PRACTICES", 2)
    monkeypatch.setattr(extracts, "MONTHS", 4)
    assert len(figures(run("build", "--issues", 1, "--runs", 1))) == 4


def test_doses(run: Run, monkeypatch: pytest.MonkeyPatch, small: Path) -> None:
    monkeypatch.setattr(doses, "SAMPLE", small / "in")
    table = run("doses", "--issues", 1)
    assert re.match(r"[\d,]+ prescription issues of [\d,]+ people", table)
    for way in dose_step.WAYS:  # all agree, or there is no table
        assert re.search(rf"\| {way} \|( [\d.,]+ \|){{3}} [1-9][\d,]* \|", table)
    assert len(re.findall(r"^\| (?:model|check|work) \w+", table, re.MULTILINE)) == doses.LARGEST


def test_people_made_many_are_a_store_that_verify_finds_whole(small: Path, tmp_path: Path) -> None:
    once = Store(small / "store")
    twice = doses.multiply(once, tmp_path / "twice", 2)
    assert differences(twice) == []
    rows = {store: {r.number: r.rows_loaded for r in store.receipts()} for store in (once, twice)}
    doubled = [n for n in rows[once] if rows[twice][n] == 2 * rows[once][n] > 0]
    same = [n for n in rows[once] if rows[twice][n] == rows[once][n] > 0]
    assert len(doubled) > 30 and {r.entity for r in once.receipts() if r.number in same} == {
        "practices", "list_sizes", "practice_plans",
    }  # fmt: skip


def test_readers(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "TARGETS", {"directions": (200, 10.0), "products": (50, 2.0)})
    assert len(figures(run("readers"))) == 2


def test_pages(run: Run, monkeypatch: pytest.MonkeyPatch, small: Path) -> None:
    monkeypatch.setattr(pages, "PATHS", {"tapering": "tapering"})
    monkeypatch.setattr(pages, "WARM_UP", 0)
    with ExitStack() as until_the_end:
        served = cache(lambda *asked: until_the_end.enter_context(serving(*asked)))
        monkeypatch.setattr(pages, "serving", lambda *asked: nullcontext(served(*asked)))
        table = run("pages", "--store", small / "store", "--starts", 2, "--changes", 2)
    assert len(figures(table)) == 8 and "2 starts" in table


def test_parity(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two models; tests/etl/engines compares them all."""
    every = parity.build.ready

    def two(*given: Any) -> dict[str, tuple[str, str]]:
        files = every(*given)
        return {name: files[name] for name in ("coverage", "calendar")}

    monkeypatch.setattr(parity.build, "ready", two)
    table = run("parity", "--issues", 1, "--master", "local[1]")
    assert len(figures(table)) == 2 and "2 models" in table


def test_worklist(run: Run, small: Path) -> None:
    assert len(figures(run("worklist", "--store", small / "store", "--issues", 1))) == 4


def one_slide(quarter: Quarter, selection: Selection, *_: object) -> Order:
    """A pack of one slide, whichever are asked for."""
    return Order(quarter, selection, ("high-dose-trend",))


def test_slides(run: Run, monkeypatch: pytest.MonkeyPatch, small: Path) -> None:
    monkeypatch.setattr(slides, "Order", one_slide)
    monkeypatch.setattr(slides, "TEN", 1)
    table = run("slides", "--store", small / "store", "--repeats", 1, "--times", 1)
    assert len(figures(table)) == 4 and "reports of 2 practices" in table


def test_abuse(run: Run, monkeypatch: pytest.MonkeyPatch, small: Path) -> None:
    """Counts, not seconds: everybody is answered, no file is taken, and the server holds none of it."""
    kept: list[abuse.Found] = []
    measure = abuse.measure

    def watched(store: Path, users: int, seconds: float, attack: abuse.Attack) -> abuse.Found:
        kept.append(measure(store, users, seconds, attack, pause=0.5))
        return kept[0]

    monkeypatch.setattr(abuse, "measure", watched)
    table = run("abuse", "--store", small / "store", "--users", 4, "--seconds", 5)
    assert len(figures(table)) == 3 and "Clicks without an answer: 0." in table
    assert all(kept[0].clicks.values())
    assert sum(kept[0].uploads.values()) > 0 and set(kept[0].uploads) <= {403, 429, 502}
    assert kept[0].memory["during"] - kept[0].memory["before"] < abuse.Attack().megabytes / 1000


def test_crowd(run: Run, monkeypatch: pytest.MonkeyPatch, small: Path) -> None:
    """Counts, not seconds: everybody sees the release, is answered after each restart, and reads the same."""
    kept: list[crowd.Found] = []
    measure = crowd.measure

    def watched(store: Path, users: int, seconds: float) -> crowd.Found:
        kept.append(measure(store, users, seconds, pause=0.5))
        return kept[0]

    monkeypatch.setattr(crowd, "measure", watched)
    table = run("crowd", "--store", small / "store", "--users", 4, "--seconds", 1)
    found = kept[0]
    assert len(figures(table)) == 4 and all(found.clicks.values()) and found.waited
    assert (len(found.seen), found.others, found.unanswered) == (4, [], 0)


def test_faults(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "EXTRACTS", {"--practices": 1, "--months": 2, "--seed": 1})
    table = run("faults", "--kills", 2, "--sizes", 1)
    assert (
        re.search(r"\| load killed \| [1-9]", table)
        and "| build killed |" in table
        and "| disk full | 1 | of 1 sizes" in table
    )


def test_worlds(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of worlds judged elsewhere: here what the command makes of them."""
    one = Judged(
        {"world": "steady"}, (Headline("a", "A is high"), Headline("b", "1 stopped suddenly")), (), (), ""
    )
    monkeypatch.setattr(worlds, "measure", lambda asked, practices: [one] * asked["steady"])
    table = run("worlds", "--steady", 2)
    assert (
        "| **all headlines** | **50.0% (2 of 4)** | at most 5% |" in table
        and "| a | 2 of 2 worlds | |" in table
    )


def test_without_a_name_every_benchmark_is_listed_and_each_has_its_test(run: Run) -> None:
    listed = re.findall(r"^    (\w+) {2,}\w", run(), re.M)
    assert {"intake", "build", "worlds"} <= set(listed)
    assert [name for name in listed if f"test_{name}" not in globals()] == []

"""How long the queries of one practice's worklist, and of one person on it, take among very many issues."""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from benchmarks.reporting.stores import built_sample, multiplied
from reporting import figures, people, release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.disclosure import Cleared
from reporting.release import rows

TARGET = 20  # ms
PRACTICES = 40


@dataclass(frozen=True)
class Worklist:
    """issues and practices of the release; ms: query → its times in milliseconds, one a practice."""

    issues: int
    practices: int
    ms: dict[str, list[float]]


def measure(store: Path | None, issues: int) -> Worklist:
    """Ask for the worklists of 40 practices, each once, spread over a release of at least so many issues."""
    with built_sample(store) as served, tempfile.TemporaryDirectory() as folder:
        times = -(-issues // _issues(release.current(served)))
        snapshot = release.current(multiplied(served, Path(folder) / "many", times))
        codes = list(figures.practices(snapshot, Scope.icb()).frame["practice_code"])
        ms = defaultdict[str, list[float]](list)
        for code in codes[:: max(1, len(codes) // PRACTICES)][:PRACTICES]:
            for name, taken in _one(snapshot, code):
                ms[name].append(taken)
        return Worklist(_issues(snapshot), len(codes), ms)


def _one(snapshot: Snapshot, code: str) -> Iterator[tuple[str, float]]:
    asked = snapshot, Scope.icb(), Selection(snapshot.info.default_threshold, practice=code)
    taken, listed = _timed(lambda: people.worklist(*asked))
    yield "worklist: people", taken
    yield "worklist: doses of 12 months", _timed(lambda: people.courses(*asked))[0]
    if len(listed.frame):
        key = listed.frame["patient_key"].iloc[0]
        yield "one person: doses day by day", _timed(lambda: people.segments(*asked, key))[0]
        yield "one person: issues", _timed(lambda: people.issues(*asked, key))[0]


def _timed(ask: Callable[[], Cleared]) -> tuple[float, Cleared]:
    """Milliseconds, and what was answered."""
    start = time.perf_counter()
    answered = ask()
    return 1000 * (time.perf_counter() - start), answered


def _issues(snapshot: Snapshot) -> int:
    return int(rows(snapshot.path, "SELECT count(*) AS n FROM dose_explanation")["n"].iloc[0])


def table(found: Worklist) -> str:
    """The measurements as Markdown."""
    lines = "\n".join(
        f"| {name} | **{median(ms):.0f}** | {quantiles(ms, n=20, method='inclusive')[-1]:.0f} "
        f"| at most {TARGET} |"
        for name, ms in found.ms.items()
    )
    return f"""{found.issues:,} issues in {found.practices:,} practices; {PRACTICES} of these, asked once.

| query | p50 ms | p95 ms | target (p50) |
|---|--:|--:|--:|
{lines}
"""

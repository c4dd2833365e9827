"""What each step of a build costs."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import duckdb

LARGEST = 10  # shown of a profile
# A part's own table comes before the release's, to which it is added.
SIZE = "SELECT estimated_size FROM duckdb_tables() WHERE table_name = ? ORDER BY temporary DESC"


@dataclass(frozen=True)
class Step:
    """kind: model, check or other work of the build; processor: seconds of all threads; rows, bytes: what the
    statement made, before compression; spilled: the most bytes that lay on the disk meanwhile. None where a
    step is more than one statement, or the engine does not tell."""

    kind: str
    name: str
    seconds: float
    processor: float
    rows: int | None = None
    bytes: int | None = None
    spilled: int | None = None

    def with_more(self, more: Step) -> Step:
        """This step and the same for other people."""
        return replace(
            self,
            seconds=round(self.seconds + more.seconds, 3),
            processor=round(self.processor + more.processor, 3),
            rows=_both(sum, self.rows, more.rows),
            bytes=_both(sum, self.bytes, more.bytes),
            spilled=_both(max, self.spilled, more.spilled),
        )


@dataclass
class Profile:
    """The steps of one build. Where it is not wanted, nothing is measured."""

    wanted: bool = False
    steps: list[Step] = field(default_factory=list)

    @contextmanager
    def of(self, con: duckdb.DuckDBPyConnection, kind: str, name: str, one: bool = True) -> Iterator[None]:
        """Measures what is done within; one: as a single statement, of which the engine tells more."""
        if not self.wanted:
            yield
            return
        if one:
            con.execute("SET profiling_coverage = 'ALL'")
            con.execute("SET enable_profiling = 'no_output'")
        seconds, processor = time.perf_counter(), time.process_time()
        yield
        seconds, processor = time.perf_counter() - seconds, time.process_time() - processor
        step = Step(kind, name, round(seconds, 3), round(processor, 3))
        if one:
            step = replace(step, **_told(json.loads(con.get_profiling_information())))
            con.execute("PRAGMA disable_profiling")
            rows = con.execute(SIZE, [name])
            if (counted := rows.fetchone()) is not None:  # no operator need stand for the whole table
                step = replace(step, rows=counted[0], bytes=step.bytes if counted[0] == step.rows else None)
        self._add(step)

    def _add(self, step: Step) -> None:
        """A step that is done for one part of the people after another is one step."""
        for place, before in enumerate(self.steps):
            if (before.kind, before.name) == (step.kind, step.name):
                self.steps[place] = before.with_more(step)
                return
        self.steps.append(step)

    def write(self, path: Path) -> None:
        """As CSV, a row a step, in the order they were made. Raises OSError."""
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.DictWriter(file, [one.name for one in fields(Step)])
            rows.writeheader()
            rows.writerows(asdict(step) for step in self.steps)

    def largest(self) -> list[str]:
        """The steps that took longest, a line each."""
        steps = sorted(self.steps, key=lambda step: -step.seconds)[:LARGEST]
        return [f"{step.seconds:8.2f} s  {step.kind} {step.name}" for step in steps]


def _both(how: Callable[[list[int]], int], one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else how([one, other])


def _told(found: dict[str, Any]) -> dict[str, Any]:
    """What the engine tells of the statement made last."""
    made = found["operator"][0]["children"][0]
    if "CREATE_TABLE" in made["type"]:
        made = made["children"][0]
    return {
        "rows": made["intermediate_rows"],
        "bytes": made["intermediate_size_bytes"],
        "spilled": found["system"]["peak_temp_dir_size"],
    }

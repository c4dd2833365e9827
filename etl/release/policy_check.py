"""Whether the starts, targets, benchmarks, rebases and notes of the policy speak of what the release has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import duckdb

from measures.policy import MONTH, Benchmark, Note, Policy, PolicyError, Programme, Rebase, Target

ICB = "icb"


def check(con: duckdb.DuckDBPyConnection, rules: Policy) -> None:
    """Raises PolicyError, naming file and line, for the first start of the programme, target,
    benchmark, rebase or note that matches nothing.

    A rebase that were passed over in silence would leave a chart judged against limits nobody meant
    (Making Data Count: a person decides, and it is printed). con: measure_def, measure_month and practice.
    """
    judges: dict[str, Callable[..., Iterator[str]]] = {
        "programme": _wrong_start,
        "rebase": _wrong_rebase,
        "targets": _wrong_target,
        "benchmarks": _wrong_benchmark,
        "notes": _wrong_note,
    }
    for section, wrong in judges.items():
        entries: tuple[Any, ...] = getattr(rules, section)
        for place, entry in enumerate(entries):
            for words in wrong(con, rules, entry, entries[:place]):
                raise PolicyError(
                    f"{rules.at(section, place)}[[{section}]] {place + 1}: {words} "
                    "Nothing is published; the last release stays."
                )


def _wrong_start(
    con: duckdb.DuckDBPyConnection, rules: Policy, start: Programme, before: Sequence[Programme]
) -> Iterator[str]:
    yield from _wrong_area(_areas(con, practices=True), start.scope)
    months = _data(con, start.scope)
    if start.began not in months[1:]:
        known = (
            f"Write {months[1]} to {months[-1]}." if len(months) > 1 else "Remove it until there are more."
        )
        there = f"{months[0]} to {months[-1]}" if months else "nothing"
        yield (
            f"began is {start.began}; data of {start.scope} ({there}) must hold that month and the "
            f"one before, which it is compared with. {known}"
        )
    if any(one.scope == start.scope for one in before):
        yield f"the programme of {start.scope} has two starts. Remove one."


def _wrong_rebase(
    con: duckdb.DuckDBPyConnection, rules: Policy, rebase: Rebase, before: Sequence[Rebase]
) -> Iterator[str]:
    yield from _wrong_place(con, rebase)
    if not MONTH.fullmatch(rebase.month):
        yield f"month is “{rebase.month}”; write it as 2026-04."
        return
    months = _months(con, rules, rebase)
    if rebase.month not in months[1:]:
        known = (
            f"Write {months[1]} to {months[-1]}."
            if len(months) > 1
            else "Remove it: there is no second month."
        )
        yield f"{rebase.measure} of {rebase.scope} has no month {rebase.month} to start anew at. {known}"
    if any(
        (one.measure, one.scope, one.month) == (rebase.measure, rebase.scope, rebase.month) for one in before
    ):
        yield f"{rebase.measure} of {rebase.scope} is started anew in {rebase.month} twice. Remove one."


def _wrong_target(
    con: duckdb.DuckDBPyConnection, rules: Policy, target: Target, before: Sequence[Target]
) -> Iterator[str]:
    yield from _wrong_measure(con, target.measure)
    yield from _wrong_area(_areas(con, practices=True), target.scope)
    yield from _wrong_threshold(con, rules, target)
    if not MONTH.fullmatch(target.by):
        yield f"by is “{target.by}”; write the month as 2027-03."
    if _better(con)[target.measure] == "neither":
        yield f"{target.measure} has no good direction, so it can have no target. Remove the entry."
    same = (target.measure, target.scope, target.threshold)
    if any((one.measure, one.scope, one.threshold) == same for one in before):
        yield f"{target.measure} of {target.scope} at {target.threshold} mg has two targets. Remove one."


def _wrong_benchmark(
    con: duckdb.DuckDBPyConnection, rules: Policy, found: Benchmark, before: Sequence[Benchmark]
) -> Iterator[str]:
    yield from _wrong_measure(con, found.measure)
    yield from _wrong_threshold(con, rules, found)
    same = (found.measure, found.threshold)
    if any((one.measure, one.threshold) == same for one in before):
        yield f"{found.measure} at {found.threshold} mg has two benchmarks. Remove one."


def _wrong_note(
    con: duckdb.DuckDBPyConnection, rules: Policy, note: Note, before: Sequence[Note]
) -> Iterator[str]:
    yield from _wrong_place(con, note)
    if not MONTH.fullmatch(note.month):
        yield f"month is “{note.month}”; write it as 2026-04."
        return
    months = _months(con, rules, note)
    if note.month not in months:
        known = f"Write {months[0]} to {months[-1]}." if months else "Remove it: there is no month."
        yield f"{note.measure} of {note.scope} has no month {note.month} to speak of. {known}"
    if note in before:
        yield f"the note on {note.measure} of {note.scope} in {note.month} stands twice. Remove one."


def _wrong_place(con: duckdb.DuckDBPyConnection, entry: Rebase | Note) -> Iterator[str]:
    yield from _wrong_measure(con, entry.measure)
    yield from _wrong_area(_areas(con), entry.scope)


def _wrong_measure(con: duckdb.DuckDBPyConnection, measure: str) -> Iterator[str]:
    if measure not in (known := _better(con)):
        near = ", ".join(name for name in known if name[:4] == measure[:4])
        which = f"Near it: {near}." if near else "All are in docs/measures.md."
        yield f"there is no measure “{measure}”. {which}"


def _wrong_area(areas: Sequence[str], scope: str) -> Iterator[str]:
    if scope not in areas:
        yield f"there is no area “{scope}”. Write icb or one of: {', '.join(areas[1:])}."


def _wrong_threshold(
    con: duckdb.DuckDBPyConnection, rules: Policy, entry: Target | Benchmark
) -> Iterator[str]:
    made_for = _thresholds(con, rules, entry.measure)
    if entry.threshold not in made_for:
        words = " or ".join(str(one) for one in made_for)
        yield f"threshold is {entry.threshold}; {entry.measure} is made for {words}. Write that."


def _better(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(con.execute("SELECT measure, better FROM measure_def ORDER BY measure").fetchall())


def _thresholds(con: duckdb.DuckDBPyConnection, rules: Policy, measure: str) -> tuple[int, ...]:
    """The thresholds a measure is made for; 0 stands for none."""
    found = con.execute("SELECT per_threshold FROM measure_def WHERE measure = ?", [measure]).fetchall()
    return rules.thresholds.values if (True,) in found else (0,)


def _areas(con: duckdb.DuckDBPyConnection, practices: bool = False) -> list[str]:
    found = con.execute("SELECT place FROM practice UNION SELECT pcn FROM practice ORDER BY ALL").fetchall()
    codes = con.execute("SELECT practice_code FROM practice ORDER BY ALL").fetchall() if practices else []
    return [ICB, *(name for (name,) in [*found, *codes] if name is not None)]


def _data(con: duckdb.DuckDBPyConnection, scope: str) -> list[str]:
    """The months from the first to the last that practices of an area have data of, as 2026-04."""
    found = con.execute(
        """SELECT strftime(unnest(generate_series(min(data_from), max(data_to), INTERVAL 1 MONTH)), '%Y-%m')
           FROM practice WHERE ? IN ('icb', practice_code, pcn, place)""",
        [scope],
    ).fetchall()
    return [month for (month,) in found]


def _months(con: duckdb.DuckDBPyConnection, rules: Policy, entry: Rebase | Note) -> list[str]:
    """The months that the measure's series has in the area at every threshold it is made for, as 2026-04, in
    order: those with somebody to count, and for a number, which may be nought of nobody, every one."""
    found = con.execute(
        """SELECT strftime(m.month, '%Y-%m') AS month
           FROM measure_month m JOIN practice p ON p.practice_code = m.practice_code
           JOIN measure_def d ON d.measure = m.measure
           WHERE m.measure = ? AND (m.denominator > 0 OR d.unit = 'n')
             AND (? = 'icb' OR p.place = ? OR p.pcn = ?)
           GROUP BY ALL HAVING count(DISTINCT m.threshold) = ?
           ORDER BY month""",
        [
            entry.measure,
            entry.scope,
            entry.scope,
            entry.scope,
            len(_thresholds(con, rules, entry.measure)),
        ],
    ).fetchall()
    return [month for (month,) in found]

"""Whether the rebases, targets and notes of the policy speak of something the release has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import duckdb

from measures.policy import Note, Policy, PolicyError, Rebase, Target

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
ICB = "icb"


def check(con: duckdb.DuckDBPyConnection, rules: Policy) -> None:
    """Raises PolicyError for the first rebase, target or note of config/policy.toml that matches nothing.

    A rebase that were passed over in silence would leave a chart judged against limits nobody meant
    (Making Data Count: a person decides, and it is printed). con: measure_def, measure_month and practice.
    """
    for place, rebase in enumerate(rules.rebase):
        _refuse(f"[[rebase]] {place + 1}", _wrong_rebase(con, rules, rebase, rules.rebase[:place]))
    for place, target in enumerate(rules.targets):
        _refuse(f"[[targets]] {place + 1}", _wrong_target(con, rules, target, rules.targets[:place]))
    for place, note in enumerate(rules.notes):
        _refuse(f"[[notes]] {place + 1}", _wrong_note(con, rules, note, rules.notes[:place]))


def _refuse(entry: str, wrong: Iterator[str]) -> None:
    for words in wrong:
        raise PolicyError(
            f"config/policy.toml: {entry}: {words} Nothing is published; the last release stays."
        )


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
    yield from _wrong_place(con, target)
    made_for = _thresholds(con, rules, target.measure)
    if target.threshold not in made_for:
        words = " or ".join(str(one) for one in made_for)
        yield f"threshold is {target.threshold}; {target.measure} is made for {words}. Write that."
    if not MONTH.fullmatch(target.by):
        yield f"by is “{target.by}”; write the month as 2027-03."
    if _better(con)[target.measure] == "neither":
        yield f"{target.measure} has no good direction, so it can have no target. Remove the entry."
    same = (target.measure, target.scope, target.threshold)
    if any((one.measure, one.scope, one.threshold) == same for one in before):
        yield f"{target.measure} of {target.scope} at {target.threshold} mg has two targets. Remove one."


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


def _wrong_place(con: duckdb.DuckDBPyConnection, entry: Rebase | Target | Note) -> Iterator[str]:
    if entry.measure not in (known := _better(con)):
        near = ", ".join(name for name in known if name[:4] == entry.measure[:4])
        which = f"Near it: {near}." if near else "All are in docs/measures.md."
        yield f"there is no measure “{entry.measure}”. {which}"
    if entry.scope not in (areas := _areas(con)):
        yield f"there is no area “{entry.scope}”. Write icb or one of: {', '.join(areas[1:])}."


def _better(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(con.execute("SELECT measure, better FROM measure_def ORDER BY measure").fetchall())


def _thresholds(con: duckdb.DuckDBPyConnection, rules: Policy, measure: str) -> tuple[int, ...]:
    """The thresholds a measure is made for; 0 stands for none."""
    found = con.execute("SELECT per_threshold FROM measure_def WHERE measure = ?", [measure]).fetchone()
    return rules.thresholds.values if found and found[0] else (0,)


def _areas(con: duckdb.DuckDBPyConnection) -> list[str]:
    found = con.execute("SELECT place FROM practice UNION SELECT pcn FROM practice ORDER BY ALL").fetchall()
    return [ICB, *(name for (name,) in found if name is not None)]


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

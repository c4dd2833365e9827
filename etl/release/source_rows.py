"""SQL of landed rows: all of them, and of rows with a key the latest state, column by column.

A column that an extract does not have is no blank: what the latest extract with the column said still counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq

from etl.contract import Entity
from etl.intake.keys import IN_SQL
from etl.intake.typed.values import schema
from etl.quarantine.known_issues import ISSUES, file_of
from etl.store import Part, Receipt

Had = frozenset[str]  # columns of the contract that a file had
COUNTS = "product IS NOT NULL AND issued_on IS NOT NULL"  # of an issue kept back: it counts as one
_KNOWN = "SELECT * EXCLUDE (line, reason, written)"


def every(entity: Entity, parts: Mapping[Part, Receipt], folder: Path, landed_here: bool = True) -> str:
    """Every landed row of an entity, in the contract's columns, and issues kept back that count all the same;
    without those landed, where another engine reads them.
    Needs the table empty_<entity>: a part from before a column was asked for lacks it."""
    names = ", ".join(schema(entity).names)
    landed = f"SELECT {names} FROM ({_rows(entity, parts if landed_here else {}, folder, ())})"
    if entity.name != ISSUES:
        return landed
    return f"{landed} UNION ALL SELECT {names} FROM ({known(parts, folder)}) WHERE {COUNTS}"


def known(parts: Mapping[Part, Receipt], folder: Path) -> str:
    """What is known of the issues kept back under receipts that count, but for practices that have sent their
    months again since. Needs the table empty_issues."""
    receipts = {receipt.number: receipt for receipt in parts.values() if receipt.rows_known}
    whole, found = list[str](), ["SELECT * FROM empty_issues"]
    for receipt in receipts.values():
        counting = [part.practice for part in receipt.parts if part in parts]
        if len(counting) == len(receipt.parts):
            whole.append(str(folder / file_of(receipt.number)))
        else:
            rows = _read([str(folder / file_of(receipt.number))])
            found.append(f"{_KNOWN} FROM {rows} WHERE practice_code IN ({_listed(counting)})")
    if whole:
        found.append(f"{_KNOWN} FROM {_read(whole)}")
    return " UNION ALL BY NAME ".join(found)


def latest(entity: Entity, parts: Mapping[Part, Receipt], folder: Path) -> str:
    """Of rows with a key that of the latest period, each column as the latest extract that had it says. A
    registration whose start was corrected is the same registration."""
    if not entity.key:
        return f"SELECT * FROM every_{entity.name}"
    some = _in_some(entity, parts, folder)
    key = ", ".join(entity.key)
    rows = f"({_rows(entity, parts, folder, some)})" if some else f"every_{entity.name}"
    last, registered = "period_to DESC", entity.name == "patients"
    if registered:
        rows, last = f"({_corrected(rows)})", "period_to DESC, was DESC"
    columns = {
        name: f"first_value({name}) OVER (PARTITION BY {key} ORDER BY had_{name} DESC, {last})"
        if name in some
        else name
        for name in schema(entity).names
    }
    if registered:
        columns["registered_to"] = f"least({columns['registered_to']}, closes)"
    return (
        f"SELECT {', '.join(f'{told} AS {name}' for name, told in columns.items())} FROM {rows} "
        f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {last}) = 1"
    )


def _corrected(rows: str) -> str:
    """Rows of patients, those of a start that was corrected under the start it has now. was: the start as
    sent; closes: where the next registration begins, if an earlier extract alone tells of this one.

    The latest extract that names a person at a practice says how things stand from its first start on: an
    earlier row that began later is the registration before it. One that began earlier is the same too where
    the earlier extract should have known of a start before its end, and had the person registered then;
    otherwise the person has left and come back.
    """
    who = "practice_code, patient_key"
    return f"""
        WITH told AS (
            SELECT {who}, registered_from, max(period_to) AS told_to,
                last(registered_to ORDER BY period_to) AS ended
            FROM {rows} GROUP BY {who}, registered_from
        ), several AS (
            SELECT *, max(told_to) OVER (PARTITION BY {who}) AS last_told FROM told
            QUALIFY count(*) OVER (PARTITION BY {who}) > 1
        ), with_last AS (
            SELECT *,
                max(registered_from) FILTER (WHERE told_to = last_told)
                    OVER (PARTITION BY {who} ORDER BY registered_from) AS before,
                min(registered_from) FILTER (WHERE told_to = last_told)
                    OVER (PARTITION BY {who}) AS first_from
            FROM several
        ), earlier AS (
            SELECT {who}, registered_from, first_from, CASE
                WHEN before IS NOT NULL THEN before
                WHEN first_from <= told_to AND coalesce(ended > first_from, true) THEN first_from
            END AS becomes
            FROM with_last WHERE told_to < last_told
        )
        SELECT r.* REPLACE (coalesce(e.becomes, r.registered_from) AS registered_from),
            r.registered_from AS was, CASE WHEN e.becomes IS NULL THEN e.first_from END AS closes
        FROM {rows} AS r
        LEFT JOIN earlier AS e ON e.practice_code = r.practice_code AND e.patient_key = r.patient_key
            AND e.registered_from = r.registered_from"""


def _in_some(entity: Entity, parts: Mapping[Part, Receipt], folder: Path) -> tuple[str, ...]:
    """The columns that some parts had and others had not."""
    had = list(_groups(entity, parts, folder))
    return tuple(name for name in entity.columns if len({name in told for _, told in had}) > 1)


def _rows(entity: Entity, parts: Mapping[Part, Receipt], folder: Path, some: tuple[str, ...]) -> str:
    """The rows of all parts, and for each column of `some` whether their file had it."""
    found = [f"SELECT *{_flags(some, frozenset())} FROM empty_{entity.name}"]
    for (before, told), paths in _groups(entity, parts, folder).items():
        replaced = f" REPLACE ({IN_SQL} AS patient_key)" if before and "patient_key" in entity.columns else ""
        found.append(f"SELECT *{replaced}{_flags(some, told)} FROM {_read(paths)}")
    return " UNION ALL BY NAME ".join(found)


def _read(paths: list[str]) -> str:
    return f"read_parquet([{_listed(paths)}], union_by_name = true)"


def _listed(texts: list[str]) -> str:
    return ", ".join("'" + text.replace("'", "''") + "'" for text in texts)


def _flags(some: tuple[str, ...], told: Had) -> str:
    return "".join(f", {'true' if name in told else 'false'} AS had_{name}" for name in some)


def _groups(entity: Entity, parts: Mapping[Part, Receipt], folder: Path) -> dict[tuple[bool, Had], list[str]]:
    """Paths of parts by whether their receipt is from before columns were kept, and by the columns they had.
    Such parts hold every column of their contract."""
    found: dict[tuple[bool, Had], list[str]] = {}
    for part, receipt in parts.items():
        if part.entity != entity.name:
            continue
        path = str(folder / part.path)
        told = frozenset(pq.read_schema(path).names if receipt.columns is None else receipt.columns)
        found.setdefault((receipt.columns is None, told), []).append(path)
    return found

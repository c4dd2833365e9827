"""SQL of landed rows: all of them, and of rows with a key the latest state, column by column.

A column that an extract does not have is no blank: what the latest extract with the column said still counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq

from etl.contract import Entity
from etl.intake.keys import IN_SQL
from etl.intake.values import schema
from etl.store import Part, Receipt

Had = frozenset[str]  # columns of the contract that a file had


def every(entity: Entity, parts: Mapping[Part, Receipt], folder: Path) -> str:
    """Every landed row of an entity, in the contract's columns. Needs the table empty_<entity>: a part from
    before a column was asked for lacks it."""
    return f"SELECT {', '.join(schema(entity).names)} FROM ({_rows(entity, parts, folder, ())})"


def latest(entity: Entity, parts: Mapping[Part, Receipt], folder: Path) -> str:
    """Of rows with a key that of the latest period, each column as the latest extract that had it says."""
    if not entity.key:
        return f"SELECT * FROM every_{entity.name}"
    some = _in_some(entity, parts, folder)
    key = ", ".join(entity.key)
    columns = [
        f"first_value({name}) OVER (PARTITION BY {key} ORDER BY had_{name} DESC, period_to DESC) AS {name}"
        if name in some
        else name
        for name in schema(entity).names
    ]
    rows = f"({_rows(entity, parts, folder, some)})" if some else f"every_{entity.name}"
    return (
        f"SELECT {', '.join(columns)} FROM {rows} "
        f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY period_to DESC) = 1"
    )


def _in_some(entity: Entity, parts: Mapping[Part, Receipt], folder: Path) -> tuple[str, ...]:
    """The columns that some parts had and others had not."""
    had = list(_groups(entity, parts, folder))
    return tuple(name for name in entity.columns if len({name in told for _, told in had}) > 1)


def _rows(entity: Entity, parts: Mapping[Part, Receipt], folder: Path, some: tuple[str, ...]) -> str:
    """The rows of all parts, and for each column of `some` whether their file had it."""
    found = [f"SELECT *{_flags(some, frozenset())} FROM empty_{entity.name}"]
    for (before, told), paths in _groups(entity, parts, folder).items():
        listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
        replaced = f" REPLACE ({IN_SQL} AS patient_key)" if before and "patient_key" in entity.columns else ""
        rows = f"read_parquet([{listed}], union_by_name = true)"
        found.append(f"SELECT *{replaced}{_flags(some, told)} FROM {rows}")
    return " UNION ALL BY NAME ".join(found)


def _flags(some: tuple[str, ...], told: Had) -> str:
    return "".join(f", {'true' if name in told else 'false'} AS had_{name}" for name in some)


def _groups(entity: Entity, parts: Mapping[Part, Receipt], folder: Path) -> dict[tuple[bool, Had], list[str]]:
    """Paths of parts by whether their receipt is from before columns were kept, and by the columns they had.
    Such parts hold every column of their contract."""
    found: dict[tuple[bool, Had], list[str]] = {}
    of_old: Had | None = None
    for part, receipt in parts.items():
        if part.entity != entity.name:
            continue
        path = str(folder / part.path)
        if receipt.columns is None and of_old is None:
            of_old = frozenset(pq.read_schema(path).names)
        told = frozenset(receipt.columns) if receipt.columns is not None else of_old or frozenset()
        found.setdefault((receipt.columns is None, told), []).append(path)
    return found

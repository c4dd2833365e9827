"""What a published release holds, every value of it read: damage anywhere in its file is noticed."""

from __future__ import annotations

from pathlib import Path

import duckdb

from etl.store import StoreError

Contents = dict[str, tuple[int, int]]


def contents(path: Path) -> Contents:
    """Rows of each table and a sum over the hashes of all of them, whatever their order.

    Each block is held against its checksum as it is read. Raises StoreError where any cannot be.
    """
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            tables = con.execute("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall()
            each = [
                f"SELECT '{name}', count(*), coalesce(sum(hash(*COLUMNS(*))), 0) FROM \"{name}\""
                for (name,) in tables
            ]
            found = con.execute("\nUNION ALL ".join(each)).fetchall() if each else []
    except (duckdb.Error, OSError) as error:
        raise StoreError(
            f"release {path.stem}: missing or damaged ({str(error).splitlines()[0][:80]}). Serve another "
            "(python -m etl releases --serve NAME), or build again: what is loaded is enough."
        ) from None
    return {name: (rows, int(total)) for name, rows, total in found}

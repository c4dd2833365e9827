"""The texts that wait for a person: as a file to fill in and put to config/medicine_overrides.csv."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

from etl.store import Store, StoreError

COLUMNS = (
    "kind",
    "text",
    "reading",
    "reviewed_by",
    "reviewed_on",
    "reason",
    "why",
    "form",
    "issues",
    "patients",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
WAITING = """
SELECT 'product' AS kind, product AS text, reason AS why, '' AS form, issues, patients FROM quality_unmapped
UNION ALL
SELECT 'directions', directions, reason, form, issues, patients FROM quality_unclear WHERE directions <> ''
ORDER BY patients DESC, kind, text, form
"""


def write(store: Store, out: Path) -> int:
    """Write every unmapped product and unclear direction of the release being served; gives how many.

    Those of most patients come first. The first six columns are those of the overrides file, four of them
    left to fill in. Texts that a spreadsheet would take for a formula begin with an apostrophe.

    Raises StoreError where no release is published.
    """
    release = store.current()
    if release is None:
        raise StoreError("no release is published, so nothing has been read yet. Run python -m etl build.")
    with duckdb.connect(str(store.releases / f"{release}.duckdb"), read_only=True) as con:
        rows = con.execute(WAITING).fetchall()
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for kind, text, why, form, issues, patients in rows:
            safe = f"'{text}" if text.startswith(FORMULA) else text
            writer.writerow([kind, safe, "", "", "", "", why, form, issues, patients])
    return len(rows)

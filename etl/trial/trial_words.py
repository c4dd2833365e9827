"""A trial in words, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from etl.trial.columns import Column
from etl.trial.trial import Trial

ENCODED = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
MARKS = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}


def trial_lines(trial: Trial) -> Iterator[str]:
    """How a file would be read, line by line."""
    yield trial.file
    if trial.header_line or trial.columns:
        written = (
            f"{ENCODED[trial.encoding]}, {MARKS.get(trial.delimiter, '')}" if trial.encoding else "workbook"
        )
        yield f"  written as     {written}; header in line {trial.header_line}, {trial.above} lines above it"
    if trial.layout:
        yield f"  layout         {trial.layout}: {trial.entity}{f' ({trial.basis})' if trial.basis else ''}"
        yield f"  practice       {trial.practice or 'in its rows'}; period {trial.period or 'not known'}"
    elif trial.entity and trial.columns:
        yield f"  layout         none fits; perhaps {trial.entity}"
    for column in trial.columns:
        yield f"  {_column(column)}"
    if trial.layout:
        out, back = sum(trial.left_out.values()), sum(trial.kept_back.values())
        yield f"  rows           {trial.rows_in:,} in, {out:,} left out, {back:,} kept back"
        yield from (f"    left out     {n:,}: {reason}" for reason, n in trial.left_out.items())
        yield from (f"    kept back    {n:,}: {reason}" for reason, n in trial.kept_back.items())
    yield f"  would be       {'refused: ' + trial.refusal if trial.refusal else 'loaded; nothing is stored'}"


def _column(column: Column) -> str:
    if column.known:
        becomes = column.target or "not read"
    else:
        becomes = f"perhaps {column.nearest}" if column.nearest else "unknown"
    shapes = "  ".join(column.shapes)
    return f"{column.heading[:34]:34} → {becomes:22} {shapes}{dates_words(column)}".rstrip()


def dates_words(column: Column) -> str:
    """What to say of dates that could be read in two ways."""
    if column.only_us:
        return f"  [{column.only_us} dates can only be month/day]"
    return f"  [{column.both_ways} dates could be day/month or month/day]" if column.both_ways else ""

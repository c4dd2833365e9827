"""A row of a file before anything is known of its columns."""

from __future__ import annotations

from dataclasses import dataclass

MAX_FIELD = 100_000  # characters of a cell
BROKEN = "a line break inside a cell that may have swallowed a row: a quotation mark is missing or too many"
MISQUOTED = "a quotation mark stands inside a cell: the row cannot be taken apart"
NO_VALUE = "a cell holds an error such as #N/A, or a formula without its value"


@dataclass(frozen=True)
class Row:
    line: int  # of the file, from 1
    cells: list[str]
    fault: str = ""  # why its cells cannot be trusted
    goes_on: bool = False  # a further line of the row above, as one cell
    lines: int = 1  # it goes over; more than one only inside quotation marks

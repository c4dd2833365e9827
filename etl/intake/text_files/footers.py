"""How a file ends, and what a line that stands alone does to its neighbours: lines of totals are no rows, and
a row that may have been cut is not trusted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from etl.intake.encoded import Cells, Encoded
from etl.intake.privacy.gate import Unread
from etl.intake.refusal import RefusedError
from etl.intake.report.no_rows import TOTALS
from etl.intake.row import Row

CUT_SHORT = "the file ends without a line end: its last row may be cut short"
CUT_BY_LINE_BREAK = "the line before or after holds one cell: a line break may have cut this row apart"


def settled(
    cells: Cells, unread: Unread, from_the_end: Iterable[tuple[int, str]], footer: str, ended: bool = True
) -> tuple[Cells, Unread]:
    """The rows and unread rows of a file once lines of totals are no rows any more and rows that may have
    been cut are unread.

    `from_the_end`: the lines from the last on, each with its number. `footer`: what the layout says a line of
    totals is, the number of rows in its group `rows`. `ended`: whether the last line is known to be
    whole. Raises RefusedError where the file says another number of rows than it has.
    """
    lines, said = _footers(from_the_end, footer)
    cells = _moved(cells, unread, dict.fromkeys(np.flatnonzero(np.isin(cells.lines, sorted(lines))), ""))
    unread.reasons = [told for told in unread.reasons if told[0] not in lines]
    unread.passed |= dict.fromkeys(lines, TOTALS)
    rows = len(cells) + len(unread.reasons)
    if said is not None and said != rows:
        raise RefusedError(
            f"its last lines say {said} rows, but it has {rows}: part of it may be missing. Export it again."
        )
    cut = {int(row): CUT_BY_LINE_BREAK for row in _beside(cells.lines, unread.lone - lines)}
    last = max(unread.lines() | lines, default=0)
    if not ended and len(cells) and cells.lines[-1] > last and not _is_whole(cells.columns[-1]):
        cut[len(cells) - 1] = CUT_SHORT
    return _moved(cells, unread, cut), unread


def _is_whole(column: Encoded) -> bool:
    """Whether the last value of a column is whole, as far as can be told: another row has it too, and it is
    not the beginning of any other value."""
    last = column.take([len(column) - 1])[0].as_py()
    others = [value for value in column.distinct() if value != last]
    again = int(np.count_nonzero(column.codes == column.codes[-1])) > 1
    return again and not any(value.startswith(last) for value in others)


def _footers(from_the_end: Iterable[tuple[int, str]], footer: str) -> tuple[set[int], int | None]:
    """The lines of totals that close the file, and the number of rows they say, if any does."""
    pattern, lines, said = re.compile(footer or r"(?!)", re.IGNORECASE), set[int](), None
    for line, text in from_the_end:
        words = " ".join(part for part in re.split(r"[,;|\t\"\s]+", text) if part)
        hit = pattern.fullmatch(words)
        if hit:
            lines.add(line)
            said = int(hit["rows"]) if "rows" in pattern.groupindex and hit["rows"] else said
        elif words:
            break
    return lines, said


def _beside(lines: np.ndarray, lone: set[int]) -> np.ndarray:
    """The rows next to lines that stand alone."""
    if not lone or not len(lines):
        return np.empty(0, np.int64)
    after = np.searchsorted(lines, sorted(lone))
    beside = np.unique(np.concatenate([after - 1, after]))
    return beside[(beside >= 0) & (beside < len(lines))]


def _moved(cells: Cells, unread: Unread, rows: Mapping[int, str]) -> Cells:
    """The other rows; these are unread now, for their reasons, and searched for identifiers as such."""
    if not rows:
        return cells
    for row, reason in sorted(rows.items()):
        texts = [column.take([row])[0].as_py() for column in cells.columns]
        unread.add(Row(int(cells.lines[row]), texts), reason)
    gone = np.array(sorted(rows), np.int64)
    columns = tuple(Encoded(column.values, np.delete(column.codes, gone)) for column in cells.columns)
    return replace(cells, lines=np.delete(cells.lines, gone), columns=columns)

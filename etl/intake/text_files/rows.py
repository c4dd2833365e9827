"""The rows of a text file below its header: fast where a block of lines is proved clean, carefully where it
is not."""

from __future__ import annotations

import io
import itertools
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.intake.encoded import Cells, Encoded, encoded, joined
from etl.intake.files.source import Source
from etl.intake.privacy.gate import Unread
from etl.intake.refusal import RefusedError
from etl.intake.report.match import Match
from etl.intake.row import BROKEN, Row
from etl.intake.text_files import fast_blocks
from etl.intake.text_files.blocks import BLOCK, Look, OpenError, blocks, careful_rows, unclosed
from etl.intake.text_files.footers import settled

TAIL = 10_000  # bytes
AHEAD = 3  # blocks read before they are asked for
Columns = list[Encoded]


def too_wide(cells: int, width: int) -> str:
    """Why a row of another number of cells than its header is kept back."""
    return f"{cells} cells where the header has {width}"


class TextRows:
    """The rows below the header, block by block; every line is a row, unread or blank."""

    def __init__(self, source: Source, looked: Look, delimiter: str, found: Match, head: list[Row]) -> None:
        self.source, self.looked, self.delimiter, self.layout = source, looked, delimiter, found.layout
        self.above = found.header_line  # lines
        header = next((row for row in head if row.line == self.above), head[0])
        self.width = len(header.cells)  # with those without a heading, which must stay empty
        self.unread = Unread(found)
        self.lines: list[np.ndarray] = []
        self.pieces: list[Columns] = [[] for _ in found.headers]
        self.tail = b""
        self.blank = 0
        self.further = set[int]()  # lines on which a row goes on

    def read(self) -> tuple[Cells, Unread]:
        """The rows. Raises RefusedError where the text ends inside a cell."""
        line = self.above + 1
        stream = self._ahead()
        for block, made in stream:
            lines = self._add_clean(line, made) if made else 0
            while not lines:
                try:
                    lines = self._add_carefully(line, block)
                except OpenError as error:
                    more = next(stream, None)
                    if more is None:
                        raise unclosed(error.line) from None
                    block += more[0]
            line += lines
            self.tail = block[-TAIL:]
        cells = Cells(np.concatenate([np.empty(0, np.int32), *self.lines]), tuple(map(joined, self.pieces)))
        self._reconcile(
            len(cells) + len(self.unread.reasons) + len(self.unread.passed) + self.blank + len(self.further)
        )
        return settled(cells, self.unread, self._from_the_end(), self.layout.footer, self._is_ended())

    def _is_ended(self) -> bool:
        """Whether the last line cannot have been cut inside its last cell."""
        whole = self.looked.ended or self.layout.final_line_end == "optional"
        return whole or self.tail.endswith(b'"') or self.width > len(self.pieces)

    def _from_the_end(self) -> Iterator[tuple[int, str]]:
        """The lines from the last on, as far back as anything that closes a file could begin."""
        lines = io.StringIO(self.tail.decode(errors="replace"), newline="").readlines()
        numbered = zip(range(self.looked.lines, self.above, -1), reversed(lines), strict=False)
        return itertools.takewhile(lambda told: told[0] not in self.further, numbered)

    def _add_clean(self, line: int, made: Columns) -> int:
        """Takes the rows of a clean block, the first of them on `line`; their number, none where a cell
        without a heading holds anything."""
        wanted, beyond = made[: len(self.pieces)], made[len(self.pieces) :]
        if any(column.values.to_pylist() != [""] for column in beyond):
            return 0
        rows = len(made[0])
        blank = _blank(wanted)
        lines = np.arange(line, line + rows, dtype=np.int32)
        if len(blank):
            self.blank += len(blank)
            lines = np.delete(lines, blank)
            wanted = [Encoded(column.values, np.delete(column.codes, blank)) for column in wanted]
        self._add(lines, wanted)
        return rows

    def _add_carefully(self, line: int, block: bytes) -> int:
        """Takes the rows of any block; their number. Raises OpenError."""
        whole: list[Row] = []
        rows = list(careful_rows(block.decode(), line, self.delimiter))
        fault = ""
        for row in rows:
            if row.goes_on:
                self._go_on(row, fault)
                continue
            fault = row.fault or (BROKEN if row.lines > 1 and self._has_swallowed(row) else "")
            row = replace(row, fault=fault)
            if not (row.fault or any(row.cells)):
                self.blank += 1
            elif row.fault or len(row.cells) != self.width or any(row.cells[len(self.pieces) :]):
                self.unread.add(row, row.fault or too_wide(len(row.cells), self.width))
            else:
                whole.append(row)
        if whole:
            columns = list(zip(*(row.cells for row in whole), strict=True))[: len(self.pieces)]
            lines = np.array([row.line for row in whole], np.int32)
            self._add(lines, [encoded(pa.array(column, pa.string())) for column in columns])
        return len(rows)

    def _has_swallowed(self, row: Row) -> bool:
        """Whether a row over several lines may hold another: it has not the cells of the header, or a cell
        with a line break has as many delimiters as a row. A cell that means them so is kept back too."""
        broken = [cell for cell in row.cells if "\n" in cell or "\r" in cell]
        most = max(cell.count(self.delimiter) for cell in broken)
        return len(row.cells) != self.width or most >= self.width - 1

    def _go_on(self, row: Row, fault: str) -> None:
        """A line that could be a row of its own was swallowed by a quotation mark and counts as one; what it
        holds was searched with the row that swallowed it. `fault`: of the row that goes on here."""
        if fault and row.cells[0].count(self.delimiter) >= self.width - 1:
            self.unread.reasons.append((row.line, fault))
        else:
            self.further.add(row.line)

    def _add(self, lines: np.ndarray, columns: Columns) -> None:
        self.lines.append(lines)
        for pieces, column in zip(self.pieces, columns, strict=True):
            pieces.append(column)

    def _reconcile(self, told: int) -> None:
        below = self.looked.lines - self.above
        if told != below:
            raise RefusedError(
                f"it has {below} lines below its header, but {told} could be accounted for. Export it again."
            )

    def _ahead(self) -> Iterator[tuple[bytes, Columns | None]]:
        """The blocks, each with its cells where it is proved clean; some are read before they are needed."""
        work = partial(fast_blocks.columns, delimiter=self.delimiter, width=self.width)
        if self.source.size <= BLOCK:  # no thread for a file that is one block
            yield from ((block, work(block)) for block in self._below_header())
            return
        waiting: deque[tuple[bytes, Future[Columns | None]]] = deque()
        with ThreadPoolExecutor(min(os.cpu_count() or 1, AHEAD)) as pool:
            for block in self._below_header():
                waiting.append((block, pool.submit(work, block)))
                if len(waiting) > AHEAD:
                    yield _ready(*waiting.popleft())
            while waiting:
                yield _ready(*waiting.popleft())

    def _below_header(self) -> Iterator[bytes]:
        read = blocks(self.source, self.looked.encoding)
        first = next(read)
        above = itertools.islice(io.StringIO(first.decode(), newline=""), self.above)
        yield from filter(None, itertools.chain([first[sum(len(line.encode()) for line in above) :]], read))


def _ready(block: bytes, made: Future[Columns | None]) -> tuple[bytes, Columns | None]:
    return block, made.result()


def _blank(columns: Columns) -> np.ndarray:
    """The rows whose cells are all empty."""
    if any(pc.index(column.values, "").as_py() < 0 for column in columns):
        return np.empty(0, np.int64)
    empty = [column.codes == pc.index(column.values, "").as_py() for column in columns]
    return np.flatnonzero(np.logical_and.reduce(empty))

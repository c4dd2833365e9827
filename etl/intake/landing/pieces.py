"""Files that say they are parts of one month's extract, and files of one month that do not say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from etl.intake.landing.loaded_parts import Loaded, overlaps
from etl.intake.refusal import RefusedError
from etl.intake.typed.conform import Conformed
from etl.store import Part, StoreError, adds_to, missing_pieces

UNTIL = "counts until"  # in what is said of months that wait for a part
FEWEST = 3  # rows of a file below which having none in common with another says nothing
PAIR = ["patient_key", "issued_on"]
_PIECE = re.compile(
    r"(?<![a-z0-9])(?:part|pt|section|chunk)[ _.-]?0*(?P<n>[1-9]\d?)"
    r"(?:[ _-]?(?:of|/)[ _-]?0*(?P<of>[1-9]\d?))?(?!\d)"
    r"|(?<![a-z0-9])0*(?P<m>[1-9]\d?)[ _-]?of[ _-]?0*(?P<all>[1-9]\d?)(?!\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Piece:
    """Which part of how many a file's name says it is; 0 where it does not say."""

    n: int = 0
    of: int = 0

    def __str__(self) -> str:
        return str(self.n) if self.n else ""


def piece_named(name: str) -> Piece:
    """The part in a file's name: "part2", "part 2 of 3", "2of3". Raises RefusedError where it cannot be."""
    hits = {(int(h["n"] or h["m"]), int(h["of"] or h["all"] or 0)) for h in _PIECE.finditer(name)}
    if not hits:
        return Piece()
    if len(hits) > 1:
        raise RefusedError(
            "the file's name says two parts. Name it after one: A81001_issues_part1_2026-09.csv."
        )
    (found,) = hits
    if found[1] and found[0] > found[1]:
        raise RefusedError(f"the file's name says part {found[0]} of {found[1]}. Correct it.")
    return Piece(*found)


def check_rivals(part: Part, loaded: Loaded, here: Sequence[tuple[Part, str]]) -> None:
    """Raises RefusedError where another file of this load holds months of a part, and the two do not say that
    they are parts. `here`: what came in with this load, with the file of each."""
    for other, file in here:
        if overlaps(part, other) and not adds_to(part, other):
            raise RefusedError(
                f"{file} of this load holds {part.entity} of {part.practice} for the same months. If they "
                "are parts of one extract, name them part1 and part2; if one is right, send that one alone."
            )
    if part.piece:
        _check_whole(part, loaded)


def _check_whole(part: Part, loaded: Loaded) -> None:
    for other in loaded.rivals(part):
        if not other.piece:
            raise RefusedError(
                f"it says it is part {part.piece}, but {loaded.live[other].file} holds {part.entity} of "
                f"{part.practice} for {part.period_from} whole. Send the months whole in one file."
            )


def part_note(piece: Piece, parts: Iterable[Part], loaded: Loaded) -> str:
    """What a receipt says of a file that is a part: which others its months wait for; "" of any other."""
    if not piece.n:
        return ""
    missing = {
        n
        for part in parts
        for n in missing_pieces([part, *(other for other in loaded.rivals(part) if adds_to(part, other))])
    }
    own = f"part {piece.n}" + (f" of {piece.of}" if piece.of else "")
    if not missing:
        return f"{own}: with the other parts its months are whole"
    named = " and ".join(map(str, sorted(missing)))
    are = "are" if len(missing) > 1 else "is"
    return f"{own}: nothing of its months {UNTIL} part {named} {are} loaded"


def another_part(part: Part, made: Conformed, rows: np.ndarray, loaded: Loaded) -> str:
    """Why a file of issues waits that would replace others and shares no patient and day with them: it may be
    another part of the month that does not say so. `rows`: those of the part."""
    replaced = [other for other in loaded.replaced(part) if other.rows]
    if part.entity != "issues" or not replaced or len(rows) < FEWEST:
        return ""
    try:
        before = pa.concat_tables([_read(other, loaded).select(PAIR) for other in replaced])
    except StoreError:  # it is damaged: a file sent again puts it right
        return ""
    pairs = pa.table({name: made.columns[name].take(rows) for name in PAIR})
    both = len(_distinct(pairs)) + len(_distinct(before)) - len(_distinct(pa.concat_tables([pairs, before])))
    if both:
        return ""
    return (
        f"it would replace {loaded.live[replaced[0]].file}, and has no patient and day in common with it. If "
        "they are parts of one month, name them part1 and part2"
    )


def _read(part: Part, loaded: Loaded) -> pa.Table:
    path = loaded.store.folder / part.path
    try:
        return pq.read_table(path)
    except (OSError, pa.ArrowException):
        raise StoreError(f"{path}: cannot be read. Run python -m etl verify.") from None


def check_distinct(part: Part, rows: pa.Table, had: Sequence[str], loaded: Loaded) -> None:
    """Raises RefusedError where a part holds rows that another part of the same months holds too, as far as
    the columns of both files tell. `had`: the contract's columns that its file has."""
    for other in loaded.rivals(part):
        if not adds_to(part, other):
            continue
        there = _read(other, loaded)
        told = {"practice_code", *had} & {"practice_code", *loaded.columns(other)}
        names = [name for name in rows.column_names if name in told and name in there.column_names]
        both = pa.concat_tables([_distinct(rows.select(names)), _distinct(there.select(names))])
        if twice := len(both) - len(_distinct(both)):
            raise RefusedError(
                f"{twice} of its rows are in {loaded.live[other].file} too: the parts overlap, and would "
                "count them twice. Send parts that do not, or one file."
            )


def _distinct(rows: pa.Table) -> pa.Table:
    return rows.group_by(rows.column_names).aggregate([])

"""Which sorts of rows the counts of one universe tell apart, read off their predicates and the facts.

Rows that are in the same counts are of one class, so how many rows each class has says all that the counts
can say of each other: one within another, one within two others, differences, parts of a whole. Columns that
most predicates share are looked at first; what is left falls into blocks, and rows of one class may be spread
over each block's classes as they like, so that blocks need not be multiplied with each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from measures.suppression.formulas import Columns, Formula, FormulaError

MOST_ROWS = 200_000  # of values of columns, looked at at once
Key = Any
Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class Classes:
    """size: how many classes there are; made_of: count → the classes that add up to it; alike: two lists of
    classes each, which add up to the same."""

    size: int
    made_of: dict[Key, NDArray[np.intp]]
    alike: list[tuple[NDArray[np.intp], NDArray[np.intp]]]


def classes(
    counts: Mapping[Key, Formula],
    facts: Iterable[Formula] = (),
    closed: Mapping[str, Sequence[str]] | None = None,
) -> Classes:
    """The classes of rows that these counts tell apart where the facts are true of every row.

    closed: column → all texts it can be. Raises FormulaError where the predicates share so many columns that
    they cannot be looked at together.
    """
    facts = _touching(facts, counts.values())
    columns = Columns([*counts.values(), *facts], closed)
    shared, blocks = _blocks(
        columns, [one.columns for one in counts.values()], [one.columns for one in facts]
    )
    first = Block.of(columns, shared, (), counts, facts)
    others = [Block.of(columns, shared, block, counts, facts) for block in blocks]
    possible = first.possible[:, 0].copy()
    for block in others:
        possible &= block.possible.any(axis=1)
    spread = [block.spread() for block in others]
    told = [first.signs[:, 0].astype(np.int64), *(options[:, None] for options, _ in spread)]
    rows = np.hstack(told)[possible]
    kinds = np.unique(rows[rows.any(axis=1)], axis=0)
    made_of: dict[Key, list[int]] = {key: [] for key in counts}
    for at, key in enumerate(first.keys):
        made_of[key] = np.flatnonzero(kinds[:, at]).tolist()
    size, alike = len(kinds), []
    for number, (block, (_, sets)) in enumerate(zip(others, spread, strict=True)):
        option = kinds[:, len(first.keys) + number]
        for at in sorted(set(option.tolist()) - {0}):
            own = np.arange(size, size + len(sets[at]))
            size += len(own)
            alike.append((own, np.flatnonzero(option == at)))
            for cell, sign in zip(own.tolist(), sets[at], strict=True):
                for key, is_in in zip(block.keys, block.kinds[sign], strict=True):
                    if is_in:
                        made_of[key].append(cell)
    return Classes(size, {key: np.array(found, np.intp) for key, found in made_of.items()}, alike)


@dataclass(frozen=True)
class Block:
    """Shared columns' values × one block's: which can be, and in which counts rows like that are.

    keys: the counts that need this block's columns. possible: rows × rows; signs: the same × keys. kinds:
    each sign once, the one of no count first; kind: which of them each possible row has, in the order of
    `possible`.
    """

    keys: list[Key]
    possible: Marks
    signs: Marks
    kinds: Marks
    kind: NDArray[np.intp]

    @staticmethod
    def of(
        columns: Columns,
        shared: Sequence[str],
        own: Sequence[str],
        counts: Mapping[Key, Formula],
        facts: Sequence[Formula],
    ) -> Block:
        """The block of these columns of its own beside the shared ones."""
        names = [*shared, *own]
        grid = columns.grid(names)
        shape = columns.size(shared), columns.size(own)
        within, beyond = set(names), set(shared)
        possible = np.ones(shape, bool)
        for fact in facts:
            if fact.columns <= within:
                possible &= columns.holds(fact, grid).reshape(shape)
        keys = [
            key
            for key, one in counts.items()
            if one.columns <= within and (not own or not one.columns <= beyond)
        ]
        signs = np.zeros((*shape, len(keys)), bool)
        for at, key in enumerate(keys):
            signs[:, :, at] = columns.holds(counts[key], grid).reshape(shape)
        none = np.zeros((1, len(keys)), bool)
        kinds, kind = none, np.zeros(int(possible.sum()) + 1, np.intp)
        if keys:
            kinds, kind = np.unique(np.vstack([none, signs[possible]]), axis=0, return_inverse=True)
        return Block(keys, possible, signs, kinds, kind.reshape(-1)[1:])

    def spread(self) -> tuple[NDArray[np.int64], list[list[int]]]:
        """For each row of shared values the number of the set of kinds that rows like it can be of; and the
        sets, number 0 that of nothing but the kind of no count."""
        sets: dict[frozenset[int], int] = {frozenset((0,)): 0}
        found = np.zeros(len(self.possible), np.int64)
        ends = np.cumsum(self.possible.sum(axis=1))
        for row, kinds in enumerate(np.split(self.kind, ends[:-1])):
            found[row] = sets.setdefault(frozenset(kinds.tolist() or (0,)), len(sets))
        return found, [sorted(one) for one in sets]


def _touching(facts: Iterable[Formula], formulas: Iterable[Formula]) -> list[Formula]:
    """The facts that say something of the formulas' columns, or of columns of such facts."""
    known = {name for one in formulas for name in one.columns}
    touching, left = list[Formula](), list(facts)
    while found := [fact for fact in left if fact.columns & known]:
        touching += found
        left = [fact for fact in left if fact not in found]
        known.update(*(fact.columns for fact in found))
    return touching


def _blocks(
    columns: Columns, counts: Iterable[frozenset[str]], facts: Iterable[frozenset[str]]
) -> tuple[list[str], list[list[str]]]:
    """The columns to be looked at with every block, and the blocks: no predicate needs two of them. counts,
    facts: the columns that each needs."""
    kinds = {one for one in counts if one}
    used = [name for one in kinds for name in one]
    shared = {name for name in used if 2 * used.count(name) >= len(kinds)}
    links = [*kinds, *facts]
    while True:
        blocks = _parts(links, shared)
        large = [block for block in blocks if columns.size([*shared, *block]) > MOST_ROWS]
        if columns.size(shared) > MOST_ROWS:
            raise FormulaError(f"too many columns are used together: {', '.join(sorted(shared))}")
        if not large:
            return sorted(shared), blocks
        shared.add(min(large[0], key=lambda name: (-len(_beside(name, links, shared)), name)))


def _beside(name: str, links: Sequence[frozenset[str]], shared: set[str]) -> set[str]:
    return {other for link in links if name in link for other in link} - shared


def _parts(links: Sequence[frozenset[str]], shared: set[str]) -> list[list[str]]:
    """The columns but the shared ones, those together that some predicate needs together."""
    parts: list[set[str]] = []
    for link in links:
        joined = set(link - shared)
        if joined:
            apart = [part for part in parts if not part & joined]
            parts = [*apart, joined.union(*(part for part in parts if part & joined))]
    return sorted(sorted(part) for part in parts)

"""Predicates of measures as formulas over columns that take few values each, under SQL's three-valued logic.

A number is only ever compared with numbers, so its column has one value between each two neighbours of
those, and one at each. What is no such comparison (of dates, of sums) is a column of its own: true, false
or not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import sqlglot
from numpy.typing import NDArray
from sqlglot import exp

from measures.measure import MeasureError

FALSE, UNKNOWN, TRUE = 0, 1, 2  # so that AND is the least, OR the most and NOT what is left of 2
OTHER = "\0"  # any text that no predicate names
Value = float | str | bool | None
Truth = NDArray[np.int8]
Grid = Mapping[str, NDArray[np.intp]]  # column → the number of its value, of each row looked at

_COMPARED: dict[Any, Callable[[Any, Any], bool]] = {
    exp.GT: lambda a, b: a > b,
    exp.GTE: lambda a, b: a >= b,
    exp.LT: lambda a, b: a < b,
    exp.LTE: lambda a, b: a <= b,
    exp.EQ: lambda a, b: a == b,
    exp.NEQ: lambda a, b: a != b,
}
_MIRRORED: dict[Any, Any] = {exp.GT: exp.LT, exp.GTE: exp.LTE, exp.LT: exp.GT, exp.LTE: exp.GTE}


class FormulaError(MeasureError):
    """A predicate that is no SQL, or that uses one column in two ways; the message quotes it."""


@dataclass(frozen=True)
class Atom:
    """What a formula is made of. columns: the one, or the two that are compared with each other; numbers and
    texts: what the column is compared with; of: the truth, from the columns' values."""

    columns: tuple[str, ...]
    of: Callable[..., int]
    numbers: tuple[float, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Formula:
    """A predicate. `truth` works it out for every row of a grid."""

    sql: str
    atoms: tuple[Atom, ...] = field(repr=False, compare=False)
    truth: Callable[[Grid, Mapping[int, Truth]], Truth] = field(repr=False, compare=False)

    @property
    def columns(self) -> frozenset[str]:
        return frozenset(name for atom in self.atoms for name in atom.columns)


@cache
def formula(sql: str) -> Formula:
    """The formula of a SQL predicate without placeholders. Raises FormulaError."""
    try:
        tree = sqlglot.parse_one(sql, dialect="duckdb")
    except sqlglot.ParseError as error:
        raise FormulaError(f"{sql!r} is no SQL predicate: {str(error).splitlines()[0]}") from None
    atoms: list[Atom] = []
    truth = _compiled(tree, atoms)
    return Formula(sql, tuple(atoms), truth)


def _compiled(tree: Any, atoms: list[Atom]) -> Callable[[Grid, Mapping[int, Truth]], Truth]:
    """The function that works out a tree; its atoms are added to the list."""
    if isinstance(tree, exp.Paren):
        return _compiled(tree.this, atoms)
    if isinstance(tree, exp.And | exp.Or):
        left, right = _compiled(tree.left, atoms), _compiled(tree.right, atoms)
        joined = np.minimum if isinstance(tree, exp.And) else np.maximum
        return lambda grid, found: joined(left(grid, found), right(grid, found))
    if isinstance(tree, exp.Not):
        inner = _compiled(tree.this, atoms)
        return lambda grid, found: (TRUE - inner(grid, found)).astype(np.int8)
    if isinstance(tree, exp.Is) and isinstance(tree.expression, exp.Boolean):
        inner, asked = _compiled(tree.this, atoms), TRUE if tree.expression.this else FALSE
        return lambda grid, found: np.where(inner(grid, found) == asked, TRUE, FALSE).astype(np.int8)
    if isinstance(tree, exp.Boolean):
        constant = np.int8(TRUE if tree.this else FALSE)
        return lambda grid, found: np.full(_rows(grid), constant, np.int8)
    atom = _atom(tree)
    atoms.append(atom)

    def looked_up(grid: Grid, found: Mapping[int, Truth]) -> Truth:
        return found[id(atom)][tuple(grid[name] for name in atom.columns)]

    return looked_up


def _rows(grid: Grid) -> int:
    return len(next(iter(grid.values()))) if grid else 1


def _atom(tree: Any) -> Atom:
    if isinstance(tree, exp.Column):
        return Atom((tree.name,), _truth_of)
    if (
        isinstance(tree, exp.Is)
        and isinstance(tree.this, exp.Column)
        and isinstance(tree.expression, exp.Null)
    ):
        return Atom((tree.this.name,), lambda value: TRUE if value is None else FALSE)
    if isinstance(tree, exp.In) and isinstance(tree.this, exp.Column) and tree.expressions:
        texts = tuple(one.this for one in tree.expressions if isinstance(one, exp.Literal) and one.is_string)
        if len(texts) == len(tree.expressions):
            return Atom((tree.this.name,), _known(lambda value: value in texts), texts=texts)
    compared = _COMPARED.get(type(tree))
    if compared is not None:
        left, right, kind = tree.left, tree.right, type(tree)
        if not isinstance(left, exp.Column) and isinstance(right, exp.Column):
            left, right, kind = right, left, _MIRRORED.get(kind, kind)
        compared = _COMPARED[kind]
        if isinstance(left, exp.Column) and isinstance(right, exp.Column):
            return Atom((left.name, right.name), _known(compared))
        if isinstance(left, exp.Column) and isinstance(right, exp.Literal) and right.is_string:
            text = str(right.this)
            return Atom((left.name,), _known(lambda value: compared(value, text)), texts=(text,))
        if isinstance(left, exp.Column) and (number := _number(right)) is not None:
            return Atom((left.name,), _known(lambda value: compared(value, number)), (number,))
    return Atom((tree.sql(dialect="duckdb"),), _truth_of)


def _truth_of(value: Value) -> int:
    return UNKNOWN if value is None else TRUE if value else FALSE


def _known(of: Callable[..., bool]) -> Callable[..., int]:
    return lambda *values: UNKNOWN if None in values else TRUE if of(*values) else FALSE


def _number(tree: Any) -> float | None:
    """The value of numbers added, taken away and multiplied; None of anything else."""
    if isinstance(tree, exp.Paren):
        return _number(tree.this)
    if isinstance(tree, exp.Literal):
        return None if tree.is_string else float(tree.this)
    if isinstance(tree, exp.Neg):
        inner = _number(tree.this)
        return None if inner is None else -inner
    if isinstance(tree, exp.Add | exp.Sub | exp.Mul):
        left, right = _number(tree.left), _number(tree.right)
        if left is None or right is None:
            return None
        return (
            left + right
            if isinstance(tree, exp.Add)
            else left - right
            if isinstance(tree, exp.Sub)
            else left * right
        )
    return None


class Columns:
    """The values that each column of some formulas can take, as far as these formulas tell them apart.

    closed: column → all texts it can be, where they are known; else any other text is possible.
    Raises FormulaError where a column is compared with numbers and with texts.
    """

    def __init__(
        self, formulas: Iterable[Formula], closed: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self._atoms = [atom for one in formulas for atom in one.atoms]
        closed = closed or {}
        numbers: dict[str, set[float]] = {}
        texts: dict[str, set[str]] = {}
        for atom in self._atoms:
            for name in atom.columns:
                numbers.setdefault(name, set()).update(atom.numbers)
                texts.setdefault(name, set()).update(atom.texts)
        for name, values in closed.items():
            texts.setdefault(name, set()).update(values)
        self._share(numbers)
        self.values: dict[str, list[Value]] = {}
        for name, found in numbers.items():
            if found and texts[name]:
                raise FormulaError(f"column {name} is compared with numbers and with texts")
            if found:
                self.values[name] = [None, *_between(sorted(found))]
            elif texts[name]:
                self.values[name] = [None, *sorted(texts[name]), *([] if name in closed else [OTHER])]
            else:
                self.values[name] = [None, False, True]
        self._merge_alike()
        self._truths = {
            id(atom): np.array(
                [[atom.of(a, b) for b in self.values[atom.columns[1]]] for a in self.values[atom.columns[0]]]
                if len(atom.columns) == 2
                else [atom.of(value) for value in self.values[atom.columns[0]]],
                np.int8,
            )
            for atom in self._atoms
        }

    def _share(self, numbers: dict[str, set[float]]) -> None:
        """Give columns that are compared with each other the same numbers."""
        pairs = [atom.columns for atom in self._atoms if len(atom.columns) == 2]
        while pairs:
            before = sum(map(len, numbers.values()))
            for left, right in pairs:
                numbers[left] = numbers[right] = numbers[left] | numbers[right] | {0.0}
            if before == sum(map(len, numbers.values())):
                return

    def _merge_alike(self) -> None:
        """Keep one of the values that no atom tells apart."""
        linked = {name for atom in self._atoms if len(atom.columns) == 2 for name in atom.columns}
        for name, values in self.values.items():
            if name in linked:
                continue
            own = [atom for atom in self._atoms if atom.columns == (name,)]
            told = {tuple(atom.of(value) for atom in own): value for value in reversed(values)}
            self.values[name] = [value for value in values if any(value is one for one in told.values())]

    def size(self, names: Iterable[str]) -> int:
        """How many rows the grid of these columns has."""
        return int(np.prod([len(self.values[name]) for name in names], dtype=object))

    def grid(self, names: Sequence[str]) -> Grid:
        """Every combination of the columns' values, a row each."""
        sizes = [len(self.values[name]) for name in names]
        return dict(zip(names, (axis.reshape(-1) for axis in np.indices(sizes)), strict=True))

    def holds(self, one: Formula, grid: Grid) -> NDArray[np.bool_]:
        """In which rows the predicate is true."""
        return np.broadcast_to(one.truth(grid, self._truths) == TRUE, _rows(grid))


def _between(numbers: Sequence[float]) -> Iterator[float]:
    """A number below all of these, each of them, one between each two, and one above all."""
    yield numbers[0] - 1
    for number, following in pairwise(numbers):
        yield number
        yield (number + following) / 2
    yield numbers[-1]
    yield numbers[-1] + 1

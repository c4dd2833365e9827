"""What a layout says of a system's reports, as values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

CACHED = 10_000  # headings


class LayoutError(ValueError):
    """A layout file that cannot be used; the message names file and field."""


@dataclass(frozen=True)
class LeaveOut:
    """Rows to leave out by the value of a column. With both lists, any other value keeps its row back."""

    because: str  # the reason in the receipt
    values: frozenset[str] = frozenset()  # compared without case; these rows are left out
    keep: frozenset[str] = frozenset()  # these stay; with no `values`, all others are left out


@dataclass(frozen=True)
class EntityLayout:
    """One report of a system. `columns` maps a header, normalised, to the contract columns its
    occurrences hold from left to right; "" for one the contract has retired, which is not read."""

    columns: dict[str, tuple[str, ...]]
    also: dict[str, str] = field(default_factory=dict)  # another heading → the one it stands for
    split: dict[str, str] = field(default_factory=dict)
    ignore: frozenset[str] = frozenset()  # not read; "" for a last column of counts without a heading
    may_hold: frozenset[str] = frozenset()  # more headings that are not read: not of the report as described
    forward_fill: frozenset[str] = frozenset()  # filled on the first row of a patient or practice only
    levels: tuple[frozenset[str], ...] = ()  # the same, from the outermost in: practice, patient
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    groups: tuple[str, ...] = ()  # headings that come side by side again and again, each time for other rows
    group_names: tuple[str, ...] = ()  # what may stand before a heading: "Medication Issues Date of Issue"
    first_of: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)  # target → header → says
    leave_out: dict[str, LeaveOut] = field(default_factory=dict)
    row_number: str = ""  # a column of which each row has its own: it tells two equal rows apart
    issue_count: str = ""  # another that tells them apart, but comes again: "3 of 6" of another course
    headings: tuple[str, ...] = ()  # of a report without a header line
    first_line: str = ""  # what such a report's first line looks like, its cells joined by commas
    fixed: dict[str, str] = field(default_factory=dict)  # contract column → what every row of the report says
    add_up: str = ""  # a count that is added up over rows of one key
    day_before: frozenset[str] = frozenset()  # dates that stand for the day before
    leave_unlisted: bool = False  # rows of practices that are not in the list are left out
    quantity_with_unit: bool = False  # in one cell: "2 x 28 tablet(s)"
    pseudonym: str = ""  # how pseudonyms look, where they look like a system's own numbers

    @cached_property
    def known(self) -> frozenset[str]:
        """Every heading that may stand in a file."""
        return frozenset(self.headers() | set(self.also))

    def headers(self) -> set[str]:
        """The headings as the layout spells them first."""
        chosen = {header for headers in self.first_of.values() for header in headers}
        rest = {*self.leave_out, *self.groups, *self.headings, *self.forward_fill}
        rest |= {self.tells_apart} if self.tells_apart else set()
        return set(self.columns) | set(self.split) | self.ignore | self.may_hold | chosen | rest

    @property
    def tells_apart(self) -> str:
        """The column by which two equal rows are two; "" where there is none."""
        return self.row_number or self.issue_count

    def provides(self) -> set[str]:
        """The contract columns a file of this shape fills."""
        return {*(name for header in self.headers() for name in self.filled(header)), *self.fixed}

    def filled(self, header: str) -> frozenset[str]:
        """The contract columns that a heading fills, alone or with others."""
        return self._fills.get(header, frozenset())

    @cached_property
    def _fills(self) -> dict[str, frozenset[str]]:
        return {header: frozenset(self._filled(header)) for header in self.headers()}

    def _filled(self, header: str) -> set[str]:
        parts = set(re.compile(self.split.get(header, "")).groupindex)
        chosen = [(name, says[header]) for name, says in self.first_of.items() if header in says]
        told = {name for target, says in chosen for name in (target, *says)}
        return {name for name in self.columns.get(header, ()) if name} | parts | told

    def called(self, header: str) -> str:
        """A heading of a file, normalised, as the layout spells it: without a group's name before it or the
        number a spreadsheet puts behind a heading that comes again."""
        if header not in self._called:
            known = (self.also.get(name, name) for name in self._spelled(header) if name in self.known)
            if len(self._called) > CACHED:
                self._called.clear()
            self._called[header] = next(known, header)
        return self._called[header]

    def bare(self, header: str) -> str:
        """A heading of a file without a group's name or a number: the same for each of a group's columns."""
        return list(self._spelled(header))[-1]

    @cached_property
    def _called(self) -> dict[str, str]:
        return {}  # headings seen before: the files of a load have the same ones

    def _spelled(self, header: str) -> Iterator[str]:
        bare = _without(header, self.group_names)
        for name in dict.fromkeys((header, bare)):
            yield name
            if self.groups:
                yield re.sub(r"(?:[ ._]?[0-9]{1,2}|\([0-9]{1,2}\))$", "", name).rstrip()


def _without(header: str, names: Iterable[str]) -> str:
    for name in names:
        if header.startswith(f"{name} "):
            return header.removeprefix(name).lstrip(" -:/")
    return header


@dataclass(frozen=True)
class Layout:
    name: str
    description: str
    encodings: tuple[str, ...]
    delimiter: str
    dates: tuple[str, ...]
    blank: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    preamble: dict[str, str]
    footer: str  # a line of totals that closes a file, its cells joined by spaces; any case
    final_line_end: str  # "required", or "optional" where the system leaves it out of whole files
    entities: dict[str, EntityLayout]
    basis: str = ""  # what it is known from, where no practice has tried it
    reviewed_by: str = ""
    reviewed_on: str = ""
    version: int = 0  # of a layout saved in a store; 0 for one that comes with the product

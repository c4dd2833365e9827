"""The gate: a file's cells are searched before anything of it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.contract import entities
from etl.intake.encoded import Cells, Encoded
from etl.intake.keys import is_letters, is_system_number
from etl.intake.privacy.columns import hits
from etl.intake.privacy.lost_commas import Place, lost_comma
from etl.intake.privacy.staff import STAFF_NAME, is_staff, names_of_staff, names_practices
from etl.intake.privacy.text.kinds import kinds
from etl.intake.privacy.text.numbers import PHONE
from etl.intake.privacy.text.titled_names import TITLED
from etl.intake.privacy.text.written_forms import POSTCODE
from etl.intake.refusal import IdentifierError
from etl.intake.report.match import Match
from etl.intake.report.no_rows import no_row
from etl.intake.row import Row

FEWEST = 5  # rows of free text with a hit from which a file can be refused for them
SHARE = 0.01  # of its rows; above it, the extract has not been looked through
NAMED = 5  # findings a message names
NO_COLUMN = "(a row that cannot be taken apart)"
MOST_KEYS = 0.5  # of a file; above it, its column holds no pseudonyms
SYSTEMS_OWN = "a number of the system's own for a patient, no pseudonym"
LETTERS = "letters alone, which may be a name: no pseudonym"
UNNAMED = "(without a heading)"
ABOVE = "(above the header)"


@dataclass(frozen=True)
class Finding:
    """One kind of identifier in one column: the first line it stands on, and how many rows hold it."""

    column: str
    kind: str
    line: int
    rows: int = 1

    def __str__(self) -> str:
        more = f" ({self.rows} rows)" if self.rows > 1 else ""
        return f"line {self.line}, column {self.column}: {self.kind}{more}"


class Unread:
    """Rows that could not be taken into cells, searched as they come; of them only line and reason stay."""

    def __init__(self, found: Match) -> None:
        self.places = _places(found)
        self.area = entities()[found.entity].extract == "area"
        self.reasons: list[tuple[int, str]] = []
        self.refusing: list[Finding] = []
        self.withheld = 0
        self.lone: set[int] = set()  # lines of a single cell
        self.dates = found.layout.dates
        self.lost = 0  # rows in which a comma seems to be missing
        self.passed: dict[int, str] = {}  # lines that are no rows, and why
        self.people: dict[int, tuple[str, str]] = {}  # line → what stands for its practice and its person
        self.heads = found.heads

    def lines(self) -> set[int]:
        """The lines taken."""
        return {line for line, _ in self.reasons}

    def add(self, row: Row, reason: str) -> None:
        """Takes one row: its reason, with what its free text holds."""
        told: list[str] = []
        cells = row.cells
        if not row.fault and (found := lost_comma(cells, self.places, self.dates)):
            cells, between = found
            self.lost += 1
            where = f" in row {row.line}" if self.lost <= NAMED else ""
            reason = f"a comma seems to be missing between {between}{where}"
        whole = len(cells) == len(self.places)
        for n, cell in enumerate(cells):
            place = (
                self.places[n] if whole or (n < len(self.places) and self.places[n].type == "key") else None
            )
            doctors = self.area or (place is not None and place.practices)
            for kind in sorted(_judged([cell], place.type if place else "code", doctors).get(cell, ())):
                if place and place.free:
                    told.append(_withheld(place.name, kind))
                else:
                    self.refusing.append(Finding(place.name if place else NO_COLUMN, kind, row.line))
        if not row.fault and not told and (why := no_row(row.cells, *self.heads)):
            self.passed[row.line] = why
            return
        self.withheld += bool(told)
        if len(row.cells) == 1 and not row.fault:
            self.lone.add(row.line)
        self.reasons.append((row.line, "; ".join([reason, *told])))
        who = {place.type: cell for place, cell in zip(self.places, cells, strict=False)
               if place.type == "key" or place.name == "practice_code"}  # fmt: skip
        if who.get("key"):
            self.people[row.line] = (who.get("code", ""), who["key"])


def check_above(rows: Sequence[Row]) -> None:
    """Raises IdentifierError where lines above the header give someone away. A practice named there may be
    called after a doctor."""
    found = []
    for row in rows:
        label = next(filter(None, row.cells), "").partition(":")[0]
        passes = {TITLED} if names_practices(label) else set()
        for cell in row.cells:
            found += [Finding(ABOVE, kind, row.line) for kind in sorted(kinds(cell) - passes)]
    if found:
        raise _refused(found)


def check(found: Match, cells: Cells, unread: Unread, always_refuse: bool = False) -> dict[int, list[str]]:
    """Row of `cells`, from 0 → why its text is withheld.

    Raises IdentifierError for a hit outside declared free text; for hits in free text on more than 1 % and at
    least 5 of the rows; and, with `always_refuse`, for any. Source: docs/extracts.md.
    """
    entity = entities()[found.entity]
    refusing, typed = list(unread.refusing), list[tuple[Finding, np.ndarray]]()
    for place, target, column in zip(unread.places, found.targets, cells.columns, strict=True):
        values = [value for value in column.distinct() if value]
        told = _judged(values, place.type, entity.extract == "area" or place.practices)
        if entity.extract == "area" and not target:  # where a practice is, and its number: nobody's home
            told = {v: left for v, found_in in told.items() if (left := found_in - {POSTCODE, PHONE})}
        for name in names_of_staff(values) if place.staff else ():
            told[name] = told.get(name, frozenset()) | {STAFF_NAME}
        for finding, at in _findings(place.name, told, column, cells.lines):
            if place.free:
                typed.append((finding, at))
            else:
                refusing.append(finding)
    refusing += _no_pseudonyms(found, unread.places, cells)
    if refusing:
        raise _refused(refusing)
    hit = len(np.unique(np.concatenate([at for _, at in typed]))) if typed else 0
    told_of = [finding for finding, _ in typed]
    _check_share(told_of, hit + unread.withheld, len(cells) + len(unread.reasons), always_refuse)
    rows: dict[int, list[str]] = {}
    for finding, at in typed:
        for row in at.tolist():
            rows.setdefault(row, []).append(_withheld(finding.column, finding.kind))
    return rows


def _no_pseudonyms(found: Match, places: Sequence[Place], cells: Cells) -> list[Finding]:
    """What to say where most keys are a system's own numbers, which whoever uses the system can look up, or
    letters alone, unless the layout says that its pseudonyms look so. A few numbers are kept back by row."""
    for place, column in zip(places, cells.columns, strict=True):
        told = [value for value in column.distinct() if value] if place.type == "key" else []
        doubtful = [v for v in told if not v.isalnum() or v.isalpha() or v.isnumeric()]  # others are mixed
        for is_none, kind in ((is_system_number, SYSTEMS_OWN), (is_letters, LETTERS)):
            own = [v for v in doubtful if is_none(v, found.report.pseudonym)]
            if len(own) > MOST_KEYS * len(told):
                at = column.where(pc.is_in(column.values, pa.array(own, pa.string())))
                return [Finding(place.name, kind, int(cells.lines[at[0]]), len(at))]
    return []


def _check_share(typed: list[Finding], hit: int, rows: int, always_refuse: bool) -> None:
    if hit and always_refuse:
        raise _refused(typed, f" ({hit} rows; the policy refuses a file for one)")
    if hit >= FEWEST and hit > SHARE * rows:
        raise _refused(typed, f" ({hit} of {rows} rows, more than {SHARE:.0%})")


def _places(found: Match) -> list[Place]:
    return [_place(found, n) for n in range(len(found.targets))]


def _place(found: Match, n: int) -> Place:
    target, header = found.targets[n], found.headers[n]
    columns = entities()[found.entity].columns
    if target.startswith("split:"):
        parts = found.report.split[header]
        free = any(c.free_text and f"(?P<{c.name}>" in parts for c in columns.values())
        return Place(header, "text", free)
    if target.startswith("first:"):
        target = next(name for name, says in found.report.first_of.items() if header in says)
    if not target:
        whose = {"staff": is_staff(header), "practices": names_practices(header)}
        return Place(header or UNNAMED, "text", False, **whose)
    column = columns[target]
    return Place(target, column.type, column.free_text, column.in_period, column.staff)


def _judged(values: list[str], column_type: str, doctors: bool) -> dict[str, frozenset[str]]:
    """The hits of a column. `doctors`: it may name practices, which are called after doctors, so that a title
    and name is none."""
    told = hits(values, column_type)
    return {v: left for v, found in told.items() if (left := found - {TITLED} if doctors else found)}


def _findings(
    name: str, told: dict[str, frozenset[str]], column: Encoded, lines: np.ndarray
) -> Iterator[tuple[Finding, np.ndarray]]:
    """Each kind found in a column, with the rows that hold it."""
    for kind in sorted({kind for found in told.values() for kind in found}):
        values = pa.array([value for value, found in told.items() if kind in found], pa.string())
        at = column.where(pc.is_in(column.values, values))
        yield Finding(name, kind, int(lines[at[0]]), len(at)), at


def _withheld(column: str, kind: str) -> str:
    return f"{column} holds {kind}: the text is withheld"


def _refused(found: list[Finding], share: str = "") -> IdentifierError:
    named = "; ".join(str(finding) for finding in found[:NAMED])
    more = f"; and {len(found) - NAMED} more" if len(found) > NAMED else ""
    return IdentifierError(
        f"{named}{more}{share}. Nothing of this file was kept. "
        "Pseudonymise, or take it out, before sending: see docs/extracts.md."
    )

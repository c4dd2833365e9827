"""What each column of a file becomes, or would become by the nearest known name; never a value of it."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from etl.contract import entities
from etl.intake.privacy.text.kinds import kinds
from etl.intake.report.match import Match
from etl.intake.typed.values import shape_of
from etl.layouts import Layout, layouts, normal
from etl.layouts.dates import dated

ALIKE = 0.72  # of two headings, from which one is named as the nearest
NO_NAME = "(no name)"  # of a column without a heading
SHAPES = 3  # a column
LOOKED_AT = 2000  # distinct values
DATED = 100  # of them, looked at for dates
DATES = ("%d/%m/%Y", "%Y-%m-%d", "%d-%b-%Y", "%d-%b-%y", "%d %b %Y", "%d %b %y", "%d/%m/%y", "%d.%m.%Y",
         "%Y%m%d", "%d%b%Y", "%d %B %Y", "%d-%m-%Y")  # fmt: skip
_PSEUDONYM = re.compile(r"\{?[A-Za-z]?[0-9A-Fa-f-]{16,}\}?")
_NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](?:\d{4}|\d\d)(?!\d)")
# What reports call things beside the headings of layouts.
_CALLED = {
    "issued_on": "date issued|issue date|date of issue|event date|issued|prescribed on|prescription date",
    "product": "drug|drug name|medicine|medication|item|product|name of medication|drug description",
    "directions": "dosage|dose|directions|dose instructions|dosage instructions|sig",
    "quantity": "quantity|qty|quantity issued|amount|number issued",
    "unit": "unit|units|quantity unit|quantity units|uom",
    "patient_key": "pseudonym|patient pseudonym|patient id|pseudo id|patient key|hashed id",
    "practice_code": "ods code|practice code|organisation code|practice|site code",
    "age_band": "age|age band|age range|age group",
    "issue_type": "type|kind|script type|prescription type|issue kind",
    "sex": "sex|gender",
    "issuer": "prescribed by|issued by|prescriber|clinician code",
    "registered_from": "registered date|registration date|date registered",
    "registered_to": "deduction date|deregistration date|date left",
}


@dataclass(frozen=True)
class Column:
    """One column of a file."""

    heading: str  # as the file has it, normalised; withheld where it gives someone away
    target: str  # the contract's column, "" where it is not read
    known: bool  # whether the layout names the heading
    nearest: str  # contract column by the nearest known heading, "" where none is near
    shapes: tuple[str, ...]  # the most frequent: letters as a and A, digits as 9
    filled: int  # distinct values looked at that are not blank
    both_ways: int  # of them, dates that could be day/month as well as month/day
    only_us: int  # of them, dates that are month/day if they are any
    forms: tuple[str, ...] = ()  # the forms of its dates, where most of it are dates


def column(heading: str, target: str, known: bool, values: Iterable[str], entity: str = "") -> Column:
    """What is to be said of a column. `values`: distinct ones."""
    told = [value for value in values if value][:LOOKED_AT]
    shapes = tuple(shape for shape, _ in Counter(map(shape_of, told)).most_common(SHAPES))
    both, us = _ways(told)
    shown = heading if not kinds(heading) else "(withheld: it gives someone away)"
    forms = tuple(date_forms(told))
    likely = _likely(heading, entity, told, bool(forms))
    return Column(shown, target, known, likely, shapes, len(told), both, us, forms)


def _likely(heading: str, entity: str, values: Sequence[str], are_dates: bool) -> str:
    """The contract column by the nearest known heading among those that such values may be of: dates, others,
    or pseudonyms whatever they are called."""
    columns = entities()[entity].columns if entity else {}
    dates = frozenset(name for name, column in columns.items() if column.type == "date")
    if not dates or not values:
        return nearest(heading, entity)
    found = nearest(heading, entity, dates if are_dates else frozenset(columns) - dates)
    if not found and sum(bool(_PSEUDONYM.fullmatch(value)) for value in values) > len(values) / 2:
        return "patient_key" if "patient_key" in columns else ""
    return found


def targets(found: Match) -> list[str]:
    """The contract columns that each column of a match fills, in words."""
    told = []
    for target, header in zip(found.targets, found.headers, strict=True):
        names = " + ".join(sorted(found.report.filled(header))) if target else ""
        decides = header in found.report.leave_out and "says which rows count"
        apart = header and header == found.report.tells_apart and "tells equal rows apart"
        told.append(target if target and ":" not in target else names or decides or apart or "")
    return told


@cache
def _known(entity: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for layout in layouts():
        for name, report in layout.entities.items():
            if entity in ("", name):
                for header in (*report.headers(), *report.also):
                    own = report.also.get(header, header)
                    filled = [n for n in report.columns.get(own, ()) if n] or sorted(report.filled(own))
                    if len(filled) == 1:
                        found.setdefault(normal(header), filled[0])
    columns = {c for e in entities().values() if entity in ("", e.name) for c in e.columns}
    for target, words in _CALLED.items():
        if target in columns:
            found |= dict.fromkeys(words.split("|"), target)
    return found | {c.replace("_", " "): c for c in columns}


@lru_cache(maxsize=4096)
def nearest(heading: str, entity: str = "", among: frozenset[str] = frozenset()) -> str:
    """The contract column by the known heading that is nearest to one; "" where none is near. `among`: the
    columns it may be; all where none are named."""
    known = {name: target for name, target in _known(entity).items() if not among or target in among}
    plain = re.sub(r"[^a-z0-9]+", " ", _apart(heading)).strip()
    if plain in known:
        return known[plain]
    close = difflib.get_close_matches(plain, known, 1, ALIKE)
    return known[close[0]] if close else ""


def _apart(heading: str) -> str:
    """A heading with the words of NameOfMedication apart, in small letters."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading).casefold()


def date_forms(values: Sequence[str]) -> list[str]:
    """The forms, few, that between them read most of these values as dates; none where they are no dates."""
    left, found = list(values[:DATED]), []
    enough = len(left) / 2
    for _ in range(4):
        scores = {form: sum(_reads(value, form) for value in left) for form in DATES}
        best = max(scores, key=lambda form: scores[form])
        if not scores[best]:
            break
        found.append(best)
        left = [value for value in left if not _reads(value, best)]
    return found if len(left) < enough else []


def _reads(value: str, form: str) -> bool:
    return dated(value, (form,), dt.date.max) is not None


def _ways(values: Sequence[str]) -> tuple[int, int]:
    """How many numeric dates could be read both ways, and how many only as month/day."""
    hits = [hit for value in values if (hit := _NUMERIC.match(value))]
    pairs = [(int(hit[1]), int(hit[2])) for hit in hits]
    both = sum(1 <= a <= 12 and 1 <= b <= 12 and a != b for a, b in pairs)
    return both, sum(a <= 12 < b <= 31 for a, b in pairs)


def layout_named(name: str, known: Sequence[Layout]) -> Layout | None:
    return next((layout for layout in known if layout.name == name), None)

"""What the fields of a layout file may hold. Strangers write these files too, so each wrong one has a
sentence, and no pattern may keep a reader busy for ever."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from etl.contract import Entity
from etl.layouts.dates import read_day
from etl.layouts.layout import EntityLayout, LayoutError

LARGEST = 200_000  # characters of a file: thirty times the largest that comes with the product
LONGEST_PATTERN = 400  # characters
ENCODINGS = ("utf-8", "cp1252", "utf-16")
DELIMITERS = (",", "\t", ";", "|")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
NAMED = "must be of small letters, digits and _, begin with a letter, and have at most 40 characters"
FieldRule = tuple[Callable[[Any], bool], str]


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _table(value: Any, of: Callable[[Any], bool]) -> bool:
    return isinstance(value, dict) and all(map(of, value.values()))


TEXT: FieldRule = (_text, "a text")
TEXTS: FieldRule = (_texts, "a list of texts")
FLAG: FieldRule = (lambda value: isinstance(value, bool), "true or false")
NUMBER: FieldRule = (lambda value: isinstance(value, int) and not isinstance(value, bool), "a whole number")
DAY: FieldRule = (lambda value: _text(value) or isinstance(value, dt.date), "a date")
WORDS: FieldRule = (lambda value: _table(value, _text), "a table of texts")
TABLES: FieldRule = (lambda value: _table(value, lambda part: isinstance(part, dict)), "a table of tables")
COLUMNS: FieldRule = (
    lambda value: _table(value, lambda part: _text(part) or (_texts(part) and part)),
    "a table of texts or lists of texts",
)
LISTS: FieldRule = (lambda value: _table(value, _texts), "a table of lists of texts")
CHOICES: FieldRule = (
    lambda value: _table(value, lambda part: _table(part, _text)),
    "a table of tables of texts",
)
FIRST: FieldRule = (
    lambda value: _table(value, lambda part: _texts(part) or _table(part, lambda says: _table(says, _text))),
    "a table of lists of headings, or of what each heading says",
)
LEVELS: FieldRule = (
    lambda value: _texts(value) or (isinstance(value, list) and all(map(_texts, value))),
    "a list of texts, or of lists of texts",
)
LAYOUT = {
    "name": TEXT, "description": TEXT, "encodings": TEXTS, "delimiter": TEXT, "dates": TEXTS, "blank": TEXTS,
    "yes": TEXTS, "no": TEXTS, "basis": TEXT, "reviewed_by": TEXT, "reviewed_on": DAY, "version": NUMBER,
    "contract_names": FLAG, "preamble": WORDS, "footer": TEXT, "final_line_end": TEXT, "entities": TABLES,
}  # fmt: skip
PREAMBLE = {"practice": TEXT, "period_from": TEXT, "period_to": TEXT}
REPORT = {
    "columns": COLUMNS, "also": LISTS, "split": WORDS, "ignore": TEXTS, "may_hold": TEXTS,
    "forward_fill": LEVELS, "values": CHOICES, "groups": TEXTS, "group_names": TEXTS, "first_of": FIRST,
    "leave_out": TABLES, "row_number": TEXT, "issue_count": TEXT, "headings": TEXTS, "first_line": TEXT,
    "fixed": WORDS, "add_up": TEXT, "day_before": TEXTS, "leave_unlisted": FLAG, "pseudonym": TEXT,
    "quantity_with_unit": FLAG,
}  # fmt: skip
LEAVE_OUT = {"because": TEXT, "values": TEXTS, "keep": TEXTS}


def toml(text: str) -> dict[str, Any]:
    """A layout file's text as values, its own fields of the right kind. Raises LayoutError."""
    if len(text) > LARGEST:
        raise LayoutError(f"larger than {LARGEST // 1000} KB, which no layout is")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LayoutError(f"this is no TOML that can be read: {error}") from None
    except RecursionError:
        raise LayoutError("this is no TOML that can be read: lists within lists without end") from None
    check_fields(raw, LAYOUT, "")
    check_fields(raw.get("preamble", {}), PREAMBLE, "preamble.")
    return raw


def check_fields(raw: Mapping[str, Any], known: Mapping[str, FieldRule], where: str) -> None:
    """Raises LayoutError for a field that there is not: it would be passed over in silence; or of another
    kind than it must be."""
    if unknown := sorted(set(raw) - set(known)):
        raise LayoutError(
            f"{where}{_short(unknown[0])}: there is no such field. There are {', '.join(known)}"
        )
    for name, value in raw.items():
        is_right, words = known[name]
        if not is_right(value):
            raise LayoutError(f"{where}{name}: must be {words}")


def check_writing(raw: Mapping[str, Any]) -> None:
    """Raises LayoutError for a name, encoding, separator, date or word of yes and no that cannot be used."""
    if not NAME.fullmatch(raw["name"]):
        raise LayoutError(f"name: {NAMED}")
    if not raw["encodings"] or set(raw["encodings"]) - set(ENCODINGS):
        raise LayoutError(f"encodings: must be some of {', '.join(ENCODINGS)}")
    if raw["delimiter"] not in DELIMITERS:
        raise LayoutError("delimiter: must be a comma, a tab, a semicolon or a bar")
    if both := {word.casefold() for word in raw["yes"]} & {word.casefold() for word in raw["no"]}:
        raise LayoutError(f"no: {_short(min(both))} is a word for yes too")
    _check_dates(raw["dates"])


def _check_dates(forms: list[str]) -> None:
    """Each form must say a whole day, and no two of them different days of one text."""
    if not forms:
        raise LayoutError("dates: must say at least one form, such as %d/%m/%Y")
    for form in forms:
        if _read(dt.date(2026, 9, 7), form, form) != dt.date(2026, 9, 7):
            raise LayoutError(f"dates: {_short(form)} is no form of a whole date, such as %d/%m/%Y")
    for form in forms:
        for other in forms:
            if _read(dt.date(2011, 10, 9), form, other) not in (None, dt.date(2011, 10, 9)):
                raise LayoutError(f"dates: {_short(form)} and {_short(other)} read one text as two days")


def _read(day: dt.date, form: str, other: str) -> dt.date | None:
    """A day written in one form and read in another; None where it cannot be."""
    try:
        return read_day(day.strftime(form), other)
    except ValueError:
        return None


def check_pattern(pattern: str, where: str, by_arrow: bool = False) -> None:
    """Raises LayoutError for a text that is no pattern, or one that may take for ever: a repetition within
    another. `by_arrow`: it is matched by Arrow, which cannot."""
    if len(pattern) > LONGEST_PATTERN:
        raise LayoutError(f"{where}: a pattern has at most {LONGEST_PATTERN} characters")
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise LayoutError(f"{where}: {_short(pattern)} is no pattern ({error})") from None
    if not by_arrow and _nests(pattern):
        raise LayoutError(f"{where}: {_short(pattern)} repeats a repetition, which may take for ever")


def _nests(pattern: str) -> bool:
    """Whether a group that holds a repetition is itself repeated."""
    bare = re.sub(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", "x", pattern)
    open_groups = [False]  # whether each holds a repetition
    for n, mark in enumerate(bare):
        if mark == "(":
            open_groups.append(False)
        elif mark == ")" and len(open_groups) > 1:
            inside = open_groups.pop()
            if inside and re.match(r"[*+]|\{\d*,", bare[n + 1 :]):
                return True
            open_groups[-1] |= inside
        elif mark in "*+" or re.match(r"\{\d*,\d*\}", bare[n:]):
            open_groups[-1] = True
    return False


def check_words(report: EntityLayout, entity: Entity, where: str) -> None:
    """Raises LayoutError where a report says a value that the contract does not allow."""
    said = [(name, word) for name, words in report.values.items() for word in words.values()]
    said += [pair for says in report.first_of.values() for told in says.values() for pair in told.items()]
    for name, word in [*said, *report.fixed.items()]:
        allowed = entity.columns[name].allowed
        if allowed and word not in allowed:
            raise LayoutError(f"{where}: {_short(word)} is none of {', '.join(allowed)}, which {name} may be")


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")

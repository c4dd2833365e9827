"""What a column gives away: which of its values are hits, by the type the contract declares."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from etl.intake.privacy.text.birth_dates import dated
from etl.intake.privacy.text.disguises import plain
from etl.intake.privacy.text.kinds import SHORTEST, kinds
from etl.intake.privacy.text.numbers import CALLED, CHI, HEALTH_AND_CARE, NHS, PHONE, TEN, kind_of
from etl.intake.privacy.text.written_forms import BIRTH

MANY = 20  # distinct values from which a column can be judged as a whole
MOST = 0.5  # the share of them from which chance is no explanation: one ten-digit number in 11 passes
NUMBERS = frozenset((NHS, CHI, HEALTH_AND_CARE))
WORDED = ("text", "date", "month", "boolean", "choice")  # no value of theirs is ten digits
_TEN_DIGITS = re.compile(r"\d{10}(?:\.0+)?")
_LONG_DIGITS = re.compile(r"\d{9}")
_AS_KEY = re.compile(r"[A-Za-z]{0,5}[ :_-]*([\d .\-]+)[A-Za-z]{0,5}")
_GUID = r"(?=[\d-]*[A-Fa-f])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"  # "d0b9-2016" is no birth
_HEX_KEY = re.compile(
    rf"(?:[G-Zg-z]-?)?(?=\d*[A-Fa-f])[0-9A-Fa-f]{{15,}}|{_GUID}"
)  # a letter may mark its kind
_HEX_DIGEST = re.compile(r"(?=[\d-]*[A-Fa-f])(?:[0-9A-Fa-f-]{20,}|[0-9A-Fa-f]{11,})")
CACHED = 65_536  # pseudonyms: they come again in every file of a practice
_LONGER_THAN_ANY = 14  # characters of an identifier without separators

Hits = dict[str, frozenset[str]]


def hits(values: Sequence[str], column_type: str) -> Hits:
    """The values of a column that give someone away, each with its kinds. `values`: the distinct ones.

    A key or code that could be an identifier by chance, being of the shape that most of its column has, is
    one only where at least half of at least 20 values are.
    """
    if column_type in WORDED:
        return {value: found for value in values if (found := kinds(value))}
    if column_type == "key":
        certain, possible = _keys(values)
    else:
        certain, possible = _codes(values)
    if len(values) >= MANY and len(possible) >= MOST * len(values):
        return {**certain, **possible}
    return certain


def gives_away(value: str) -> bool:
    """Whether a single code or number could be an identifier, chance or not."""
    return bool(kinds(value))


def _keys(values: Sequence[str]) -> tuple[Hits, Hits]:
    """Hits among pseudonyms: certain ones, and those that may be chance."""
    found = {value: told for value in values if (told := _key_kinds(value))}
    certain, possible = _by_shape(found, values, sure=NUMBERS)
    born, may_be = dated(values)
    for value in born:
        certain[value] = certain.get(value, frozenset()) | {BIRTH}
    return certain, {**possible, **dict.fromkeys(may_be, frozenset((BIRTH,)))}


@lru_cache(maxsize=CACHED)
def _key_kinds(key: str) -> frozenset[str]:
    """Ten digits inside a hexadecimal digest are no NHS number: 1 digest in 1,000 holds ten that pass."""
    shown = plain(key)
    mixed = len(key) > _LONGER_THAN_ANY and key.isascii() and key.isalnum() and not key.isalpha()
    if _HEX_KEY.fullmatch(shown) or (mixed and not _LONG_DIGITS.search(key)):
        return frozenset()
    written = _AS_KEY.fullmatch(shown)
    bare = written[1] if written else _HEX_DIGEST.sub("x", shown)
    return (kinds(bare) | (kinds(shown) - NUMBERS - {PHONE})) - {CALLED}


def _codes(values: Sequence[str]) -> tuple[Hits, Hits]:
    """Hits among codes and numbers. A bare ten-digit number is never certain."""
    bare = dict(_bare(values))
    found = {v: told for v in values if not _is_plain_code(v) and (told := kinds(v) - {CALLED})}
    certain, possible = _by_shape(found, values)
    return certain, {**possible, **bare}


def _is_plain_code(value: str) -> bool:
    """Whether a value is digits alone, and no telephone number with its nought, or too short for anything."""
    return (
        len(value) < SHORTEST
        or _TEN_DIGITS.fullmatch(plain(value).strip()) is not None
        or (value.isdigit() and not (value.startswith("0") and len(value) == TEN + 1))
    )


def _bare(values: Iterable[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for value in values:
        shown = plain(value).strip()
        if _TEN_DIGITS.fullmatch(shown) and (kind := kind_of(shown[:TEN])):
            yield value, frozenset((kind,))


def _by_shape(found: Hits, values: Sequence[str], sure: frozenset[str] = frozenset()) -> tuple[Hits, Hits]:
    """Hits parted into certain ones and those whose shape most of the column has."""
    if not found or len(values) < MANY:
        return found, {}
    shape, times = Counter(map(_shape, values)).most_common(1)[0]
    usual = shape if times >= MOST * len(values) else None
    possible = {v: told for v, told in found.items() if _shape(v) == usual and not told & sure}
    return {v: told for v, told in found.items() if v not in possible}, possible


def _shape(value: str) -> str:
    return re.sub(r"[A-Za-z]", "a", re.sub(r"\d", "9", value))

"""Names of people in a text: after a title, or after a word such as "patient name"."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TITLED = "a title and name"
LABELLED = "a name called a patient's"
_NEVER_A_FORM = frozenset(("mrs", "mx", "mister", "missus"))  # as against MR, modified release
_LETTERS = str.maketrans("013457", "oleast")
_WORD = r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ0-9]{0,30}(?:['’-][A-Za-zÀ-ÿ0-9]{1,30}){0,3}"
_AND = r"[ ._,:;/*+~=\"()-]{1,4}"
_TITLED = re.compile(
    r"(?<![A-Za-z0-9])(?<!your )(?<!the )"
    r"(mr|mrs|ms|miss|mx|mister|missus|dr|doctor|prof|professor|nurse|sister|rev)"
    rf"(?:{_AND}|(?-i:(?<=[a-z])(?=[A-Z][A-Za-z.'])))((?:[A-Za-z](?:{_AND})){{0,3}})(?:and {_WORD}{_AND})?"
    rf"(?:(?:van|von|de|der|den|del|di|da|al|el|bin|ibn|ter|ten) ){{0,2}}({_WORD})(?:{_AND}({_WORD}))?",
    re.IGNORECASE,
)
_KIN = "husband|wife|mother|father|son|daughter|carer"
_LABEL = re.compile(
    rf"(?<![A-Za-z])(?:(?:patient|pt|client|person|full|first|last|given|family|maiden|christian|{_KIN})"
    rf"(?:'?s)?(?:{_AND})?(?:full )?name|(?:sur|fore)names?|initials"
    rf"|(?:patient|pt|nok|next of kin|{_KIN})(?={_AND}[A-Z])"
    r"|(?<!brand )(?<!product )(?<!drug )(?<!trade )"
    r"(?<!organisation )(?<!organization )(?<!practice )(?<!surgery )(?<!report )(?<!search )(?<!file )"
    r"name(?= ?[:=]))"
    r"(?: is)?(?:[ .:=_-]{1,4}|(?-i:(?=[A-Z][a-z])))"
    rf"((?-i:[A-Z]{{2,4}})(?![A-Za-z])|{_WORD})(?:{_AND}({_WORD}))?",
    re.IGNORECASE,
)
_SURE = re.compile(r"name|initials", re.IGNORECASE)


@cache
def _words(which: str) -> frozenset[str]:
    raw = tomllib.loads(Path(__file__).with_name("titles.toml").read_text(encoding="utf-8"))
    return frozenset(raw[which].split())


def _hits(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Every hit, those within another too: "see nurse Mrs Jones" holds two titles."""
    hit = pattern.search(text)
    while hit:
        yield hit
        hit = pattern.search(text, hit.start() + 1)


def has_titled_name(text: str) -> bool:
    """Whether a plain text holds a title with a name: "Mrs J Jones", "MR SMITH", not "MR tablets"."""
    return any(_titled(hit) for hit in _hits(_TITLED, text))


def _titled(hit: re.Match[str]) -> bool:
    title, initials, word, following = hit.groups()
    if _never(word):
        return False
    if _known(word) or (initials and following and _known(following)):
        return True
    if title.lower() in _NEVER_A_FORM:
        return True
    if title.istitle():
        return word[0].isupper()
    return bool(initials) and word[0].isupper() and len(word) > 2


def has_labelled_name(text: str) -> bool:
    """Whether a plain text calls something a person's name: "Patient name: Jane Smith", "initials JS"."""
    return any(_labelled(hit) for hit in _hits(_LABEL, text))


def _labelled(hit: re.Match[str]) -> bool:
    word, following = hit[1], hit[2]
    if _never(word):
        return False
    if _SURE.search(hit[0][: hit.start(1) - hit.start()]):
        return word[0].isupper() or _known(word)
    return _known(word) and bool(following) and following[0].isupper() and not _never(following)


def _never(word: str) -> bool:
    folded = word.casefold().replace("’", "'")
    return folded in _words("never") or folded.split("-")[0] in _words("never")


def _known(word: str) -> bool:
    folded = word.casefold().replace("’", "'")
    parts = {folded, folded.removesuffix("'s"), *folded.split("-"), folded.translate(_LETTERS)}
    return not parts.isdisjoint(_words("surnames") | _words("forenames"))

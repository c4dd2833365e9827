"""Words one slip of the finger from known ones, and words mixed with digits: neither is passed over.

They would be lost as if they were a reason or a name ("prm", "thtee", "upto4").
"""

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise, product

from medicines.direction_text.vocabulary.word_table import ROWS
from medicines.spelling import without_one

LOOK_ALIKE = {
    "0": "o", "1": "li", "2": "z", "3": "e", "4": "a", "5": "s", "6": "bg", "7": "t", "8": "b", "9": "g",
}  # fmt: skip
LONE_DOT = re.compile(r"(?:^|(?<= ))\.(?=[a-z]\.)")
HALF_DAYS, DAY_ENDS = re.compile(r"[0-9][ap]m\b"), re.compile(r"[0-9]o[mn]\b")
MIXED = re.compile(r"[0-9]\.?[a-z]|[a-z]\.?[0-9]")
RUN = re.compile(r"[a-z0-9]+(?:\.[0-9]+[a-z]*)*")
PARTS = re.compile(r"[a-z]+|[0-9.]+")
ORDINAL = re.compile(r"[0-9]?1st|[0-9]?2nd|[0-9]?3rd|[0-9]{1,2}th")
LETTERS_AT_NUMBERS = set("hgxwq")
BEFORE_NUMBERS = {"take", "x", "q"}
NOT_AFTER_NUMBERS = {
    "every", "each", "with", "for", "in", "a", "the", "twice", "once", "thrice", "morning", "evening",
    "night",
}  # fmt: skip
GLUED_SIGN = re.compile(
    r"[\"£$^_%!{}\\|]\.?[0-9]|[0-9][\"£$^_{}\\|#]|[0-9]!(?=[0-9a-z])|[^\s(0-9a-z.][.][0-9]"
    r"|\b[a-z][.][0-9]"
    r"|(?<=[0-9])['`](?=[0-9a-z ])|[!\"£$%^&*]\s?[0-9]/[0-9](?![0-9])|[$£^]|[!\"]/[0-9]"
    r"|/[!\"]|^&[0-9]"
    r"|[0-9]-m[gl]|[0-9]\)(?=[0-9a-z])"
    r"|(?:^|(?<=[\s(,\-]))[\"!](?=[\s)\-])"
)
LONE_Q = re.compile(r"\bq(?! ?[0-9]+(?: ?(?:-|to) ?[0-9]+)? ?h)(?![a-z'])(?![ .]?[di]\b)")
MOST_DIGITS = 3
SHORTEST_PART = 3
EDGES = re.compile(r"(?:[bo]d|om|m[gl]).+|.+(?:bd|m[gl])")
UNREADABLE_MARK = "\x03"

Known = Callable[[str], tuple[str, ...]]
"""The known words that a written word stands for."""

WORDS = {word for row in ROWS for word in row["words"].split()}
_HARMLESS = {row["words"] for row in ROWS if row["kind"] == "ignored"}
MEANING = {word for row in ROWS if row["kind"] != "ignored" for word in row["words"].split()}
MEANING -= _HARMLESS - {"pain", "need", "most"}


def _shortened(words: set[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for word in words:
        for shorter in {word, *without_one(word)}:
            found.setdefault(shorter, set()).add(word)
    return found


_SHORTENED = _shortened({word for word in WORDS if len(word) > 1})


def one_slip(mine: str, other: str) -> bool:
    """Whether two words differ by one letter left out, added or changed, or two neighbours swapped."""
    if len(mine) > len(other):
        mine, other = other, mine
    at = next((at for at, (a, b) in enumerate(zip(mine, other, strict=False)) if a != b), len(mine))
    if len(mine) < len(other):
        return mine[at:] == other[at + 1 :]
    rest, theirs = mine[at:], other[at:]
    return rest[1:] == theirs[1:] or (rest[1::-1] == theirs[:2] and rest[2:] == theirs[2:])


@lru_cache(maxsize=16384)
def blocks(word: str) -> bool:
    """Whether a word in no table may be one that carries meaning, misspelt or joined to another word."""
    return len(word) == 1 or not MEANING.isdisjoint(near(word)) or joined(word)


@lru_cache(maxsize=16384)
def near(word: str) -> frozenset[str]:
    """Known words that differ by one letter left out, added or changed, or by two neighbours swapped."""
    found = {known for shorter in {word, *without_one(word)} for known in _SHORTENED.get(shorter, ())}
    return frozenset(known for known in found if known != word and one_slip(word, known))


def may_be(word: str) -> set[str]:
    """Known words that a written word may be by a slip: a letter more counts where it is one doubled."""
    doubled = {word[:at] + word[at + 1 :] for at in range(1, len(word)) if word[at] == word[at - 1]}
    return {known for known in near(word) if len(known) >= len(word) or known in doubled}


def joined(word: str) -> bool:
    """Whether a word with meaning stands at its beginning or end, or two known words make it up."""
    if EDGES.fullmatch(word):
        return True
    for cut in range(1, len(word)):
        first, second = word[:cut], word[cut:]
        if (len(first) >= SHORTEST_PART and first in MEANING) or (first in WORDS and second in WORDS):
            return True
        if len(second) >= SHORTEST_PART and second in MEANING:
            return True
    return False


def unreadable_marked(text: str, known: Known) -> str:
    """The text with a mark in place of each run of letters and digits that is no number with its word.

    So is a sign glued to a digit that may itself be a digit with the shift key held: !.25 for 1.25. A q that
    is not before so many hours may be a 1 or a 2.
    """
    text = LONE_Q.sub(UNREADABLE_MARK, GLUED_SIGN.sub(UNREADABLE_MARK, text))
    if not MIXED.search(text):
        return text
    if HALF_DAYS.search(text) and DAY_ENDS.search(text):
        text = DAY_ENDS.sub(UNREADABLE_MARK, text)
    return RUN.sub(lambda match: match[0] if _readable(match[0], known) else UNREADABLE_MARK, text)


@lru_cache(maxsize=16384)
def _readable(run: str, known: Known) -> bool:
    if not MIXED.search(run) or ORDINAL.fullmatch(run):
        return True
    parts = PARTS.findall(run)
    words = [part for part in parts if part[0].isalpha()]
    if any(len(word) == 1 and word not in LETTERS_AT_NUMBERS for word in words):
        return False
    if any(word not in WORDS and (len(known(word)) == 1 or word in known(word)) for word in words):
        return False
    for first, second in pairwise(parts):
        if first[0].isalpha() and first not in BEFORE_NUMBERS and not second[0].isalpha():
            return False
        if not first[0].isalpha() and second in NOT_AFTER_NUMBERS | _HARMLESS:
            return False
    return not _spells_a_word(parts)


def _spells_a_word(parts: list[str]) -> bool:
    """Whether letters in place of look-alike digits make a word of neighbouring parts: 8d, hr5, on3."""
    return any(_may_spell("".join(parts[at : at + size])) for at in range(len(parts)) for size in (2, 3))


def _may_spell(run: str) -> bool:
    if sum(character.isdigit() for character in run) > MOST_DIGITS or not MIXED.search(run):
        return False
    choices = [LOOK_ALIKE.get(character, character) for character in run]
    return any("".join(letters) in WORDS for letters in product(*choices))

"""The words of directions, their kinds and values, and what a misspelt word stands for."""

import re
from collections import Counter
from functools import lru_cache

from medicines.direction_text.sentence import KIND, UNKNOWN, Value
from medicines.direction_text.vocabulary.small_words import Phrase, kind_in_place
from medicines.direction_text.vocabulary.typing_slips import MEANING, joined, may_be, near
from medicines.direction_text.vocabulary.word_table import ROWS

GLUED = {
    "tablets", "tablet", "capsules", "capsule", "times", "time", "daily", "day", "take", "apply", "patch",
    "hours",
}  # fmt: skip
JOINED = re.compile(
    r"(take|give|apply)?(half|one|two|three|four|five|six)?(tablets?|tabs?|capsules?|caps?|patch)?"
    r"(once|twice|thrice|(two|three|four|five|six)times|every|each)?(a(?=day)|per)?(day|daily|morning|night)?"
    r"(bd|bds|tds|tid|qds|qid)?(prn)?"
)
JOINED_PARTS = (
    "take|give|apply|half|one|two|three|four|five|six|tablets?|tabs?|capsules?|caps?|patch|once|twice|thrice"
    "|times|every|each|a(?=day)|per|daily|day|morning|night|bds?|tds|tid|qds|qid|prn"
)
SHORTEST_JOINED = 6
NAME = ("medicine", "")
COUNTED = {"number", "tens", "often", "once", "ordinal"}
"""Kinds of words that a misspelt word may be by one letter too many as well."""
SHORTEST_CORRECTED, SHORTEST_CHANGED = 4, 6


def _phrase(row: dict[str, str]) -> Phrase:
    kind = KIND[row["kind"]]
    number = float(row["value"]) if row["value"].replace(".", "").isdigit() else 0.0
    name = {"t": row["value"], "V": row["words"], "p": row["words"]}.get(kind, "")
    return tuple(row["words"].split()), kind, (number, number, name)


def _phrases() -> dict[str, dict[int, dict[tuple[str, ...], Phrase]]]:
    """Phrases by first word and number of words, the longest first."""
    found: dict[str, dict[int, dict[tuple[str, ...], Phrase]]] = {}
    for phrase in sorted(map(_phrase, ROWS), key=lambda phrase: -len(phrase[0])):
        found.setdefault(phrase[0][0], {}).setdefault(len(phrase[0]), {})[phrase[0]] = phrase
    return found


PHRASES = _phrases()
KNOWN = {word for row in ROWS for word in row["words"].split()}
IN_PHRASES = Counter(word for row in ROWS for word in row["words"].split())
MEANT = {row["words"]: (row["kind"], row["value"]) for row in ROWS if row["kind"] != "ignored"}
"""What a word alone means."""


@lru_cache(maxsize=16384)
def known(word: str) -> tuple[str, ...]:
    """The known word or words that a written word stands for; the word itself where there are none."""
    if word in KNOWN:
        return (word,)
    meant = near(word) & MEANING
    if len(word) >= SHORTEST_JOINED and not meant and JOINED.fullmatch(word):
        return tuple(re.findall(JOINED_PARTS, word))
    for cut in () if meant else range(2, len(word) - 2):
        first, second = word[:cut], word[cut:]
        if first in KNOWN and second in KNOWN and (first in GLUED or second in GLUED):
            return first, second
    return (_corrected(word) or word,)


def tokens_of_words(run: str) -> tuple[tuple[str, ...], tuple[Value, ...], tuple[str, ...]]:
    """Kinds, values and words of a run of words, taken as phrases, the longest first; unknown words too."""
    words = tuple(word for written in run.split(" ") for word in known(written))
    found: list[Phrase] = []
    at = 0
    while at < len(words):
        found.append(_phrase_at(words, at))
        at += len(found[-1][0])
    kinds = [kind_in_place(found, at) for at in range(len(found))]
    kept = [(kind, *phrase) for kind, phrase in zip(kinds, found, strict=True) if kind]
    return (
        tuple([kind for kind, *_ in kept]),
        tuple([value for *_, value in kept]),
        tuple([" ".join(phrase) for _, phrase, *_ in kept]),
    )


def _phrase_at(words: tuple[str, ...], at: int) -> Phrase:
    """The longest phrase that begins at a word; the word itself where none does."""
    for size, phrases in PHRASES.get(words[at], {}).items():
        phrase = phrases.get(words[at : at + size])
        if phrase:
            return phrase
    return (words[at],), UNKNOWN, (0.0, 0.0, "")


def _corrected(word: str) -> str | None:
    """The one word that a longer word is by a slip; one of them where all mean the same.

    A changed letter is put right in words of six letters or more.
    """
    found = may_be(word) if len(word) >= SHORTEST_CORRECTED else set()
    others = {other for other in near(word) if MEANT.get(other, NAME)[0] in COUNTED} if found else set()
    if len(found) == 0 or len({MEANT.get(other, other) for other in found | others}) > 1:
        return None
    likely = min(found, key=lambda other: (-IN_PHRASES[other], other))
    if MEANT.get(likely, NAME)[0] == NAME[0] and joined(word):
        return None  # "prnpain" is not the brand it resembles
    changed = len(likely) == len(word) and sorted(likely) != sorted(word)
    return likely if len(word) >= SHORTEST_CHANGED or not changed else None

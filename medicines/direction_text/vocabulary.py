"""The words of directions, their kinds and values, and what a misspelt word stands for."""

import re
from functools import lru_cache

from medicines.direction_text.sentence import KIND, UNKNOWN, Value
from medicines.spelling import Speller, swapped
from medicines.tables import rows

CORRECTED = {
    "number", "tens", "fraction", "unit", "patch", "ml", "spoon", "times", "often", "once", "every",
    "day", "hour", "week", "hourly", "daily", "weekly", "alternate", "slot", "optional", "most",
    "changes",
}  # fmt: skip
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

Phrase = tuple[tuple[str, ...], str, Value]


def _phrase(row: dict[str, str]) -> Phrase:
    kind = KIND[row["kind"]]
    number = float(row["value"]) if row["value"].replace(".", "").isdigit() else 0.0
    name = {"t": row["value"], "V": row["words"]}.get(kind, "")
    return tuple(row["words"].split()), kind, (number, number, name)


def _phrases() -> dict[str, dict[int, dict[tuple[str, ...], Phrase]]]:
    """Phrases by first word and number of words, the longest first."""
    found: dict[str, dict[int, dict[tuple[str, ...], Phrase]]] = {}
    for phrase in sorted(map(_phrase, rows("direction_words")), key=lambda phrase: -len(phrase[0])):
        found.setdefault(phrase[0][0], {}).setdefault(len(phrase[0]), {})[phrase[0]] = phrase
    return found


PHRASES = _phrases()
KNOWN = {word for row in rows("direction_words") for word in row["words"].split()}
DOSE_WORDS = {
    word for row in rows("direction_words") if row["kind"] in CORRECTED for word in row["words"].split()
}
SHORT = {word for word in DOSE_WORDS if len(word) in (3, 4)}
SPELLER = Speller(DOSE_WORDS, shortest=5, shortest_changed=6)


@lru_cache(maxsize=16384)
def known(word: str) -> tuple[str, ...]:
    """The known word or words that a written word stands for; the word itself where there are none."""
    if word in KNOWN:
        return (word,)
    joined = JOINED.fullmatch(word) if len(word) >= SHORTEST_JOINED else None
    if joined:
        return tuple(re.findall(JOINED_PARTS, word))
    for cut in range(2, len(word) - 2):
        first, second = word[:cut], word[cut:]
        if first in KNOWN and second in KNOWN and (first in GLUED or second in GLUED):
            return first, second
    return (_corrected(word) or word,)


def tokens_of_words(run: str) -> tuple[tuple[str, ...], tuple[Value, ...], tuple[str, ...]]:
    """Kinds, values and words of a run of words, taken as phrases, the longest first; unknown words too."""
    words = tuple(word for written in run.split(" ") for word in known(written))
    kinds: list[str] = []
    values: list[Value] = []
    said: list[str] = []
    at = 0
    while at < len(words):
        phrase, kind, value = _phrase_at(words, at)
        if kind:
            kinds.append(kind)
            values.append(value)
            said.append(" ".join(phrase))
        at += len(phrase)
    return tuple(kinds), tuple(values), tuple(said)


def _phrase_at(words: tuple[str, ...], at: int) -> Phrase:
    """The longest phrase that begins at a word; the word itself where none does."""
    for size, phrases in PHRASES.get(words[at], {}).items():
        phrase = phrases.get(words[at : at + size])
        if phrase:
            return phrase
    return (words[at],), UNKNOWN, (0.0, 0.0, "")


def _corrected(word: str) -> str | None:
    """The dose word one slip away; of short words only two letters swapped are put right."""
    if len(word) in (3, 4):
        swaps = swapped(word) & SHORT
        if len(swaps) == 1:
            return swaps.pop()
    return SPELLER.correct(word)

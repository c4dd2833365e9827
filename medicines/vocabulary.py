"""The words of directions, their kinds and values, and what a misspelt word stands for."""

import re
from functools import lru_cache

from medicines.sentence import KIND, Value
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


def _phrases() -> dict[str, list[Phrase]]:
    found: dict[str, list[Phrase]] = {}
    for row in rows("direction_words"):
        phrase = _phrase(row)
        found.setdefault(phrase[0][0], []).append(phrase)
    for phrases in found.values():
        phrases.sort(key=lambda phrase: -len(phrase[0]))
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


def _corrected(word: str) -> str | None:
    """The dose word one slip away; of short words only two letters swapped are put right."""
    if len(word) in (3, 4):
        swaps = swapped(word) & SHORT
        if len(swaps) == 1:
            return swaps.pop()
    return SPELLER.correct(word)

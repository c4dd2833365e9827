"""Whether a direction text breaks off in the middle of a clause, as fields of a fixed length cut it."""

import re

from medicines.direction_text.vocabulary.typing_slips import WORDS

LONG = 90
STOPS = re.compile(r"(?:\.\s*\.\s*\.|\([^)]*|\(? ?\bcont(?:inued|d|'d)?\b\.?\)?| [\-–])\s*$")
CLOSED = re.compile(r"[.!)\]*]\W*$")
OPEN = re.compile(r"(?:[/&+=~]|,(?: ?on)?|[a-z0-9]-|\b(?:and|taken|take|given|applied|apply) on)\W*$")
PICKED_UP = re.compile(r"\bpick(?:ed)? up\W*$")
MORNING = re.compile(r"\b(?:morn|morning|mane|am|om|mid ?day|noon|lunch)\b")
"""Beside one of these "eve" is the evening, no "every" cut off."""

NIGHT_ADDED = re.compile(
    r"\b(?:om|mane|morn|mornings?|[ap]m|mid ?day|noon|lunch|tea|bds?|tds|[qt]id|qds|daily|day)[ .;:]*on\W*$"
)
"""At night without a number or "and": "1 om on" may be two a day, one, or the beginning of "on Mondays"."""
LAST = re.compile(r"([a-z']+|[0-9.]+)\W*$")
UNFINISHED = {
    "a", "after", "also", "an", "and", "another", "apply", "are", "as", "at", "before", "by", "can",
    "do", "each", "eve", "every", "for", "further", "give", "if", "in", "is", "may", "must", "no",
    "not", "of", "or", "per", "plus", "should", "take", "than", "that", "the", "then", "this", "to",
    "until", "up", "when", "while", "with", "without", "your",
}  # fmt: skip

BEGINNINGS = {word[:end] for word in WORDS for end in range(2, len(word))} - WORDS
"""What the first letters of a known word are, and is no word itself: "at lunc"."""


def breaks_off(text: str) -> bool:
    """Whether the last word of a text in the plain spelling asks for another, or a long text ends in none."""
    if STOPS.search(text) or NIGHT_ADDED.search(text):
        return True
    if CLOSED.search(text):
        return False
    if OPEN.search(text):
        return True
    last = LAST.search(text)
    if last is None:
        return False
    word = last[1]
    if PICKED_UP.search(text):
        return False
    if word == "eve" and len(text) < LONG and MORNING.search(text):
        return False
    if word in UNFINISHED:
        return True
    return word[0].isalpha() and word not in WORDS and (len(text) >= LONG or word in BEGINNINGS)

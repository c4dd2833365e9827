"""Whether a direction text breaks off in the middle of a clause, as fields of a fixed length cut it."""

import re

from medicines.direction_text.slips import WORDS

LONG = 90
CLOSED = re.compile(r"[.!)\]*]\W*$")
OPEN = re.compile(r"(?:[,/&+=~]|[a-z0-9]-|\b(?:and|taken|take|given|applied|apply) on)\W*$")
LAST = re.compile(r"([a-z']+|[0-9.]+)\W*$")
UNFINISHED = {
    "a", "after", "also", "an", "and", "another", "apply", "are", "as", "at", "before", "by", "can",
    "do", "each", "eve", "every", "for", "further", "give", "if", "in", "is", "may", "must", "no",
    "not", "of", "or", "per", "plus", "should", "take", "than", "that", "the", "then", "this", "to",
    "until", "up", "when", "while", "with", "without", "your",
}  # fmt: skip


def breaks_off(text: str) -> bool:
    """Whether the last word of a text in the plain spelling asks for another, or a long text ends in none."""
    if CLOSED.search(text):
        return False
    if OPEN.search(text):
        return True
    last = LAST.search(text)
    if last is None:
        return False
    word = last[1]
    return word in UNFINISHED or (len(text) >= LONG and word[0].isalpha() and word not in WORDS)

"""Whether a direction text breaks off in the middle of a clause, as fields of a fixed length cut it."""

import re

from medicines.direction_text.slips import WORDS

LONG = 90
CLOSED = re.compile(r"[.!)\]*]\W*$")
LAST = re.compile(r"([a-z']+|[0-9.]+)\W*$")
UNFINISHED = {
    "a", "after", "also", "an", "and", "another", "apply", "are", "as", "at", "before", "by", "can", "do",
    "each", "every", "for", "further", "give", "if", "in", "is", "may", "must", "no", "not", "of", "or", "per",
    "plus", "should", "take", "than", "that", "the", "then", "this", "to", "until", "up", "when", "while",
    "with", "without", "your",
}  # fmt: skip


def breaks_off(text: str) -> bool:
    """Whether the last word of a text in the plain spelling asks for another, or a long text ends in none."""
    if CLOSED.search(text):
        return False
    last = LAST.search(text)
    if last is None:
        return False
    word = last[1]
    return word in UNFINISHED or (len(text) >= LONG and word[0].isalpha() and word not in WORDS)

"""A direction text as a row of tokens, each of one kind and worth one value."""

import re
from collections.abc import Callable
from itertools import chain

KIND = {
    "number": "n", "tens": "K", "fraction": "q", "unit": "u", "vague unit": "v", "patch": "p", "ml": "l",
    "spoon": "s", "mass": "g", "times": "x", "x": "X", "often": "f", "once": "o", "every": "e", "a": "a",
    "per": "r", "day": "d", "hour": "h", "minute": "k", "week": "w", "month": "m", "hourly": "H",
    "daily": "D", "weekly": "W", "alternate": "A", "ordinal": "O", "slot": "t", "am": "V", "on": "j",
    "at": "i", "weekday": "y", "optional": "P", "perhaps optional": "Z", "not optional": "J", "up to": "U",
    "most": "M", "changes": "T", "supply": "S", "review": "R", "not": "N", "other item": "B", "total": "E",
    "relative": "b", "between": "@", "duration": "F", "and": "&", "or": "|", "to": "~", "change": "c",
    "in": "I", "at least": "L", "unclear": "!", "change made": "G",
    "change from": "Y", "drink": "z", "with": "_", "divided": "/", "at a time": "%", "medicine": "$",
    "ignored": "",
}  # fmt: skip

UNKNOWN = "?"
"""The kind of a word that is in no table."""

MEDICINE = "$"
"""The kind of a medicine's name."""

UNREADABLE = "#"
"""The kind of what may be a word with meaning that cannot be read: there is no reading beside it."""

Value = tuple[float, float, str]
"""Lowest and highest number, and a name (of a slot, or the unit of an amount)."""

Made = tuple[str, Value] | None
"""The kind and value that replace a match; None where they are left out."""

KEEP: Made = ("", (0.0, 0.0, "keep"))
"""What a rule makes of a match that it leaves as it is."""

BAD: Made = ("!", (0.0, 0.0, ""))
"""What a rule makes of a match that can be read in two ways, or not at all."""


class Sentence:
    """Tokens under reduction.

    `kinds` is one letter per token; beside it run `values`, and `words`: the places of the words read.
    """

    __slots__ = ("kinds", "values", "words")

    def __init__(self, kinds: str, values: list[Value], words: list[tuple[int, ...]]) -> None:
        self.kinds = kinds
        self.values = values
        self.words = words

    def run(self, steps: "Steps") -> None:
        """Reduce by each step in turn whose letter is present."""
        for letter, pattern, make in steps:
            if letter in self.kinds:
                self.reduce(pattern, make)

    def reduce(self, pattern: re.Pattern[str], make: Callable[["Sentence", int, int], Made]) -> None:
        """Replace each match of the pattern over the kinds by the token that `make` gives for its place."""
        match = pattern.search(self.kinds)
        if match is None:
            return
        found: list[tuple[int, int, Made]] = []
        while match is not None:
            start, end = match.span()
            found.append((start, end, make(self, start, end)))
            match = pattern.search(self.kinds, end)
        for start, end, made in reversed(found):
            if made is None:
                self.cut(start, end)
            elif made is not KEEP:
                self.kinds = f"{self.kinds[:start]}{made[0]}{self.kinds[end:]}"
                self.values[start:end] = [made[1]]
                if end - start > 1:
                    self.words[start:end] = [tuple(chain.from_iterable(self.words[start:end]))]

    def cut(self, start: int, end: int) -> None:
        """Leave out the tokens from start to end."""
        self.kinds = self.kinds[:start] + self.kinds[end:]
        del self.values[start:end], self.words[start:end]

    def drop(self, pattern: re.Pattern[str]) -> None:
        """Leave out each match of the pattern."""
        self.reduce(pattern, lambda sentence, start, end: None)

    def become(self, pattern: re.Pattern[str], kind: str) -> None:
        """Replace each match by one token without value."""
        self.reduce(pattern, lambda sentence, start, end: (kind, (0.0, 0.0, "")))


Steps = list[tuple[str, re.Pattern[str], Callable[[Sentence, int, int], Made]]]
"""Rules in order: a letter that must be present, a pattern over the kinds, and what a match becomes."""

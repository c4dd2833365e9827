"""Draws that are the same on every platform and Python: all come from `random()` of a named stream."""

import math
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """A stream of draws named by its seed and purpose, so that one part's draws never shift another's."""

    def __init__(self, *name: object) -> None:
        self.random = random.Random("/".join(str(part) for part in name)).random

    def happens(self, probability: float) -> bool:
        """Whether something of this probability (0 to 1) happens."""
        return self.random() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.random() * (high - low + 1))

    def within(self, low: float, high: float) -> float:
        """A number from low up to, not including, high."""
        return low + self.random() * (high - low)

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices, each as likely."""
        return choices[int(self.random() * len(choices))]

    def weighted(self, choices: dict[T, float]) -> T:
        """One of the choices by its weight; the weights need not add up to 1."""
        point = self.random() * sum(choices.values())
        for choice, weight in choices.items():
            point -= weight
            if point < 0:
                return choice
        return choice

    def rounded(self, expected: float) -> int:
        """A count whose mean is the expected one: up or down by chance."""
        return int(expected + self.random())

    def waits(self, mean: float) -> float:
        """How long until something happens that is as likely at any moment, of this mean."""
        return -mean * math.log(1 - self.random())

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in another order."""
        left = list(items)
        return [left.pop(int(self.random() * len(left))) for _ in items]

    def key(self) -> str:
        """A pseudonym: P and 15 hexadecimal digits, never more than four decimal digits in a row."""
        hexadecimal, letters = "0123456789ABCDEF", "ABCDEF"
        return "P" + "".join(self.pick(letters if i % 5 == 4 else hexadecimal) for i in range(15))

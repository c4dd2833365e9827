"""Whether more people came into a state than left it, or fewer: the test of a change of people in a state."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from scipy.stats import binomtest

from reporting.analysis.correction import Correction, correction
from reporting.analysis.special_causes import kind


@dataclass(frozen=True)
class Change:
    """entered, left: people who came into a state between two dates and who left it; net: the former less the
    latter. z: net over √(entered + left), 0 where nobody moved. p: exact, two-sided. kind: common |
    improvement | concern | neutral_high | neutral_low; common unless p is significant."""

    entered: int
    left: int
    net: int
    z: float
    p: float
    kind: str

    @property
    def is_change(self) -> bool:
        """Whether more than chance the difference."""
        return self.kind != "common"

    @property
    def net_way(self) -> int:
        """1 where more came than left, -1 where more left, else 0."""
        return (self.net > 0) - (self.net < 0)


def flows(entered: int, left: int, *, better: str, among: Correction | None = None) -> Change:
    """Change of the number of people in a state, judged by those who moved: exact binomial test of `left` of
    all who moved against a half (McNemar 1947).

    People in a state at two month ends are mostly the same, so their number wanders without a cause and a
    chart of it signals at nearly every end: only those who came and went bear on whether it changed.
    better: higher, lower or neither. among: what it is compared at once with, nothing by default. Raises
    ValueError for counts that are missing, negative or no whole numbers.
    """
    came, went = whole(entered, "entered"), whole(left, "left")
    moved = came + went
    p = chance(came, went)
    alone = correction([p])
    net = came - went
    return Change(
        entered=came,
        left=went,
        net=net,
        z=net / math.sqrt(moved) if moved else 0.0,
        p=p,
        kind=kind((net > 0) - (net < 0), better) if (among or alone).holds(p) else "common",
    )


def chance(entered: int, left: int) -> float:
    """p of as many or more on one side if each who moved came or went by the toss of a coin; 1 of nobody."""
    moved = entered + left
    return float(binomtest(left, moved).pvalue) if moved else 1.0


def whole(count: Any, name: str) -> int:
    """A count of people as an int. Raises ValueError, with its name, for anything else."""
    is_number = isinstance(count, Integral | Real) and not isinstance(count, bool)
    if not is_number or not math.isfinite(count) or count < 0 or count != int(count):
        raise ValueError(f"{name} is {count!r}: pass a whole number of people, 0 or more.")
    return int(count)


def band(start: float, entered: list[int], left: list[int]) -> list[tuple[float, float]]:
    """Where the number of people would lie after each step with 95 in 100, had nothing changed since the
    start: start ± 1.96·√(all who moved since). entered, left: people of each step. Not below 0."""
    moved, bounds = 0, []
    for came, went in zip(entered, left, strict=True):
        moved += whole(came, "entered") + whole(went, "left")
        reach = 1.959964 * math.sqrt(moved)
        bounds.append((max(0.0, start - reach), start + reach))
    return bounds

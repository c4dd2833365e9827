"""One month of the published edition: every declared count shown, rounded or withheld, by one plan."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from measures.policy import Suppression
from measures.suppression.plan import rounded, withheld
from measures.suppression.resent import Before, retold
from measures.suppression.tables import Cell, Month, Table, table
from measures.suppression.universes import Sorts

# What withholding costs beside the size of a count: parts go before wholes and denominators, small areas
# before large ones, and the ICB's wholes before nobody (0) only.
WHOLE, DENOMINATOR, WHOLE_ICB, NOBODY = 4.0, 3.0, 1e3, 1e8
LEVEL_COSTS = {"pcn": 1.0, "place": 10.0, "icb": 30.0}
TIES_APART = 1e-3  # so that of counts as dear the first is taken


def edition(
    sorts: Iterable[Sorts], month: Month, rule: Suppression, before: Before | None = None
) -> dict[Cell, int | None]:
    """Cell → what is published of it; None where it is withheld. before: what an earlier release told of the
    same month. Raises PlanError."""
    found: dict[Cell, int | None] = {}
    for one in sorts:
        if any(cell.measure in one.measures for cell in month.cells):
            made = table(one, month, before.changed if before else frozenset())
            dear = costs(made, rule)
            told = None if before is None else retold(one, made, before, rule)
            if told is None:
                hidden = withheld(made.counts, made.ties, rule, dear, made.pairs, made.alone > 0, made.alone)
            else:
                hidden = told.withheld(rule, dear, made.pairs)
            shown = rounded(made.counts, rule.round_to)
            for cell, at in made.places.items():
                found[cell] = None if hidden[at] else int(shown[at])
    return found


def costs(made: Table, rule: Suppression) -> NDArray[np.float64]:
    """What it costs to withhold each count: the more it counts as it is shown, and where it is a whole."""
    dear = np.zeros(len(made.counts))
    size = np.sqrt(rounded(made.counts, rule.round_to))
    for cell, at in made.places.items():
        cost = LEVEL_COSTS[cell.level]
        if not cell.category:
            cost = WHOLE_ICB if cell.level == "icb" else cost * WHOLE
        dear[at] = max(dear[at], cost * (DENOMINATOR if cell.part == "denominator" else 1.0) * size[at])
    return np.where(made.counts == 0, NOBODY, dear + TIES_APART * np.arange(len(dear)) / len(dear))

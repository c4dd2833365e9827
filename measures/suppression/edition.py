"""One month of the published edition: every declared count shown, rounded or withheld, by one plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from measures.policy import Suppression
from measures.suppression.plan import rounded, withheld
from measures.suppression.tables import Areas, Cell, Covered, Table, table
from measures.suppression.universes import Sorts

# What withholding costs for each of those counted: the ICB's wholes last, and nobody (0) after them.
WHOLE_ICB, PART, DENOMINATOR, NOBODY = 10_000.0, 1.0, 3.0, 1e8
LEVEL_COSTS = {"pcn": 1.0, "place": 10.0, "icb": 30.0}


def edition(
    sorts: Iterable[Sorts], cells: Mapping[Cell, int], areas: Areas, covered: Covered, rule: Suppression
) -> dict[Cell, int | None]:
    """Cell → what is published of it; None where it is withheld. Raises PlanError."""
    found: dict[Cell, int | None] = {}
    for one in sorts:
        own = {cell: count for cell, count in cells.items() if cell.measure in one.measures}
        if own:
            made = table(one, own, areas, covered)
            hidden = withheld(made.counts, made.ties, rule, costs(made, rule), pairs(made))
            shown = rounded(made.counts, rule.round_to)
            for cell, at in made.places.items():
                found[cell] = None if hidden[at] else int(shown[at])
    return found


def pairs(made: Table) -> NDArray[np.intp]:
    """The rows of each numerator and its denominator."""
    both = {
        (at, made.places[cell._replace(part="denominator")])
        for cell, at in made.places.items()
        if cell.part == "numerator"
    }
    return np.array(sorted(both), np.intp).reshape(-1, 2)


def costs(made: Table, rule: Suppression) -> NDArray[np.float64]:
    """What it costs to withhold each count: the more it counts as it is shown, and where it is a whole."""
    dear = np.zeros(len(made.counts))
    shown = rounded(made.counts, rule.round_to)
    for cell, at in made.places.items():
        part = bool(cell.category)
        cost = WHOLE_ICB if cell.level == "icb" and not part else PART * LEVEL_COSTS[cell.level]
        dear[at] = max(dear[at], cost * (DENOMINATOR if cell.part == "denominator" else 1.0) * shown[at])
    return np.where(made.counts == 0, NOBODY, dear + np.arange(len(dear)) / (1e3 * len(dear)))

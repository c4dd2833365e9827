"""Columns that hold something else than they are said to: two exchanged, or given the wrong target."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from etl.intake.encoded import Encoded
from etl.intake.typed.conform import Conformed
from medicines import products

LOOKED_AT = 500  # distinct products
FEWEST = 20  # of them, below which nothing can be told


def mistaken(made: Conformed, rows: np.ndarray) -> str:
    """Why a file of issues waits for a person: no product of it names a medicine. "" where one does."""
    if made.entity.name != "issues" or not len(rows):
        return ""
    told = _some(made.columns["product"], rows)
    if not all(map(_is_unread, told)):
        return ""
    if not all(map(_is_unread, _some(made.columns["directions"], rows))):
        return "its directions name medicines and its products do not: the two columns seem to be exchanged"
    if len(told) < FEWEST:
        return ""
    return (
        f"none of its {len(told)} different products names a medicine that can be read: look whether the "
        "column of the product holds something else"
    )


def _some(column: Encoded, rows: np.ndarray) -> list[str]:
    return [value for value in column.among(rows)[:LOOKED_AT].to_pylist() if value]


@lru_cache(maxsize=65536)
def _is_unread(product: str) -> bool:
    return products.read(product).status == "unmapped"

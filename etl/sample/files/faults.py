"""Rows that real extracts have too: exact duplicates, impossible dates and negative quantities."""

from etl.sample.chance import Chance
from etl.sample.files.shapes import contract, impossible_date

Row = tuple[object, ...]
DUPLICATES, IMPOSSIBLE, NEGATIVE = 0.12, 0.12, 0.12


def with_faults(chance: Chance, rows: list[Row], layout_name: str) -> list[Row]:
    """Issues of one extract with, in some extracts, one row of each kind of fault beside a sound one."""
    if not rows:
        return rows
    names = list(contract("issues"))
    result = list(rows)
    for likely, column, value in (
        (DUPLICATES, None, None),
        (IMPOSSIBLE, "issued_on", impossible_date(layout_name)),
        (NEGATIVE, "quantity", -56.0),
    ):
        if chance.happens(likely):
            at = chance.between(0, len(result) - 1)
            wrong = list(result[at])
            if column:
                wrong[names.index(column)] = value
            result.insert(at + 1, tuple(wrong))
    return result

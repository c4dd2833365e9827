"""The rows of medicines/tables/direction_words.csv, and names of medicines from the tables of products."""

from medicines.tables import rows

SHORTEST_NAME = 3
NOT_NAMES = {"period", "plus", "sonata"}


def _names() -> set[str]:
    """Names of one word of ingredients, brands and the partners of combinations."""
    tables = (("ingredients", "ingredient"), ("brands", "brand"), ("partners", "partner"))
    names = {row[column] for table, column in tables for row in rows(table)}
    return {name for name in names if name.isalpha() and len(name) >= SHORTEST_NAME} - NOT_NAMES


def _rows() -> list[dict[str, str]]:
    listed = rows("direction_words")
    known = {row["words"] for row in listed}
    return [
        *listed,
        *({"words": name, "kind": "medicine", "value": ""} for name in sorted(_names() - known)),
    ]


ROWS = _rows()

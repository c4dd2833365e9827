"""The worked cases of medicines/tables/gold, and the shared ones where the checkout has them."""

import csv
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"


def worked(name: str) -> list[dict[str, str]]:
    """Rows of a worked table."""
    return rows_from(ROOT / "medicines" / "tables" / "gold" / f"{name}.csv")


def shared(name: str) -> list[dict[str, str]]:
    """Rows of a shared table; none in a checkout without shared ones. Raises FileNotFoundError where the
    others are there and this one is not."""
    return rows_from(SHARED / name) if SHARED.exists() else []


def number(cell: str) -> float | None:
    return float(cell) if cell else None


def rows_from(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

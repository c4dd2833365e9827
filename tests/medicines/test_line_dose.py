"""A line's daily dose follows its directions, or its quantity, and never a label maximum."""

import math
from decimal import Decimal

import pytest

from medicines import dose
from tests.medicines.cases import worked

CASES = worked("doses")


@pytest.mark.parametrize(
    "case", CASES, ids=[f"{c['product']}: {c['directions']}, {c['quantity']} / {c['days']}" for c in CASES]
)
def test_a_line_is_worked_out(case: dict[str, str]) -> None:
    line = dose.line(case["product"], case["directions"], case["quantity"], case["days"])
    assert (line.status, line.basis, ";".join(line.flags)) == (case["status"], case["basis"], case["flags"])
    assert line.ome_mg_per_day == (Decimal(case["ome"]) if case["ome"] else None)
    assert line.mg_per_day == (Decimal(case["mg"]) if case["mg"] else None)


@pytest.mark.parametrize(
    "quantity", [0, -1, math.nan, math.inf, 10**9, "abc", "1e400", "nan", True, "9" * 500]
)
def test_an_impossible_quantity_is_flagged_and_gives_no_number(quantity: float | str) -> None:
    line = dose.line("Sevredol 10mg tablets", "1 bd", quantity, 28)
    assert (line.status, line.ome_mg_per_day, line.units_per_day, line.flags) == (
        "unclear",
        None,
        None,
        ("bad_quantity",),
    )


@pytest.mark.parametrize("days", [0, -7, 5000, "x", math.nan])
def test_impossible_days_are_flagged_and_give_no_number(days: float | str) -> None:
    line = dose.line("Sevredol 10mg tablets", "1 bd", 56, days)
    assert (line.status, line.ome_mg_per_day, line.flags) == ("unclear", None, ("bad_days",))


def test_regular_directions_need_no_quantity() -> None:
    assert dose.line("Sevredol 10mg tablets", "1 qds", None, None).ome_mg_per_day == 40


@pytest.mark.parametrize("text", ["1 bd " * 100_000, "\x00\xff bd", "1" * 10_000, "((((" * 200, "1-" * 240])
def test_hostile_directions_give_no_number(text: str) -> None:
    line = dose.line("Sevredol 10mg tablets", text, None, None)
    assert (line.status, line.ome_mg_per_day) == ("unclear", None)

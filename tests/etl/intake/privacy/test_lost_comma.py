"""A comma lost beside a pseudonym is said so, and is no reason to take the date for a date of birth."""

from __future__ import annotations

import pytest

from etl.store import Store
from tests.etl import extracts
from tests.etl.conftest import Loader, everything, landed
from tests.etl.extracts import Issue

HEX = "aa3f9c2d4e5b60718293a4b5c6d7e8f90"
KEYS = ("PAT0001", HEX, "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "P1BC1BB3C1A7667B", "SYN01-00001", "87236451")
NHS = "9434765919"


def without_comma(layout: str, key: str, at: int, rows: int = 20) -> str:
    """An issues file of which the second row has lost its comma after the cell `at`."""
    told = [Issue(f"PAT1{n:03d}", quantity=10 + n) for n in range(rows)]
    lines = extracts.csv_text(layout, extracts.issues(layout, [told[0], Issue(key), *told[1:]])).splitlines()
    cells = lines[2].split(",")
    lines[2] = ",".join([*cells[:at], cells[at] + cells[at + 1], *cells[at + 2 :]])
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("layout", ["plain", "systmone"])
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    ("at", "between"), [(0, "practice_code and patient_key"), (1, "patient_key and issued_on")]
)
def test_a_lost_comma_is_named_with_its_row(
    put: Loader, store: Store, layout: str, key: str, at: int, between: str
) -> None:
    receipt = put(without_comma(layout, key, at))
    assert (receipt.outcome, receipt.rows_loaded, receipt.rows_quarantined) == ("partial", 20, 1)
    assert receipt.reasons == {f"a comma seems to be missing between {between} in row 3": 1}
    assert key.encode() not in everything(store)
    assert len(landed(store, "issues")) == 20


def test_many_lost_commas_are_one_reason_after_the_first_five(put: Loader) -> None:
    lines = extracts.csv_text("plain", extracts.issues("plain", [Issue("PAT0001")])).splitlines()
    torn = [f"TST01,PAT{n:04d}2026-09-07,{lines[1].split(',', 3)[3]}" for n in range(8)]
    receipt = put("\n".join([*lines, *torn]) + "\n")
    between = "a comma seems to be missing between patient_key and issued_on"
    assert receipt.reasons == {**{f"{between} in row {n}": 1 for n in range(3, 8)}, between: 3}


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (f"TST01,{NHS}2026-09-07", "a valid NHS number"),  # the pseudonym itself gives somebody away
        (f"TST01,NHS{NHS}2026-09-07", "a valid NHS number"),
        (
            "TST01,1951-02-03,2026-09-07",
            "a date of birth",
        ),  # the date of issue stands in its place: none is lost
        ("TST01,PAT00012026-09-07", ""),
        ("TST01PAT0001,2026-09-07", ""),
    ],
)
def test_what_gives_somebody_away_is_refused_all_the_same(
    put: Loader, store: Store, cells: str, kind: str
) -> None:
    rest = "Zomorph 30mg capsules,,Take one,56,capsule,,repeat,GP01,FAB12,"
    rest = rest if cells.count(",") < 2 else rest.removesuffix(",")  # one cell short, wherever
    text = extracts.csv_text("plain", extracts.issues("plain", [Issue("PAT0009")]))
    receipt = put(f"{text}{cells},{rest}\n")
    assert receipt.outcome == ("refused" if kind else "partial")
    assert kind in str(receipt.reasons)
    assert NHS.encode() not in everything(store)

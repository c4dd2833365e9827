"""Rows kept out, as the page tells of them: how many, why and what to do, for the area selected."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.data import quarantine
from reporting.release import current
from tests.reporting.snapshots import practice, publish

ICB = Scope.icb()
ALL = Selection(120)
COPY = "exact copy of an earlier row"


def kept(
    code: str, rows: int, reason: str = "sex is not one of the allowed values", **told: Any
) -> dict[str, Any]:
    place = {"entity": "taper_steps", "practice_code": code, "period": "2026-09", "file": "a.csv"}
    why = {"reason": reason, "what_to_do": f"Mend: {reason}.", "next_step": "retry"}
    return {**place, **why, "rows": rows, "rows_known": 0, **told}


def published(folder: Path, *rows: dict[str, Any]) -> Snapshot:
    practices = [practice("SYN01"), practice("SYN02", pcn="Westering"), practice("SYN03", place="South")]
    publish(folder, {"practice": practices, "quality_quarantine": list(rows)})
    return current(folder)


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return published(
        tmp_path,
        kept("SYN01", 4),
        kept("SYN01", 3, period="2024-04_2026-06"),
        kept("SYN02", 6, COPY, next_step="nothing"),
        kept("SYN03", 2, "product is missing", next_step="send again"),
        kept("several", 5),
        kept("all", 1, entity="list_sizes"),
    )


def test_the_headline_counts_what_waits_for_a_person(snapshot: Snapshot) -> None:
    head = quarantine.quarantine(snapshot, ICB, ALL).head
    assert head.headline == "15 rows kept out wait for a person"
    assert "Of 21 rows kept out, 13 may be read again" in head.introduction
    assert "2 can only be sent again by the practice, 6 are copies of loaded rows" in head.introduction


def test_it_says_of_how_many_rows_the_person_is_known(tmp_path: Path) -> None:
    issues = kept("SYN01", 1_200, "quantity is not a number", entity="issues", rows_known=1_150)
    shown = published(tmp_path, issues, kept("SYN02", 3))
    assert (
        "For 1,150 of them the person is known: what can be read counts, what cannot is unknown, and nobody "
        "looks stopped or below a threshold for want of it."
    ) in quarantine.quarantine(shown, ICB, ALL).head.introduction
    other = quarantine.quarantine(shown, ICB, Selection(120, practice="SYN02"))
    assert "the person is known" not in other.head.introduction


def test_rows_stand_by_reason_with_what_to_do(snapshot: Snapshot) -> None:
    table = quarantine.quarantine(snapshot, ICB, ALL).listings[0].table
    assert list(table["Rows"]) == [13, 6, 2]
    assert table["What to do"].iloc[1] == f"Mend: {COPY}."


def test_rows_stand_by_practice_and_months(snapshot: Snapshot) -> None:
    table = quarantine.quarantine(snapshot, ICB, ALL).listings[1].table
    told = list(zip(table["Practice"], table["Months"], table["Rows"], strict=True))
    assert told == [
        ("Syn01 Surgery", "Apr 2024 to Jun 2026", 3),
        ("Syn01 Surgery", "Sep 2026", 4),
        ("Syn02 Surgery", "Sep 2026", 6),
        ("Syn03 Surgery", "Sep 2026", 2),
        ("a file of several practices", "Sep 2026", 5),
        ("all practices", "Sep 2026", 1),
    ]


@pytest.mark.parametrize(
    ("selection", "rows"),
    [
        (Selection(120, practice="SYN01"), 7),
        (Selection(120, pcn="Westering"), 6),
        (Selection(120, place="South"), 2),
        (Selection(120, years=1), 21),
    ],
)
def test_filters_choose_the_area(snapshot: Snapshot, selection: Selection, rows: int) -> None:
    found = quarantine.quarantine(snapshot, ICB, selection)
    assert [int(listing.table["Rows"].sum()) for listing in found.listings] == [rows, rows]


def test_a_practice_lead_sees_the_own_practice_only(snapshot: Snapshot) -> None:
    found = quarantine.quarantine(snapshot, Scope("practice", frozenset({"SYN02"})), ALL)
    assert found.head.headline == "The only rows kept out are copies of others"
    assert [int(listing.table["Rows"].sum()) for listing in found.listings] == [6, 6]


def test_an_empty_quarantine_is_a_sentence(tmp_path: Path) -> None:
    found = quarantine.quarantine(published(tmp_path), ICB, ALL)
    assert found.head.headline == "No row is kept out"
    assert all(
        listing.table.empty and listing.nothing.startswith("No row waits") for listing in found.listings
    )


def test_an_area_without_rows_says_whose_fitted(snapshot: Snapshot, tmp_path: Path) -> None:
    found = quarantine.quarantine(published(tmp_path / "other", kept("SYN02", 1)), ICB,
                                  Selection(120, practice="SYN01"))  # fmt: skip
    assert found.head.headline == "No row is kept out"
    assert "All rows of this practice in such files fitted." in found.head.introduction
    one = quarantine.quarantine(published(tmp_path / "one", kept("SYN02", 1)), ICB, ALL)
    assert one.head.headline == "1 row kept out waits for a person"


def test_a_practice_reads_what_it_can_do_itself(snapshot: Snapshot) -> None:
    own = quarantine.quarantine(snapshot, Scope("practice", frozenset({"SYN01"})), ALL)
    assert own.where == "At your practice." and not any("python" in step for step in own.steps)
    assert any("python -m etl" in step for step in quarantine.quarantine(snapshot, ICB, ALL).steps)

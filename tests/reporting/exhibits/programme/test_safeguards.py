"""Best-interest reductions: alerts are named, numbers are not judged, and nothing due is said so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from math import nan
from pathlib import Path

import pytest

from reporting import release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.year_apart import YearApart
from reporting.exhibits.safeguards import decisions, items, page
from reporting.exhibits.safeguards.ask_first import ask_first
from tests.reporting.snapshots import counts, practice, publish

ICB = Scope.icb()
ALL = Selection(120)
NUMBER = "best_interest_reductions"


def snapshot_of(
    store: Path, rows: Sequence[dict[str, object]], codes: Sequence[str] = ("SYN01",)
) -> Snapshot:
    practices = [practice(code, pcn=f"PCN of {code}") for code in codes]
    return release.current(publish(store, {"practice": practices, "measure_month": list(rows)}))


def test_the_head_counts_decisions_and_calls_one_without_a_safety_alert(snapshot: Snapshot) -> None:
    found = page.head(snapshot, ICB, ALL)
    assert (
        found.headline == "9 of 10 best-interest reductions have every safeguard; 1 fell too fast or stopped"
    )
    assert "The one without is a safety alert" in found.introduction
    assert "Neither many nor few is good" in found.introduction
    rate = page.reductions(snapshot, ICB, ALL).headline
    assert rate.startswith("10 best-interest reductions: 16.7 per 100 people")


def test_nothing_decided_is_nothing_due(tmp_path: Path) -> None:
    empty = snapshot_of(tmp_path, counts("safeguards_complete", "SYN01", [(0, 0)] * 3, 0))
    said = "No best-interest reduction is recorded here in the 12 months to Sep 2026. Nothing is due."
    assert page.head(empty, ICB, ALL).introduction == said
    assert page.each(empty, ICB, ALL).empty == said
    assert (ask_first(empty, ICB, ALL).shown, ask_first(empty, ICB, ALL).nothing) == ((), said)


def test_no_decision_is_no_rate_of_zero_where_nobody_is_in_the_cohort(tmp_path: Path) -> None:
    empty = snapshot_of(tmp_path, counts(NUMBER, "SYN01", [(0, 0)]))
    shown = page.reductions(empty, ICB, ALL)
    assert shown.figure is None and shown.empty.startswith("Nobody is counted by this measure")


def test_who_fell_too_fast_is_called_before_who_lacks_a_safeguard(snapshot: Snapshot) -> None:
    fast, lacking = ask_first(snapshot, ICB, ALL).shown
    assert (fast.practice, fast.finding) == (
        "Alder Street",
        "1 person’s dose fell by more than 30% or stopped",
    )
    assert fast.next_step == "Ring the practice about them"
    assert (lacking.practice, lacking.finding) == ("Alder Street", "1 of 2 reductions lacks a safeguard")
    assert lacking.why == "Missing: second opinion (1)"


def test_a_place_where_all_is_well_says_so(snapshot: Snapshot) -> None:
    found = ask_first(snapshot, ICB, Selection(120, pcn="Southdown"))
    assert found.shown == ()
    assert found.nothing == (
        "Every best-interest reduction here has every safeguard, and no fall or stop waits to be looked at."
    )
    head = page.head(snapshot, ICB, Selection(120, pcn="Southdown"))
    assert head.headline.endswith(
        "4 best-interest reductions have every safeguard; none fell too fast or stopped"
    )
    assert "Nothing is missing from the records." in head.introduction


def test_none_fell_is_said_only_where_the_doses_of_all_are_seen(tmp_path: Path) -> None:
    """Three decisions of one practice: nothing fell, too new to tell, and an issue without a dose since."""
    on = dt.date(2026, 9, 1)
    seen = {"P1": None, "P2": "fewer than 28 days seen", "P3": "an issue has no dose"}
    made = [{"practice_code": "SYN01", "patient_key": key, "record_id": key, "decided_on": on, "month": on,
             "missing": "", "queries": "", "not_seen": why} for key, why in seen.items()]  # fmt: skip
    rows = [
        *counts("safeguards_complete", "SYN01", [(3, 3)], 0),
        *counts("best_interest_red_speed", "SYN01", [(0, 3)], 0),
    ]
    tables = {"practice": [practice("SYN01")], "measure_month": rows, "best_interest": made}
    snapshot = release.current(publish(tmp_path, tables))
    head = page.head(snapshot, ICB, ALL).headline
    assert head.endswith("have every safeguard; no fast fall or stop seen, 2 not known")
    assert ask_first(snapshot, ICB, ALL).nothing.endswith("What the dose did since is not known of 2 people.")
    (query,) = decisions.others(snapshot, ICB, ALL).table.to_dict("records")
    assert (query["Patient"], query["Dose since"]) == ("P3", "not known: an issue has no dose")


def test_a_decision_without_any_safeguard_is_not_listed_eleven_times(tmp_path: Path) -> None:
    rows = counts("safeguards_complete", "SYN01", [(0, 3)], 0)
    for name in items.SAFEGUARDS:
        rows += counts("safeguard_done", "SYN01", [(0, 3)], 0, name)
    (reason,) = ask_first(snapshot_of(tmp_path, rows), ICB, ALL).shown
    assert reason.why == "Missing: all 11 safeguards of 3 reductions"


def test_a_decision_with_one_safeguard_lacks_all_but_that(tmp_path: Path) -> None:
    rows = counts("safeguards_complete", "SYN01", [(0, 1)], 0)
    for name in items.SAFEGUARDS:
        rows += counts("safeguard_done", "SYN01", [(int(name == "referral"), 1)], 0, name)
    (reason,) = ask_first(snapshot_of(tmp_path, rows), ICB, ALL).shown
    assert reason.why == "Missing: all but referral (1)"


def test_cells_are_framed_where_a_safeguard_is_missing_and_nowhere_else(snapshot: Snapshot) -> None:
    shown = page.practices(snapshot, ICB, ALL)
    assert shown.headline == "Ask Alder Street for the safeguards that are missing"
    assert len(shown.slide().layout.shapes) == 1  # type: ignore[union-attr, misc]
    assert shown.matrix is not None
    cells = [cell for group in shown.matrix.groups for row in group.rows for cell in row.cells]
    assert [cell.words for cell in cells if cell.mark == "gap"] == ["1/2"]
    first = shown.table.iloc[0]
    assert (first["Practice"], first["Decisions"], first["Every safeguard"]) == ("Alder Street", 2, 1)
    assert (first["Second opinion offered"], first["Harms discussed"]) == (1, 2)


@pytest.mark.parametrize(
    ("lacking", "headline"),
    [
        ((0, 0), "No safeguard is missing"),
        ((2, 0), "Referral considered: missing from 2 of 9"),
        ((2, 2), "Referral considered and second opinion offered: missing from 2 of 9 each"),
        ((nan, 0), "Referral considered: recorded for [c] of 9"),
    ],
)
def test_the_safeguard_missing_most_often_is_named(lacking: tuple[float, float], headline: str) -> None:
    missing = dict(zip(("referral", "second opinion"), lacking, strict=True))
    found = {name: YearApart((9 - n, 9), None, "no sure change", "common") for name, n in missing.items()}
    assert items.each(found) == headline


def test_second_opinions_taken_are_no_better_or_worse(tmp_path: Path) -> None:
    rows = counts("safeguards_complete", "SYN01", [(40, 40)] * 13, 0)
    rows += counts("second_opinion_offered", "SYN01", [(40, 40)] * 13, 0)
    rows += counts("second_opinion_taken", "SYN01", [(2, 40)] * 12 + [(30, 40)], 0)
    shown = page.together(snapshot_of(tmp_path, rows), ICB, ALL)
    assert shown.headline == (
        "Second opinion offered in 40 of 40, taken in 30; second opinion taken really rose in a year"
    )
    assert list(shown.table["Change"])[-1] == "rose in a year: neutral"


def test_many_reductions_stand_apart_without_a_verdict_and_in_order_of_name(tmp_path: Path) -> None:
    rows = counts(NUMBER, "SYN01", [(1, 100)]) + counts(NUMBER, "SYN02", [(30, 100)])
    shown = page.reductions(snapshot_of(tmp_path, rows, ("SYN02", "SYN01")), ICB, ALL)
    assert list(shown.table["PCN"]) == ["PCN of SYN01", "PCN of SYN02"]
    assert list(shown.table["Per 100"]) == [1.0, 30.0]
    assert shown.headline == (
        "31 best-interest reductions: 15.5 per 100 people on a high dose; PCN of SYN01 and PCN of SYN02 "
        "differ from the others (9 in 10 sure)"
    )
    for word in ("improvement", "concern", "better", "worse", "high", "low "):
        assert word not in shown.headline.replace("on a high dose", "")
    colours = {trace.marker.color for trace in shown.figure.data if trace.name == "points"}  # type: ignore[union-attr]
    assert len(colours) == 1


def test_more_reductions_than_people_left_in_the_cohort_are_a_rate(tmp_path: Path) -> None:
    shown = page.reductions(snapshot_of(tmp_path, counts(NUMBER, "SYN01", [(3, 2)])), ICB, ALL)
    assert list(shown.table["Per 100"]) == [150.0]

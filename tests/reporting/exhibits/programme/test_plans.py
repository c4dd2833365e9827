"""Management plans: what is said of reviews, plans and headings is what was counted."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from reporting import release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.year_apart import YearApart
from reporting.exhibits.kinds import shares
from reporting.exhibits.kinds.grid import Read
from reporting.exhibits.matrix import Matrix
from reporting.exhibits.plans import headings, page, practices
from tests.reporting.snapshots import counts, month, practice, publish

ICB = Scope.icb()
ALL = Selection(120)
NAMES = {"home_alert": "Alert on the record", "early_requests": "Early (fewer is better)"}


def test_the_head_says_who_was_reviewed_what_is_missing_and_what_to_do(snapshot: Snapshot) -> None:
    found = page.head(snapshot, ICB, ALL)
    assert found.headline == (
        "38 of 60 people on a high dose were reviewed in a year; 12 have an alert on the record"
    )
    assert "Reviewed in a year: could be chance since Sep 2025." in found.introduction
    assert "4 of 5 practices have a current plan." in found.introduction
    assert "Ask practices to put an alert on the record" in found.introduction


def test_one_practice_has_a_head_of_its_own(snapshot: Snapshot) -> None:
    found = page.head(snapshot, ICB, Selection(120, practice="SYN02"))
    assert found.headline.startswith("2 of 12 people on a high dose were reviewed in a year; none have")
    assert "The practice’s own plan is not current: ask for it." in found.introduction


def test_a_practice_is_told_what_to_do_itself(snapshot: Snapshot) -> None:
    lead = Scope("practice", frozenset({"SYN02"}))
    said = page.head(snapshot, lead, Selection(120, practice="SYN02")).introduction
    assert "The practice’s own plan is not current: bring it up to date." in said
    assert "sk practices" not in said and "ask for" not in said
    shown = page.headings(snapshot, lead, Selection(120, practice="SYN02"))
    assert " in its plan: " in shown.headline and "1 of 1" not in shown.headline


def test_an_item_stands_beside_the_year_before(tmp_path: Path) -> None:
    rising = [(4, 40)] * 12 + [(4, 40)] + [(30, 40)] * 12
    rows = counts("home_alert", "SYN01", rising) + counts("clinicians_named", "SYN01", [(20, 40)] * 25)
    publish(tmp_path, {"practice": [practice("SYN01")], "measure_month": rows})
    shown = page.people(release.current(tmp_path), ICB, ALL)
    assert shown.headline == (
        "20 of 40 people have a named clinician and cover; alert on the record really rose in a year"
    )
    assert shown.caption.startswith("Really rose in a year: alert on the record.")
    held = shown.table.set_index("Item").loc["Alert on the record"]
    assert (held["In place"], held["Of"], held["%"], held["A year before %"]) == (30, 40, 75.0, 10.0)
    assert held["Change"] == "rose in a year: improvement"
    ticks = next(trace for trace in shown.figure.data if trace.name == "before")  # type: ignore[union-attr]
    assert [x for x in ticks.x if x is not None] == [0.5, 0.5, 0.1, 0.1]


def test_more_early_requests_are_worse() -> None:
    found = {"early_requests": YearApart((30, 100), (5, 100), "rose", "concern")}
    assert shares.moved_words(found, NAMES) == "; early really rose in a year"
    assert shares.moved_words(found, NAMES, "early_requests") == "; it really rose in a year"
    assert list(shares.rows(found, NAMES)["role"]) == ["concern"]


def test_each_sort_of_thing_counted_has_its_number(snapshot: Snapshot) -> None:
    shown = page.handling(snapshot, ICB, ALL)
    assert "(n = 150 issues, 30 people, 20 tapers, 15 steps)" in shown.subtitle


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({}, ""),
        ({"home_alert": YearApart((1, 9), None, "no sure change", "common")}, ""),
        (
            {"home_alert": YearApart((1, 9), (2, 9), "no sure change", "common")},
            "; no item really changed in a year",
        ),
    ],
)
def test_change_is_said_only_where_it_can_be_judged(found: dict[str, YearApart], words: str) -> None:
    assert shares.moved_words(found, NAMES) == words


def test_the_practice_with_most_items_low_comes_first(snapshot: Snapshot) -> None:
    shown = page.practices(snapshot, ICB, ALL)
    assert shown.headline == "Help Birchway first: low on several items (9 in 10 sure)"
    first = shown.table.iloc[0]
    assert (first["Practice"], first["On a high dose"], first["Reviewed in 12 months %"]) == (
        "Birchway",
        12,
        17.0,
    )
    assert first["Items low"] >= 2


@pytest.mark.parametrize(
    ("below", "headline"),
    [
        ([0, 0], "Reviews and plans: no practice is low on any item (9 in 10 sure)"),
        ([1, 0], "No practice is low on more than one item (9 in 10 sure)"),
        ([3, 2], "Help A and B first: low on several items (9 in 10 sure)"),
        ([5, 4, 3, 2], "Four practices are low on several items (9 in 10 sure); begin with A, B and C"),
    ],
)
def test_the_headline_names_whom_to_help_only_with_several_items(below: list[int], headline: str) -> None:
    order = pd.DataFrame({"name": list("ABCD")[: len(below)], "below": below})
    assert practices.headline(Read(order, pd.DataFrame(), (), pd.DataFrame())) == headline


def test_headings_are_counted_and_the_most_open_one_named(snapshot: Snapshot) -> None:
    shown = page.headings(snapshot, ICB, ALL)
    assert shown.headline == ("3 of 5 practices have a gap in their plan; open most often: minutes filed (3)")
    rows = shown.table.set_index("Practice")
    assert list(rows["Dealt with"]) == [5, 7, 8, 9, 9]
    assert (rows.loc["Birchway", "Current plan"], rows.loc["Dovecote", "Minutes filed"]) == ("open", "open")


def grid_of(store: Path, headings_done: dict[str, dict[str, int]], against: tuple[str, ...] = ()) -> Matrix:
    """The grid of practices of two PCNs whose headings are dealt with (1) or not (0). against: what SYN01
    chose against."""
    rows = [
        row
        for code, done in headings_done.items()
        for heading, n in done.items()
        for row in counts("heading_complete", code, [(n, 1)], 0, heading)
    ]
    tables = {
        "practice": [practice(f"SYN0{n}", pcn="North" if n < 4 else "South") for n in range(1, 6)],
        "measure_month": rows,
        "plan_month_heading": [
            {"practice_code": "SYN01", "month": month(0), "number": 3, "heading": heading, "says": "no",
             "is_complete": True}
            for heading in against
        ],
    }  # fmt: skip
    matrix = page.headings(release.current(publish(store, tables)), ICB, ALL).matrix
    assert matrix is not None
    return matrix


def test_gaps_gather_top_left_and_practices_without_share_a_line(tmp_path: Path) -> None:
    matrix = grid_of(
        tmp_path,
        {
            "SYN01": {"who issues": 1, "one pharmacy": 1, "minutes filed": 1},
            "SYN02": {"who issues": 1, "one pharmacy": 1, "minutes filed": 0},
            "SYN04": {"who issues": 1, "one pharmacy": 0, "minutes filed": 0},
            "SYN05": {"who issues": 1, "one pharmacy": 1, "minutes filed": 0},
        },
    )
    assert (matrix.items, matrix.counts) == (("Minutes filed", "One pharmacy", "Who issues"), (3, 1, 0))
    south, north = matrix.groups
    assert (south.name, south.gaps, south.counts) == ("South", 3, ("2 of 2", "1 of 2", ""))
    assert [(row.code, row.gaps) for row in south.rows] == [("SYN04", 2), ("SYN05", 1)]
    assert ([row.code for row in north.rows], [code for code, _ in north.clear]) == (["SYN02"], ["SYN01"])


def test_a_choice_against_is_no_gap_and_what_is_not_known_is_neither(tmp_path: Path) -> None:
    matrix = grid_of(
        tmp_path,
        {"SYN01": {"who issues": 1, "minutes filed": 0}, "SYN02": {"minutes filed": 1}},
        against=("who issues",),
    )
    (north,) = (group for group in matrix.groups if group.rows)
    marks = {row.code: [cell.mark for cell in row.cells] for row in north.rows}
    assert matrix.items == ("Minutes filed", "Who issues")
    assert marks == {"SYN01": ["gap", "against"], "SYN02": ["done", "unknown"]}
    assert (north.gaps, north.counts, north.clear) == (1, ("1 of 2", ""), ())
    assert dict(matrix.marks)["against"] == "chose not to"


def test_all_headings_settled_is_said() -> None:
    cells = pd.DataFrame({"practice_code": ["A", "B"], "item": "Current plan", "mark": "done"})
    order = pd.DataFrame({"practice_code": ["A", "B"]})
    assert headings.headline(Read(order, cells, ("Current plan",), pd.DataFrame())) == (
        "No gap in the plans of 2 practices"
    )


def test_reviews_of_a_few_months_are_judged_since_the_first(tmp_path: Path) -> None:
    rows = counts("reviewed_3_months", "SYN01", [(3, 10)] * 4)
    publish(tmp_path, {"practice": [practice("SYN01", data_from=month(3))], "measure_month": rows})
    shown = page.trend(release.current(tmp_path), ICB, ALL)
    assert shown.headline == "Could be chance: 3 people reviewed in 3 months, as many as in Jun 2026"
    assert shown.caption.startswith(
        "Sep 2026: 30%, 3 of 10; as many people as in Jun 2026: nobody new, nobody left; could be chance."
    )
    assert shown.icons == () and list(shown.table["%"]) == [30.0] * 4

"""Management plans: what is said of reviews, plans and headings is what was counted."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from reporting import release
from reporting.access import Scope, Selection, Snapshot
from reporting.exhibits.kinds import year_before
from reporting.exhibits.kinds.yearly import YearApart
from reporting.exhibits.plans import headings, items, practices, reviews
from tests.reporting.snapshots import counts, month, practice, publish

ICB = Scope.icb()
ALL = Selection(120)
NAMES = {"home_alert": "Alert on the record", "early_requests": "Early (fewer is better)"}


def test_the_head_says_who_was_reviewed_what_is_missing_and_what_to_do(snapshot: Snapshot) -> None:
    found = reviews.head(snapshot, ICB, ALL)
    assert found.headline == (
        "38 of 60 people in the cohort were reviewed in 12 months; 12 have an alert on the record"
    )
    assert "63%, as many people as a year ago: nobody new, nobody left; could be" in found.introduction
    assert "4 of 5 practices have a current plan of their own." in found.introduction
    assert "Next step: ask practices to put an alert on the record" in found.introduction


def test_one_practice_has_a_head_of_its_own(snapshot: Snapshot) -> None:
    found = reviews.head(snapshot, ICB, Selection(120, practice="SYN02"))
    assert found.headline.startswith("2 of 12 people in the cohort were reviewed in 12 months; none have")
    assert "The practice’s own plan is not current: ask for it." in found.introduction


def test_an_item_stands_beside_the_year_before(tmp_path: Path) -> None:
    rising = [(4, 40)] * 12 + [(4, 40)] + [(30, 40)] * 12
    rows = counts("home_alert", "SYN01", rising) + counts("clinicians_named", "SYN01", [(20, 40)] * 25)
    publish(tmp_path, {"practice": [practice("SYN01")], "measure_month": rows})
    shown = items.people(release.current(tmp_path), ICB, ALL)
    assert shown.headline == (
        "Named clinician and cover: in place for 20 of 40 people; alert on the record rose in a year"
    )
    held = shown.table.set_index("Item").loc["Alert on the record"]
    assert (held["In place"], held["Of"], held["%"], held["A year before %"]) == (30, 40, 75.0, 10.0)
    assert held["Change"] == "rose in a year: improvement"
    ticks = next(trace for trace in shown.figure.data if trace.name == "before")  # type: ignore[union-attr]
    assert [x for x in ticks.x if x is not None] == [0.5, 0.5, 0.1, 0.1]


def test_more_early_requests_are_worse() -> None:
    found = {"early_requests": YearApart((30, 100), (5, 100), "rose", "concern")}
    assert year_before.moved_words(found, NAMES) == "; early rose in a year"
    assert year_before.moved_words(found, NAMES, "early_requests") == "; it rose in a year"
    assert list(year_before.rows(found, NAMES)["role"]) == ["concern"]


def test_each_sort_of_thing_counted_has_its_number(snapshot: Snapshot) -> None:
    shown = items.handling(snapshot, ICB, ALL)
    assert "(n = 150 issues, 30 people, 20 tapers, 15 steps)" in shown.subtitle


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({}, ""),
        ({"home_alert": YearApart((1, 9), None, "no significant change", "common")}, ""),
        (
            {"home_alert": YearApart((1, 9), (2, 9), "no significant change", "common")},
            "; no item changed significantly in a year",
        ),
    ],
)
def test_change_is_said_only_where_it_can_be_judged(found: dict[str, YearApart], words: str) -> None:
    assert year_before.moved_words(found, NAMES) == words


def test_the_practice_with_most_items_low_comes_first(snapshot: Snapshot) -> None:
    shown = practices.practices(snapshot, ICB, ALL)
    assert shown.headline == "Help Birchway first: low on several items (9 in 10 sure)"
    first = shown.table.iloc[0]
    assert (first["Practice"], first["Cohort"], first["Reviewed in 12 months %"]) == ("Birchway", 12, 17.0)
    assert first["Items low"] >= 2


@pytest.mark.parametrize(
    ("below", "headline"),
    [
        ([0, 0], "Reviews and plans: no practice is low with certainty on an item (9 in 10 sure)"),
        ([1, 0], "No practice is low on more than one item (9 in 10 sure)"),
        ([3, 2], "Help A and B first: low on several items (9 in 10 sure)"),
        ([5, 4, 3, 2], "Four practices are low on several items (9 in 10 sure); begin with A, B and C"),
    ],
)
def test_the_headline_names_whom_to_help_only_with_several_items(below: list[int], headline: str) -> None:
    order = pd.DataFrame({"name": list("ABCD")[: len(below)], "below": below})
    assert practices.practices_headline(order) == headline


def test_headings_are_counted_and_the_most_open_one_named(snapshot: Snapshot) -> None:
    shown = headings.headings(snapshot, ICB, ALL)
    assert shown.headline == "4 of 5 practice plans current; open most often: minutes filed (3)"
    rows = shown.table.set_index("Practice")
    assert list(rows["Dealt with"]) == [5, 7, 8, 9, 9]
    assert (rows.loc["Birchway", "Current plan"], rows.loc["Dovecote", "Minutes filed"]) == ("open", "open")


def test_no_plan_current_is_said_and_all_settled_too() -> None:
    totals = pd.Series(dict.fromkeys(headings.HEADINGS, 3))
    assert headings.headings_headline(totals, 3) == (
        "3 of 3 practice plans current; every other heading is dealt with"
    )
    totals["current plan"] = 0
    assert headings.headings_headline(totals, 3).startswith("None of 3 practice plans current")


def test_reviews_of_a_few_months_are_judged_since_the_first(tmp_path: Path) -> None:
    rows = counts("reviewed_3_months", "SYN01", [(3, 10)] * 4)
    publish(tmp_path, {"practice": [practice("SYN01", data_from=month(3))], "measure_month": rows})
    shown = reviews.trend(release.current(tmp_path), ICB, ALL)
    assert shown.headline == "Could be chance: 3 people reviewed in 3 months, as many as in Jun 2026"
    assert shown.caption.startswith(
        "Sep 2026: 30%, 3 of 10; as many people as in Jun 2026: nobody new, nobody left; could be chance."
    )
    assert shown.icons == () and list(shown.table["%"]) == [30.0] * 4

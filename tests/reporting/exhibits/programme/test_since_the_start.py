"""Change is told since the programme began, with target and outside figures drawn, and in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reporting import release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.high_dose import page
from reporting.exhibits.overview import cards
from tests.reporting.snapshots import LAST, POLICY, Rows, counts, month, practice, publish

ICB, MEASURE = Scope.icb(), "high_dose_prevalence"
BEGAN, BEFORE = month(17), month(18)  # April and March 2025
TARGET = {"measure": MEASURE, "threshold": 120, "scope": "icb", "value": 8.0, "by": "2027-03"}
OUTSIDE = {
    "measure": MEASURE, "threshold": 120, "name": "England 2019", "value": 11.1,
    "differs": "items, not people", "source": "NHSBSA", "licence": "OGL v3.0",
}  # fmt: skip


def flow(span: str, since: Any, was: int, entered: int, left: int, **more: Any) -> dict[str, Any]:
    return {
        "measure": MEASURE, "threshold": 120, "level": "icb", "area": "Example ICB", "span": span,
        "from_month": since, "to_month": LAST, "entered": entered, "left": left, "moved_in": 0,
        "moved_out": 0,
        "from_people": was, "to_people": was + entered - left, "from_whole": 10_000, "to_whole": 10_000,
        "practices": 1, **more,
    }  # fmt: skip


def told(
    store: Path, flows: Rows, fell: tuple[int, int] | None = (9, 2), began: bool = True, **more: Rows
) -> Snapshot:
    """One practice: 120 people until the start, 80 now."""
    rows = counts(MEASURE, "SYN01", [(120, 10_000)] * 6 + [(100, 10_000)] * 17 + [(80, 10_000)])
    at = {"measure": MEASURE, "threshold": 120, "to_month": LAST, "area": "Example ICB", "level": "icb"}
    fallen = [
        {**at, "span": row["span"], "from_month": row["from_month"], "fell": fell[0], "fall_unknown": fell[1]}
        for row in flows
        if fell is not None
    ]
    areas = {"icb": "Example ICB", "practice": "SYN01"}
    starts = [
        {"level": level, "area": area, "began": BEGAN, "from_month": BEFORE} for level, area in areas.items()
    ]
    tables: dict[str, Rows] = {
        "practice": [practice("SYN01")], "measure_month": rows, "flow": flows, "flow_fall": fallen,
        "programme_start": starts if began else [], **more,
    }  # fmt: skip
    decided = json.dumps({**POLICY, "targets": [TARGET], "benchmarks": [OUTSIDE]})
    return release.current(publish(store, tables, policy_json=decided))


SINCE, YEAR = flow("programme", BEFORE, 120, 10, 50), flow("year", month(12), 100, 5, 25)


@pytest.mark.parametrize(
    ("flows", "fell", "began", "first", "second"),
    [
        (
            [SINCE, YEAR],
            (9, 2),
            True,
            "40 fewer people are above 120 mg a day than at the start; 9 came down too fast",
            "120 in Mar 2025, 80 now (8.00 per 1,000 adults in Sep 2026): 10 new, 50 left; more than chance "
            "would do. Of 2 it is not known whether they came down too fast.",
        ),
        (
            [YEAR],
            (9, 0),
            False,
            "20 fewer people are above 120 mg a day than a year ago; 9 came down too fast",
            "100 in Sep 2025, 80 now (8.00 per 1,000 adults in Sep 2026): 5 new, 25 left; more than chance "
            "would do.",
        ),
        (
            [flow("programme", BEFORE, 1, 1, 1)],
            (0, 1),
            True,
            "1 person is above 120 mg a day: no sure change since the start; 1 may have come down too fast",
            "1 in Mar 2025, 1 now (8.00 per 1,000 adults in Sep 2026): 1 new, 1 left; chance could do as "
            "much. Of 1 it is not known whether they came down too fast.",
        ),
        (
            [flow("programme", BEFORE, 0, 0, 0)],
            None,
            True,
            "Nobody is above 120 mg a day: no sure change since the start; none came down too fast",
            "0 in Mar 2025, 0 now (8.00 per 1,000 adults in Sep 2026): 0 new, 0 left; chance could do as "
            "much.",
        ),
        (
            [],
            None,
            True,
            "8.00 per 1,000 adults are above 120 mg a day",
            "Above 120 mg: 8.00 per 1,000 adults in Sep 2026: change not judged: no earlier month to compare "
            "with.",
        ),
    ],
)
def test_the_first_line_tells_then_now_chance_and_falls(
    tmp_path: Path, flows: Rows, fell: tuple[int, int] | None, began: bool, first: str, second: str
) -> None:
    found = cards.overview(told(tmp_path, flows, fell, began), ICB, Selection(120))
    assert (found.head.headline, found.head.introduction) == (first, second)


def test_the_first_line_says_where_deaths_and_moves_make_the_change(tmp_path: Path) -> None:
    """50 left: 45 of them died, or 45 by doses."""

    def first(reason: str, edition: Any = "internal") -> str:
        reasons = [
            {"measure": MEASURE, "threshold": 120, "level": "icb", "area": "Example ICB", "span": "programme",
             "from_month": BEFORE, "to_month": LAST, "way": way, "reason": why, "people": people}
            for way, why, people in (("entered", "dose rose", 10), ("left", reason, 45),
                                     ("left", "dose fell on a plan", 5))
        ]  # fmt: skip
        snapshot = told(tmp_path / reason / edition, [SINCE], (9, 2), flow_reason=reasons)
        return cards.overview(snapshot, ICB.of(edition), Selection(120)).head.headline

    fewer = "40 fewer people are above 120 mg a day than at the start"
    assert first("died") == f"{fewer}, with deaths and moves; 9 came down too fast"
    assert first("dose fell without a plan") == f"{fewer}; 9 came down too fast"
    hidden = "Fewer adults are above 120 mg a day than before the programme (Mar 2025)"
    assert first("died", "published").startswith(f"{hidden}, with deaths and moves; some of those then")


def test_the_start_counts_whichever_period_is_drawn(tmp_path: Path) -> None:
    snapshot = told(tmp_path, [SINCE, YEAR])
    shown = [page.TREND(snapshot, ICB, Selection(120, years)) for years in (1, 2, 3)]
    assert len({one.headline for one in shown}) == 1 and shown[0].headline.startswith("Really fell")
    assert [len(one.table) for one in shown] == [13, 24, 24]
    # The band begins at the start, which a period of one year does not draw.
    assert list(shown[0].table["If unchanged, from"].isna()) == [True] * 13  # no flow by month is known here
    begun = shown[2].table["If unchanged, from"]
    assert begun.iloc[5] == 12.0 and begun.iloc[:5].isna().all()


def test_start_target_and_outside_figure_are_drawn_and_told(tmp_path: Path) -> None:
    shown = page.TREND(told(tmp_path, [SINCE, YEAR]), ICB, Selection(120))
    assert shown.figure is not None
    names = [trace.name for trace in shown.figure.data]
    assert {"target", "reference"} <= set(names)
    words = " ".join(note.text for note in shown.figure.layout.annotations)
    for said in (
        "Programme began:<br>120",
        "Target 8.00",
        "England 2019",
        "11.10",
        "80 people",
        "8.00 per 1,000",
    ):
        assert said in words
    assert "Target: 8.00 per 1,000 by Mar 2027 (8.00 per 1,000 in Sep 2026)." in shown.caption
    assert (
        "England 2019: 11.10 per 1,000, items, not people; drawn beside, not judged by (NHSBSA"
        in shown.caption
    )
    assert "had nothing changed since Mar 2025" in shown.caption


def test_a_practice_has_its_start_and_not_the_areas_target(tmp_path: Path) -> None:
    at_practice = [{**row, "level": "practice", "area": "SYN01"} for row in (SINCE, YEAR)]
    shown = page.TREND(told(tmp_path, at_practice), ICB, Selection(120, practice="SYN01"))
    assert shown.headline == "Really fell: from 120 to 80 people above 120 mg"
    assert "40 fewer people than before the programme: 10 new" in shown.caption
    assert shown.figure is not None
    words = " ".join(note.text for note in shown.figure.layout.annotations)
    assert "Programme began" in words and "England 2019 11.10" in words and "Target" not in words


def test_a_measure_without_a_figure_then_says_what_it_is_compared_with(tmp_path: Path) -> None:
    shown = page.TREND(told(tmp_path, [YEAR]), ICB, Selection(120))
    assert "20 fewer people than a year ago" in shown.caption
    assert "No figure of Mar 2025, before the programme began, to compare with." in shown.caption


def test_published_figures_tell_no_exact_people(tmp_path: Path) -> None:
    snapshot = told(tmp_path, [flow("programme", BEFORE, 119, 10, 50), YEAR])
    found = cards.overview(snapshot, ICB.of("published"), Selection(120))
    assert found.head.headline == (
        "Fewer adults are above 120 mg a day than before the programme (Mar 2025); "
        "some of those then fell too fast on the way"
    )
    shown = page.TREND(snapshot, ICB.of("published"), Selection(120, 1))
    assert "fell too fast" not in shown.caption and "119" not in shown.caption + shown.headline
    hidden = counts(MEASURE, "SYN01", [(3, 10_000)] * 6 + [(80, 10_000)] * 18)
    tables: dict[str, Rows] = {
        "practice": [practice("SYN01")], "measure_month": hidden,
        "flow": [flow("programme", BEFORE, 3, 80, 3)],
        "programme_start": [{"level": "icb", "area": "Example ICB", "began": BEGAN, "from_month": BEFORE}],
    }  # fmt: skip
    few = release.current(publish(tmp_path / "few", tables))
    drawn = page.TREND(few, ICB.of("published"), Selection(120, 1))  # the start is before the months drawn
    why = "change not judged: a number it rests on is withheld"
    assert drawn.headline == f"80 people above 120 mg; {why}"

"""A slide says nothing that its page does not: over every area of the sample and several quarters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pandas as pd

from reporting import figures
from reporting.access import Scope, Selection, Snapshot
from reporting.analysis.rounding import NOT_JUDGED
from reporting.exhibits import high_dose_funnel, plan_items, referral_stages, safeguards
from reporting.exhibits.across import across
from reporting.exhibits.equity_groups import groups
from reporting.exhibits.exhibit import definition
from reporting.exhibits.likeness import TEN
from reporting.exhibits.policy import rounding, suppress_below
from reporting.exhibits.series import series
from reporting.exhibits.standing import standings
from reporting.exhibits.surely import SURE, TIMES, surely
from reporting.exhibits.tapering import OUTCOMES, PUBLISHED, beside_published
from reporting.exhibits.year_before import apart
from reporting.slides.quarter import at_end_of, quarters
from tests.reporting.slides.test_together import areas

PAGE, SLIDE = Scope.icb(), Scope.icb().leaving()
YEARLY = {
    **plan_items.PEOPLE,
    **plan_items.HANDLING,
    **safeguards.TOGETHER,
    "tapering": "",
    "referral_offered": "",
}
PRACTICES = (("other_medicines_documented", 90), ("reviewed_12_months", 90))
QUARTERS = 2
SURE_COLUMN = f"Chance of {TIMES:g} × the others"


def wholes(sample: Snapshot) -> Iterator[tuple[Snapshot, Selection]]:
    """Every quarter and area that has slides, at every threshold."""
    for area, threshold, quarter in product(
        areas(sample), sample.info.thresholds, quarters(sample.info)[:QUARTERS]
    ):
        if area.parts:
            yield at_end_of(sample, quarter), replace(area.selection, threshold=threshold)


def said(snapshot: Snapshot, scope: Scope, selection: Selection) -> dict[str, str]:
    """What → the word that is said of it."""
    rounded, latest = rounding(snapshot, scope), pd.Timestamp(snapshot.info.last_month)
    asked = [0, selection.threshold]
    frame = figures.measure_by_month(snapshot, scope, selection, [*YEARLY, OUTCOMES], asked).frame
    found = {
        f"a year apart {name}": one.moved
        for name, one in apart(snapshot, scope, selection, frame, YEARLY).items()
    }
    outcomes = frame[
        (frame["measure"] == OUTCOMES) & (frame["month"] == latest) & (frame["denominator"] != 0)
    ]
    outcomes = outcomes[outcomes["category"].isin(PUBLISHED)]
    outcomes = outcomes.assign(published=outcomes["category"].map(PUBLISHED) / 100)
    for band, word in zip(outcomes["category"], beside_published(outcomes, rounded), strict=True):
        found[f"outcome {band}"] = word
    stages = figures.referral_stages(snapshot, scope, selection).frame
    for row in referral_stages.steps(stages, suppress_below(snapshot), rounded).to_dict("records"):
        found[f"stage {row['service']} {row['stage']}"] = row["word"] or NOT_JUDGED
    for row in groups(snapshot, scope, selection).to_dict("records"):
        what = f"{row['measure']} {row['dimension']} {row['category']}"
        told = row["rest"] == row["rest"] and not row["close"]
        found[f"group {what}"] = row["role"] if told else NOT_JUDGED
    for measure, threshold in (("high_dose_prevalence", selection.threshold), *PRACTICES):
        unit = definition(snapshot, scope, measure).unit
        by_practice = across(snapshot, scope, selection, measure, threshold, snapshot.info.last_month)
        for code, one in zip(by_practice["practice_code"], surely(by_practice, rounded, unit), strict=True):
            found[f"practice {measure} {code}"] = one.word
    for threshold in snapshot.info.thresholds:
        course = series(snapshot, scope, selection, "high_dose_prevalence", threshold)
        if course is not None:
            found[f"trend {threshold}"] = course.kind if course.judged else NOT_JUDGED
    return found


def test_a_slide_says_what_its_page_says_or_nothing(sample: Snapshot) -> None:
    told = Counter[str]()
    for snapshot, selection in wholes(sample):
        page, slide = (said(snapshot, scope, selection) for scope in (PAGE, SLIDE))
        for what, word in slide.items():
            assert word in (page.get(what, NOT_JUDGED), NOT_JUDGED), (selection, snapshot.info.data_to, what)
            told[f"{what.split()[0]} {word}"] += 1
    assert {"a rose", "group concern", "trend improvement", "practice higher", "practice lower"} <= {*told}
    assert {f"{what} no significant difference" for what in ("outcome", "stage")} <= {*told}


def test_a_report_says_of_its_practice_what_the_page_says_or_nothing(sample: Snapshot) -> None:
    told = Counter[str]()
    for area in areas(sample):
        if area.parts:
            continue
        snapshot, selection = sample, area.selection
        theirs = Scope("practice", frozenset({area.name}))
        page, lead, report = (
            {
                (row.measure, row.threshold): row.word
                for row in standings(snapshot, scope, selection, TEN).rows
            }
            for scope in (PAGE, theirs, theirs.leaving())
        )
        unsaid = ("too few", "not shown", "not compared", NOT_JUDGED)
        for what, word in report.items():
            assert word in (page[what], *unsaid) and lead[what] in (page[what], *unsaid), (area.name, what)
            told[word] += 1
    assert told["higher"] and told["lower"] and told["no sure difference"]


def test_a_slide_names_no_practice_beyond_the_limits_that_its_page_does_not(sample: Snapshot) -> None:
    """Where a suppressed count stood as 5, one was named in 2026Q3 that by exact counts is within."""
    named = 0
    for snapshot, selection in wholes(sample):
        slide, page = (high_dose_funnel.funnel(snapshot, scope, selection).table for scope in (SLIDE, PAGE))
        if "Beyond" in slide:
            sure = [set(made.loc[made[SURE_COLUMN] >= SURE, "Practice"]) for made in (slide, page)]
            assert sure[0] <= sure[1], (selection, snapshot.info.data_to)
            beyond = [set(made.loc[made["Beyond"] == "99.8%", "Practice"]) for made in (slide, page)]
            assert beyond[0] <= beyond[1], (selection, snapshot.info.data_to)
            named += len(sure[1])
    assert named

"""What a pack says is the same whatever suppressed counts are, and of whichever counts round alike."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from reporting import disclosure, figures, protection
from reporting.access import Scope, Selection, Snapshot
from reporting.charts.canvas import Figure
from reporting.exhibits import (
    plan_headings,
    plan_items,
    plans,
)
from reporting.exhibits.exhibit import Exhibit
from reporting.exhibits.yearly import year_apart
from reporting.protection import SERVICES, ZONES
from reporting.release import current
from reporting.slides.contents import KEYS
from reporting.slides.feedback import Practice, frames
from reporting.slides.pack import Order, drawable
from reporting.slides.quarter import quarters
from tests.reporting.example import publish_example
from tests.reporting.makers import MAKERS
from tests.reporting.snapshots import LAST, POLICY, Rows, count_again, counts, practice, publish

AREAS = (Selection(120), Selection(120, place="North"), Selection(120, pcn="Southdown"))
# Elmfield has 8 people above 120 mg and Dovecote 6, of one PCN: 9 and 5 are published as the same two.
SWAPPED = """UPDATE measure_month
    SET numerator = numerator + CASE practice_code WHEN 'SYN05' THEN 1 ELSE -1 END
    WHERE measure = 'high_dose_prevalence' AND threshold = 120 AND practice_code IN ('SYN04', 'SYN05')
      AND month = DATE '2026-09-01'"""
# Of each share of the cohort one more at one practice of the PCN and one less at the other.
MOVED = """UPDATE measure_month
    SET numerator = numerator + CASE practice_code WHEN 'SYN05' THEN 1 ELSE -1 END
    WHERE measure IN ('on_taper_plan', 'referral_offered', 'tapering', 'reviewed_3_months')
      AND practice_code IN ('SYN04', 'SYN05') AND month = DATE '2026-09-01'"""
# The last two say in their notes how tapering and referrals changed.
TRENDS = {"the-quarter", "high-dose-trend", "taper-outcomes", "referral-stages"}
OF_TRENDS = {"high-dose-trend", "plan-trend", "gabapentinoid-trend"}
# In the area 20 plans stopped, and so on: one plan more or less is another number between the same fives.
ROUNDED = """UPDATE measure_month SET denominator = denominator + 1,
        numerator = numerator + CASE WHEN category IN ('stopped', 'up to 50') THEN 1 ELSE 0 END
    WHERE measure IN ('outcome_band_share', 'dose_band_share') AND practice_code = 'SYN05'
      AND month = DATE '2026-09-01'"""
# One referral more completed: 10 or 11 of them, 6 or 7 in the north.
COMPLETED = """UPDATE referral SET completed_on = first_contact_on
    WHERE practice_code = 'SYN01' AND patient_key = (
        SELECT min(patient_key) FROM referral
        WHERE practice_code = 'SYN01' AND completed_on IS NULL AND first_contact_on IS NOT NULL
          AND service = 'Luton & Dunstable pain clinic')"""
# Falls a quarter of a point faster, all in their zones.
EVENTS = "UPDATE taper_month SET max_fall_percent_12m = max_fall_percent_12m + 0.25"


def told(snapshot: Snapshot, selection: Selection, key: str) -> dict[str, Any]:
    """Everything of a slide that leaves."""
    exhibit, frame = drawable(snapshot, Scope.icb(), Order(quarters(snapshot.info)[0], selection), key)
    figure = json.loads(frame.figure.to_json()) if isinstance(frame.figure, Figure) else frame.figure
    return {
        "words": (frame.headline, frame.subtitle, frame.notes, frame.footer, exhibit.alt, exhibit.empty),
        "caption": frame.caption,
        "figure": figure,
        "table": exhibit.table.to_csv(),
    }


once_told = cache(told)  # for what several tests hold others against


def leaving(snapshot: Snapshot, selection: Selection) -> list[Exhibit]:
    """Every chart of the pages as it leaves of real data."""
    return [maker(snapshot, Scope.icb().leaving(), selection) for maker in MAKERS]


def said_by(made: Exhibit) -> tuple[Any, ...]:
    """Everything of a chart that leaves."""
    figure = None if made.figure is None else json.loads(str(made.figure.to_json()))
    words = (made.headline, made.subtitle, made.caption, made.alt, made.empty)
    return words, figure, made.table.to_csv()


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Snapshot]:
    """The example with some counts changed; once for each use, since what is read of it is remembered."""

    @cache
    def changed(sql: str, use: str = "") -> Snapshot:
        store: Path = publish_example(tmp_path_factory.mktemp("other") / "store")
        with duckdb.connect(str(next((store / "releases").glob("*.duckdb")))) as con:
            con.execute(sql)
            count_again(con)
        return current(store)

    return changed


@pytest.fixture
def of_slides_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan of the counts of slides: in an example as small others coincide with them, and the plan takes
    cells that are equal everywhere for one. Of releases of its own use, since plans are remembered."""
    monkeypatch.setattr(protection, "EVERY", (SERVICES, ZONES))


@pytest.mark.parametrize("selection", AREAS)
@pytest.mark.parametrize(
    ("sql", "keys"),
    [
        (SWAPPED, KEYS),
        (MOVED, KEYS),
        (EVENTS, ("taper-speed",)),
        (COMPLETED, ("referral-stages",)),
    ],
    ids=["swapped", "moved", "events", "completed"],
)
def test_counts_that_are_published_alike_make_the_same_slides(
    another: Callable[..., Snapshot],
    selection: Selection,
    sql: str,
    keys: tuple[str, ...],
    of_slides_alone: None,
) -> None:
    one, other = another("SELECT 1", "slides alone"), another(sql, "slides alone")
    for key in keys:
        assert told(other, selection, key) == once_told(one, selection, key), key


@pytest.mark.parametrize("selection", AREAS)
def test_counts_that_round_alike_make_the_same_slides(
    another: Callable[..., Snapshot], selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a plan withholds: it takes cells that are equal everywhere for one, as many are in an example
    as small, and one person more parts them."""
    monkeypatch.setattr(protection, "withheld", lambda counts, *_, **__: np.zeros(counts.shape, bool))
    one, other = another("SELECT 1", "nothing withheld"), another(ROUNDED, "nothing withheld")
    for key in ("high-dose-bands", "taper-outcomes"):
        assert told(other, selection, key) == told(one, selection, key), key


@pytest.mark.parametrize("selection", AREAS)
def test_no_slide_but_those_of_trends_looks_at_exact_counts(
    snapshot: Snapshot,
    another: Callable[..., Snapshot],
    selection: Selection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Verdicts on change are of exact counts and flows; no other word, line or colour is."""
    before = {key: told(snapshot, selection, key) for key in KEYS}
    protect = disclosure._protect

    def without(*given: Any) -> pd.DataFrame:
        made = protect(*given)
        exact = made.columns.str.startswith(disclosure.EXACT)
        made.loc[:, exact] = 1_000_003
        return made

    charts = {made.key: said_by(made) for made in leaving(snapshot, selection)}
    monkeypatch.setattr(disclosure, "_protect", without)
    monkeypatch.setattr(figures, "clear_flows", spoilt_flows)
    spoilt = another("SELECT 1", "spoilt")
    changed = {key for key in KEYS if told(spoilt, selection, key) != before[key]}
    assert changed and changed <= TRENDS
    assert {made.key for made in leaving(spoilt, selection) if said_by(made) != charts[made.key]} <= OF_TRENDS


def spoilt_flows(frame: pd.DataFrame, scope: Scope) -> disclosure.Cleared:
    cleared = disclosure.clear_flows(frame, scope)
    exact = {disclosure.EXACT + name: 1_000_003 for name in disclosure.FLOWS}
    return disclosure.Cleared(cleared.frame.assign(**{**exact, "exact_left": 3}), scope)


def test_an_exact_page_would_tell_them_apart(snapshot: Snapshot, another: Callable[..., Snapshot]) -> None:
    other = another(SWAPPED)
    one, two = (
        figures.measure_by_practice(
            release, Scope.icb(), AREAS[0], ["high_dose_prevalence"], [120], [release.info.last_month]
        ).frame
        for release in (snapshot, other)
    )
    assert not one.equals(two)
    assert one["numerator"].sum() == two["numerator"].sum()


def test_the_mean_of_a_few_months_tells_no_count(tmp_path: Path) -> None:
    """A mean of one month would be its exact rate: until there are enough, limits are of protected counts."""
    rebase = {"measure": "high_dose_prevalence", "scope": "icb", "reason": "R", "by_whom": "B"}
    for months, rebased in ((2, []), (1, []), (20, [{**rebase, "month": "2026-08"}])):
        slides = []
        for people in (8, 12):  # both published as 10
            rows = counts("high_dose_prevalence", "SYN01", [(people, 6_000)] * months, 120)
            release = current(
                publish(
                    tmp_path / f"{months} {people}",
                    {"practice": [practice("SYN01")], "measure_month": rows},
                    policy_json=json.dumps({**POLICY, "rebase": rebased}),
                )
            )
            slides.append(told(release, AREAS[0], "high-dose-trend"))
        assert slides[0] == slides[1], months


def test_what_is_not_shown_is_not_judged(tmp_path: Path) -> None:
    rows = counts("tapering", "SYN01", [(2, 60)] + [(7, 60)] * 11 + [(13, 60)], 120)
    snapshot = current(publish(tmp_path, {"practice": [practice("SYN01")], "measure_month": rows}))
    frame = figures.measure_by_month(snapshot, Scope.icb().leaving(), AREAS[0], ["tapering"], [120]).frame
    found = year_apart(frame, "higher")
    assert found is not None and found.sentence() == "25%, and [c] a year before"
    assert (found.moved, found.kind) == ("not judged", "common")
    frame = figures.measure_by_month(snapshot, Scope.icb(), AREAS[0], ["tapering"], [120]).frame
    exact = year_apart(frame, "higher")
    assert exact is not None and (exact.moved, exact.kind) == ("rose", "improvement")


def test_groups_that_are_published_alike_make_the_same_slide(tmp_path: Path) -> None:
    slides = []
    for offered in ((3, 20, 20, 30), (6, 21, 19, 29)):  # few, 20, 20 and 30, of 75: rests of 55, 55 and 45
        rows = [
            {"measure": "referral_offered", "threshold": 120, "dimension": "imd_quintile",
             "category": str(at), "practice_code": "SYN01", "month": LAST, "numerator": n, "denominator": 60}
            for at, n in enumerate(offered, 1)
        ]  # fmt: skip
        tables = {"practice": [practice("SYN01")], "measure_group": rows}
        release = current(publish(tmp_path / str(offered[0]), tables))
        slides.append(told(release, AREAS[0], "equity-deprivation"))
    assert slides[0] == slides[1]
    assert "[c]" in slides[0]["table"] and "20 of 60" in str(slides[0]["words"])


# 60 of 100 issues on the interval, 17 of 60 people reviewed: 61 and 16 are published alike.
PLANS = """UPDATE measure_month
    SET numerator = numerator + CASE measure WHEN 'issues_on_interval' THEN 1 ELSE -1 END
    WHERE measure IN ('issues_on_interval', 'reviewed_3_months') AND practice_code = 'SYN05'
      AND month = DATE '2026-09-01'"""


@pytest.mark.parametrize("maker", [plan_items.handling, plans.trend, plan_headings.headings])
def test_other_charts_of_plans_are_the_same_too(
    snapshot: Snapshot, another: Callable[..., Snapshot], maker: Callable[..., Exhibit]
) -> None:
    one, two = (maker(release, Scope.icb().leaving(), AREAS[0]) for release in (snapshot, another(PLANS)))
    assert one.figure is not None and two.figure is not None
    assert json.loads(one.figure.to_json()) == json.loads(two.figure.to_json())
    assert (one.headline, one.subtitle, one.caption, one.alt) == (
        two.headline,
        two.subtitle,
        two.caption,
        two.alt,
    )
    assert one.table.equals(two.table)


def released(tmp_path: Path, rows: Rows, *practices: dict[str, Any]) -> Snapshot:
    return current(
        publish(tmp_path, {"practice": list(practices) or [practice("SYN01")], "measure_month": rows})
    )


def test_limits_of_suppressed_months_tell_nothing(tmp_path: Path) -> None:
    """Of 3 people in each of 14 months a mean would be 0.50 per 1,000 of 6,000."""
    slides = []
    for people in (1, 3, 4, 7):
        rows = counts("high_dose_prevalence", "SYN01", [(people, 6_000)] * 14 + [(10, 6_000)])
        release = released(tmp_path / str(people), rows)
        slides.append([told(release, AREAS[0], key) for key in ("high-dose-trend", "the-quarter")])
    assert all(other == slides[0] for other in slides[1:])


def test_bands_that_make_up_a_whole_do_not_tell_each_other(tmp_path: Path) -> None:
    bands = dict(zip(("stopped", "1–49%", "50–84%", "85–114%", "115%+"), (8, 8, 0, 0, 1), strict=True))
    rows = [
        row
        for band, n in bands.items()
        for row in counts("outcome_band_share", "SYN01", [(n, 17)], 120, band)
    ]
    shown = told(released(tmp_path, rows), AREAS[0], "taper-outcomes")
    table = list(csv.DictReader(io.StringIO(shown["table"])))
    assert [row["Plans"] for row in table] == ["[c]", "[c]", "0", "0", "[c]"]
    assert {row["Of"] for row in table} == {"15"} and {row["%"] for row in table} == {"", "0.0"}
    assert "115%+ of baseline [c]" in str(shown["words"]) and " of 15" not in str(shown["words"])


def test_the_latest_month_is_never_an_older_one(tmp_path: Path) -> None:
    rows = counts("referral_attended_of_cohort", "SYN01", [(9, 12)] * 17 + [(0, 7)] * 3)
    rows += counts("high_dose_prevalence", "SYN01", [(20, 6_000)] * 20)
    shown = told(released(tmp_path, rows), AREAS[0], "the-quarter")
    assert "10 of 10" not in shown["table"] and "0 of [c]" in shown["table"]


def test_no_other_group_tells_a_suppressed_one(tmp_path: Path) -> None:
    """“Everybody else” of a group is the whole without it: of all groups but one it would be the one."""
    rows = [
        {"measure": "referral_offered", "threshold": 120, "dimension": "imd_quintile", "category": str(at),
         "practice_code": "SYN01", "month": LAST, "numerator": n, "denominator": 60}
        for at, n in enumerate((1, 8, 8, 0, 0), 1)
    ]  # fmt: skip
    store = publish(tmp_path, {"practice": [practice("SYN01")], "measure_group": rows})
    table = csv.DictReader(io.StringIO(told(current(store), AREAS[0], "equity-deprivation")["table"]))
    assert {row["Everybody else, %"] for row in table} == {""}


def test_a_practice_whose_quarters_are_all_suppressed_has_its_report(tmp_path: Path) -> None:
    rows = counts("high_dose_prevalence", "SYN01", [(7, 6_000), (8, 6_000), (7, 6_000)] * 5)
    release = released(tmp_path, rows)
    (_, _), (course, _) = frames(release, quarters(release.info)[0], AREAS[0], Practice("SYN01", "A"))
    assert course.figure is None and "no month" in course.empty

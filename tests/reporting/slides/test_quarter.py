"""Quarters: named, counted, and a release seen at the end of one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.high_dose.page import TREND
from reporting.release import current
from reporting.slides.quarter import Quarter, QuarterError, at_end_of, quarters
from tests.reporting.snapshots import practice, publish


@pytest.mark.parametrize(
    ("text", "last_day", "words"),
    [
        ("2026Q1", dt.date(2026, 3, 31), "January to March 2026 (Q4 2025/26)"),
        ("2026q2", dt.date(2026, 6, 30), "April to June 2026 (Q1 2026/27)"),
        ("2026Q3", dt.date(2026, 9, 30), "July to September 2026 (Q2 2026/27)"),
        ("2099Q4", dt.date(2099, 12, 31), "October to December 2099 (Q3 2099/00)"),
    ],
)
def test_a_quarter_is_of_the_calendar_and_says_the_financial_one(
    text: str, last_day: dt.date, words: str
) -> None:
    quarter = Quarter.read(text)
    assert (quarter.last_day, quarter.words) == (last_day, words)


@pytest.mark.parametrize("text", ["", "2026", "2026Q5", "Q1 2026", "1999Q1", "2026Q1; DROP TABLE practice"])
def test_what_is_no_quarter_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(QuarterError, match="such as 2026Q3"):
        Quarter.read(text)


@given(st.dates(dt.date(2001, 1, 1), dt.date(2099, 12, 31)))
def test_every_day_lies_in_the_quarter_between_the_end_of_the_one_before_and_its_own(day: dt.date) -> None:
    quarter = Quarter.of(day)
    assert quarter.before.last_day < day <= quarter.last_day
    assert Quarter.read(str(quarter)) == quarter


def test_only_quarters_the_data_cover_are_shown(snapshot: Snapshot) -> None:
    known = quarters(snapshot.info)
    assert (
        known[0].last_day
        <= snapshot.info.data_to
        < Quarter.of(known[0].last_day + dt.timedelta(days=1)).last_day
    )
    assert list(known) == sorted(known, reverse=True)
    with pytest.raises(QuarterError, match=f"Choose {known[-1]} to {known[0]}"):
        at_end_of(snapshot, Quarter(2050, 1))


def test_an_earlier_quarter_shows_nothing_that_came_after_it(snapshot: Snapshot) -> None:
    earlier = quarters(snapshot.info)[1]
    then = TREND(at_end_of(snapshot, earlier), Scope.icb(), Selection(120))
    assert then.data_to == earlier.last_day
    assert then.table["Month"].iloc[-1] == f"{earlier.last_day:%b %Y}"
    now = TREND(snapshot, Scope.icb(), Selection(120))
    known = now.table.set_index("Month")["People"].to_dict()
    assert all(known[row["Month"]] == row["People"] for row in then.table.to_dict("records"))


def test_a_referral_has_come_as_far_as_it_had_by_the_quarters_end(tmp_path: Path) -> None:
    offer = {
        "practice_code": "SYN01", "patient_key": "P", "service": "Pain clinic", "month": dt.date(2026, 5, 1),
        "is_offered": True, "referred_on": dt.date(2026, 6, 30), "accepted_on": dt.date(2026, 7, 1),
        "first_contact_on": dt.date(2026, 9, 30), "completed_on": dt.date(2026, 10, 1),
        "current_ome_milli": 150_000, "in_cohort_base": True, "high_gaba": False, "msk_mismatch": True,
    }  # fmt: skip
    release = current(publish(tmp_path, {"practice": [practice("SYN01")], "referral": [offer]}))
    columns = ["offered", "made", "accepted", "attended", "completed", "mismatched"]
    reached = {
        quarter: figures.referral_stages(
            at_end_of(release, quarter), Scope.icb(), Selection(120)
        ).frame[columns].iloc[0].tolist()
        for quarter in (Quarter(2026, 2), Quarter(2026, 3))
    }  # fmt: skip
    assert reached == {Quarter(2026, 2): [1, 1, 0, 0, 0, 1], Quarter(2026, 3): [1, 1, 1, 1, 0, 1]}

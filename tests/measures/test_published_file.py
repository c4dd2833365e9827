"""What is published is declared in one file: it is whole, and a wrong entry is named with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from measures import measure, published
from measures.published import LEVELS, PublishedError

GOOD = """quarters = 9

[[measures]]
measures = ["high_dose_prevalence"]
levels = ["icb", "pcn"]

[[measures]]
measures = ["referral_offered", "home_alert"]
levels = ["icb"]
thresholds = [120]
groups = ["imd_quintile"]

[[facts]]
mart = "cohort_month"
holds = "offered OR NOT made"
why = "Only what was offered is made."
"""
MEASURES = measure.load()


def test_the_projects_own_file_can_be_used_and_publishes_no_practice() -> None:
    found = published.load(MEASURES)
    assert found.quarters == 9
    assert {level for entry in found.entries for level in entry.levels} <= set(LEVELS)
    assert "practice" not in LEVELS
    assert all(fact.why for fact in found.facts)


def test_an_entry_says_levels_thresholds_and_groups(tmp_path: Path) -> None:
    path = tmp_path / "published.toml"
    path.write_text(GOOD, encoding="utf-8")
    entry = published.load(MEASURES, path).by_measure["home_alert"]
    assert (entry.levels, entry.thresholds, entry.groups) == (("icb",), (120,), ("imd_quintile",))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("quarters = 9", "quarters = 0", "line 1: quarters: 0 is not a number from 1 to 20"),
        ("quarters = 9", "quarters = true", "line 1: quarters: True is not"),
        ("quarters = 9", "quarters = 9\nmonths = 3", "line 2: months: no such field"),
        ('"high_dose_prevalence"', '"high_doses"', "line 4: measures: 'high_doses' is not one of"),
        ('"home_alert"', '"referral_offered"', "line 8: measures: referral_offered is declared twice"),
        ('"icb", "pcn"', '"icb", "practice"', "line 5: levels: 'practice' is not one of icb, place, pcn"),
        ('"icb", "pcn"', '"icb", "icb"', "line 5: levels: one is named twice"),
        ('levels = ["icb", "pcn"]', "", "line 3: levels: missing"),
        ('"imd_quintile"', '"surname"', "line 11: groups: 'surname' is not one of age_band, sex"),
        ("thresholds = [120]", "thresholds = 120", "line 10: thresholds: 120 is not a list of whole numbers"),
        ('"home_alert"', '"safeguard_done"', "line 8: measures: safeguard_done counts 12 months at once"),
        ('levels = ["icb", "pcn"]', 'levels = "icb"', "line 5: levels: 'icb' is not a list of names"),
        ("thresholds = [120]", "beyond_only = 1", "line 10: beyond_only: 1 is not true or false"),
        ("thresholds = [120]", "colour = 1", "line 10: colour: no such field"),
        ('"home_alert"', '"ome_burden"', "line 8: measures: ome_burden counts no people or events"),
        ('"home_alert"', '"practice_plan_current"', "line 8: measures: practice_plan_current counts"),
        ('"home_alert"', '"two_opioids"', "line 8: measures: two_opioids has no threshold"),
        ('"home_alert"', '"high_dose_3_months"', "is not published by group: it has none, or is a rate"),
        ('levels = ["icb", "pcn"]', 'levels = ["icb"]\nbeyond_only = true', "line 4: measures: high_dose"),
        ('"cohort_month"', '"people"', "line 14: mart: 'people' is not one of patient_month"),
        ('why = "Only what was offered is made."', "", "line 13: why: missing"),
        ('holds = "offered OR NOT made"', 'holds = ""', "line 15: holds: '' is not some text"),
        ('holds = "offered OR NOT made"', 'holds = "offered >"', "line 15: holds: 'offered >' is no SQL"),
        ("offered OR NOT made", "offered OR n > {days}", "line 15: holds: {days} is no number of policy"),
        ('holds = "offered OR NOT made"', "", "line 13: holds: missing"),
        ("quarters = 9", "quarters = ", "published.toml: not readable as TOML"),
        ("[[facts]]", "[facts]", "facts: write each as [[facts]]"),
    ],
)  # fmt: skip
def test_a_wrong_entry_is_named_with_its_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "published.toml"
    assert old in GOOD
    path.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PublishedError) as error:
        published.load(MEASURES, path)
    assert str(error.value).startswith("published.toml: ")
    assert words in str(error.value)

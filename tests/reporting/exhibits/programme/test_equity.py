"""Groups of people beside everybody else, on numbers small enough to check by eye."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pytest

from reporting import release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.equity.gaps import gaps
from reporting.exhibits.equity.groups import DIMENSIONS, groups, is_uptake, measures
from reporting.exhibits.equity.measure import ByGroup
from reporting.exhibits.equity.page import equity_headline, head
from tests.reporting.snapshots import Rows, month, practice, publish

ICB = Scope.icb()
ALL = Selection(120)
REVIEWED, OFFERED, RATE = "reviewed_6_months", "referral_offered", "high_dose_prevalence"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    places = [practice("SYN01", name="Alder"), practice("SYN02", "Westering", name="Birch")]
    return release.current(
        publish(tmp_path_factory.mktemp("equity"), {"practice": places, "measure_group": counted()})
    )


def counted() -> Rows:
    """Two practices alike: 20 of 100 of the most deprived are reviewed, 80 of 100 of the least."""
    rows: Rows = []
    for code in ("SYN01", "SYN02"):
        for category, n, of in (("1", 10, 50), ("5", 40, 50), ("unknown", 30, 40)):
            rows += group(REVIEWED, "imd_quintile", category, code, n, of)
            rows += group(REVIEWED, "imd_quintile", category, code, n // 2, of, back=12)
        for category, n, of in (("female", 35, 70), ("male", 35, 70), ("other", 1, 2)):
            rows += group(REVIEWED, "sex", category, code, n, of)
        for category, n, of in (("18-24", 1, 1_000), ("65-74", 9, 1_000), ("85+", 0, 49)):
            rows += group(RATE, "age_band", category, code, n, of)
        rows += group("home_alert", "sex", "female", code, 1, 3)
        rows += group(OFFERED, "sex", "female", code, 10, 20)
    return rows


def group(measure: str, dimension: str, category: str, code: str, n: int, of: int, back: int = 0) -> Rows:
    return [
        {"measure": measure, "threshold": 120, "dimension": dimension, "category": category,
         "practice_code": code, "month": month(back), "numerator": n, "denominator": of}
    ]  # fmt: skip


def row_of(snapshot: Snapshot, measure: str, category: str) -> dict[Hashable, Any]:
    frame = groups(snapshot, ICB, ALL)
    return frame[(frame["measure"] == measure) & (frame["category"] == category)].iloc[0].to_dict()


def test_a_group_stands_beside_everybody_else(snapshot: Snapshot) -> None:
    poor = row_of(snapshot, REVIEWED, "1")
    assert (poor["numerator"], poor["denominator"], poor["value"]) == (20, 100, 0.2)
    assert poor["rest"] == 140 / 180 and poor["before"] == 0.1
    assert (poor["role"], poor["label"]) == ("concern", "1, most deprived")
    assert row_of(snapshot, REVIEWED, "5")["role"] == "improvement"


def test_more_of_what_is_better_low_is_a_concern(snapshot: Snapshot) -> None:
    old = row_of(snapshot, RATE, "65-74")
    assert (old["value"], old["role"], old["label"]) == (0.009, "concern", "65–74")
    assert row_of(snapshot, RATE, "85+")["value"] != row_of(snapshot, RATE, "85+")["value"]  # of 98 people
    assert not is_uptake(snapshot, ICB, RATE) and is_uptake(snapshot, ICB, REVIEWED)


def test_groups_unknown_alike_or_of_few_people_are_not_judged(snapshot: Snapshot) -> None:
    assert row_of(snapshot, REVIEWED, "unknown")["role"] == "common"
    few = row_of(snapshot, REVIEWED, "other")
    assert few["value"] != few["value"] and few["role"] == "common"  # 4 people
    assert row_of(snapshot, REVIEWED, "female")["role"] == "common"
    alone = row_of(snapshot, OFFERED, "female")
    assert alone["value"] == 0.5 and alone["rest"] != alone["rest"]


def test_gaps_are_named_with_their_intervals_care_first(snapshot: Snapshot) -> None:
    table = gaps(snapshot, ICB, ALL).table
    named = [" ".join(row) for row in table[["Measure", "Group", "Found"]].to_numpy()]
    assert named == [
        "Reviewed in 6 months Deprivation quintile 1, most deprived lower: less help",
        "Reviewed in 6 months Deprivation quintile 5, least deprived higher: more help",
        "On a high-dose opioid, per 1,000 Aged 65–74 higher",
        "On a high-dose opioid, per 1,000 Aged 18–24 lower",
    ]
    # two quintiles, two sexes and two ages: the young are the old turned round, 2 and 18 of 2,000
    caption = ByGroup("sex", REVIEWED)(snapshot, ICB, ALL).caption
    assert "over 6 comparisons made at once" in caption
    assert table["Group, likely range"].iloc[0] == "20% (13% to 29%)"
    assert list(table["Group a year before"])[:2] == ["10%", "40%"]


def test_the_head_counts_measures_and_says_what_is_not_known(snapshot: Snapshot) -> None:
    words = head(snapshot, ICB, ALL)
    assert words.headline == "Example ICB: groups really differ in 1 measure of care, 1 of use"
    assert "list sizes are sent by age and sex only" in words.introduction
    assert equity_headline("Westering", 0, 0) == "Westering: differences between groups could be chance"
    assert equity_headline("Westering", 2, 0).endswith("differ in 2 measures of care, none of use")
    assert equity_headline("Westering", 0, 1).endswith("differ in 1 measure of use, none of care")


def test_each_dimension_has_its_chart_and_table(snapshot: Snapshot) -> None:
    shown = ByGroup("imd_quintile", REVIEWED)(snapshot, ICB, ALL)
    assert shown.headline == "Deprivation: quintile 5 higher, quintile 1 lower than everybody else"
    assert shown.figure is not None and "(n = 280 people)" in shown.subtitle
    assert list(shown.table["Group"])[-1] == "Not known" and "1 is the most deprived" in shown.caption
    sex = ByGroup("sex", REVIEWED)(snapshot, ICB, ALL)
    assert sex.headline == "Sex: differences between groups could be chance"
    assert "Other too few: 4 people" in sex.alt


def test_a_rate_by_deprivation_is_a_sentence(snapshot: Snapshot) -> None:
    shown = ByGroup("imd_quintile", RATE)(snapshot, ICB, ALL)
    assert shown.figure is None and shown.empty.startswith("Rates per 1,000 by deprivation are not available")
    age = ByGroup("age_band", RATE)(snapshot, ICB, ALL)
    assert age.figure is not None and "nothing here is adjusted for it" in age.caption


def test_filters_and_scope_narrow_the_people(snapshot: Snapshot) -> None:
    one = groups(snapshot, ICB, Selection(120, pcn="Westering"))
    own = groups(snapshot, Scope("practice", frozenset({"SYN02"})), ALL)
    assert (
        one["denominator"].sum()
        == own["denominator"].sum()
        == groups(snapshot, ICB, ALL)["denominator"].sum() / 2
    )
    few = ByGroup("sex", "home_alert")(snapshot, ICB, ALL)
    assert few.figure is None and few.empty.startswith("Every group here is of fewer than 8 people")
    assert few.headline == "Sex: too few people to compare groups"
    nobody = Selection(120, practice="none")
    assert head(snapshot, ICB, nobody).headline == "No figures for none yet"
    assert "No practice matches" in gaps(snapshot, ICB, nobody).nothing
    for dimension in DIMENSIONS:
        assert ByGroup(dimension, REVIEWED)(snapshot, ICB, nobody).empty.endswith(".")


def test_every_measure_of_people_by_group_can_be_chosen(snapshot: Snapshot) -> None:
    found = measures(snapshot, ICB)
    assert {RATE, REVIEWED, OFFERED, "triple_combination"} <= set(found)
    assert not {"ome_burden", "gabapentinoid_ddd", "tapering"} & set(found)  # amounts, plans
    assert len(set(found.values())) == len(found)

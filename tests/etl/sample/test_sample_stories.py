"""Each story of the sample is in the raw rows of data/sample, whatever the marts make of it."""

from datetime import date
from itertools import pairwise

import pytest

from etl.sample.people.stories import PATIENTS, PRACTICES, STORIES, TELL, key
from etl.sample.prescribing.products import products
from tests.etl.sample import reading

LAST = "2026-09"
Rows = list[dict[str, str]]


def test_every_story_is_listed_once_and_told() -> None:
    assert len({story.slug for story in STORIES}) == len(STORIES) == len(PATIENTS) + len(PRACTICES)
    assert set(TELL) | {"moving"} == set(PATIENTS)
    assert all(story.expectation for story in STORIES)


def entity_rows(code: str, entity: str) -> Rows:
    """All rows of events, or the latest state."""
    periods = reading.table(code, entity)
    if entity in ("issues", "reviews"):
        return [row for period in sorted(periods) for row in periods[period]]
    return periods[max(periods, key=lambda name: name[-7:])]


def of(slug: str, entity: str, code: str = "") -> Rows:
    """A story's patient's rows of an entity."""
    code = code or next(s.practice_code for s in STORIES if s.slug == slug)
    return [row for row in entity_rows(code, entity) if row.get("patient_key") == key(slug)]


def days(rows: Rows) -> list[date]:
    return sorted({date.fromisoformat(row["issued_on"]) for row in rows})


@pytest.mark.parametrize("slug", list(PATIENTS))
def test_every_patient_of_a_story_has_issues(slug: str) -> None:
    assert len(of(slug, "issues")) > 10
    assert len(of(slug, "patients")) == 1


@pytest.mark.parametrize(
    ("slug", "product"),
    [("exactly-90", "Longtec 30mg modified-release tablets"), ("exactly-120", "MST Continus 60mg tablets")],
)
def test_exact_doses_are_one_tablet_twice_a_day_every_28_days(slug: str, product: str) -> None:
    rows = of(slug, "issues")
    assert {(row["product"], row["quantity"]) for row in rows} == {(product, "56")}
    assert {(late - early).days for early, late in pairwise(days(rows))} == {28}


def test_two_patches_are_worn_at_once() -> None:
    rows = of("two-patches", "issues")
    assert {row["directions"] for row in rows} == {"Apply TWO patches every 3 days"}
    assert {row["quantity"] for row in rows} == {"20"}


def test_combination_products_are_two() -> None:
    names = {row["product"].split()[0] for row in of("combination", "issues")}
    assert names == {"Targinact", "Co-codamol"}


def test_prn_is_oramorph_without_a_daily_amount() -> None:
    oramorph = [row for row in of("prn", "issues") if row["product"].startswith("Oramorph")]
    assert len(oramorph) > 20
    assert all("when required" in row["directions"] or "prn" in row["directions"] for row in oramorph)


def test_stock_piling_is_28_days_every_20() -> None:
    rows = of("stock-piling", "issues")
    assert {row["quantity"] for row in rows} == {"56"}
    assert {(late - early).days for early, late in pairwise(days(rows))} == {20}


def test_moving_leaves_one_practice_and_joins_the_other_the_same_day() -> None:
    (left,), (joined,) = of("moving", "patients"), of("moving", "patients", "SYN08")
    assert left["registered_to"] == joined["registered_from"] != ""
    assert left["left_reason"] == "deducted"
    assert not joined["registered_to"]
    before, after = days(of("moving", "issues")), days(of("moving", "issues", "SYN08"))
    assert max(before).isoformat() < left["registered_to"] <= min(after).isoformat()


@pytest.mark.parametrize(("slug", "reason"), [("dying", "died"), ("deducted", "deducted")])
def test_leavers_have_a_plan_and_no_issue_after_leaving(slug: str, reason: str) -> None:
    (patient,) = of(slug, "patients")
    assert patient["left_reason"] == reason
    assert max(days(of(slug, "issues"))).isoformat() < patient["registered_to"]
    (plan,) = of(slug, "plans")
    assert plan["taper_start_on"] < patient["registered_to"]


def test_an_abrupt_stop_has_no_issue_for_four_months_and_an_active_plan() -> None:
    assert max(days(of("abrupt-stop", "issues"))) < date(2026, 5, 31)
    (plan,) = of("abrupt-stop", "plans")
    assert plan["status"] == "active"


def planned(slug: str) -> list[float]:
    return [float(row["planned_ome"]) for row in of(slug, "taper_steps") if row["actual_on"]]


def test_too_fast_falls_by_more_than_thirty_percent_in_a_step() -> None:
    doses = [180.0, *planned("too-fast")]
    assert max(1 - late / early for early, late in pairwise(doses)) > 0.3


@pytest.mark.parametrize(("slug", "status"), [("stalled", "active"), ("paused", "paused")])
def test_stalled_and_paused_differ_by_the_documented_pause(slug: str, status: str) -> None:
    (plan,) = of(slug, "plans")
    assert (plan["status"], bool(plan["paused_on"])) == (status, status == "paused")
    steps = [row["actual_on"] for row in of(slug, "taper_steps")]
    assert max(steps) < "2026-05"


def test_escalated_is_issued_more_than_before_the_plan() -> None:
    (plan,) = of("escalated", "plans")
    rows = of("escalated", "issues")
    before = {row["product"] for row in rows if row["issued_on"] < plan["started_on"]}
    latest = {row["product"] for row in rows if row["issued_on"] > "2026-06"}
    assert before == {"Zomorph 60mg modified-release capsules", "Zomorph 10mg modified-release capsules"}
    assert latest == {"Zomorph 60mg modified-release capsules", "Zomorph 30mg modified-release capsules"}


def test_excluded_patients_have_their_reason() -> None:
    (patient,) = of("excluded-cancer", "patients")
    assert patient["cancer_on"] > "2025"
    assert any(row["product"].startswith("Methadone") for row in of("excluded-methadone", "issues"))
    assert any(row["product"].startswith("Zomorph") for row in of("excluded-methadone", "issues"))


def test_best_interest_with_safeguards_and_without() -> None:
    (supported,) = of("best-interest-supported", "best_interest")
    (alone,) = of("best-interest-unsupported", "best_interest")
    talks = (
        "evidence_discussed",
        "harms_discussed",
        "dependence_discussed",
        "tapering_discussed",
        "biopsychosocial",
    )
    assert all(supported[talk] in ("discussed", "attempted") for talk in talks)
    assert supported["second_opinion"] in ("offered", "taken")
    assert supported["options_explained_on"]
    assert {alone[talk] for talk in talks} == {"not done"}
    assert (alone["second_opinion"], alone["options_explained_on"]) == ("not offered", "")
    for slug in ("best-interest-supported", "best-interest-unsupported"):
        assert [plan["consent"] for plan in of(slug, "plans")] == ["best interest"]


def test_the_opioid_falls_while_the_gabapentinoid_rises() -> None:
    assert planned("gabapentinoid-rising")[-1] == 100
    capsules = [
        row["product"] for row in of("gabapentinoid-rising", "issues") if "Pregabalin" in row["product"]
    ]
    assert (capsules[0], capsules[-1]) == ("Pregabalin 75mg capsules", "Pregabalin 300mg capsules")


def test_below_threshold_ends_at_80_and_stopped_at_nothing() -> None:
    assert planned("below-threshold")[-1] == 80
    assert planned("stopped")[-1] == 0
    assert max(days(of("stopped", "issues"))) < date(2026, 3, 1)


def test_practices_stand_out_as_told() -> None:
    referrals = {code: len(entity_rows(code, "referrals")) for code in ("SYN01", "SYN06")}
    assert referrals["SYN06"] == 0 < 40 < referrals["SYN01"]
    periods = {code: set(reading.table(code, "issues")) for code in ("SYN05", "SYN06")}
    assert periods["SYN06"] - periods["SYN05"] == {LAST}
    offered = [row["offered_on"][:4] for row in entity_rows("SYN02", "referrals")]
    assert offered.count("2024") > 2 * offered.count("2026")
    assert not entity_rows("SYN04", "plans")
    assert len(entity_rows("SYN04", "issues")) > 500


OME = {p.name: p.ome_per_unit or 0 for p in products() if p.unit in ("tablet", "capsule")}


def issued(code: str, first: str, last: str) -> float:
    """mg OME issued as tablets and capsules of 10 mg OME or more, from one month to another."""
    rows = [row for row in entity_rows(code, "issues") if first <= row["issued_on"][:7] <= last]
    strong = [row for row in rows if OME.get(row["product"], 0) >= 10]
    return sum(OME[row["product"]] * float(row["quantity"]) for row in strong)


def test_strong_opioids_fall_at_one_practice_and_rise_at_another() -> None:
    first, last = ("2024-07", "2024-12"), ("2026-04", "2026-09")
    assert issued("SYN01", *last) < 0.85 * issued("SYN01", *first)
    assert issued("SYN07", *last) > 1.2 * issued("SYN07", *first)

"""Who is at high risk though excluded, what is asked of practices, and what tables of rows say."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from reporting import people, release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.disclosure import NotPublishedError
from reporting.exhibits.data import reference
from reporting.exhibits.exhibit import Head
from reporting.exhibits.high_dose.together import together
from reporting.exhibits.kinds import also_measured
from reporting.exhibits.overview import questions
from reporting.exhibits.patients import substitution
from reporting.exhibits.referrals import rejected
from tests.reporting.snapshots import POLICY, counts, practice, publish

ICB = Scope.icb()
DAY = dt.date(2026, 9, 14)
HIGH_RISK = {
    "practice_code": "SYN01", "patient_key": "PAT01", "age_band": "55-64", "sex": "female",
    "substitution": "methadone", "substitution_on": DAY, "for_pain": "morphine", "for_pain_on": DAY,
    "pain_milli": 140_000, "all_dosed": True, "with_gabapentinoid": False, "with_sedative": False,
}  # fmt: skip
PEOPLE: list[dict[str, Any]] = [
    HIGH_RISK,
    {**HIGH_RISK, "patient_key": "PAT02", "all_dosed": False, "with_sedative": True},
    {**HIGH_RISK, "practice_code": "SYN02", "patient_key": "PAT03", "pain_milli": None, "all_dosed": False},
]


def ask(kind: str, key: str | None = None, day: dt.date | None = None, **more: Any) -> dict[str, Any]:
    return {"practice_code": "SYN01", "patient_key": key, "kind": kind, "on_day": day, "words": "", **more}


ASKED = [
    ask("large step planned", "PAT01", DAY, number=14.6),
    ask("review past due", "PAT01", DAY),
    ask("review past due", "PAT02", DAY),
    ask("review past due", "PAT09", DAY, practice_code="SYN02"),
    ask("issues after it closed", None, DAY, words="SYN02"),
    ask("search differs from our cohort", None, DAY, number=35.0, words="30 to 52"),
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    rows = [
        *counts("early_warning", "SYN01", [(3, 8000)] * 13),
        *counts("severe_pain", "SYN01", [(5, 9)]),
        *counts("rejected_reasons", "SYN01", [(2, 5)], category="another reason"),
        *counts("rejected_reasons", "SYN01", [(3, 5)], category="more information needed"),
    ]
    store = publish(
        tmp_path_factory.mktemp("watched"),
        {
            "practice": [practice("SYN01", name="Alder"), practice("SYN02", name="Birch")],
            "measure_month": rows,
            "substitution": PEOPLE,
            "quality_query": ASKED,
        },
    )
    return release.current(store)


def test_the_list_says_why_what_is_next_and_which_dose_is_known(snapshot: Snapshot) -> None:
    one, two = substitution.of_practice(snapshot, ICB, Selection(120, practice="SYN01"))
    assert (one.dose, two.dose) == ("140 mg", "140 mg or more")
    assert one.reasons == (
        (
            "Morphine (latest 14 Sep 2026) with methadone (latest 14 Sep 2026)",
            "Read the latest letters, and speak to the service, before any change",
        ),
    )
    assert [why for why, _ in two.reasons][1:] == [
        "An opioid for pain has no dose: the dose shown is not all",
        "And a benzodiazepine or z-drug",
    ]
    (three,) = substitution.of_practice(snapshot, ICB, Selection(120, practice="SYN02"))
    assert three.dose == "not known"  # never 0 mg


def test_the_head_of_a_practice_counts_them_and_the_icb_finds_them_by_practice(snapshot: Snapshot) -> None:
    here = Selection(120, practice="SYN01")
    head = substitution.on_head(Head("x", "More."), substitution.of_practice(snapshot, ICB, here))
    assert head.introduction == (
        "2 people take an opioid for pain with substitution therapy: see the first list. More."
    )
    assert substitution.on_head(Head("x", "More."), ()) == Head("x", "More.")
    table = substitution.by_practice(snapshot, ICB, Selection(120)).table
    assert table.to_dict("records") == [
        {"Practice": "Alder", "Code": "SYN01", "People": "2"},
        {"Practice": "Birch", "Code": "SYN02", "People": "1"},
    ]


def test_nobody_of_another_practice_is_found_and_nobody_of_real_data_leaves(snapshot: Snapshot) -> None:
    own = Scope("practice", frozenset({"SYN02"}))
    assert set(people.substitution(snapshot, own, Selection(120)).frame["patient_key"]) == {"PAT03"}
    assert set(people.questions(snapshot, own, Selection(120)).frame["patient_key"]) == {"PAT09"}
    for ask_for in (people.substitution, people.questions):
        with pytest.raises(NotPublishedError):
            ask_for(snapshot, ICB.of("published"), Selection(120))


def test_queries_are_counted_by_kind_and_worded_for_one_person(snapshot: Snapshot) -> None:
    table = questions.by_kind(snapshot, ICB, Selection(120)).table
    assert table.to_dict("records") == [
        {"Query": "Large step planned", "People": "1", "Practices": "1"},
        {"Query": "Review past due", "People": "3", "Practices": "2"},
        {"Query": "Search differs from our cohort", "People": "–", "Practices": "1"},
        {"Query": "Issues after it closed", "People": "–", "Practices": "1"},
    ]
    here = questions.of_people(snapshot, ICB, Selection(120, practice="SYN01")).table
    assert list(here["Query"]) == [
        "A step of 15% is planned: above 10%, beyond the range of the Faculty of Pain Medicine",
        "The next review was due on 14 Sep 2026",
        "The next review was due on 14 Sep 2026",
    ]
    assert list(questions.of_practices(snapshot, ICB, Selection(120)).table["Query"]) == [
        "Issues to 14 Sep 2026, after the practice’s last day; its list went to SYN02",
        "The practice’s search of 14 Sep 2026 leaves 35 people; we counted 30 to 52 then",
    ]


def test_every_kind_of_query_a_model_makes_has_its_words() -> None:
    models = Path(__file__).parents[4] / "etl" / "models" / "intermediate" / "queries"
    text = "".join(path.read_text("utf-8") for path in models.glob("query_*.sql"))
    assert all(f"'{kind}'" in text for kind in questions.ASKED)
    assert set(questions.OF_PEOPLE) < set(questions.ASKED)


def test_a_row_says_what_is_not_counted_with_a_dash(snapshot: Snapshot) -> None:
    rows = also_measured.AlsoMeasured(("early_warning", "severe_pain", "two_opioids"))(
        snapshot, ICB, Selection(120)
    )
    assert [list(row.values())[1:5] for row in rows.table.to_dict("records")] == [
        ["0.38 per 1,000", "3", "8,000", "0.38 per 1,000"],
        ["5 of 9", "5", "9", "–"],
        ["–", "", "", "–"],
    ]


def test_reasons_for_rejecting_stand_commonest_first(snapshot: Snapshot) -> None:
    table = rejected.rejected(snapshot, ICB, Selection(120)).table
    assert table.to_dict("records") == [
        {"Reason": "More information needed", "Referrals": "3", "Of": "5"},
        {"Reason": "Another reason", "Referrals": "2", "Of": "5"},
    ]


@pytest.mark.parametrize(
    ("naloxone", "is_told"),
    [(None, True), ({"offered_to": "cohort", "supplied_by": "practices", "valid_months": 12}, False)],
)
def test_the_definitions_say_why_naloxone_is_not_shown(
    tmp_path: Path, naloxone: dict[str, Any] | None, is_told: bool
) -> None:
    policy = json.dumps({**POLICY, "naloxone": naloxone})
    snapshot = release.current(publish(tmp_path, {"practice": [practice("SYN01")]}, policy_json=policy))
    decided = next(
        one
        for one in reference.listings(snapshot, ICB, Selection(120))
        if one.title == "What the ICB decided"
    )
    assert (reference.NO_NALOXONE in decided.words) == is_told
    assert ("naloxone" in set(decided.table["Section"])) != is_told


def test_a_chart_of_what_goes_with_opioids_leaves_naloxone_out_where_nothing_counts_it(
    snapshot: Snapshot,
) -> None:
    assert "naloxone_supplied" not in together(snapshot, ICB, Selection(120)).measures

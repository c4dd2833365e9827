"""What the pages say has not come: practices, months and extracts, at every count of them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from etl.build import build
from etl.load import load
from etl.store import Store
from measures import policy
from reporting import figures, release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.board import pages
from reporting.exhibits.coverage import coverage
from reporting.exhibits.data import completeness
from reporting.exhibits.data import extracts as received
from reporting.exhibits.overview import reasons
from reporting.exhibits.plans import page as plans
from reporting.exhibits.referrals import page as referrals
from reporting.exhibits.safeguards import items as safeguards
from reporting.exhibits.tapering import page as tapering
from reporting.exhibits.wording import months_words
from reporting.ui.layout import freshness
from reporting.ui.session import View
from tests.etl import extracts
from tests.reporting.snapshots import DATA_TO, Rows, complete_months, counts, month, practice, publish

ICB, ALL = Scope.icb(), Selection(120)
COMPLETE = "Every extract has come, from each practice’s first month to Sep 2026."

# Practice → (last day of its data, months back in which extracts lack: “issues” or the others).
Sent = dict[str, tuple[dt.date | None, dict[int, str]]]


def published(folder: Path, sent: Sent, incomplete: tuple[str, ...] = (), **tables: Rows) -> Snapshot:
    """Practices of these names; incomplete: those not complete in September, whatever they sent."""
    practices = [
        practice(code, name=code.title(), data_to=to, data_from=to and month(29), clinical_system="emis")
        for code, (to, _) in sent.items()
    ]
    rows: list[dict[str, Any]] = []
    for code, (to, gaps) in sent.items():
        for back in range(30):
            lacking = gaps.get(back, "")
            late = "late" if to is None or month(back) > to else "missing" if lacking == "issues" else ""
            others = "" if late else lacking
            state = late or ("partial" if others else "received")
            rows.append({"practice_code": code, "month": month(back), "state": state, "lacking": others})
    done = [
        {**row, "complete": (row["practice_code"], row["month"]) not in {(c, month(0)) for c in incomplete}}
        for row in complete_months(practices)
    ]
    made = {"practice": practices, "quality_coverage": rows, "practice_month": done, **tables}
    return release.current(publish(folder, made))


WHOLE = (DATA_TO, dict[int, str]())
# What was sent, which are not complete in September → the strip, the captions, the mark, the slide.
CASES: dict[str, tuple[Sent, tuple[str, ...], tuple[str, ...], str, str, str]] = {
    "nothing is missing": (
        {"ASH": WHOLE, "BAY": WHOLE}, (),
        (COMPLETE,),
        "all 2 practices", "2 of 2 practices to Sep 2026", "2 practices of 2 sent complete data",
    ),
    "a middle month": (
        {"ASH": WHOLE, "BAY": (DATA_TO, {6: "issues"})}, (),
        ("1 practice lacks months: Bay (Mar 2026).",),
        "2 practices (months missing: Bay, Mar 2026)",
        "2 of 2 practices to Sep 2026, 1 with extracts missing", "1 practice of 2 sent complete data",
    ),
    "months here and there of several": (
        {"ASH": (DATA_TO, {6: "issues", 5: "issues", 10: "issues"}), "BAY": (DATA_TO, {4: "issues"})}, (),
        ("2 practices lack months: Ash (Nov 2025, Mar to Apr 2026) and Bay (May 2026).",),
        "2 practices (months missing: Ash, Nov 2025, Mar to Apr 2026 and Bay, May 2026)",
        "2 of 2 practices to Sep 2026, 2 with extracts missing", "no practices of 2 sent complete data",
    ),
    "a month that the latest figures need": (
        {"ASH": WHOLE, "BAY": (DATA_TO, {1: "issues"})}, ("BAY",),
        ("Awaited and left out, not counted as zero: Bay (Aug 2026 missing).",),
        "1 of 2 practices (awaited and left out: Bay, Aug 2026 missing)",
        "1 of 2 practices to Sep 2026", "1 practice of 2 sent complete data",
    ),
    "late, with a gap before": (
        {"ASH": WHOLE, "BAY": (dt.date(2026, 7, 31), {9: "issues"})}, (),
        (
            "Awaited and left out, not counted as zero: Bay (last Jul 2026).",
            "1 practice lacks months: Bay (Dec 2025).",
        ),
        "1 of 2 practices (awaited and left out: Bay, last Jul 2026; months missing: Bay, Dec 2025)",
        "1 of 2 practices to Sep 2026", "1 practice of 2 sent complete data",
    ),
    "listed, and nothing ever came": (
        {"ASH": WHOLE, "BAY": (None, {})}, (),
        ("Awaited and left out, not counted as zero: Bay (nothing received).",),
        "1 of 2 practices (awaited and left out: Bay, nothing received)",
        "1 of 2 practices to Sep 2026", "1 practice of 2 sent complete data",
    ),
    "no list size": (
        {"ASH": WHOLE, "BAY": WHOLE}, ("BAY",),
        ("Awaited and left out, not counted as zero: Bay (no list size).",),
        "1 of 2 practices (awaited and left out: Bay, no list size)",
        "1 of 2 practices to Sep 2026", "1 practice of 2 sent complete data",
    ),
    "other extracts": (
        {"ASH": (DATA_TO, {6: "patients, plans"}), "BAY": (DATA_TO, {6: "patients, plans", 3: "referrals"})},
        (),
        (
            "2 practices lack other extracts: patients and plans, Mar 2026 (Ash and Bay); referrals, "
            "Jun 2026 (Bay).",
        ),
        "2 practices (other extracts missing from 2 practices)",
        "2 of 2 practices to Sep 2026, 2 with extracts missing", "no practices of 2 sent complete data",
    ),
    "an extract that never came from anybody": (
        {code: (DATA_TO, dict.fromkeys(range(30), "best_interest")) for code in ("ASH", "BAY")}, (),
        ("2 practices lack other extracts: best interest, Apr 2024 to Sep 2026 (Ash and Bay).",),
        "2 practices (other extracts missing from 2 practices)",
        "2 of 2 practices to Sep 2026, 2 with extracts missing", "no practices of 2 sent complete data",
    ),
    "one practice alone": (
        {"BAY": (DATA_TO, {6: "issues", 3: "plans"})}, (),
        (
            "1 practice lacks months: Bay (Mar 2026).",
            "1 practice lacks other extracts: plans, Jun 2026 (Bay).",
        ),
        "1 practice (months missing: Mar 2026; other extracts missing)",
        "1 of 1 practices to Sep 2026, 1 with extracts missing", "no practices of 1 sent complete data",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_has_not_come_is_said_wherever_completeness_is(case: str, tmp_path: Path) -> None:
    sent, incomplete, strip, caption, mark, slide = CASES[case]
    snapshot = published(tmp_path, sent, incomplete)
    found = coverage(snapshot, ICB, ALL)
    assert found.missing("Sep 2026") == strip
    assert found.words() == caption
    assert freshness(View(snapshot, ICB, ALL)) == f"Synthetic data · {mark}"
    inside, outside = (
        pages.data_quality(snapshot, ICB.of(edition), ALL) for edition in ("internal", "published")
    )
    assert inside.headline.lower() == outside.headline.lower() == slide
    told, published_words = (" ".join(pack.table["In words"]) for pack in (inside, outside))
    assert not [name for name in ("Ash", "Bay") if name in f"{published_words} {outside.caption}"]
    every = [
        *found.gaps,
        *((name, one.months) for one in found.lacking for name in one.practices),
        *found.awaited,
    ]
    assert all(name in told and when in told for name, when in every)
    assert ("All are in the figures of Sep 2026" in told) == (not found.awaited)


def test_extracts_that_were_not_loaded_are_missing_from_the_release(tmp_path: Path) -> None:
    """Two practices send May, June, August and September; one of them July too. Neither sends plans."""
    store, files = Store(tmp_path / "store", create=True), tmp_path / "in"
    for code, months in (("TST01", (5, 6, 8, 9)), ("TST02", (5, 6, 7, 8, 9))):
        for n in months:
            rows = [extracts.Issue(f"{code}P{at}", dt.date(2026, n, 1), quantity=62) for at in range(3)]
            people = [extracts.Patient(f"{code}P{at}") for at in range(3)]
            for name, lines in (
                ("patients", extracts.patients("plain", people, code)),
                ("issues", extracts.issues("plain", rows, code)),
            ):
                extracts.write(files, f"{code}_{name}_2026-{n:02d}", "plain", lines)
    listed = [extracts.practices(tmp_path, ("TST01", "TST02", "TST03")), extracts.list_sizes(tmp_path)]
    assert all(receipt.outcome == "accepted" for receipt in load([*listed, files], store))
    build(store, policy.load())
    snapshot = release.current(store.folder)
    found = coverage(snapshot, ICB, ALL)
    others = "reviews, plans, taper steps, referrals, practice plans and best interest"
    assert found.missing("Sep 2026") == (
        "Awaited and left out, not counted as zero: Surgery TST01 (Jul 2026 missing) and Surgery TST03 "
        "(nothing received).",
        f"2 practices lack other extracts: {others}, May to Jun 2026, Aug to Sep 2026 (Surgery TST01); "
        f"{others}, May to Sep 2026 (Surgery TST02).",
    )
    (rate,) = figures.measure_by_practice(
        snapshot, ICB, ALL, ["high_dose_prevalence"], [120], [snapshot.info.last_month]
    ).frame["practice_code"]
    assert rate == "TST02"  # and the captions say so
    assert coverage(snapshot, ICB, ALL).words().startswith("1 of 3 practices (awaited and left out: ")


# People in no patient extract: practice, pseudonym, issues of opioids, dose now, whether one is in no dose.
Stranger = tuple[str, str, int, int, bool]


@pytest.mark.parametrize(
    ("strangers", "said"),
    [
        ([], ""),
        ([("ASH", "P1", 0, 0, False)], ""),  # a gabapentinoid alone; Completeness lists them
        (
            [("ASH", "P1", 3, 60_000, False)],
            "1 person with opioid issues is in no patient extract; that person is in no figure.",
        ),
        (
            [("ASH", "P1", 3, 120_001, False), ("ASH", "P2", 1, 120_000, False)],
            "2 people with opioid issues are in no patient extract; they are in no figure: 1 would be above "
            "120 mg.",
        ),
        (
            [("ASH", "P1", 3, 150_000, True), ("ASH", "P2", 1, 0, True), ("BAY", "P3", 1, 50_000, True)],
            "3 people with opioid issues are in no patient extract; they are in no figure: 1 would be above "
            "120 mg, of 2 the dose is not known.",
        ),
        (  # one person at two practices is one
            [("ASH", "P1", 3, 150_000, False), ("BAY", "P1", 1, 150_000, False)],
            "1 person with opioid issues is in no patient extract; that person is in no figure: 1 would be "
            "above 120 mg.",
        ),
    ],
)
def test_people_in_no_patient_extract_are_told_of(
    strangers: list[Stranger], said: str, tmp_path: Path
) -> None:
    snapshot = published(tmp_path, {"ASH": WHOLE, "BAY": WHOLE}, unknown_person=unknown(strangers))
    found = coverage(snapshot, ICB, ALL)
    assert found.unknown_people == said
    assert found.missing("Sep 2026") == ((COMPLETE, said) if said else (COMPLETE,))
    here = coverage(snapshot, ICB, Selection(120, practice="BAY")).unknown_people
    assert bool(here) == any(code == "BAY" and n for code, _, n, _, _ in strangers)


def unknown(strangers: list[Stranger]) -> Rows:
    names = ("practice_code", "patient_key", "opioid_issues", "current_ome_milli", "without_dose")
    rows = [dict(zip(names, row, strict=True)) for row in strangers]
    return [{**row, "issues": 4, "last_issued_on": dt.date(2026, 9, 10)} for row in rows]


def test_completeness_counts_people_in_no_patient_extract_by_practice(tmp_path: Path) -> None:
    strangers = unknown(
        [("ASH", "P1", 3, 150_000, False), ("ASH", "P2", 0, 0, False), ("BAY", "P1", 1, 0, True)]
    )
    issues = [{"practice_code": code, "issues": 200, "unknown": 8} for code in ("ASH", "BAY")]
    snapshot = published(
        tmp_path, {"ASH": WHOLE, "BAY": WHOLE}, unknown_person=strangers, quality_unknown=issues
    )
    listing = completeness.completeness(snapshot, ICB, ALL).listings[-1]
    assert listing.table.to_dict("records") == [
        {"Practice": "Ash (ASH)", "People": 2, "Opioid dose above 120 mg": 1, "Dose not known": 0,
         "Their issues": "4% (8 of 200)", "Latest issue": "10 Sep 2026"},
        {"Practice": "Bay (BAY)", "People": 1, "Opioid dose above 120 mg": 0, "Dose not known": 1,
         "Their issues": "2% (4 of 200)", "Latest issue": "10 Sep 2026"},
    ]  # fmt: skip
    every = completeness.UnknownPeople()(snapshot, ICB, ALL)
    assert list(zip(every["practice_code"], every["patient_key"], strict=True)) == [
        ("ASH", "P1"), ("ASH", "P2"), ("BAY", "P1"),
    ]  # fmt: skip
    assert "current_ome_milli" not in every
    own = completeness.UnknownPeople(frozenset({"BAY"}))(snapshot, ICB, ALL)
    assert list(own["patient_key"]) == ["P1"]
    only = completeness.UnknownPeople()(snapshot, Scope("data", frozenset({"BAY"})), ALL)
    assert list(only["practice_code"]) == ["BAY"]


def test_many_practices_are_counted_and_the_first_named(tmp_path: Path) -> None:
    names = [f"P{n:02d}" for n in range(12)]
    found = coverage(published(tmp_path, {name: (DATA_TO, {6: "issues"}) for name in names}), ICB, ALL)
    (said,) = found.missing("Sep 2026")
    assert said == ("12 practices lack months: P00 (Mar 2026), P01 (Mar 2026), P02 (Mar 2026) and 9 more.")


def test_a_gap_before_the_period_is_no_gap_of_its_charts(tmp_path: Path) -> None:
    snapshot = published(tmp_path, {"ASH": (DATA_TO, {20: "issues"})})
    assert coverage(snapshot, ICB, Selection(120, years=1)).words() == "1 practice"
    assert coverage(snapshot, ICB, ALL).words() == "1 practice (months missing: Jan 2025)"


def test_an_area_is_told_of_its_own_practices_only(tmp_path: Path) -> None:
    snapshot = published(tmp_path, {"ASH": WHOLE, "BAY": (DATA_TO, {6: "issues"})})
    assert coverage(snapshot, ICB, Selection(120, practice="ASH")).missing("Sep 2026") == (COMPLETE,)
    only = Scope("data", frozenset({"ASH"}))
    assert coverage(snapshot, only, None).missing("Sep 2026") == (COMPLETE,)
    nowhere = coverage(snapshot, ICB, Selection(120, pcn="Nowhere")).missing("Sep 2026")
    assert nowhere == ("No practice matches these filters. Clear the PCN or practice filter.",)


def test_completeness_names_every_month_and_extract_of_each_practice(tmp_path: Path) -> None:
    gaps = {**dict.fromkeys(range(3, 12, 2), "issues"), 4: "plans, referrals"}
    snapshot = published(tmp_path, {"ASH": WHOLE, "BAY": (DATA_TO, gaps)})
    found = completeness.completeness(snapshot, ICB, ALL)
    assert found.head.headline == "2 of 2 practices have sent data to Sep 2026; 1 of them lacks an extract"
    rows = {row["Practice"]: row for row in found.listings[0].table.to_dict("records")}
    assert (rows["Ash"]["Months missing"], rows["Ash"]["Other extracts missing"]) == ("", "")
    assert rows["Bay"]["Months missing"] == "Oct 2025, Dec 2025 and 3 more months"
    assert rows["Bay"]["Other extracts missing"] == "plans and referrals, May 2026"
    boxes = {name: lacking for name, _, lacking in received.received(snapshot, ICB, ALL).rows}
    assert boxes["Bay (BAY)"][-5] == "plans, referrals" and set(boxes["Ash (ASH)"]) == {""}


@pytest.mark.parametrize(
    ("back", "words"),
    [
        ([], ""),
        ([6], "Mar 2026"),
        ([8, 7], "Jan to Feb 2026"),
        ([10, 9, 8], "Nov 2025 to Jan 2026"),
        ([10, 8, 6], "Nov 2025, Jan 2026, Mar 2026"),
        ([12, 10, 8, 6, 5], "Sep 2025, Nov 2025 and 3 more months"),
    ],
)
def test_months_are_told_in_runs(back: list[int], words: str) -> None:
    assert months_words([month(n) for n in back]) == words


def test_nothing_is_due_only_where_records_of_decisions_came(tmp_path: Path) -> None:
    none = counts("safeguards_complete", "ASH", [(0, 0)] * 3, 0)
    whole = published(tmp_path / "whole", {"ASH": WHOLE}, measure_month=none)
    assert safeguards.nobody(whole, ICB, ALL).endswith("Nothing is due.")
    without = published(tmp_path / "without", {"ASH": (DATA_TO, {6: "best_interest"})}, measure_month=none)
    assert safeguards.nobody(without, ICB, ALL) == (
        "No best-interest reduction is recorded here in the 12 months to Sep 2026, but records have not come "
        "for every month from Ash."
    )


@pytest.mark.parametrize(
    ("lacking", "finding", "step"),
    [
        ({}, "No referral offered in 12 months", "Ask what stands in the way; send the list of services"),
        ({6: "referrals"}, "No referral is known of in 12 months", "Ask for its extracts of referrals, "
         "which have not come for every month"),
        ({20: "referrals"}, "No referral offered in 12 months", "Ask what stands in the way; send the list "
         "of services"),
    ],
)  # fmt: skip
def test_a_practice_whose_referrals_did_not_come_is_not_said_to_offer_none(
    tmp_path: Path, lacking: dict[int, str], finding: str, step: str
) -> None:
    codes = [f"P{n:02d}" for n in range(8)]
    rows = [row for code in codes for row in counts("referral_offered", code, [(8, 20)])]
    rows += counts("referral_offered", "ASH", [(0, 30)])
    sent: Sent = {**dict.fromkeys(codes, WHOLE), "ASH": (DATA_TO, lacking)}
    found = reasons.reasons(published(tmp_path, sent, measure_month=rows), ICB, ALL).shown
    assert [(one.finding, one.next_step) for one in found if one.code == "ASH"] == [(finding, step)]


@pytest.mark.parametrize(
    ("page", "extract", "none", "unknown"),
    [
        (plans, "reviews", "Nobody on a high dose to review", "Reviews are not known"),
        (referrals, "referrals", "Nobody on a high dose to refer", "Referrals are not known"),
        (tapering, "plans", "No taper plans to judge", "Taper plans are not known"),
    ],
)  # fmt: skip
def test_what_no_practice_sent_is_not_said_to_be_none(
    page: Any, extract: str, none: str, unknown: str, tmp_path: Path
) -> None:
    whole = published(tmp_path / "whole", {"ASH": WHOLE})
    assert page.head(whole, ICB, ALL).headline == f"{none} in Example ICB"
    without = published(tmp_path / "without", {"ASH": (DATA_TO, {0: extract})})
    found = page.head(without, ICB, ALL)
    assert found.headline == f"{unknown} in Example ICB"
    assert f"What was not sent is not known: {extract}, Sep 2026 (Ash)." in str(found)

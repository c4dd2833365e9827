"""One practice beside similar ones, on numbers small enough to check by eye."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.disclosure import NotClearedError
from reporting.exhibits.compare.page import CompareHead
from reporting.exhibits.compare.similar import Nearest, SimilarListing, similar
from reporting.exhibits.compare.standing import Standing, standings
from reporting.exhibits.compare.strips import Strips, strips_headline
from reporting.release import current
from tests.reporting.snapshots import DATA_TO, LAST, Rows, counts, practice, publish

ICB = Scope.icb()
NAMES = ("Alder", "Birch", "Cherry", "Dove", "Elm", "Fox", "Great", "Hazel")
AUGUST = LAST.replace(month=8)
CODES = [f"SYN{n:02}" for n in range(1, 9)]
HERE = Selection(120, practice="SYN01")
LISTED = (8_000, 8_100, 8_200, 8_300, 8_400, 8_500, 30_000, 8_000)  # SYN07 is far larger, SYN08 is awaited


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return current(publish(tmp_path_factory.mktemp("compare"), tables()))


def tables() -> dict[str, Rows]:
    names = dict(zip(CODES, NAMES, strict=True))
    return {
        "practice": [practice(c, name=names[c], data_to=AUGUST if c == "SYN08" else DATA_TO) for c in CODES],
        "measure_month": [row for code in CODES for row in measures(code)],
        "measure_group": [row for code, n in zip(CODES, LISTED, strict=True) for row in ages(code, n)],
        "patient_month": [
            {"practice_code": c, "patient_key": f"{c}-0", "month": LAST, "is_adult": True, "imd_quintile": 3}
            for c in CODES
        ],
    }


def measures(code: str) -> Rows:
    """SYN01: 40 of 8,000 on a high dose, its like 8 of 8,000; reviewed 5 of 20, its like 15 of 20."""
    own = code == "SYN01"
    if code == "SYN08":
        return []
    rows = counts("high_dose_prevalence", code, [(40 if own else 8, 8_000)])
    rows += counts("high_dose_prevalence", code, [(10, 8_000)], threshold=90)
    rows += counts("reviewed_6_months", code, [(5 if own else 15, 20)])
    rows += counts("red_speed", code, [(2, 7)])
    rows += counts("best_interest_reductions", code, [(30 if own else 1, 20)])
    return rows


def ages(code: str, registered: int) -> Rows:
    month = AUGUST if code == "SYN08" else LAST
    bands = {"45-54": registered - registered // 5, "65-74": registered // 5}
    return [
        {"measure": "ome_burden", "threshold": 0, "dimension": "age_band", "category": band,
         "practice_code": code, "month": month, "numerator": 1, "denominator": people}
        for band, people in bands.items()
    ]  # fmt: skip


def row_of(snapshot: Snapshot, measure: str, scope: Scope = ICB) -> Standing:
    found = standings(snapshot, scope, HERE, Nearest(5)).rows
    return next(row for row in found if row.measure == measure and row.threshold != 90)


def test_the_five_nearest_are_those_of_like_size_and_not_those_awaited(snapshot: Snapshot) -> None:
    found = similar(snapshot, ICB, HERE, Nearest(5))
    assert found.codes == ("SYN02", "SYN03", "SYN04", "SYN05", "SYN06")
    assert found.awaited == ("Hazel",)


def test_another_takes_the_place_of_one_left_out(snapshot: Snapshot) -> None:
    found = similar(snapshot, ICB, HERE, Nearest(5, ("SYN03",)))
    assert found.codes == ("SYN02", "SYN04", "SYN05", "SYN06", "SYN07")


def test_a_practice_is_judged_against_its_like_added_up(snapshot: Snapshot) -> None:
    dose = row_of(snapshot, "high_dose_prevalence")
    assert (dose.value, dose.together) == (0.005, 0.001) and dose.others == (0.001,) * 5
    assert (dose.word, dose.role) == ("higher", "concern")
    reviewed = row_of(snapshot, "reviewed_6_months")
    assert (reviewed.together, reviewed.word, reviewed.role) == (0.75, "lower", "concern")
    assert reviewed.area == (5 + 6 * 15) / 140


def test_more_events_than_people_have_an_interval_and_no_good_direction(snapshot: Snapshot) -> None:
    row = row_of(snapshot, "best_interest_reductions")
    assert row.value == 1.5 and row.interval is not None and row.interval[0] > 1
    assert (row.word, row.role) == ("higher", "neutral")


def test_fewer_than_eight_people_are_said_and_not_compared(snapshot: Snapshot) -> None:
    row = row_of(snapshot, "red_speed")
    assert (row.word, row.value, row.interval) == ("too few", None, None)
    table = Strips(Nearest(5))(snapshot, ICB, HERE).table.set_index("Measure")
    assert table.loc["Fell by more than 30% in 28 days", "Finding"] == "too few people to compare"


def test_the_page_says_where_the_practice_stands(snapshot: Snapshot) -> None:
    head = CompareHead(Nearest(5))(snapshot, ICB, HERE).head
    assert (
        head.headline
        == "Alder has more people on a high-dose opioid than similar practices; 2 measures need a look"
    )
    assert "Three measures of the 4 compared differ from the 5 most similar practices" in head.introduction
    shown = Strips(Nearest(5))(snapshot, ICB, HERE)
    assert shown.headline.startswith("Needs a look: ")
    assert shown.figure is not None and "awaited and left out: Hazel" in shown.caption
    assert "Coloured only where 9 in 10 sure" in shown.caption
    assert shown.alt.startswith("14 measures of Alder beside 5 similar practices: On a high-dose opioid")


def test_fewer_than_five_others_are_not_shown(snapshot: Snapshot) -> None:
    few = Nearest(5, ("SYN02", "SYN03"))
    assert similar(snapshot, ICB, HERE, few).codes == ()
    shown = Strips(few)(snapshot, ICB, HERE)
    assert "Only 4 other practices have" in shown.caption and set(shown.table["Finding"]) <= {
        "not compared",
        "too few people to compare",
    }
    assert CompareHead(few)(snapshot, ICB, HERE).head.headline == "Alder cannot be compared yet"
    assert SimilarListing(few)(snapshot, ICB, HERE).table.empty
    assert strips_headline(standings(snapshot, ICB, HERE, few)).startswith("Its own figures")


def test_a_practice_lead_sees_the_others_added_up_and_never_by_name(snapshot: Snapshot) -> None:
    lead = Scope("practice", frozenset({"SYN01"}))
    row = row_of(snapshot, "high_dose_prevalence", lead)
    assert (row.value, row.together, row.others) == (0.005, 0.001, ())
    told = figures.published_of_icb(snapshot, lead, ["high_dose_prevalence"], [120]).frame.iloc[0]
    assert told["numerator"] % 5 == 0 and row.area == told["numerator"] / told["denominator"]
    assert "Example ICB, published" in Strips(Nearest(5))(snapshot, lead, HERE).table
    shown, listing = (
        Strips(Nearest(5))(snapshot, lead, HERE),
        SimilarListing(Nearest(5))(snapshot, lead, HERE),
    )
    everything = f"{shown} {shown.figure.to_json()} {shown.table.to_json()} {listing}"  # type: ignore[union-attr]
    assert not [name for name in ("Birch", "Cherry", "Great", "SYN02") if name in everything]
    assert "5 practices, shown added up and not by name." in listing.nothing


def test_a_practice_lead_s_own_practices_are_no_part_of_the_others(snapshot: Snapshot) -> None:
    lead = Scope("practice", frozenset({"SYN01", "SYN02"}))
    asked = (["high_dose_prevalence"], [120], LAST)
    assert figures.measures_together(snapshot, lead, CODES[:6], *asked).frame.empty  # four are left
    whole = figures.measures_together(snapshot, lead, CODES[:7], *asked).frame
    assert list(whole["practices"]) == [5] and list(whole["numerator"]) == [40]


def test_unknown_and_empty_selections_are_sentences(snapshot: Snapshot) -> None:
    ask = CompareHead()
    assert ask(snapshot, ICB, Selection(120)).choices[0] == "Alder (SYN01)"
    assert ask(snapshot, ICB, Selection(120, practice="none")).nothing.startswith(
        "No data have been received"
    )
    awaited = Selection(120, practice="SYN08")
    assert "do not reach back" in ask(snapshot, ICB, awaited).nothing
    assert Strips()(snapshot, ICB, awaited).figure is None
    stranger = Scope("practice", frozenset({"SYN02"}))
    assert ask(snapshot, stranger, HERE).nothing.startswith("No data have been received")


def test_rows_of_others_by_name_would_be_stopped(snapshot: Snapshot) -> None:
    from reporting.release import read

    with pytest.raises(NotClearedError):
        read(snapshot, Scope("practice", frozenset({"SYN01"})), "SELECT practice_code FROM measure_group")


def test_the_sample_has_ten_similar_practices(sample_store: Path) -> None:
    release = current(sample_store)
    table = SimilarListing(Nearest())(release, ICB, HERE).table
    assert len(table) == 10 and table["Distance"].is_monotonic_increasing
    assert "Bellweather (SYN05)" not in set(table["Practice"])

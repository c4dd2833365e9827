"""What every exhibit carries, whatever it shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from plotly.graph_objects import Figure

from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.data import completeness, extracts, medicines, reference
from reporting.exhibits.exhibit import Exhibit, definition
from reporting.exhibits.high_dose import page as high_dose
from reporting.exhibits.overview import cards
from reporting.exhibits.plans import page as plans
from reporting.exhibits.referrals import page as referrals
from reporting.exhibits.tapering import page as tapering
from reporting.guidance.links import named_in
from tests.reporting.makers import OF_AREAS

Maker = Callable[[Snapshot, Scope, Selection], Exhibit]
ICB = Scope.icb()
MAKERS: tuple[Maker, ...] = (*OF_AREAS, plans.caseload)


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize("threshold", [90, 120])
def test_an_exhibit_says_what_where_from_and_for_when(
    snapshot: Snapshot, maker: Maker, threshold: int
) -> None:
    shown = maker(snapshot, ICB, Selection(threshold))
    assert (shown.figure is not None) != (shown.matrix is not None) and not shown.empty
    drawn = (shown.figure, shown.narrow and shown.narrow(), shown.slide and shown.slide())
    for figure in filter(None, drawn):
        assert not isinstance(figure, str)
        Figure(figure.to_dict())  # plotly checks every value, which the canvas does not
    assert shown.alt and not shown.alt.isspace()
    assert "(n = " in shown.subtitle
    assert (
        "5 of 6 practices (awaited and left out: Foxglove, last Jul 2026), data to 30 Sep 2026"
        in shown.caption
    )
    assert "OME is not for switching drugs. Synthetic data." in shown.caption
    assert len(shown.table) > 0
    assert all("_" not in column for column in shown.table.columns)
    for measure in shown.measures:
        assert definition(snapshot, ICB, measure).numerator


@pytest.mark.parametrize("maker", MAKERS)
def test_no_chart_names_a_resource_since_it_holds_no_link(snapshot: Snapshot, maker: Maker) -> None:
    shown = maker(snapshot, ICB, Selection(120))
    drawn = [figure.to_json() for figure in (shown.figure, shown.narrow and shown.narrow()) if figure]
    assert named_in(*map(str, drawn), shown.headline, shown.alt) == ()


@pytest.mark.parametrize("maker", MAKERS)
def test_an_exhibit_without_practices_says_so(snapshot: Snapshot, maker: Maker) -> None:
    shown = maker(snapshot, ICB, Selection(120, place="South", pcn="Eastvale"))
    assert shown.figure is None and shown.matrix is None and shown.headline and shown.empty.endswith(".")


@pytest.mark.parametrize("maker", MAKERS)
def test_an_exhibit_of_one_practice_stands(snapshot: Snapshot, maker: Maker) -> None:
    shown = maker(snapshot, ICB, Selection(120, practice="SYN03"))
    assert (shown.figure is None and shown.matrix is None) == bool(shown.empty)


def test_a_phone_has_its_own_figure_where_the_desk_one_would_not_fit(snapshot: Snapshot) -> None:
    shown = referrals.STAGES(snapshot, ICB, Selection(120))
    assert shown.narrow is not None and shown.figure is not None
    assert shown.narrow().layout.height > shown.figure.layout.height


@pytest.mark.parametrize("maker", [high_dose.PRACTICES, high_dose.FUNNEL, tapering.BELOW_NOW, referrals.SEEN])
def test_a_chart_of_all_on_a_page_of_one_practice_says_so(snapshot: Snapshot, maker: Maker) -> None:
    here = Selection(120, practice="SYN03")
    assert maker(snapshot, ICB, here).subtitle.startswith("All of Example ICB: ")
    assert "All of" not in maker(snapshot, ICB, here.among()).subtitle


def test_the_selected_practice_is_marked_among_the_others(snapshot: Snapshot) -> None:
    shown = high_dose.PRACTICES(snapshot, ICB, Selection(120, practice="SYN03"))
    words = [note.text for note in shown.figure.layout.annotations]  # type: ignore[union-attr]
    assert "▸ Cherry Orchard" in words and "3 other practices" in words


def test_the_overview_has_its_cards_with_their_counts(snapshot: Snapshot) -> None:
    found = cards.overview(snapshot, ICB, Selection(120))
    assert [card.title for card in found.cards] == [
        "Opioid above 90 mg a day",
        "Opioid above 120 mg a day",
        "Gabapentinoid, high dose",
        "Opioid with gabapentinoid",
        "Coming down step by step",
        "Seen by a service",
    ]
    assert [found.cards[at].value for at in (2, 4, 5)] == ["1.06", "50%", "17%"]
    assert found.cards[1].of == "72 of 35,000 adults"


def test_completeness_names_what_is_awaited(snapshot: Snapshot) -> None:
    found = completeness.completeness(snapshot, ICB, Selection(120))
    assert found.head.headline == "5 of 6 practices have sent data to Sep 2026"
    own = [Scope("practice", frozenset({code})) for code in ("SYN01", "SYN06")]
    assert [completeness.completeness(snapshot, one, Selection(120)).head.headline for one in own] == [
        "Alder Street has sent data to Sep 2026",
        "Data of Foxglove to Sep 2026 are awaited",
    ]
    assert found.covered.awaited == (("Foxglove", "last Jul 2026"),)
    assert [listing.title for listing in found.listings] == [
        "Practices",
        "Months that wait for a part",
        "Rows left out",
        "List sizes that cannot be right",
        "Columns left out",
        "People in no patient extract",
    ]
    tables = {listing.title: listing.table for listing in found.listings}
    assert tables["Months that wait for a part"].values.tolist() == [
        ["SYN06", "issues", "2026-08", "2026-08", "1", "2, 3"]
    ]
    assert tables["Rows left out"].values.tolist() == [
        ["a.csv", "SYN01", "issues", "2026-09", 3, "removed from the record (2); a line of totals (1)"]
    ]


def test_each_practice_and_month_has_a_state(snapshot: Snapshot) -> None:
    found = extracts.received(snapshot, ICB, Selection(120, years=1))
    assert (len(found.months), found.months[-1], len(found.rows)) == (12, "Sep 2026", 6)
    states = {name: states for name, states, _ in found.rows}
    assert states["Foxglove (SYN06)"] == (*["received"] * 10, "parts", "late")
    assert found.shown == ("received", "parts", "late")
    assert extracts.received(snapshot, ICB, Selection(120, practice="none")).rows == ()


def test_rare_texts_are_counted_among_those_that_wait(snapshot: Snapshot) -> None:
    found = medicines.medicines(snapshot, ICB, Selection(120))
    assert found.head.headline == "1 product text and 1 direction wait for a person"
    assert all(listing.table.empty and "fewer than 8 people" in listing.nothing for listing in found.waiting)


def test_the_reference_lists_every_measure_and_factor(snapshot: Snapshot) -> None:
    assert "On a high-dose opioid" in {one.name for one in reference.measures(snapshot, ICB, Selection(120))}
    listings = {one.title: one for one in reference.listings(snapshot, ICB, Selection(120))}
    factors = listings["OME factors"].table
    assert {"morphine", "fentanyl", "buprenorphine"} <= set(factors["Opioid"])
    assert factors["Source"].str.len().min() > 0


def test_the_definition_of_a_dose_alone_changes_the_count(snapshot: Snapshot) -> None:
    def counted(threshold: int) -> dict[str, int]:
        listings = {one.title: one for one in reference.listings(snapshot, ICB, Selection(threshold))}
        table = listings["What the definition of a dose does"].table
        assert list(table[table["Used here"] == "yes"]["Definition"]) == ["Stock carried forward"]
        return dict(zip(table["Definition"], table["People"], strict=True))

    assert list(counted(120).values()) == [5, 0, 5, 0, 5]  # one adult in each of the five complete practices
    assert list(counted(90).values()) == [5, 0, 5, 5, 5]

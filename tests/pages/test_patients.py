"""The patients and medicines pages as a person uses them, over the sample."""

from __future__ import annotations

from pathlib import Path

from reporting import queries
from reporting.access import Scope, Selection
from tests.pages.conftest import Opened
from tests.pages.test_dashboard import charts, words_everywhere

PRACTICE, AWAITED = "Quayside (SYN01)", "Bellweather (SYN05)"


def keys(store: Path, code: str) -> list[str]:
    frame = queries.people(queries.current(store), Scope.icb(), Selection(120, practice=code)).frame
    return list(frame["patient_key"])


def test_the_list_opens_with_somebody_s_timeline_and_working(opened: Opened, sample_store: Path) -> None:
    app = opened("practice/patients", store=sample_store, practice=PRACTICE)
    shown = words_everywhere(app)
    assert "at Quayside have something to look into" in shown
    assert "Synthetic data · 23 of 24 practices of the ICB to Sep 2026" in shown
    assert len(charts(app)) == 1
    assert "30 Sep 2026: " in shown and "read as" in shown and "not for switching drugs" in shown


def test_the_address_names_the_person_and_the_day(opened: Opened, sample_store: Path) -> None:
    key = keys(sample_store, "SYN01")[5]
    app = opened("practice/patients", store=sample_store, practice=PRACTICE, patient=key, day="2026-03-15")
    assert app.selectbox(key="patient").value == key
    shown = words_everywhere(app)
    assert "15 Mar 2026: " in shown and '<tr class=open><td><a href="?practice=Quayside' in shown


def test_somebody_of_another_practice_is_said_not_to_be_among_the_choices(
    opened: Opened, sample_store: Path
) -> None:
    stranger = keys(sample_store, "SYN02")[0]
    app = opened("practice/patients", store=sample_store, practice=PRACTICE, patient=stranger)
    assert app.selectbox(key="patient").value != stranger
    assert f"The address asked for Patient “{stranger}”" in words_everywhere(app)


def test_without_a_practice_each_is_offered(opened: Opened, sample_store: Path) -> None:
    shown = words_everywhere(opened("practice/patients", store=sample_store))
    assert "Which practice?" in shown and "Quayside (SYN01)</a>" in shown


def test_a_practice_awaited_is_shown_as_of_its_own_last_month(opened: Opened, sample_store: Path) -> None:
    shown = words_everywhere(opened("practice/patients", store=sample_store, practice=AWAITED))
    assert "or on a plan in Aug 2026" in shown


def test_texts_that_wait_are_ranked_by_the_people_they_touch(opened: Opened, sample_store: Path) -> None:
    shown = words_everywhere(opened("data/medicines", store=sample_store))
    assert shown.index("Pain relief medicine (hospital only)") < shown.index("Specials item - see notes")
    assert "No reading has been put right." in shown and "python -m etl worklist" in shown


def test_rare_texts_are_counted_and_not_shown(opened: Opened) -> None:
    shown = words_everywhere(opened("data/medicines"))  # the example has texts of 2 and of 4 people
    assert "Placebo tablets" not in shown and "use as advised" not in shown
    assert "1 text, each with fewer than 8 people" in shown

"""The patients and medicines pages as a person uses them, over the sample."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl

import duckdb
import pytest

from reporting import people, release
from reporting.access import audit
from reporting.access.scope import Scope, Selection
from reporting.exhibits.data.completeness import UnknownPeople
from reporting.ui.downloads import pseudonyms
from reporting.ui.session import View
from tests.pages.conftest import Opened, sign_in
from tests.pages.test_dashboard import charts, words_everywhere
from tests.reporting.example import publish_example
from tests.reporting.snapshots import Rows, practice, publish

PRACTICE, AWAITED = "Quayside (SYN01)", "Bellweather (SYN05)"


def keys(store: Path, code: str) -> list[str]:
    frame = people.worklist(release.current(store), Scope.icb(), Selection(120, practice=code)).frame
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
    assert "15 Mar 2026: " in shown and '<tr class=open><td><a href="?practice=SYN' in shown


def test_a_square_is_filled_only_for_somebody_known_to_be_on_no_plan(opened: Opened, tmp_path: Path) -> None:
    """Two fell, one of them on a plan; one supply stopped; of three the dose is not known."""
    on = dt.date(2026, 6, 1)
    each: Rows = [
        {"fell_on": on, "fell_status": "neither"}, {"fell_on": on, "fell_status": "plan"},
        {"stopped_on": on, "stopped_status": "neither"}, *[{"unknown_since": on}] * 3,
    ]  # fmt: skip
    columns = dict.fromkeys(("fell_on", "fell_status", "stopped_on", "stopped_status", "unknown_since"))
    rows = [
        {**columns, "practice_code": "SYN01", "patient_key": f"P{at}", "age_band": "45-54", "absent": False,
         "excluded": False, "current_ome_milli": 60_000, "unlooked": True, "in_best_interest": False, **one}
        for at, one in enumerate(each)
    ]  # fmt: skip
    store = publish(tmp_path, {"practice": [practice("SYN01")], "worklist": rows})
    shown = words_everywhere(opened(store=store))
    found = re.findall(r'class="what">([^<]*)</span>.*?aria-hidden="true">(.*?)</span><small>([^<]*)', shown)
    assert found == [
        ("Dose fell by more than 30% within four weeks", '<i></i><i class="planned"></i>', "1 on no plan"),
        ("Supply stopped", "<i></i>", "1 on no plan"),
        ("Dose not known: it may have fallen", '<i class="untold"></i>' * 3, ""),
    ]


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
    assert "listed in Aug 2026" in shown


def test_the_early_warnings_open_exactly_the_people_counted(opened: Opened, sample_store: Path) -> None:
    app = opened("programme/high_dose", store=sample_store, pcn="Riverside PCN")
    app.session_state["more-high-dose"] = True
    shown = words_everywhere(app.run())
    link = re.search(r'<a href="patients\?([^"]+)" target="_self">High dose for three but not yet six', shown)
    assert link is not None
    counted = int(re.findall(r">(\d+)</td>", shown[link.end() :])[0])
    asked = dict(parse_qsl(unescape(link[1])))
    assert asked == {"pcn": "Riverside PCN", "threshold": "120", "why": "early warning"}
    found = words_everywhere(opened("practice/patients", store=sample_store, **asked))
    keys = re.findall(r"patient=(\w+)", found)
    assert len(keys) == len(set(keys)) == counted > 0


def test_the_overview_opens_everybody_whose_fall_nobody_has_looked_at(
    opened: Opened, sample_store: Path
) -> None:
    shown = words_everywhere(opened("", store=sample_store))
    links = re.findall(r'<a href="patients\?([^"]+)" target="_self">See the (\d+)</a>', shown)
    assert len(links) >= 2
    for address, counted in links:
        asked = dict(parse_qsl(unescape(address)))
        found = words_everywhere(opened("practice/patients", store=sample_store, **asked))
        assert len(set(re.findall(r"patient=(\w+)", found))) == int(counted) > 0
        assert found.count('class="safety"') == 1


def test_people_in_no_patient_extract_are_told_on_patients(
    opened: Opened, sample_store: Path, tmp_path: Path
) -> None:
    """Two at Quayside and one at Juniper, put into a copy of the sample's release."""
    store = shutil.copytree(sample_store, tmp_path / "store")
    release = store / "releases" / f"{(store / 'CURRENT').read_text().strip()}.duckdb"
    with duckdb.connect(str(release)) as con:
        con.execute("""INSERT INTO unknown_person BY NAME SELECT 3 AS issues, 3 AS opioid_issues,
                       DATE '2026-09-10' AS last_issued_on,
                       unnest(['SYN01', 'SYN01', 'SYN22']) AS practice_code,
                       unnest(['X1', 'X2', 'X3']) AS patient_key, unnest([150000, 0, 0]) AS current_ome_milli,
                       unnest([false, true, false]) AS without_dose""")
    told = "2 people with opioid issues are in no patient extract; they are in no figure"
    here = words_everywhere(opened("practice/patients", store=store, practice=PRACTICE))
    assert f"{told}: 1 would be above 120 mg, of 1 the dose is not known." in here
    for page in ("practice/patients", "", "data/completeness"):
        assert "3 people with opioid issues are in no patient extract" in words_everywhere(
            opened(page, store=store)
        )
    nobody = words_everywhere(opened("practice/patients", store=store, practice="Larkfield (SYN04)"))
    assert "no patient extract" not in nobody


@pytest.mark.parametrize(
    ("scope", "given"),
    [
        (Scope("data", None, loads=True), "X1 X2"),
        (Scope("icb", None, loads=True), "X1 X2"),
        (Scope("data", frozenset({"SYN02"}), loads=True), "X2"),
        (Scope("data", frozenset({"SYN03"}), loads=True), ""),
        (Scope.icb(), ""),
    ],
)
def test_whoever_loads_takes_the_pseudonyms_in_no_extract_and_it_is_written_down(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scope: Scope, given: str
) -> None:
    sign_in(monkeypatch, scope)
    strangers = [("SYN01", "X1", 150_000), ("SYN02", "X2", 0)]
    store = publish_example(tmp_path, unknown=strangers, synthetic=False)
    app = opened("data/completeness", store=store)
    buttons = [one for one in app.get("download_button") if "in-no-patient-extract" in str(one.key)]
    assert len(buttons) == bool(given)
    snapshot = release.current(store)
    taken = UnknownPeople(scope.practices)
    made = pseudonyms(View(snapshot, scope, Selection(120)), taken, store, "ann", "in.csv").decode(
        "utf-8-sig"
    )
    if given:
        assert [line.split(",")[1] for line in made.splitlines()[1:]] == given.split()
        (event,) = audit.events(store, what=("download",))
        assert (event.details["file"], event.details["rows"]) == ("in.csv", len(given.split()))


def test_texts_that_wait_are_ranked_by_the_people_they_touch(opened: Opened, sample_store: Path) -> None:
    shown = words_everywhere(opened("data/medicines", store=sample_store))
    assert shown.index("Pain relief medicine (hospital only)") < shown.index("Specials item - see notes")
    assert "No reading has been put right." in shown and "python -m etl worklist" in shown


def test_rare_texts_are_counted_and_not_shown(opened: Opened) -> None:
    shown = words_everywhere(opened("data/medicines"))  # the example has texts of 2 and of 4 people
    assert "Placebo tablets" not in shown and "use as advised" not in shown
    assert "1 text, each with fewer than 8 people" in shown

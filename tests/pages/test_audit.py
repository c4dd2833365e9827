"""What pages record of those who look, what they do where they cannot, and the page Who looked."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from reporting.access import audit, chain
from reporting.access.scope import Scope, Selection
from reporting.exhibits.data.audit import Asked
from reporting.release import current
from reporting.ui import watch
from reporting.ui.data import audit as parts
from reporting.ui.session import View
from tests.pages.conftest import ROOT, Opened
from tests.pages.test_dashboard import DATA, PROGRAMME, cards, charts, words_everywhere

PRACTICE = "Quayside (SYN01)"
PSEUDONYM = r"\bP[0-9A-F]{15}\b"
REFUSED = "It would have to be recorded first"


@pytest.fixture
def own(example: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The example without events before and after."""
    monkeypatch.setattr(watch, "_access", {})
    remove(example)
    yield example
    remove(example)


@pytest.fixture
def peopled(sample_store: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The sample, which has lists of people, without events before and after."""
    monkeypatch.setattr(watch, "_access", {})
    remove(sample_store)
    yield sample_store
    remove(sample_store)


def remove(store: Path) -> None:
    if (store / audit.FOLDER).is_file():
        (store / audit.FOLDER).unlink()
    shutil.rmtree(store / audit.FOLDER, ignore_errors=True)


def told(store: Path, *what: str) -> list[dict[str, Any]]:
    """The details of the events of these kinds, oldest first."""
    assert audit.verify(store) is None
    return [dict(one.details) for one in audit.events(store, what=what)][::-1]


def test_a_page_is_recorded_once_until_another_is_opened(opened: Opened, own: Path) -> None:
    app = opened("programme/high_dose", own, pcn="Southdown")
    for _ in range(3):
        app.run()
    app.button_group(key="threshold").set_value(90).run()
    viewed = told(own, "page viewed")
    assert [(one["page"], one["area"]) for one in viewed] == [
        ("Overview", "Southdown"), ("People on a high dose", "Southdown"),
    ]  # fmt: skip
    app.switch_page("pages/programme/referrals.py").run()
    assert told(own, "page viewed")[-1]["page"] == "Referrals"
    event = next(audit.events(own, what=("page viewed",)))
    assert (event.who, event.role, event.scope) == ("nobody signed in", "icb", "all practices")
    assert event.release == current(own).release


def test_a_list_of_people_and_each_person_opened_are_recorded(opened: Opened, peopled: Path) -> None:
    app = opened("practice/patients", peopled, practice=PRACTICE)
    shown = words_everywhere(app)
    (people,) = told(peopled, "people viewed")
    assert (people["page"], people["area"]) == ("Worklist", "Quayside")
    (first,) = told(peopled, "person viewed")
    assert first["pseudonym"] in shown
    keys = list(app.selectbox(key="patient").options)
    assert people["people"] == len({*re.findall(PSEUDONYM, shown)}) >= len(keys) > 1
    app.run()
    assert len(told(peopled, "person viewed", "people viewed")) == 2  # the same rerun is no other view
    app.selectbox(key="patient").set_value(keys[1]).run()
    app.selectbox(key="patient").set_value(keys[0]).run()
    assert [one["pseudonym"] for one in told(peopled, "person viewed")] == [keys[0], keys[1], keys[0]]
    assert not any(key in str(people) for key in keys)


def test_people_behind_a_click_are_recorded_when_they_are_shown(opened: Opened, peopled: Path) -> None:
    app = opened("practice/patients", peopled, practice=PRACTICE)
    (first,) = told(peopled, "people viewed")
    (closed,) = [str(one.key) for one in app.expander if " more" in one.label]
    app.session_state[closed] = True
    app.run()
    _, then = told(peopled, "people viewed")
    assert then["people"] == len({*re.findall(PSEUDONYM, words_everywhere(app))}) > first["people"]


def test_people_are_not_shown_where_that_cannot_be_recorded_and_charts_are(
    opened: Opened, peopled: Path
) -> None:
    keys = list(opened("practice/patients", peopled, practice=PRACTICE).selectbox(key="patient").options)
    remove(peopled)
    (peopled / audit.FOLDER).write_text("no folder")
    shown = words_everywhere(opened("practice/patients", peopled, practice=PRACTICE))
    assert REFUSED in shown and shown.count("<h1>") == 1 and str(peopled) not in shown
    assert not any(key in shown for key in keys)
    app = opened("programme/high_dose", peopled)
    assert cards(app) > 2 and REFUSED not in words_everywhere(app)
    app.session_state["about-high-dose-trend"] = True
    app.run()
    assert REFUSED in words_everywhere(app) and not app.get("download_button")
    safeguards = words_everywhere(opened("programme/safeguards", peopled))
    assert safeguards.count("<h1>") == 1


def test_a_person_is_not_shown_where_that_alone_cannot_be_recorded(
    opened: Opened, peopled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = audit.record

    def full(store: Path, what: str, **told: Any) -> None:
        if what == "person viewed":
            raise audit.AuditError("the disk is full")
        record(store, what, **told)

    monkeypatch.setattr(audit, "record", full)
    app = opened("practice/patients", peopled, practice=PRACTICE)
    shown = words_everywhere(app)
    assert REFUSED in shown and "What each dose" not in shown
    assert not charts(app) and not re.search(r"\bP[0-9A-F]{15}\b", shown)


def test_a_changed_access_file_is_recorded_once(
    opened: Opened, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "access.toml"
    monkeypatch.setenv("DASHBOARD_ACCESS", str(file))

    def seen() -> list[str]:
        opened("", own)
        watch._access.clear()  # as after a restart
        opened("", own)
        return [one["sha256"] for one in told(own, "access changed")]

    assert seen() == ["none"]
    file.write_text('[people]\n"a@icb.example" = "icb"\n', encoding="utf-8")
    assert len(seen()) == 2
    file.write_text('[people]\n"b@icb.example" = "icb"\n', encoding="utf-8")
    assert len({*seen()}) == 3
    assert b"icb.example" not in b"".join(path.read_bytes() for path in chain.months(own / "audit"))


def test_the_page_shows_events_and_whether_the_record_is_whole(opened: Opened, own: Path) -> None:
    audit.record(own, "signed in", who="bob@icb.example", role="data")
    audit.record(own, "signed in", who="<b>mallory</b>")
    app = opened("data/audit", own)
    shown = words_everywhere(app)
    assert "bob@icb.example" in shown and "no line was changed or removed" in shown
    assert "&lt;b&gt;mallory" in shown and "<b>mallory" not in shown
    assert "page: Overview; area: Example ICB" in shown
    app.text_input(key="audit-who").set_value("BOB").run()
    app.multiselect(key="audit-what").set_value(["signed in"]).run()
    shown = words_everywhere(app)
    assert "1 event, and no line" in shown and "mallory" not in shown
    app.multiselect(key="audit-what").set_value(["load"]).run()
    assert "No event fits." in words_everywhere(app) and not app.get("download_button")
    (path,) = chain.months(own / "audit")
    path.write_bytes(path.read_bytes().replace(b"bob@", b"rob@"))
    app.run()
    shown = words_everywhere(app)
    assert "The record of who looked is not whole" in shown and "line 1: the line was changed" in shown


def test_its_file_is_recorded_and_runs_in_no_spreadsheet(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHBOARD_STORE", str(own))
    audit.record(own, "signed in", who="=HYPERLINK(1)")
    view = View(current(own), Scope.icb(), Selection(120))
    today = chain.now().date()
    data = parts._csv(view, Asked("", ("signed in",), today, today), "ann")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[1][1] == "'=HYPERLINK(1)" and len(rows) == 2
    (event,) = audit.events(own, what=("download",))
    assert (event.who, event.details["file"], event.details["rows"]) == ("ann", parts.NAME, 1)
    assert event.details["filters"] == f"signed in, {today} to {today}"


def test_a_damaged_audit_is_a_sentence_on_its_page(opened: Opened, own: Path) -> None:
    (own / audit.FOLDER).write_text("no folder")
    shown = words_everywhere(opened("data/audit", own))
    assert "The record of who looks cannot be read." in shown and str(own) not in shown


@pytest.mark.parametrize("role", ["practice", "board", "data"])
def test_no_other_role_sees_it(opened: Opened, own: Path, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from reporting.ui.entry import look_as, menu

    scope = Scope(role, frozenset({"SYN04"}) if role == "practice" else None, role == "data")
    assert "audit" not in menu.seen(scope) and "audit" in menu.seen(Scope.icb())
    audit.record(own, "signed in", who="bob@icb.example")
    monkeypatch.setattr(look_as, "scope", lambda *_: scope)
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    monkeypatch.setenv("DASHBOARD_STORE", str(own))
    app.run()
    with pytest.raises(Exception, match="audit"):
        app.switch_page("pages/data/audit.py").run()
        assert app.exception, "the page was opened"
    assert "bob@icb.example" not in words_everywhere(app)


def test_looking_costs_no_read_of_the_whole_audit(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "backwards", partial(pytest.fail, "the whole month was read"))
    for n in range(3):
        audit.record(own, "page viewed", who="ann", durable=False, page=f"{n}")


EVERY = [
    (page, {"practice": PRACTICE})
    for page in (*PROGRAMME, "programme/equity", "practice/compare", "practice/patients", *DATA)
]


@pytest.mark.parametrize(("page", "asked"), [*EVERY, ("practice/patients", {"why": "not looked at"})])
def test_no_page_shows_a_pseudonym_that_is_not_recorded(
    opened: Opened, peopled: Path, page: str, asked: dict[str, str]
) -> None:
    """Also behind “More on this page” and “About this chart”."""
    app = opened(page, peopled, **asked)
    for _ in range(2):
        for one in app.get("expander"):
            if one.key:
                app.session_state[one.key] = True
        app.run()
    assert not app.exception
    shown = {*re.findall(r"\bP[0-9A-F]{15}\b", words_everywhere(app))}
    recorded = [one.details.get("people", 1) for one in audit.events(peopled, what=("people viewed",))]
    assert len(shown) <= max(recorded, default=0)

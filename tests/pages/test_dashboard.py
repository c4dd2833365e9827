"""Every page over a small snapshot: filters from the address, wrong values, gate, missing store."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from reporting.access.scope import Scope
from reporting.exhibits.plans import page as plans
from reporting.exhibits.referrals import page as referrals
from reporting.exhibits.wording import ALONE
from reporting.ui.entry import gate
from tests.pages.conftest import Opened, sign_in
from tests.reporting.example import publish_example
from tests.reporting.makers import PAGES, flat
from tests.reporting.snapshots import practice, publish

PROGRAMME = (
    "programme/overview",
    "programme/high_dose",
    "programme/tapering",
    "programme/referrals",
    "programme/plans",
    "programme/safeguards",
)
DATA = ("data/completeness", "data/upload", "data/try_file", "data/quarantine", "data/medicines",
        "data/definitions", "data/audit")  # fmt: skip
DECLARED = {f"programme/{page.__name__.split('.')[-2]}": page for page in PAGES}


def cards(app: AppTest) -> int:
    """How many charts and tables a page shows: each has its “About this …”."""
    return sum(getattr(one, "label", "").startswith("About this") for one in app.get("expander"))


def declared(page: str) -> int:
    """How many a page of the programme declares to show at first."""
    return len(list(flat(DECLARED[page].FIRST))) if page in DECLARED else 0


def words_everywhere(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def test_the_link_to_what_is_missing_keeps_filters_and_role(opened: Opened) -> None:
    said = words_everywhere(opened("programme/overview", threshold="90", **{"as": "icb"}))
    assert 'href="completeness?threshold=90&amp;as=icb"' in said
    assert ">What is missing</a>" not in words_everywhere(opened("data/completeness"))


def charts(app: AppTest) -> list[Any]:
    """The charts of the page, as they are sent to the browser."""
    return [one.proto for one in app.get("bidi_component") if "-chart-" in one.proto.id]


@pytest.mark.parametrize("page", [*PROGRAMME, *DATA, "practice/calculator"])
def test_a_page_has_one_headline_the_synthetic_mark_and_its_charts(opened: Opened, page: str) -> None:
    app = opened(page)
    shown = words_everywhere(app)
    assert shown.count("<h1>") == 1
    assert "Synthetic data · 5 of 6 practices to Sep 2026" in shown
    assert cards(app) == declared(page)


def test_more_on_the_page_is_made_when_it_is_opened(opened: Opened) -> None:
    app = opened("programme/high_dose")
    before = words_everywhere(app)
    assert "Also measured" not in before and "in scope have a plan" not in before
    app.session_state["more-high-dose"] = True
    app.run()
    assert not app.exception
    after = words_everywhere(app)
    assert "Also measured" in after and "in scope have a plan" in after
    assert cards(app) == declared("programme/high_dose") + len(
        list(flat(DECLARED["programme/high_dose"].MORE))
    )


@pytest.mark.parametrize("page", PROGRAMME)
def test_filters_come_from_the_address(opened: Opened, page: str) -> None:
    app = opened(
        page, place="South", pcn="Southdown", practice="Dovecote (SYN04)", threshold="90 mg", period="1 year"
    )
    chosen = [app.selectbox(key=key).value for key in ("place", "pcn", "practice", "period")]
    assert chosen == ["South", "Southdown", "SYN04", 1]
    shown = words_everywhere(app)
    assert "90 mg" in shown and "which is not among the choices" not in shown


@pytest.mark.parametrize("page", PROGRAMME)
def test_a_narrowed_page_says_of_what_it_is(opened: Opened, page: str) -> None:
    shown = words_everywhere(opened(page, pcn="Southdown"))
    assert "Example ICB · Southdown, 3 practices · Programme" in shown
    assert "5 of 6 practices of the ICB to Sep 2026" in shown


def test_a_place_narrows_pcns_and_practices(opened: Opened) -> None:
    app = opened("programme/high_dose", place="North")
    assert app.selectbox(key="pcn").options == ["All PCNs", "Eastvale", "Westering"]
    assert app.selectbox(key="practice").options[1:] == [
        "Alder Street (SYN01)",
        "Birchway (SYN02)",
        "Cherry Orchard (SYN03)",
    ]
    assert "(n = 3 practices)" in words_everywhere(app)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"place": "Atlantis"}, "The address asked for Place “Atlantis”"),
        ({"threshold": "7 mg"}, "The address asked for Threshold “7 mg”"),
        ({"period": "<script>"}, "The address asked for Period “&lt;script&gt;”"),
        ({"place": "North", "pcn": "Southdown"}, "The address asked for PCN “Southdown”"),
    ],
)
def test_a_wrong_value_is_dropped_with_a_sentence(opened: Opened, asked: dict[str, str], said: str) -> None:
    shown = words_everywhere(opened("", **asked))
    assert said in shown and "that filter was cleared" in shown
    assert "<script>" not in shown


def test_filters_stay_when_the_page_changes(opened: Opened) -> None:
    app = opened("programme/high_dose", pcn="Westering")
    app.switch_page("pages/programme/referrals.py").run()
    assert app.selectbox(key="pcn").value == "Westering"
    assert "Westering, 1 practice" in words_everywhere(app)


def test_the_threshold_changes_the_figures(opened: Opened) -> None:
    app = opened("programme/high_dose")
    assert "people above 120 mg" in words_everywhere(app)
    app.button_group(key="threshold").set_value(90).run()
    assert "people above 90 mg" in words_everywhere(app)


def test_a_practice_that_is_awaited_has_a_sentence_and_no_chart(opened: Opened) -> None:
    app = opened("programme/tapering", practice="Foxglove (SYN06)")
    assert "Data are awaited: Foxglove (last Jul 2026)" in words_everywhere(app)


def test_real_data_are_not_shown_without_sign_in(opened: Opened, tmp_path: Path) -> None:
    shown = words_everywhere(opened(store=publish_example(tmp_path, synthetic=False)))
    assert "Sign-in is needed for these data" in shown
    for secret in ("Alder Street", "2.06", "Eastvale"):
        assert secret not in shown


def test_the_page_says_how_to_set_up_sign_in(opened: Opened, tmp_path: Path) -> None:
    shown = words_everywhere(opened(store=publish_example(tmp_path, synthetic=False)))
    for step in ("secrets.toml", "config/access.toml", "docs/deploy.md"):
        assert step in shown


def test_with_sign_in_set_up_real_data_ask_for_it(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(gate, "user", lambda: {"is_logged_in": False})
    app = opened(store=publish_example(tmp_path, synthetic=False))
    assert [button.label for button in app.button] == ["Sign in"]
    assert "Alder Street" not in words_everywhere(app)


def test_a_listed_person_takes_internal_files_of_real_data(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sign_in(monkeypatch, Scope.icb())
    app = opened("programme/plans", store=publish_example(tmp_path, synthetic=False))
    assert cards(app) == declared("programme/plans")
    shown = ("people", "handling", "trend", "practices", "caseload", "headings")
    assert not app.get("download_button")  # behind “About this chart”
    app.session_state["more-plans"] = True
    for chart in shown:
        app.session_state[f"about-plan-{chart}"] = True
    app.run()
    keys = {str(button.key) for button in app.get("download_button")}
    assert {f"{kind}-plan-{chart}" for kind in ("csv", "png") for chart in shown} <= keys
    app.segmented_control(key="edition-plan-practices").set_value("published").run()
    assert "It has no published form" in words_everywhere(app)
    assert "csv-plan-practices" not in {str(button.key) for button in app.get("download_button")}


def test_where_a_sign_out_cannot_be_kept_the_page_says_so_and_offers_the_rest(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sign_in(monkeypatch, Scope.icb())

    def full(store: Path, who: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(gate.ended, "end", full)
    app = opened("programme/plans", store=publish_example(tmp_path, synthetic=False))
    app.button(key="sign-out").click().run()
    assert "could not tell others" in words_everywhere(app) and not charts(app)
    assert "Sign out of this browser too" in [button.label for button in app.button]


def test_a_practice_alone_has_no_chart_of_practices_beside_each_other(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = publish_example(tmp_path, synthetic=False)
    sign_in(monkeypatch, Scope("practice", frozenset({"SYN01"})))
    own = opened("programme/high_dose", store=store)
    assert ALONE not in words_everywhere(own) and cards(own) >= 2
    sign_in(monkeypatch, Scope.icb())
    assert cards(opened("programme/high_dose", store=store)) > cards(own)


def test_real_data_show_no_filter_either(opened: Opened, tmp_path: Path) -> None:
    app = opened(store=publish_example(tmp_path, synthetic=False))
    assert not app.selectbox and not charts(app)


def test_a_missing_store_is_one_page_with_what_to_do(opened: Opened, tmp_path: Path) -> None:
    shown = words_everywhere(opened(store=tmp_path / "none"))
    assert "There is nothing to show yet" in shown and "python -m etl build" in shown


def broken_page() -> None:
    """A page that meets a damaged block in the middle of a query."""
    from reporting import release
    from reporting.ui.entry import gate

    with gate.damage_told():
        raise release.StoreError("The release 2026-10-02 is damaged.")


def test_damage_that_comes_out_on_a_page_is_a_sentence() -> None:
    app = AppTest.from_function(broken_page).run()
    assert not app.exception
    assert "The release 2026-10-02 is damaged." in words_everywhere(app)


def test_a_new_release_is_shown_at_the_next_rerun(opened: Opened, tmp_path: Path) -> None:
    app = opened("data/completeness", store=publish_example(tmp_path))
    assert "5 of 6 practices have sent data" in words_everywhere(app)
    publish(tmp_path, {"practice": [practice("SYN01"), practice("SYN02")]}, release="2026-12-01T000000")
    assert "2 of 2 practices have sent data" in words_everywhere(app.run())


def test_real_data_published_later_close_the_open_page(opened: Opened, tmp_path: Path) -> None:
    app = opened("programme/high_dose", store=publish_example(tmp_path))
    publish_example(tmp_path, synthetic=False, release="2026-12-01T000000")
    shown = words_everywhere(app.run())
    assert "Sign-in is needed for these data" in shown and "Alder Street" not in shown


@pytest.mark.parametrize(
    ("page", "key", "states"),
    [
        ("programme/plans", "plan_flow", plans.STATES),
        ("programme/referrals", "referral_flow", referrals.STATES),
    ],
)
def test_another_state_of_the_cohort_can_be_chosen_to_show_who_came_and_who_left(
    opened: Opened, sample_store: Path, page: str, key: str, states: tuple[str, ...]
) -> None:
    app = opened(page, store=sample_store)
    app.session_state[f"more-{page.removeprefix('programme/')}"] = True
    app.run()
    assert app.selectbox(key=key).value == states[0]
    app.selectbox(key=key).select(states[-1]).run()
    assert not app.exception
    name = app.selectbox(key=key).options[-1]
    assert re.search(rf"{name}: (\d+|nobody) new, (\d+|nobody) left", words_everywhere(app))

"""Each role, several people at once, and several tabs: everybody sees their own pages, and nobody else's."""

from __future__ import annotations

from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from reporting.ui.entry.menu import OWN, SEEN, TITLES
from tests.sign_in.conftest import Visits
from tests.sign_in.installed import Installed
from tests.sign_in.provider import Account, Provider
from tests.sign_in.tokens import Claims
from tests.sign_in.visitor import Visitor
from tests.sign_in.wire import headline, signed_in, wired

SIGN_IN = "Sign-in is needed for these data"
EVERY_PAGE = {name: title for titles in TITLES.values() for name, title in titles.items()}
ROLES = {"Ann": "icb", "Pat": "practice", "Bea": "board", "Dan": "data"}
FIRST = {"Ann": "above 120 mg", "Pat": "Alder Street", "Bea": "", "Dan": "practices have sent data"}
NAMES = {"Birchway", "Cherry Orchard", "Dovecote", "Elmfield", "Foxglove"}
OTHERS = {  # what of the release a person may not know
    "Ann": set[str](),
    "Pat": {f"SYN0{n}" for n in range(2, 7)} | NAMES,
    "Bea": {f"SYN0{n}" for n in range(1, 7)} | {"Alder Street", *NAMES},
    "Dan": {"per 1,000 adults", "2.06 per 1,000", "Circle MSK"},
}


@pytest.mark.parametrize("name", ROLES)
def test_each_role_sees_its_first_page_and_its_menu_only(
    name: str, dashboard: Installed, stranger: Visitor
) -> None:
    stranger.begins_anew()
    assert FIRST[name] in stranger.signs_in(name) != SIGN_IN
    stranger.headline()
    titles = EVERY_PAGE | (OWN if ROLES[name] == "practice" else {})
    pages = SEEN[ROLES[name]]
    assert sorted(stranger.menu()) == sorted(titles[page] for page in pages)
    assert stranger.menu()[0] == titles[pages[0]]
    assert OTHERS[name] & {*dashboard.told(stranger.received.all())} == set()


@pytest.mark.parametrize("name", ROLES)
def test_no_address_opens_a_page_of_another_role(name: str, dashboard: Installed) -> None:
    """Nor does the address of another practice give anything of it; that code alone may be said again."""
    asked = "practice=SYN02&role=icb&as=icb"
    with wired(dashboard.address, signed_in(dashboard.address, name)) as wire:
        first = headline(wire.runs("", asked))
        for page in EVERY_PAGE.keys() - {*SEEN[ROLES[name]]}:
            assert headline(wire.runs(page, asked)) == first, page
        assert (OTHERS[name] - {"SYN02"}) & {*dashboard.told(wire.all())} == set()


def test_groups_and_domains_give_roles(dashboard: Installed, provider: Provider) -> None:
    made: dict[str, tuple[Claims, str]] = {
        "of a group in a list": ({"groups": ["nothing", "pharmacists"]}, "people are above 120 mg"),
        "of a group as text": ({"groups": "of Birchway"}, "Birchway"),
        "of a domain": ({"email": "cas@board.example"}, ""),
    }
    for name, (claims, first) in made.items():
        provider.offers(name, Account({"email": "cas@else.example", **claims}))
        with wired(dashboard.address, signed_in(dashboard.address, name)) as wire:
            assert first in headline(wire.runs()) != SIGN_IN, name


def test_two_people_in_two_browsers_see_each_their_own(dashboard: Installed, visitor: Visits) -> None:
    """At once, and on the same page."""
    ann, pat = visitor(), visitor()
    for one in (ann, pat):
        assert one.opens() == SIGN_IN
    assert ann.signs_in("Ann") != pat.signs_in("Pat")
    assert ann.follows("Referrals") != pat.follows("Referrals")
    assert "Birchway" in dashboard.told(ann.received.all())
    assert OTHERS["Pat"] & {*dashboard.told(pat.received.all())} == set()


def test_two_tabs_of_one_person_go_their_own_ways(dashboard: Installed, visitor: Visits) -> None:
    dan = visitor()
    dan.opens()
    dan.signs_in("Dan")
    other = dan.tab()
    other.goto(f"{dashboard.address}/definitions")
    shown = dan.headline(other)
    assert dan.follows("Medicines") != shown == dan.headline(other)


def test_the_name_of_anothers_session_opens_nothing_of_it(dashboard: Installed) -> None:
    """Of one that goes on, and of one whose page was closed."""
    ann, dan = (signed_in(dashboard.address, name) for name in ("Ann", "Dan"))
    with wired(dashboard.address, ann) as hers:
        hers.runs("high_dose")
        for cookies in (dan, {}, {name: value for name, value in ann.items() if "user" not in name}):
            _assert_nothing_of_ann(dashboard, cookies, hers.session())
        assert "people are on a high-dose opioid" in headline(hers.runs("high_dose"))
    for cookies in (dan, {}):
        _assert_nothing_of_ann(dashboard, cookies, hers.session())


def _assert_nothing_of_ann(dashboard: Installed, cookies: dict[str, str], session: str) -> None:
    with wired(dashboard.address, cookies, session) as wire:
        wire.runs("high_dose")
        assert OTHERS["Dan"] & {*dashboard.told(wire.all())} == set()


def test_a_cookie_that_was_changed_is_worth_nothing(dashboard: Installed) -> None:
    dan, ann = signed_in(dashboard.address, "Dan"), signed_in(dashboard.address, "Ann")
    head, _, proof = ann["_streamlit_user"].rpartition(".")
    swapped = {**dan, "_streamlit_user": f"{dan['_streamlit_user'].rpartition('.')[0]}.{proof}"}
    torn, turned = ({**ann, "_streamlit_user": changed} for changed in (head, f"{head}.{proof[::-1]}"))
    for cookies in (swapped, torn, turned):
        with wired(dashboard.address, cookies) as wire:
            with suppress(ConnectionClosed):  # as good
                assert headline(wire.runs()) == SIGN_IN
            assert dashboard.told(wire.all()) == []

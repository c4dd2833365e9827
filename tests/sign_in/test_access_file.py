"""An access file that cannot be used: the log says why to whoever runs the dashboard, a browser does not."""

from __future__ import annotations

import pytest

from tests.sign_in.conftest import Visits
from tests.sign_in.installed import LISTED, Installed
from tests.sign_in.provider import Account, Provider
from tests.sign_in.wire import headline, signed_in, wired

SIGN_IN = "Sign-in is needed for these data"
HIDDEN = "somebody.else@secret.example"
FAULTS = {
    "not TOML": (f'[people\n"{HIDDEN}" = "icb"', "not readable as TOML"),
    "not text": (f'[people]\n"{HIDDEN}" = "icb" # \udcff', "not readable as TOML"),
    "the same address twice": (f'[people]\n"{HIDDEN}" = "icb"\n"{HIDDEN}" = "icb"', "not readable as TOML"),
    "the same address in capitals": (f'[people]\n"{HIDDEN}" = "icb"\n"{HIDDEN.upper()}" = "data"', "twice"),
    "an unknown role": (f'[people]\n"{HIDDEN}" = "director"', "director"),
    "no role": (f'[people]\n"{HIDDEN}" = []', HIDDEN),
    "a role of another kind": (f'[people]\n"{HIDDEN}" = true', HIDDEN),
    "roles that do not go together": (f'[people]\n"{HIDDEN}" = ["icb", "board"]', HIDDEN),
    "a practice without practices": (f'[people]\n"{HIDDEN}" = "practice"', HIDDEN),
    "an empty list of practices": (
        f'[people]\n"{HIDDEN}" = {{ role = "practice", practices = [] }}',
        HIDDEN,
    ),
    "practices for the whole ICB": (
        f'[people]\n"{HIDDEN}" = {{ role = "icb", practices = ["SYN01"] }}',
        HIDDEN,
    ),
    "a word too many": (f'[people]\n"{HIDDEN}" = {{ role = "icb", until = "Friday" }}', HIDDEN),
    "not an address": ('[people]\n"somebody else" = "icb"', "somebody else"),
    "an unknown part": (f'[persons]\n"{HIDDEN}" = "icb"', "persons"),
    "a part that is no table": ("people = 3", "people"),
    "a domain that is an address": (f'[domains]\n"{HIDDEN}" = "icb"', HIDDEN),
}


@pytest.fixture(scope="module")
def cookies(served: Installed, provider: Provider) -> dict[str, dict[str, str]]:
    """Of somebody who was listed, and of a stranger."""
    provider.offers("Eve", Account({"email": "eve@else.example"}))
    return {name: signed_in(served.address, name) for name in ("Ann", "Eve")}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_to_the_log_and_to_no_browser(
    name: str, dashboard: Installed, cookies: dict[str, dict[str, str]]
) -> None:
    words, named = FAULTS[name]
    before = len(dashboard.logged())
    dashboard.lists(words)
    for held in cookies.values():
        with wired(dashboard.address, held) as wire:
            assert headline(wire.runs("high_dose")) == SIGN_IN
            assert b"Ask your administrator" in wire.all()
            for part in (HIDDEN, HIDDEN.upper(), "secret.example", "access.toml", "director", "TOML"):
                assert part.encode() not in wire.all()
            assert dashboard.told(wire.all()) == []
    logged = dashboard.logged()[before:]
    assert named in logged and "access.toml" in logged


def test_a_browser_says_only_whom_to_ask(dashboard: Installed, visitor: Visits) -> None:
    """Before sign-in nobody is told even that much: the file is read only once somebody has signed in."""
    dashboard.lists(FAULTS["an unknown role"][0])
    before, dan = len(dashboard.logged()), visitor()
    assert dan.opens() == SIGN_IN
    assert "Sign in with your work account" in dan.says() and HIDDEN not in dashboard.logged()[before:]
    assert dan.signs_in("Dan") == SIGN_IN
    assert "Ask your administrator" in dan.says()
    received = dan.received.all()
    assert dashboard.told(received) == []
    assert b"secret.example" not in received and b"director" not in received
    dashboard.lists(LISTED)
    dan.page.reload()
    assert dan.headline() != SIGN_IN


@pytest.mark.parametrize("practices", ['["NOT-THERE"]', '["NOT-THERE", "SYN01"]'])
def test_a_practice_that_is_not_there_is_told_to_the_log(
    practices: str, dashboard: Installed, cookies: dict[str, dict[str, str]]
) -> None:
    """Who has another one as well sees that one."""
    before = len(dashboard.logged())
    dashboard.lists(f'[people]\n"ann@icb.example" = {{ role = "practice", practices = {practices} }}')
    with wired(dashboard.address, cookies["Ann"]) as wire:
        assert (headline(wire.runs()) == SIGN_IN) == ("SYN01" not in practices)
        assert b"NOT-THERE" not in wire.all() and b"Birchway" not in wire.all()
    assert "NOT-THERE" in dashboard.logged()[before:]


def test_groups_that_disagree_give_nothing(dashboard: Installed, provider: Provider) -> None:
    name = provider.offers(
        "of two groups", Account({"email": "cas@else.example", "groups": ["pharmacists", "of Birchway"]})
    )
    before = len(dashboard.logged())
    with wired(dashboard.address, signed_in(dashboard.address, name)) as wire:
        assert headline(wire.runs()) == SIGN_IN
        assert dashboard.told(wire.all()) == [] and b"pharmacists" not in wire.all()
    assert "of Birchway, pharmacists" in dashboard.logged()[before:]


def test_a_file_that_is_missing_lists_nobody(
    dashboard: Installed, cookies: dict[str, dict[str, str]]
) -> None:
    dashboard.access.unlink()
    with wired(dashboard.address, cookies["Ann"]) as wire:
        assert headline(wire.runs()) == SIGN_IN
        assert dashboard.told(wire.all()) == []

"""A sign-in that has ended, by signing out, by the access file or by its age: nothing more of the release
comes out of an open page, another tab, an old cookie or the address of a file."""

from __future__ import annotations

import time
from contextlib import suppress

import httpx
from websockets.exceptions import ConnectionClosed

from tests.sign_in.conftest import Visits
from tests.sign_in.installed import LISTED, Installed
from tests.sign_in.provider import CLIENT_ID, Account, Provider
from tests.sign_in.visitor import USER, Visitor
from tests.sign_in.wire import Wire, headline, signed_in, wired

SIGN_IN = "Sign-in is needed for these data"
HIGH_DOSE = "people are on a high-dose opioid"
EIGHT_HOURS = 8 * 3600
WITHOUT_ANN = LISTED.replace('"ann@icb.example"', '"ann.who.left@icb.example"')


def test_signing_out_in_one_tab_ends_the_other_and_the_old_cookie(
    dashboard: Installed, visitor: Visits, provider: Provider
) -> None:
    ann = visitor()
    ann.opens()
    ann.signs_in("Ann")
    other = ann.tab()
    other.goto(dashboard.address)
    ann.headline(other)
    old = ann.cookies()
    with wired(dashboard.address, old) as hers:
        assert HIGH_DOSE in headline(hers.runs("high_dose"))
        ann.page.get_by_role("button", name="Sign out").click()
        ann.waits_for(SIGN_IN)
        assert USER not in ann.cookies()
        assert provider.signed_out[-1]["client_id"] == CLIENT_ID
        ann.received.forget()
        _assert_over(dashboard, hers, old)
    ann.link("Referrals", other).click()
    ann.waits_for(SIGN_IN, other)
    assert dashboard.told(ann.received.all()) == []
    thief = visitor()
    thief.context.add_cookies([{"name": name, "value": old[name], "url": dashboard.address} for name in old])
    assert thief.opens("high_dose") == SIGN_IN
    assert dashboard.told(thief.received.all()) == []
    ann.page.reload()
    ann.waits_for(SIGN_IN)
    assert ann.signs_in("Ann") != SIGN_IN


def test_signing_out_ends_nobody_elses_sign_in(dashboard: Installed) -> None:
    """Nor that of the same person in another browser, though both signed in within one second."""
    ann, at_home, dan = (signed_in(dashboard.address, name) for name in ("Ann", "Ann", "Dan"))
    with wired(dashboard.address, ann) as wire:
        wire.runs()
        wire.clicks("Sign out")
        assert "/auth/logout" in wire.redirect()
    for cookies in (at_home, dan):
        with wired(dashboard.address, cookies) as wire:
            assert headline(wire.runs()) != SIGN_IN


def test_somebody_taken_off_the_list_gets_no_more_pages_or_files(
    dashboard: Installed, visitor: Visits
) -> None:
    ann = visitor()
    ann.opens()
    ann.signs_in("Ann")
    ann.opens_numbers()
    assert "Registered adults" in ann.takes_numbers()
    (file,) = ann.received.files
    assert "Registered adults" in httpx.get(file, cookies=ann.cookies()).text
    with wired(dashboard.address, ann.cookies()) as hers:
        assert HIGH_DOSE in headline(hers.runs("high_dose"))
        dashboard.lists(WITHOUT_ANN)
        assert httpx.get(file, cookies=ann.cookies()).status_code in (403, 404)
        _assert_over(dashboard, hers, ann.cookies())
    ann.received.forget()
    ann.numbers().click()
    ann.waits_for(SIGN_IN)
    assert ann.received.files == [] and dashboard.told(ann.received.all()) == []
    assert ann.opens("high_dose") == SIGN_IN
    assert dashboard.told(ann.received.all()) == []


def test_a_file_is_given_to_the_sign_in_it_was_made_for(dashboard: Installed, visitor: Visits) -> None:
    ann = visitor()
    ann.opens()
    ann.signs_in("Ann")
    ann.opens_numbers()
    ann.takes_numbers()
    (file,) = ann.received.files
    strangers: tuple[dict[str, str], ...] = (
        {},
        signed_in(dashboard.address, "Dan"),
        signed_in(dashboard.address, "Bea"),
    )
    for cookies in strangers:
        for method in ("GET", "HEAD", "POST"):
            answer = httpx.request(method, file, cookies=cookies)
            assert answer.status_code >= 400 and "Registered adults" not in answer.text, method
        assert httpx.get(file, cookies=cookies, headers={"Range": "bytes=0-20"}).status_code >= 400
        for path in (file.replace("/media/", "//media/"), file.replace("/media/", "/x/../media/")):
            assert "Registered adults" not in httpx.get(path, cookies=cookies).text


def test_a_role_that_changes_counts_from_the_next_click(dashboard: Installed, visitor: Visits) -> None:
    ann = visitor()
    ann.opens()
    ann.signs_in("Ann")
    ann.headline()
    dashboard.lists(LISTED.replace('"ann@icb.example" = "icb"', '"ann@icb.example" = "data"'))
    ann.received.forget()
    ann.link("Referrals").click()
    ann.link("Overview").wait_for(state="detached")
    ann.waits_for("practices have sent data")
    assert {"Circle MSK", "2.06 per 1,000"} & {*dashboard.told(ann.received.all())} == set()


def test_a_file_of_another_tab_is_not_made_for_a_role_that_has_changed(dashboard: Installed) -> None:
    """The other tab has not been told yet; nor is it made for anybody else."""
    ann, dan = (signed_in(dashboard.address, name) for name in ("Ann", "Dan"))
    with wired(dashboard.address, ann) as one, wired(dashboard.address, ann) as other:
        other.runs()
        one.runs("audit")
        (file,) = one.files()
        with wired(dashboard.address, dan) as his:
            his.runs()
            assert b"/media/" not in his.takes(file)
        assert b"/media/" in other.takes(file)
        dashboard.lists(LISTED.replace('"ann@icb.example" = "icb"', '"ann@icb.example" = "data"'))
        assert "have sent data" in headline(other.runs())
        assert b"/media/" not in other.takes(file)


def test_a_page_that_grows_eight_hours_old_shows_nothing_more(
    dashboard: Installed, provider: Provider, visitor: Visits
) -> None:
    ann, ends = _just_before_eight_hours(dashboard, provider, visitor)
    with wired(dashboard.address, ann.cookies()) as hers:
        hers.runs()
        while time.time() <= ends:
            time.sleep(0.05)
        ann.received.forget()
        _assert_over(dashboard, hers, ann.cookies())
    ann.link("Referrals").click()
    ann.waits_for(SIGN_IN)
    assert dashboard.told(ann.received.all()) == []
    assert "eight hours" in ann.says()


def _just_before_eight_hours(
    dashboard: Installed, provider: Provider, visitor: Visits
) -> tuple[Visitor, float]:
    """Somebody with an open page, and when their sign-in is eight hours old. A slow computer gets longer."""
    for left in (5, 20, 80):
        ann, ends = visitor(), int(time.time()) + left
        name = f"Ann, {left} seconds before"
        provider.offers(name, Account({"email": "ann@icb.example", "iat": ends - EIGHT_HOURS}))
        ann.opens()
        if ann.signs_in(name) != SIGN_IN and time.time() < ends:
            return ann, ends
    raise AssertionError("In a minute nobody could sign in and open a page.")


def _assert_over(dashboard: Installed, hers: Wire, cookies: dict[str, str]) -> None:
    """Nothing more comes over a connection that was open, nor over a new one with its cookies."""
    before = len(hers.messages)
    with suppress(ConnectionClosed):  # as good
        assert headline(hers.runs("referrals")) == SIGN_IN
    assert dashboard.told(b"".join(hers.messages[before:])) == []
    for session in ("", hers.session()):
        with wired(dashboard.address, cookies, session) as wire:
            assert headline(wire.runs("high_dose")) == SIGN_IN
            assert dashboard.told(wire.all()) == []

"""Accounts that are sound, but of nobody in the access file; and those that are of somebody in it after all."""

from __future__ import annotations

import random
import unicodedata
import uuid

import pytest

from tests.sign_in.installed import Installed
from tests.sign_in.provider import Account, Provider
from tests.sign_in.tokens import GONE
from tests.sign_in.visitor import USER, Visitor
from tests.sign_in.wire import headline, signed_in, wired

SIGN_IN = "Sign-in is needed for these data"
CHANCE = random.Random(22)
GROUPS = [str(uuid.UUID(int=CHANCE.getrandbits(128))) for _ in range(1_000)]
ANN = "ann@icb.example"
NOT_VERIFIED = {
    "not verified": Account({"email": ANN, "email_verified": False}),
    "verified, in words: false": Account({"email": ANN, "email_verified": "false"}),
    "not said to be verified": Account({"email": ANN, "email_verified": GONE}),
}
NOT_VERIFIED_BY_HAND = {
    "verified, in words: true": Account({"email": ANN, "email_verified": "true"}),
    "verified, as a number": Account({"email": ANN, "email_verified": 1}),
    "verified, as a list": Account({"email": ANN, "email_verified": [True]}),
    "verified, as nothing": Account({"email": ANN, "email_verified": None}),
}
NO_EMAIL = {
    "no e-mail": Account({"email": GONE, "preferred_username": ANN, "upn": ANN}),
    "a list of e-mails": Account({"email": [ANN]}),
}
NO_EMAIL_BY_HAND = {
    "an empty e-mail": Account({"email": ""}),
    "an e-mail that is nothing": Account({"email": None}),
    "an e-mail with parts": Account({"email": {ANN: ANN}}),
    "an e-mail that is true": Account({"email": True}),
    "e-mail by another name": Account({"email": GONE, "Email": ANN, "emails": [ANN], "mail": ANN}),
}
OTHERS = {
    "Eve": Account({"email": "eve@else.example", "name": "Ann", "preferred_username": ANN}),
    "Zoë, in one letter": Account({"email": unicodedata.normalize("NFC", "zoë@icb.example")}),
    "Zoë, in two": Account({"email": unicodedata.normalize("NFD", "zoë@icb.example")}),
    "Kit, with the sign of Kelvin": Account({"email": "\u212ait@icb.example"}),
}
OTHERS_BY_HAND = {
    "a longer domain": Account({"email": f"{ANN}.else.example"}),
    "a shorter domain": Account({"email": "ann@icb"}),
    "a longer name": Account({"email": f"jo{ANN}"}),
    "two addresses": Account({"email": f"{ANN},eve@else.example"}),
    "two at signs": Account({"email": f"{ANN}@else.example"}),
    "an address in brackets": Account({"email": f"Eve <{ANN}>"}),
    "an address and a nought": Account({"email": f"{ANN}\0"}),
    "an address and more": Account({"email": f"{ANN}+eve"}),
    "an address in wide letters": Account({"email": "ａｎｎ@icb.example"}),
    "an address with a hidden mark": Account({"email": "ann\u200b@icb.example"}),
    "an address with a wide at sign": Account({"email": "ann＠icb.example"}),
    "everybody": Account({"email": "*@icb.example"}),
    "too many groups to name": Account(
        {
            "email": "eve@else.example",
            "_claim_names": {"groups": "src1"},
            "_claim_sources": {"src1": {"endpoint": "https://graph.else.example/getMemberObjects"}},
        }
    ),
}
ANN_HERSELF = {
    "Ann in capitals": Account({"email": "ANN@ICB.Example"}),
    "Ann of a thousand groups": Account({"email": ANN, "groups": GROUPS}),
}
ANN_HERSELF_BY_HAND = {
    "Ann of one group, as text": Account({"email": ANN, "groups": "one group"}),
    "Ann of too many groups": Account(
        {"email": ANN, "_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": "x"}}}
    ),
    "Ann of odd groups": Account({"email": ANN, "groups": [None, 1, ["x"], {"y": "z"}]}),
}
IN_A_BROWSER = {**NOT_VERIFIED, **NO_EMAIL, **OTHERS}
BY_HAND = {**NOT_VERIFIED_BY_HAND, **NO_EMAIL_BY_HAND, **OTHERS_BY_HAND}


@pytest.fixture(scope="module", autouse=True)
def _offered(provider: Provider) -> None:
    for name, account in {**IN_A_BROWSER, **BY_HAND, **ANN_HERSELF, **ANN_HERSELF_BY_HAND}.items():
        provider.offers(name, account)


@pytest.mark.parametrize("name", IN_A_BROWSER)
def test_a_stranger_is_told_why_and_nothing_else(name: str, dashboard: Installed, stranger: Visitor) -> None:
    stranger.begins_anew()
    assert stranger.signs_in(name) == SIGN_IN
    said = stranger.says()
    assert ("no e-mail address" in said) == (name in NO_EMAIL), said
    assert ("not verified" in said) == (name in NOT_VERIFIED), said
    assert "Ask your administrator" in said
    received = stranger.received.all()
    assert dashboard.told(received) == [] and b"icb.example" not in received


@pytest.mark.parametrize("name", BY_HAND)
def test_a_stranger_gets_nothing_over_the_wire(name: str, dashboard: Installed) -> None:
    with wired(dashboard.address, signed_in(dashboard.address, name)) as wire:
        for page in ("", "high_dose", "completeness"):
            assert headline(wire.runs(page)) == SIGN_IN
        assert dashboard.told(wire.all()) == [] and b"icb.example" not in wire.all()
        assert (b"no e-mail address" in wire.all()) == (name in NO_EMAIL_BY_HAND)
        assert (b"not verified" in wire.all()) == (name in NOT_VERIFIED_BY_HAND)


@pytest.mark.parametrize("name", ANN_HERSELF)
def test_a_listed_person_gets_in_however_the_account_writes_it(
    name: str, dashboard: Installed, stranger: Visitor
) -> None:
    stranger.begins_anew()
    assert stranger.signs_in(name) != SIGN_IN
    assert "Alder Street" in dashboard.told(stranger.received.all()) or stranger.follows("Referrals")


@pytest.mark.parametrize("name", ANN_HERSELF_BY_HAND)
def test_odd_groups_keep_nobody_out_who_is_listed_by_address(name: str, dashboard: Installed) -> None:
    with wired(dashboard.address, signed_in(dashboard.address, name)) as wire:
        assert headline(wire.runs()) != SIGN_IN


def test_a_thousand_groups_come_in_many_cookies(dashboard: Installed) -> None:
    cookies = signed_in(dashboard.address, "Ann of a thousand groups")
    assert sum(name.startswith(f"{USER}_") and name[len(USER) + 1 :].isdigit() for name in cookies) > 1

"""Sound accounts of nobody in the access file; and odd ones, of somebody in it after all."""

from __future__ import annotations

import random
import re
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
}
NOT_VERIFIED_BY_HAND = {
    "not said to be verified": Account({"email": ANN, "email_verified": GONE}),
    "verified, in words: true": Account({"email": ANN, "email_verified": "true"}),
    "verified, as a number": Account({"email": ANN, "email_verified": 1}),
    "verified, as a list": Account({"email": ANN, "email_verified": [True]}),
    "verified, as nothing": Account({"email": ANN, "email_verified": None}),
}
NO_EMAIL = {
    "no e-mail": Account({"email": GONE, "preferred_username": ANN, "upn": ANN}),
}
NO_EMAIL_BY_HAND = {
    "a list of e-mails": Account({"email": [ANN]}),
    "an empty e-mail": Account({"email": ""}),
    "an e-mail that is nothing": Account({"email": None}),
    "an e-mail with parts": Account({"email": {ANN: ANN}}),
    "an e-mail that is true": Account({"email": True}),
    "e-mail by another name": Account({"email": GONE, "Email": ANN, "emails": [ANN], "mail": ANN}),
}
OTHERS = {
    "Zoë, in one letter": Account({"email": unicodedata.normalize("NFC", "zoë@icb.example")}),
}
OTHERS_BY_HAND = {
    "Eve by the name of Ann": Account(
        {"email": "eve@else.example", "name": "Ann", "preferred_username": ANN}
    ),
    "Zoë, in two": Account({"email": unicodedata.normalize("NFD", "zoë@icb.example")}),
    "Kit, with the sign of Kelvin": Account({"email": "\u212ait@icb.example"}),
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
MANY_GROUPS = {"Ann of a thousand groups": Account({"email": ANN, "groups": GROUPS})}
ANN_HERSELF = {
    "Ann in capitals": Account({"email": "ANN@ICB.Example"}),
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
    for name, account in {**IN_A_BROWSER, **BY_HAND, **MANY_GROUPS, **ANN_HERSELF}.items():
        provider.offers(name, account)


@pytest.mark.parametrize("name", IN_A_BROWSER)
def test_a_stranger_is_told_why_and_nothing_else(name: str, dashboard: Installed, stranger: Visitor) -> None:
    stranger.begins_anew()
    assert stranger.signs_in(name) == SIGN_IN
    said = stranger.says()
    assert name not in NO_EMAIL or "no e-mail address" in said
    assert ("not verified" in said) == (name in NOT_VERIFIED)
    assert "Ask your administrator" in said
    received = stranger.received.all()
    assert dashboard.told(received) == [] and b"icb.example" not in received


@pytest.mark.parametrize("name", BY_HAND)
def test_a_stranger_gets_nothing_over_the_wire(name: str, dashboard: Installed) -> None:
    with wired(dashboard.address, signed_in(dashboard.address, name)) as wire:
        for page in ("", "high_dose", "completeness"):
            assert headline(wire.runs(page)) == SIGN_IN
        assert dashboard.told(wire.all()) == [] and b"icb.example" not in wire.all()
        assert name not in NO_EMAIL_BY_HAND or b"no e-mail address" in wire.all()
        assert (b"not verified" in wire.all()) == (name in NOT_VERIFIED_BY_HAND)


def test_a_thousand_groups_let_a_listed_person_in(dashboard: Installed, stranger: Visitor) -> None:
    """They come in many cookies, which is more than a server takes as it is shipped."""
    stranger.begins_anew()
    assert stranger.signs_in("Ann of a thousand groups") != SIGN_IN
    assert sum(re.fullmatch(rf"{USER}_\d+", name) is not None for name in stranger.cookies()) > 1


@pytest.mark.parametrize("name", ANN_HERSELF)
def test_a_listed_person_gets_in_however_the_account_writes_it(name: str, dashboard: Installed) -> None:
    with wired(dashboard.address, signed_in(dashboard.address, name)) as wire:
        assert headline(wire.runs()) != SIGN_IN

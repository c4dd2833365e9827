"""Tokens that must not be believed, each in a real sign-in: nobody gets in, and nothing gets out."""

from __future__ import annotations

import time

import pytest

from tests.sign_in import tokens
from tests.sign_in.installed import Installed
from tests.sign_in.provider import CLIENT_ID, Account, Provider
from tests.sign_in.tokens import GONE, Claims
from tests.sign_in.visitor import Visitor
from tests.sign_in.wire import headline, signed_in, wired

SIGN_IN = "Sign-in is needed for these data"
HOUR = 3600
ANN: Claims = {"email": "ann@icb.example"}
NOW = int(time.time())
IN_A_BROWSER = {
    "another audience": Account({**ANN, "aud": "another-app"}),
    "another audience, asked for by us": Account({**ANN, "aud": "another-app", "azp": CLIENT_ID}),
    "another issuer": Account({**ANN, "iss": "https://login.else.example"}),
    "another nonce": Account({**ANN, "nonce": "of another sign-in"}),
    "no nonce": Account({**ANN, "nonce": GONE}),
    "expired": Account({**ANN, "iat": NOW - 2 * HOUR, "exp": NOW - HOUR}),
    "issued in an hour": Account({**ANN, "iat": NOW + HOUR, "exp": NOW + 2 * HOUR}),
    "another key": Account(ANN, tokens.by_another_key),
    "not signed": Account(ANN, tokens.unsigned),
    "HS256 with the public key": Account(ANN, tokens.with_the_public_key_as_password),
}
BY_HAND = {
    "no token at all": Account(ANN, tokens.none_at_all),
    "other audiences, asked for by us": Account({**ANN, "aud": ["one-app", "another-app"], "azp": CLIENT_ID}),
    "an audience in other letters": Account({**ANN, "aud": CLIENT_ID.upper(), "azp": CLIENT_ID}),
    "an audience that holds ours": Account({**ANN, "aud": f"{CLIENT_ID}-2", "azp": CLIENT_ID}),
    "our audience, asked for by another": Account({**ANN, "azp": "another-app"}),
    "no audience": Account({**ANN, "aud": GONE}),
    "an empty audience": Account({**ANN, "aud": ""}),
    "a list of no audience": Account({**ANN, "aud": []}),
    "no issuer": Account({**ANN, "iss": GONE}),
    "an issuer of other letters": Account({**ANN, "iss": "HTTP://127.0.0.1"}),
    "a list of issuers": Account({**ANN, "iss": ["https://login.else.example"]}),
    "no expiry": Account({**ANN, "exp": GONE}),
    "an expiry in words": Account({**ANN, "exp": "tomorrow"}),
    "valid in an hour": Account({**ANN, "nbf": NOW + HOUR, "exp": NOW + 2 * HOUR}),
    "no time of issue": Account({**ANN, "iat": GONE}),
    "a time of issue in words": Account({**ANN, "iat": "just now"}),
    "a time of issue that is true": Account({**ANN, "iat": True}),
    "issued eight hours and a minute ago": Account({**ANN, "iat": NOW - 8 * HOUR - 60}),
    "issued at the beginning of time": Account({**ANN, "iat": 0}),
    "nobody's": Account({**ANN, "sub": GONE}),
    "a key it brings along": Account(ANN, tokens.by_the_key_it_brings),
    "a key nobody knows": Account(ANN, tokens.by_an_unknown_key),
    "without its signature": Account(ANN, tokens.without_its_signature),
    "changed after signing": Account(ANN, tokens.changed_after_signing),
    "of another access token": Account(ANN, tokens.of_another_access_token),
}


@pytest.fixture(scope="module", autouse=True)
def _offered(provider: Provider) -> None:
    for name, account in {**IN_A_BROWSER, **BY_HAND}.items():
        provider.offers(name, account)


@pytest.mark.parametrize("name", IN_A_BROWSER)
def test_a_browser_with_a_token_not_to_be_believed_is_shown_nothing(
    name: str, dashboard: Installed, stranger: Visitor
) -> None:
    stranger.begins_anew()
    assert stranger.signs_in(name) == SIGN_IN
    assert dashboard.told(stranger.received.all()) == []
    _assert_worth_nothing(dashboard, stranger.cookies())


@pytest.mark.parametrize("name", BY_HAND)
def test_a_token_not_to_be_believed_is_worth_nothing(name: str, dashboard: Installed) -> None:
    _assert_worth_nothing(dashboard, signed_in(dashboard.address, name))


def _assert_worth_nothing(dashboard: Installed, cookies: dict[str, str]) -> None:
    with wired(dashboard.address, cookies) as wire:
        for page in ("", "high_dose", "completeness"):
            assert headline(wire.runs(page)) == SIGN_IN
        assert dashboard.told(wire.all()) == []


def test_the_right_token_shows_every_word_that_others_are_searched_for(dashboard: Installed) -> None:
    """So the searches above can find what they look for."""
    with wired(dashboard.address, signed_in(dashboard.address, "Ann")) as wire:
        for page in ("", "compare", "referrals", "completeness"):
            assert headline(wire.runs(page)) != SIGN_IN
        assert set(dashboard.told(wire.all())) == dashboard.words


def test_a_sign_in_asks_for_what_it_later_checks(dashboard: Installed, provider: Provider) -> None:
    first = len(provider.asked)
    for _ in range(2):
        signed_in(dashboard.address, "Dan")
    one, other = provider.asked[first:]
    assert {"nonce", "state", "code_challenge"} <= set(one)
    assert one["code_challenge_method"] == "S256" and "openid" in one["scope"].split()
    assert all(one[name] != other[name] for name in ("nonce", "state", "code_challenge"))

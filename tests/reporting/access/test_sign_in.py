"""Who is shown a release: synthetic ones to all, real ones to listed people who signed in today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from reporting.access.listed import AccessError, Listed
from reporting.access.scope import Scope
from reporting.access.sign_in import Answer, Loading, answer, may_load

NOW = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
REAL, SYNTHETIC = SimpleNamespace(synthetic=False), SimpleNamespace(synthetic=True)
KNOWN = Listed({"ann@icb.example": Scope.icb()})
User = Mapping[str, Any]


def signed_in(email: Any = "ann@icb.example", hours: float = 1, **more: Any) -> dict[str, Any]:
    since = NOW.timestamp() - hours * 3600
    return {"is_logged_in": True, "email": email, "email_verified": True, "iat": since, **more}


def given(info: Any, user: User | None, known: Listed = KNOWN) -> tuple[Answer, Scope | None]:
    return answer(info, user, lambda: known, lambda _: False, NOW)


def loads(info: Any, user: User | None, known: Listed) -> tuple[Answer, Loading | None]:
    return may_load(info, user, lambda: known, lambda _: False, NOW)


@pytest.mark.parametrize("user", [None, {}, {"is_logged_in": False}, signed_in("nobody@else.example")])
def test_a_synthetic_release_is_shown_to_everyone(user: User | None) -> None:
    assert given(SYNTHETIC, user, Listed()) == (Answer.SHOWN, Scope.icb())


@pytest.mark.parametrize(
    ("user", "answered"),
    [
        (None, Answer.NOT_SET_UP),
        ({}, Answer.SIGN_IN),
        ({"is_logged_in": "true", "email": "ann@icb.example"}, Answer.SIGN_IN),
        (signed_in(hours=8.01), Answer.SIGN_IN_AGAIN),
        (signed_in() | {"iat": None}, Answer.SIGN_IN_AGAIN),
        (signed_in() | {"iat": float("nan")}, Answer.SIGN_IN_AGAIN),
        (signed_in() | {"iat": NOW.timestamp() * 1000}, Answer.SIGN_IN_AGAIN),
        (signed_in(email_verified=False), Answer.NOT_VERIFIED),
        (signed_in(email_verified="false"), Answer.NOT_VERIFIED),
        (signed_in(email_verified="true"), Answer.NOT_VERIFIED),
        (signed_in(email_verified=1), Answer.NOT_VERIFIED),
        (signed_in(email_verified=None), Answer.NOT_VERIFIED),
        (signed_in("bob@icb.example"), Answer.UNKNOWN),
        (signed_in(None), Answer.NO_EMAIL),
        (signed_in(""), Answer.NO_EMAIL),
        (signed_in(["ann@icb.example"]), Answer.NO_EMAIL),
        (signed_in("ann@icb.example@else.example"), Answer.NO_EMAIL),
        (signed_in("ann@icb\u2024example"), Answer.NO_EMAIL),
    ],
)
def test_a_real_release_is_refused(user: User | None, answered: Answer) -> None:
    assert given(REAL, user) == (answered, None)


def test_a_release_that_does_not_say_is_real() -> None:
    assert given(SimpleNamespace(), None)[0] is Answer.NOT_SET_UP


def test_a_listed_person_sees_a_real_release_for_eight_hours() -> None:
    assert given(REAL, signed_in("Ann@ICB.example ", hours=7.9)) == (Answer.SHOWN, Scope.icb())


def test_leaving_the_list_ends_the_view_at_the_next_rerun() -> None:
    assert given(REAL, signed_in(), Listed())[0] is Answer.UNKNOWN


def test_a_sign_in_that_was_ended_shows_nothing() -> None:
    assert answer(REAL, signed_in(), lambda: KNOWN, lambda _: True, NOW) == (Answer.SIGN_IN, None)


def test_the_access_file_is_read_only_once_somebody_is_signed_in() -> None:
    def damaged() -> Listed:
        raise AccessError("damaged")

    for user in (None, {}, {"is_logged_in": False}, signed_in(hours=9), signed_in(None)):
        assert answer(REAL, user, damaged, lambda _: False, NOW)[1] is None
    with pytest.raises(AccessError):
        answer(REAL, signed_in(), damaged, lambda _: False, NOW)


@pytest.mark.parametrize(("said", "shown"), [(None, True), (True, True), (False, False), ("false", False)])
def test_a_service_that_never_verifies_may_be_declared_and_no_denial_passes(said: Any, shown: bool) -> None:
    known = Listed({"ann@icb.example": Scope.icb()}, verified=False)
    assert (given(REAL, signed_in(email_verified=said), known)[0] is Answer.SHOWN) is shown


LOADERS = Listed(
    {
        "ann@icb.example": Scope.icb(),
        "dee@icb.example": Scope("data", None, loads=True),
        "gp@practice.example": Scope("data", frozenset({"A81001"}), loads=True),
    }
)


@pytest.mark.parametrize(
    ("info", "user", "answered"),
    [
        (SYNTHETIC, None, (Answer.SHOWN, Loading(synthetic_only=True))),
        (REAL, None, (Answer.NOT_SET_UP, None)),
        (SimpleNamespace(), None, (Answer.NOT_SET_UP, None)),
        (SYNTHETIC, {"is_logged_in": False}, (Answer.SIGN_IN, None)),
        (REAL, signed_in("dee@icb.example"), (Answer.SHOWN, Loading())),
        (SYNTHETIC, signed_in("dee@icb.example"), (Answer.SHOWN, Loading())),
        (REAL, signed_in("dee@icb.example", hours=8.01), (Answer.SIGN_IN_AGAIN, None)),
        (REAL, signed_in("ann@icb.example"), (Answer.UNKNOWN, None)),
        (REAL, signed_in("bob@icb.example"), (Answer.UNKNOWN, None)),
        (REAL, signed_in("gp@practice.example"), (Answer.SHOWN, Loading(frozenset({"A81001"})))),
    ],
)
def test_only_a_listed_loader_loads_where_sign_in_is_set_up(
    info: SimpleNamespace, user: User | None, answered: tuple[Answer, Loading | None]
) -> None:
    assert loads(info, user, LOADERS) == answered


def test_one_who_loads_for_a_practice_does_not_publish() -> None:
    assert Loading().publishes and not Loading(frozenset({"A81001"})).publishes


def test_leaving_the_list_ends_loading_at_the_next_rerun() -> None:
    assert loads(REAL, signed_in("dee@icb.example"), Listed()) == (Answer.UNKNOWN, None)

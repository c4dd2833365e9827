"""Who is shown a release: synthetic ones to all, real ones to listed people who signed in today."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reporting.access.scope import Scope
from reporting.access.sign_in import AccessError, Answer, Loading, answer, may_load, people

NOW = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
REAL, SYNTHETIC = SimpleNamespace(synthetic=False), SimpleNamespace(synthetic=True)
KNOWN = {"ann@icb.example": Scope.icb()}


def signed_in(email: str | None = "ann@icb.example", hours: float = 1, **more: Any) -> dict[str, Any]:
    since = NOW.timestamp() - hours * 3600
    return {"is_logged_in": True, "email": email, "iat": since, **more}


@pytest.mark.parametrize("user", [None, {}, {"is_logged_in": False}, signed_in("nobody@else.example")])
def test_a_synthetic_release_is_shown_to_everyone(user: dict[str, Any] | None) -> None:
    assert answer(SYNTHETIC, user, {}, NOW) == (Answer.SHOWN, Scope.icb())


@pytest.mark.parametrize(
    ("user", "given"),
    [
        (None, Answer.NOT_SET_UP),
        ({}, Answer.SIGN_IN),
        ({"is_logged_in": "true", "email": "ann@icb.example"}, Answer.SIGN_IN),
        (signed_in(hours=8.01), Answer.SIGN_IN_AGAIN),
        (signed_in() | {"iat": None}, Answer.SIGN_IN_AGAIN),
        (signed_in() | {"iat": float("nan")}, Answer.SIGN_IN_AGAIN),
        (signed_in() | {"iat": NOW.timestamp() * 1000}, Answer.SIGN_IN_AGAIN),
        (signed_in(email_verified=False), Answer.UNKNOWN),
        (signed_in("bob@icb.example"), Answer.UNKNOWN),
        (signed_in(None), Answer.UNKNOWN),
        (signed_in(""), Answer.UNKNOWN),
    ],
)
def test_a_real_release_is_refused(user: dict[str, Any] | None, given: Answer) -> None:
    assert answer(REAL, user, KNOWN, NOW) == (given, None)


def test_a_release_that_does_not_say_is_real() -> None:
    assert answer(SimpleNamespace(), None, KNOWN, NOW)[0] is Answer.NOT_SET_UP


def test_a_listed_person_sees_a_real_release_for_eight_hours() -> None:
    assert answer(REAL, signed_in("Ann@ICB.example ", hours=7.9), KNOWN, NOW) == (Answer.SHOWN, Scope.icb())


def test_leaving_the_list_ends_the_view_at_the_next_rerun() -> None:
    assert answer(REAL, signed_in(), {}, NOW)[0] is Answer.UNKNOWN


def test_people_are_read_without_regard_to_case(tmp_path: Path) -> None:
    path = tmp_path / "access.toml"
    path.write_text('[people]\n"Ann@ICB.example" = "icb"\n', encoding="utf-8")
    assert people(path) == KNOWN
    assert people(tmp_path / "none.toml") == {}


@pytest.mark.parametrize("role", ["board", "ICB", ""])
def test_an_unknown_role_is_an_error_that_names_the_entry(tmp_path: Path, role: str) -> None:
    path = tmp_path / "access.toml"
    path.write_text(f'[people]\n"ann@icb.example" = "{role}"\n', encoding="utf-8")
    with pytest.raises(AccessError, match=r"ann@icb\.example"):
        people(path)


@pytest.mark.parametrize(
    ("said", "scope"),
    [
        ('"icb"', Scope("icb", None)),
        ('"data"', Scope("data", None, loads=True)),
        ('["icb", "data"]', Scope("icb", None, loads=True)),
        ('{ role = "data", practices = [" a81001"] }', Scope("data", frozenset({"A81001"}), loads=True)),
    ],
)
def test_an_entry_says_what_somebody_sees_and_loads(tmp_path: Path, said: str, scope: Scope) -> None:
    path = tmp_path / "access.toml"
    path.write_text(f'[people]\n"ann@icb.example" = {said}\n', encoding="utf-8")
    assert people(path) == {"ann@icb.example": scope}


@pytest.mark.parametrize(
    "said",
    [
        "[]",
        "7",
        '["icb", "board"]',
        '{ role = "data", practices = [] }',
        '{ role = "data", practices = "A81001" }',
        '{ role = "data", practices = [""] }',
        '{ role = "data", practice = ["A81001"] }',
        '{ role = "icb", practices = ["A81001"] }',
        '{ practices = ["A81001"] }',
    ],
)
def test_an_entry_that_is_not_understood_is_an_error(tmp_path: Path, said: str) -> None:
    path = tmp_path / "access.toml"
    path.write_text(f'[people]\n"ann@icb.example" = {said}\n', encoding="utf-8")
    with pytest.raises(AccessError, match=r"ann@icb\.example"):
        people(path)


LOADERS = {
    "ann@icb.example": Scope.icb(),
    "dee@icb.example": Scope("data", None, loads=True),
    "gp@practice.example": Scope("data", frozenset({"A81001"}), loads=True),
}


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
    info: SimpleNamespace, user: dict[str, Any] | None, answered: tuple[Answer, Loading | None]
) -> None:
    assert may_load(info, user, LOADERS, NOW) == answered


def test_one_who_loads_for_a_practice_does_not_publish() -> None:
    assert Loading().publishes and not Loading(frozenset({"A81001"})).publishes


def test_leaving_the_list_ends_loading_at_the_next_rerun() -> None:
    assert may_load(REAL, signed_in("dee@icb.example"), {}, NOW) == (Answer.UNKNOWN, None)


def test_the_committed_list_names_nobody() -> None:
    assert people() == {}

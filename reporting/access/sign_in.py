"""Who may see a release, and who may load: the file of people, and what a sign-in is given."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from reporting.access.scope import Scope

PEOPLE = Path(__file__).resolve().parents[2] / "config" / "access.toml"
ROLES = ("icb", "data")
LONGEST_SIGN_IN = dt.timedelta(hours=8)
CLOCKS_DIFFER = 300  # seconds


class AccessError(ValueError):
    """A file of people that cannot be used; the message names the file and the entry."""


class Answer(Enum):
    """What somebody who asks for a release is given."""

    SHOWN = "the pages"
    NOT_SET_UP = "how to set up sign-in"
    SIGN_IN = "a sign-in button"
    SIGN_IN_AGAIN = "a sign-in button, as the last sign-in is too old"
    UNKNOWN = "words that this person is in no list"


@dataclass(frozen=True)
class Loading:
    """What somebody may load: files of these practices, None for any; or of invented practices only."""

    practices: frozenset[str] | None = None
    synthetic_only: bool = False

    @property
    def publishes(self) -> bool:
        """Whether they may publish. One practice's loader may not decide when everybody's figures change."""
        return self.practices is None


def people(path: Path = PEOPLE) -> dict[str, Scope]:
    """E-mail address, in lower case → scope, from the file of people. Raises AccessError; a file that is not
    there names nobody."""
    if not path.exists():
        return {}
    try:
        listed = tomllib.loads(path.read_text(encoding="utf-8")).get("people", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AccessError(f"{path.name}: not readable as TOML: {error}") from None
    return {
        address.strip().lower(): _scope(f"{path.name}: {address}", said) for address, said in listed.items()
    }


def _scope(where: str, said: Any) -> Scope:
    """The scope an entry gives: "icb", "data", both as a list, or a table of a role and practice codes."""
    asked = said if isinstance(said, dict) else {"role": said}
    roles = asked.get("role")
    roles = [roles] if isinstance(roles, str) else roles
    if not isinstance(roles, list) or not roles or not all(role in ROLES for role in roles):
        raise AccessError(f"{where} has the role {asked.get('role')!r}; it must be one of {ROLES}, or both.")
    codes = asked.get("practices")
    if set(asked) - {"role", "practices"} or ("practices" in asked and not _are_codes(codes)):
        raise AccessError(
            f'{where}: write {{ role = "data", practices = ["A81001"] }}, with codes in a list.'
        )
    if codes is not None and "icb" in roles:
        raise AccessError(f"{where}: the role icb sees every practice; only data can be kept to practices.")
    practices = None if codes is None else frozenset(code.strip().upper() for code in codes)
    return Scope("icb" if "icb" in roles else "data", practices, "data" in roles)


def _are_codes(codes: Any) -> bool:
    return isinstance(codes, list) and bool(codes) and all(isinstance(c, str) and c.strip() for c in codes)


def answer(
    info: Any, user: Mapping[str, Any] | None, known: Mapping[str, Scope], now: dt.datetime
) -> tuple[Answer, Scope | None]:
    """What to give whoever asks, and the scope to show it in.

    user: what the sign-in service says (is_logged_in, email, iat: seconds since 1970), None where no sign-in
    is set up. Anything missing or odd is refused. Asked again at every rerun, so leaving the list or eight
    hours end a view.
    """
    if may_serve(info):
        return Answer.SHOWN, Scope.icb()
    return signed_in(user, known, now)


def signed_in(
    user: Mapping[str, Any] | None, known: Mapping[str, Scope], now: dt.datetime
) -> tuple[Answer, Scope | None]:
    """The scope of a listed person who signed in within eight hours; otherwise what to show instead."""
    if user is None:
        return Answer.NOT_SET_UP, None
    if user.get("is_logged_in") is not True:
        return Answer.SIGN_IN, None
    since = user.get("iat")
    age = now.timestamp() - since if isinstance(since, int | float) else float("nan")
    if not -CLOCKS_DIFFER <= age <= LONGEST_SIGN_IN.total_seconds():
        return Answer.SIGN_IN_AGAIN, None
    if user.get("email_verified") is False:
        return Answer.UNKNOWN, None
    scope = known.get(str(user.get("email") or "").strip().lower())
    return (Answer.SHOWN, scope) if scope else (Answer.UNKNOWN, None)


def may_load(
    info: Any, user: Mapping[str, Any] | None, known: Mapping[str, Scope], now: dt.datetime
) -> tuple[Answer, Loading | None]:
    """What whoever asks may load, asked again at every rerun.

    Where no sign-in is set up, anyone who sees a synthetic release may load invented practices. Where it is,
    only a listed person whose role holds data, signed in within eight hours.
    """
    if user is None and may_serve(info):
        return Answer.SHOWN, Loading(synthetic_only=True)
    given, scope = signed_in(user, known, now)
    if scope is None or scope.loads:
        return given, None if scope is None else Loading(scope.practices)
    return Answer.UNKNOWN, None


def may_serve(info: Any) -> bool:
    """Whether a snapshot may be shown while nobody signs in: only one that is marked synthetic.

    info: anything with a `synthetic` attribute; one without it, or unsure of it, is treated as real data.
    """
    return getattr(info, "synthetic", False) is True

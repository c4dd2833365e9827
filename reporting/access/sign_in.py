"""What somebody who asks for a release is given, and what they may load."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from reporting.access.listed import Listed, email
from reporting.access.scope import Scope

LONGEST_SIGN_IN = dt.timedelta(hours=8)
CLOCKS_DIFFER = 300  # seconds


class Answer(Enum):
    """What somebody who asks for a release is given."""

    SHOWN = "the pages"
    NOT_SET_UP = "how to set up sign-in"
    SIGN_IN = "a sign-in button"
    SIGN_IN_AGAIN = "a sign-in button, as the last sign-in is too old"
    NO_EMAIL = "words that the sign-in has no address"
    NOT_VERIFIED = "words that the address is not verified"
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


Known = Callable[[], Listed]  # reads the access file; only once it is known that somebody is signed in
Ended = Callable[[Mapping[str, Any]], bool]


def answer(
    info: Any, user: Mapping[str, Any] | None, known: Known, ended: Ended, now: dt.datetime
) -> tuple[Answer, Scope | None]:
    """What to give whoever asks, and the scope to show it in.

    user: what the sign-in service says (is_logged_in, email, iat: seconds since 1970, email_verified,
    groups), None where no sign-in is set up. Anything missing or odd is refused. Asked again at every rerun,
    so leaving the list, signing out or eight hours end a view. Raises AccessError as `known` does.
    """
    if may_serve(info):
        return Answer.SHOWN, Scope.icb()
    return signed_in(user, known, ended, now)


def signed_in(
    user: Mapping[str, Any] | None, known: Known, ended: Ended, now: dt.datetime
) -> tuple[Answer, Scope | None]:
    """The scope of a listed person who signed in within eight hours; otherwise what to show instead."""
    if user is None:
        return Answer.NOT_SET_UP, None
    if user.get("is_logged_in") is not True or ended(user):
        return Answer.SIGN_IN, None
    since = user.get("iat")
    age = now.timestamp() - since if isinstance(since, int | float) else float("nan")
    if not -CLOCKS_DIFFER <= age <= LONGEST_SIGN_IN.total_seconds():
        return Answer.SIGN_IN_AGAIN, None
    if email(user) is None:
        return Answer.NO_EMAIL, None
    listed, verified = known(), user.get("email_verified")
    if verified is not True and (listed.verified or verified is not None):
        return Answer.NOT_VERIFIED, None
    scope = listed.scope(user)
    return (Answer.SHOWN, scope) if scope else (Answer.UNKNOWN, None)


def may_load(
    info: Any, user: Mapping[str, Any] | None, known: Known, ended: Ended, now: dt.datetime
) -> tuple[Answer, Loading | None]:
    """What whoever asks may load, asked again at every rerun.

    Where no sign-in is set up, anyone who sees a synthetic release may load invented practices. Where it is,
    only a listed person whose role holds data, signed in within eight hours.
    """
    if user is None and may_serve(info):
        return Answer.SHOWN, Loading(synthetic_only=True)
    given, scope = signed_in(user, known, ended, now)
    if scope is None or scope.loads:
        return given, None if scope is None else Loading(scope.practices)
    return Answer.UNKNOWN, None


def may_serve(info: Any) -> bool:
    """Whether a snapshot may be shown while nobody signs in: only one that is marked synthetic.

    info: anything with a `synthetic` attribute; one without it, or unsure of it, is treated as real data.
    """
    return getattr(info, "synthetic", False) is True

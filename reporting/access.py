"""Who asks, what part they ask for, and of which release."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

MONTHS_A_YEAR = 12
PEOPLE = Path(__file__).resolve().parent.parent / "config" / "access.toml"
ROLES = ("icb",)
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
class Scope:
    """Who asks: a role and the practice codes it may see; practices None means all of the ICB.

    A scope of practices with no code in it sees nothing.
    """

    role: str
    practices: frozenset[str] | None

    @staticmethod
    def icb() -> Scope:
        """The ICB's own users: every practice."""
        return Scope("icb", None)


@dataclass(frozen=True)
class Selection:
    """What is asked for: a part of the ICB, a length of time and a threshold in mg OME a day.

    place, pcn and practice (a code) are None for all; they narrow each other. years counts back from the last
    month of the data.
    """

    threshold: int
    years: int = 3
    place: str | None = None
    pcn: str | None = None
    practice: str | None = None

    @property
    def months(self) -> int:
        """The length of the period in months."""
        return self.years * MONTHS_A_YEAR

    def among(self) -> Selection:
        """The same without the practice: those it stands among."""
        return replace(self, practice=None)


@dataclass(frozen=True)
class Release:
    """What a snapshot says of itself; dates are the first and last day it covers, thresholds mg OME a day."""

    release: str
    synthetic: bool
    icb: str
    factor_version: str
    operator: str
    default_threshold: int
    thresholds: tuple[int, ...]
    window_days: int
    data_from: dt.date
    data_to: dt.date
    policy_json: str

    @property
    def last_month(self) -> dt.date:
        """First day of the latest month covered by any practice."""
        return self.data_to.replace(day=1)

    def month(self, back: int) -> dt.date:
        """First day of the month so many months before the last one."""
        count = self.data_to.year * 12 + self.data_to.month - 1 - back
        return dt.date(count // 12, count % 12 + 1, 1)


@dataclass(frozen=True)
class Snapshot:
    """One published release: its name, its file and what it says of itself."""

    release: str
    path: Path
    info: Release


def people(path: Path = PEOPLE) -> dict[str, Scope]:
    """E-mail address, in lower case → scope, from the file of people. Raises AccessError; a file that is not
    there names nobody."""
    if not path.exists():
        return {}
    try:
        listed = tomllib.loads(path.read_text(encoding="utf-8")).get("people", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AccessError(f"{path.name}: not readable as TOML: {error}") from None
    found = {}
    for address, role in listed.items():
        if role not in ROLES:
            raise AccessError(f"{path.name}: {address} has the role {role!r}; it must be one of {ROLES}.")
        found[address.strip().lower()] = Scope.icb()
    return found


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


def may_serve(info: Any) -> bool:
    """Whether a snapshot may be shown while nobody signs in: only one that is marked synthetic.

    info: anything with a `synthetic` attribute; one without it, or unsure of it, is treated as real data.
    """
    return getattr(info, "synthetic", False) is True

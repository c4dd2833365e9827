"""Who asks, what part they ask for, and of which release."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

Edition = Literal["internal", "published"]  # exact counts, and those of the plan of suppression
EDITIONS: tuple[Edition, ...] = ("internal", "published")
MONTHS_A_YEAR = 12


@dataclass(frozen=True)
class Scope:
    """Who asks: a role (icb, practice, board or data) and the practice codes it may see; practices None means
    all of the ICB.

    A scope of practices with no code in it sees nothing. loads: whether it may load extracts. edition:
    whether it is given exact counts, or those that may be published; the board's is always the latter.
    """

    role: str
    practices: frozenset[str] | None
    loads: bool = False
    edition: Edition = "internal"

    @staticmethod
    def icb() -> Scope:
        """The ICB's own users: every practice."""
        return Scope("icb", None)

    def internal(self) -> Scope:
        """The same, for exact counts of every verdict: nothing else of them may be drawn or printed."""
        return replace(self, edition="internal")

    def of(self, edition: Edition) -> Scope:
        """The same, for an edition that somebody chose. Raises PermissionError for one that is not among
        `editions`."""
        if edition not in self.editions:
            raise PermissionError(f"The role {self.role} has the {self.editions[0]} edition only.")
        return replace(self, edition=edition)

    @property
    def words(self) -> str:
        """The practices it may see, as the audit names them: “SYN01, SYN02”, “all practices”."""
        return (
            "all practices" if self.practices is None else ", ".join(sorted(self.practices)) or "no practice"
        )

    @property
    def editions(self) -> tuple[Edition, ...]:
        """The editions it may choose from, the usual one first: of its own practices alone, exact counts; as
        the board, published ones; else either."""
        if self.role == "board":
            return ("published",)
        return EDITIONS if self.practices is None else ("internal",)


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
    method_changes: str = "[]"

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

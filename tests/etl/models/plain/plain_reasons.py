"""Why people entered and left a state a second time, person by person: written from docs/glossary.md."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from tests.etl.models.plain.plain_person import month_end, months_before

Row = Mapping[str, Any]


@dataclass
class Known:
    """Rows of patient_month by person and month, and of the extracts patients and plans by person."""

    months: Mapping[tuple[str, dt.date], Row]
    patients: Mapping[str, Sequence[Row]]
    plans: Mapping[str, Sequence[Row]]

    def registered(self, who: str, on: dt.date) -> bool:
        rows = sorted(self.patients[who], key=lambda row: row["registered_from"])
        for row, following in zip(rows, [*rows[1:], None], strict=True):
            ends = [row["registered_to"], following and following["registered_from"]]
            if row["registered_from"] <= on and all(end is None or end > on for end in ends):
                return True
        return False

    def died(self, who: str, on: dt.date) -> bool:
        ended = [row for row in self.patients[who] if row["registered_to"] and row["registered_to"] <= on]
        return bool(ended) and max(ended, key=lambda row: row["registered_to"])["left_reason"] == "died"

    def planned(self, who: str, since: dt.date, to: dt.date) -> bool:
        months = {to}
        while min(months) > since:
            months.add(months_before(min(months), 1))
        return any(_is_open(plan, month_end(month)) for plan in self.plans.get(who, []) for month in months)


def _is_open(plan: Row, on: dt.date) -> bool:
    start, ended = plan.get("taper_start_on"), plan.get("ended_on")
    if start is None or start > on:
        return False
    return bool(ended > on) if ended else plan.get("status") in ("active", "paused")


def reasons(
    known: Known,
    pair: tuple[dt.date, dt.date],
    entered: Set[str],
    left: Set[str],
    elsewhere: tuple[Set[str], Set[str]],
    whole: tuple[Set[str], Set[str]],
    *,
    by_list: bool,
    dose: str,
) -> Counter[tuple[str, str]]:
    """(way, reason) → people. elsewhere: in the state at the first and second month, at any practice; whole:
    in the denominator then."""
    was, now = pair
    found: Counter[tuple[str, str]] = Counter()
    unclear = "without_dose" if dose == "current_ome_milli" else "gaba_unclear"
    for who in entered:
        row = known.months.get((who, was), {})
        before, after = (known.months.get((who, on), {}).get(dose) or 0 for on in pair)
        if who in elsewhere[0]:
            why = "moved in"
        elif who in whole[0]:
            why = "among those counted before"
        elif row.get("exclusions") == "acute use":
            why = "acute use became long-term"
        elif row.get("excluded"):
            why = "excluded before"
        elif not known.registered(who, month_end(was)):
            why = "newly registered"
        elif row.get(unclear):
            why = "dose not known before"
        elif before == 0:
            why = "supply began"
        elif after > before:
            why = "dose rose"
        else:
            why = "reason not known" if by_list else "newly among those counted"
        found["entered", why] += 1
    for who in left:
        row = known.months.get((who, now), {})
        before, after = (known.months.get((who, on), {}).get(dose) or 0 for on in pair)
        gone = not known.registered(who, month_end(now))
        if gone and known.died(who, month_end(now)):
            why = "died"
        elif gone or who in elsewhere[1]:
            why = "moved away"
        elif row.get("excluded"):
            why = "excluded"
        elif who in whole[1]:
            why = "still among those counted"
        elif row.get(unclear):
            why = "dose not known"
        elif after == 0:
            why = "supply stopped"
        elif after < before:
            why = f"dose fell {'on' if known.planned(who, was, now) else 'without'} a plan"
        else:
            why = "reason not known" if by_list else "no longer among those counted"
        found["left", why] += 1
    return found

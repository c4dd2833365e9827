"""What a row of the worklist says about somebody's supplies: dose, directions, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from reporting.charts.written import mg
from reporting.exhibits.wording import day, listed

GAP_DAYS = 7
KINDS = {
    "unmapped": "could not be read",
    "not_converted": "is not converted",
    "unclear": "gives no dose by its directions or quantity",
}
READ_WORKING = "Read the working beside the record"


def dose(row: dict[str, Any]) -> str:
    """The current dose; "at least" where an issue is in no dose, and never 0 where nothing is known."""
    if not row["without_dose"] or row["absent"]:
        return mg(row["current_ome_milli"])
    return f"at least {mg(row['current_ome_milli'])}" if row["current_ome_milli"] else "not known"


def directed(row: dict[str, Any], window_days: int) -> str:
    """What regular directions say now, or said until the supply ended; "" for whoever is absent.

    A supply that has ended and directions that give no regular amount are told apart.
    """
    if row["absent"]:
        return ""
    gap = days_without(row)
    if gap is None or gap >= window_days:
        return "not known" if row["unclear"] else "none"
    said = "not regular" if pd.isna(row["last_directed_milli"]) else mg(row["last_directed_milli"])
    return f"{said} until {_last_day(row)}" if gap > 0 else said


def reasons(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What stands out in the supplies, each with the next step of process, the most pressing first."""
    gap = days_without(row) or 0
    regular = not pd.isna(row["last_directed_milli"])
    if row["current_ome_milli"] > 0 and gap > GAP_DAYS:
        known = " of known dose" if row["unclear"] else ""
        was = (
            f"directions were regular, {mg(row['last_directed_milli'])}" if regular else "not regular before"
        )
        yield (
            f"No supply{known} for {gap} days, since {_last_day(row)}: dose unknown since; {was}",
            "Call; review before the next issue",
        )
    if row["without_dose"]:
        kinds = listed([words for flag, words in KINDS.items() if row[flag]])
        least = "the true dose may be higher" if row["current_ome_milli"] else "the dose is not known"
        yield f"An issue since {day(row['without_since'])} {kinds}: {least}", READ_WORKING
    if row["gaba_unclear"]:
        yield "A gabapentinoid issue gives no dose: its share of the daily dose is not known", READ_WORKING
    if row["supplied_differs"]:
        issued = (
            "" if pd.isna(row["supplied_ome_milli"]) else f": {mg(row['supplied_ome_milli'])} a day issued"
        )
        yield f"What was issued does not fit the directions{issued}", "Check stock and directions"
    elif row["over_supply"]:
        yield "Issued well ahead of need", "Ask what is in stock at home"


def irregular(row: dict[str, Any]) -> bool:
    """Whether there is supply now, or was until a few days ago, and its directions give no regular amount."""
    return (
        row["current_ome_milli"] > 0
        and pd.isna(row["last_directed_milli"])
        and not (days_without(row) or 0) > GAP_DAYS
    )


def days_without(row: dict[str, Any]) -> int | None:
    """Days to the month's end without supply of a known dose, at most nought where it reaches beyond; None
    where there never was any."""
    if pd.isna(row["supplied_to"]):
        return None
    return int((row["month_end"] - row["supplied_to"]).days) + 1


def _last_day(row: dict[str, Any]) -> str:
    return day(row["supplied_to"] - pd.Timedelta(days=1))

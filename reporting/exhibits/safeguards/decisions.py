"""Best-interest decisions one by one: what is missing, what asks for a query, and what the dose did since."""

from __future__ import annotations

from typing import Any

import pandas as pd

from reporting import people
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.data.completeness import Listing
from reporting.exhibits.safeguards.items import SAFEGUARDS, nobody, year_words
from reporting.exhibits.wording import counted, day, listed, month, number

UNKNOWN = "not recorded"
TOO_NEW = "fewer than 28 days seen"  # see the model decision_seen
KINDS = {"fall": "fell fast in {}", "stop": "stopped in {}"}


def lacking(snapshot: Snapshot, scope: Scope, selection: Selection) -> Listing:
    """Decisions of the last 12 months that lack a safeguard: exactly those a reason counts. Never
    for what leaves."""
    frame = people.decisions(snapshot, scope, selection).frame
    found = frame[frame["missing"] != ""]
    words = (
        f"{number(len(found))} of {counted(len(frame), 'decision', 'decisions')} in the "
        f"{year_words(snapshot)}."
    )
    nothing = nobody(snapshot, scope, selection) if frame.empty else "No decision lacks a safeguard."
    return Listing("What is missing, decision by decision", words, _table(found), nothing)


def others(snapshot: Snapshot, scope: Scope, selection: Selection) -> Listing:
    """Decisions with every safeguard whose record asks for a query, or since which the dose fell, stopped or
    is not known; too new to tell is no query."""
    frame = people.decisions(snapshot, scope, selection).frame
    unseen = frame["not_seen"].notna() & (frame["not_seen"] != TOO_NEW)
    asks = (frame["queries"] != "") | frame["red_kind"].notna() | frame["unknown_since"].notna() | unseen
    found = frame[(frame["missing"] == "") & asks]
    words = "All recorded; the record or the dose since asks for a query."
    return Listing("Other queries", words, _table(found), "No other decision asks for a query.")


def not_known(snapshot: Snapshot, scope: Scope, selection: Selection) -> int:
    """Decisions since which no fall or stop is known, and there may be one."""
    frame = people.decisions(snapshot, scope, selection).frame
    return int(
        (frame["red_kind"].isna() & (frame["unknown_since"].notna() | frame["not_seen"].notna())).sum()
    )


def _table(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame([_row(one) for one in frame.to_dict("records")])


def _row(one: dict[Any, Any]) -> dict[str, str]:
    missing = one["missing"].split("; ") if one["missing"] else []
    rest = [name for name in SAFEGUARDS if name not in missing]
    words = ", ".join(missing)
    if len(missing) > len(rest):
        words = f"all but {listed(rest, len(rest))}" if rest else "all eleven"
    return {
        "Practice": f"{one['name']} ({one['practice_code']})",
        "Patient": one["patient_key"],
        "Decided": day(one["decided_on"]),
        "Missing": words or "nothing",
        "Query": ", ".join(one["queries"].split("; ")) if one["queries"] else "",
        "Contact": _contact(one),
        "Dose since": _since(one),
    }


def _contact(one: dict[Any, Any]) -> str:
    """Attempts, engagement and agreement; what is not recorded is said."""
    tried = f"attempts {UNKNOWN}"
    if pd.notna(one["contact_attempts"]):
        tried = counted(int(one["contact_attempts"]), "attempt", "attempts")
    engaged = UNKNOWN if pd.isna(one["engaged"]) else str(one["engaged"])
    agreed = UNKNOWN if pd.isna(one["agreed"]) else "yes" if one["agreed"] else "no"
    return f"{tried}; engaged: {engaged}; agreed: {agreed}"


def _since(one: dict[Any, Any]) -> str:
    parts = []
    if pd.notna(one["red_kind"]):
        parts.append(KINDS[one["red_kind"]].format(month(one["red_fell_on"])))
    if pd.notna(one["unknown_since"]):
        parts.append(f"not known since {day(one['unknown_since'])}")
    if not parts and pd.notna(one["not_seen"]):
        return f"not known: {one['not_seen']}"
    return "; ".join(parts) or "no fast fall or stop seen"

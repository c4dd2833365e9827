"""What the ICB decided, as the snapshot records it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

from reporting.access.scope import Snapshot
from reporting.disclosure import Rule
from reporting.once import once

CACHED = 8
YEAR = dt.timedelta(days=365)


@once(CACHED)
def policy_of(snapshot: Snapshot) -> dict[str, Any]:
    """The policy the release was built with, section by section as in config/policy.toml."""
    policy: dict[str, Any] = json.loads(snapshot.info.policy_json)
    return policy


def taper_rule(snapshot: Snapshot, name: str) -> int:
    """A whole number of section [taper], such as red_fall_percent."""
    return int(policy_of(snapshot)["taper"][name])


def rule(snapshot: Snapshot) -> Rule:
    """How small numbers are protected where they leave."""
    return Rule.of(snapshot.info.policy_json)


def suppress_below(snapshot: Snapshot) -> int:
    """The smallest count of people that may be told apart."""
    return rule(snapshot).suppress_below


def names_peers(snapshot: Snapshot) -> bool:
    """Whether a practice is told which practices it is compared with."""
    return bool(policy_of(snapshot).get("peers", {}).get("named", False))


def method_words(snapshot: Snapshot) -> tuple[str, ...]:
    """What changed in the last year in how doses are counted, a sentence each: figures that left before were
    of another method."""
    return tuple(
        f"All months are counted anew since {dt.date.fromisoformat(one['on']):%d %b %Y}: {one['what']} "
        f"{one['now']}, before {one['before']}."
        for one in _changed(snapshot)
    )


def method_breaks(snapshot: Snapshot) -> tuple[tuple[dt.date, str], ...]:
    """The same changes as marks of a trend: the month from which figures left in the new way, and words."""
    return tuple(
        (dt.date.fromisoformat(one["on"]).replace(day=1), f"{one['what']} {one['now']}: all months recounted")
        for one in _changed(snapshot)
    )


def _changed(snapshot: Snapshot) -> Iterator[dict[str, str]]:
    since = (snapshot.info.data_to - YEAR).isoformat()
    yield from (one for one in json.loads(snapshot.info.method_changes) if one["on"] >= since)


def dose_definition(snapshot: Snapshot) -> str:
    """The definition of a current dose, such as carried_forward."""
    return str(policy_of(snapshot)["dose"]["definition"])

"""What has changed in how doses are counted from one release to the next, so that figures tell of it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import duckdb

from etl.store import Store
from measures.policy import Policy

MOST_CHANGES = 20


def since(store: Store, rules: Policy) -> str:
    """JSON: the changes of method that the release now served tells of, and those from it to these rules,
    each with on (a date), what, before and now. Empty where no release is served or it cannot be read.

    All months are counted by the rules of their release, so a trend mixes no two methods; but figures that
    left before were of another, and whoever lays them side by side must know.
    """
    made = served(store)
    if made is None:
        return "[]"
    before, now = _method(json.loads(made["policy_json"])), _method_of(rules)
    today = dt.datetime.now(dt.UTC).date().isoformat()
    new = [
        {"on": today, "what": what, "before": before[what], "now": now[what]}
        for what in now
        if before.get(what) not in (None, now[what])
    ]
    return json.dumps(
        [*json.loads(made.get("method_changes") or "[]"), *new][-MOST_CHANGES:], ensure_ascii=False
    )


def served(store: Store) -> dict[str, Any] | None:
    """What the release now served says of itself; None where there is none or it cannot be read."""
    name = store.current()
    path = store.releases / f"{name}.duckdb"
    if name is None or not path.is_file():
        return None
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            row = con.execute("SELECT * FROM release_info").df().iloc[0].to_dict()
            return {str(name): value for name, value in row.items()}
    except (duckdb.Error, IndexError):
        return None  # verify tells of it; a build must not fail by the release it takes the place of


def _method_of(rules: Policy) -> dict[str, str]:
    return {
        "OME factors": rules.dose.factor_version,
        "a high dose": rules.thresholds.words,
        "daily dose": rules.dose.definition.replace("_", " "),
        "current dose": f"mean of {rules.dose.window_days} days",
    }


def _method(policy: dict[str, Any]) -> dict[str, str]:
    """The same of a policy as a release keeps it; empty where it has another shape."""
    try:
        dose, operator = policy["dose"], policy["thresholds"]["operator"]
        return {
            "OME factors": dose["factor_version"],
            "a high dose": {">": "above", ">=": "at or above"}[operator],
            "daily dose": dose["definition"].replace("_", " "),
            "current dose": f"mean of {dose['window_days']} days",
        }
    except (KeyError, AttributeError, TypeError):
        return {}

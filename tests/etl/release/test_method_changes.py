"""A release tells what changed in how doses are counted since the one before it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import duckdb

from etl.build import build
from etl.store import Store
from measures import policy

RULES = policy.load()
AT = replace(RULES, thresholds=replace(RULES.thresholds, operator=">="))
WEEKS = replace(AT, dose=replace(AT.dose, window_days=84))


def told(store: Store) -> list[dict[str, str]]:
    with duckdb.connect(str(store.releases / f"{store.current()}.duckdb"), read_only=True) as con:
        (changes,) = con.execute("SELECT method_changes FROM release_info").fetchall()[0]
    found: list[dict[str, str]] = json.loads(changes)
    return found


def test_each_change_is_told_by_the_release_that_makes_it_and_those_after_it(released: Store) -> None:
    today = dt.datetime.now(dt.UTC).date().isoformat()
    assert told(released) == []
    build(released, RULES)
    assert told(released) == []
    build(released, AT)
    first = {"on": today, "what": "a high dose", "before": "above", "now": "at or above"}
    assert told(released) == [first]
    build(released, WEEKS)
    second = {"on": today, "what": "current dose", "before": "mean of 90 days", "now": "mean of 84 days"}
    assert told(released) == [first, second]


def test_a_release_that_cannot_be_read_stops_no_build(released: Store) -> None:
    (released.releases / f"{released.current()}.duckdb").write_bytes(b"damaged")
    build(released, AT)
    assert told(released) == []

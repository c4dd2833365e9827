"""The worklist of every practice of the sample, against the same rules in plain Python."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from reporting import queries
from reporting.access import Scope, Selection, Snapshot
from reporting.queries.release import rows

ROOT = Path(__file__).parents[3]
Row = dict[Any, Any]
ANY_FLAG = ("high_gaba", "has_plan", "without_dose", "gaba_unclear")
KINDS = ("unmapped", "not_converted", "unclear")


@pytest.fixture(scope="module")
def snapshot(sample_store: Path) -> Snapshot:
    return queries.current(sample_store)


def test_the_worklists_are_those_of_a_plain_implementation(snapshot: Snapshot) -> None:
    listed = 0
    release = {name: _rows(snapshot, name) for name in TABLES}
    for practice in release["practice"]:
        everybody = _standing(release, practice)
        for threshold in snapshot.info.thresholds:
            asked = Selection(threshold, practice=practice["practice_code"])
            found = queries.people(snapshot, Scope.icb(), asked).frame
            wanted = {key: one for key, one in everybody.items() if _is_listed(one, threshold)}
            assert {row["patient_key"]: {name: _plain(row[name]) for name in COLUMNS}
                    for row in found.to_dict("records")} == wanted  # fmt: skip
            listed += len(wanted)
    assert listed > 500


def test_a_row_stands_for_somebody_who_fell_who_is_gone_and_who_is_new(snapshot: Snapshot) -> None:
    """The sample holds what the comparison is meant to see."""
    found = pd.DataFrame(_rows(snapshot, "worklist"))
    assert found["fell"].sum() > 5 and (found["fell"] & found["ended"]).any()
    assert found["absent"].any() and (found["absent"] & found["fell"]).any()
    assert (found["before_milli"].isna() & ~found["absent"]).any()


TABLES = ("practice", "patient_month", "taper_month", "best_interest", "dose_segment")
COLUMNS = (
    "current_ome_milli",
    "before_milli",
    "supplied_to",
    "fell",
    "fell_on",
    "ended",
    "absent",
    "without_since",
    "last_directed_milli",
    "supplied_differs",
    "supplied_ome_milli",
    *ANY_FLAG,
    *KINDS,
)


def _rows(snapshot: Snapshot, table: str) -> list[Row]:
    return list(rows(snapshot.path, f"SELECT * FROM {table}").to_dict("records"))


def _standing(release: dict[str, list[Row]], practice: Row) -> dict[str, Row]:
    """Patient key → what the worklist is chosen from and says."""
    code, latest = practice["practice_code"], _month(practice)
    here = [row for row in release["patient_month"] if row["practice_code"] == code and row["is_adult"]]
    months = defaultdict[str, dict[dt.date, Row]](dict)
    for row in here:
        months[row["patient_key"]][row["month"].date()] = row
    supplied = defaultdict[str, list[dt.date]](list)
    for row in release["dose_segment"]:
        if row["class"] == "opioid":
            supplied[row["patient_key"]].append(row["to_day"].date())
    fallen = _fallen(release)
    seen = defaultdict[str, dt.date](lambda: dt.date.min)  # anywhere, so far as that practice's data reach
    reach = {row["practice_code"]: row["data_to"].date() for row in release["practice"]}
    for row in release["patient_month"]:
        if row["is_adult"] and row["month"].date() <= reach[row["practice_code"]]:
            seen[row["patient_key"]] = max(seen[row["patient_key"]], row["month"].date())
    made: dict[str, Row] = {}
    for key, by_month in months.items():
        known = [month for month in by_month if month <= latest]
        if not known:
            continue
        last = by_month[max(known)]
        absent = max(known) < latest
        if absent and seen[key] > max(known):
            continue
        earlier = by_month.get((pd.Timestamp(latest) - pd.DateOffset(months=3)).date())
        falls = fallen.get(key, [])
        made[key] = {
            "current_ome_milli": 0 if absent else last["current_ome_milli"],
            "before_milli": earlier["current_ome_milli"] if earlier else None,
            "supplied_to": max(supplied[key], default=None),
            "fell": bool(falls),
            "fell_on": max((on for on, _ in falls), default=None),
            "ended": bool(falls) and all(ended for _, ended in falls),
            "absent": absent,
            "without_since": _plain(last["without_since"]),
            "last_directed_milli": _plain(last["last_directed_milli"]),
            "supplied_differs": last["supplied_differs"],
            "supplied_ome_milli": _plain(last["supplied_ome_milli"]),
            **{flag: last[flag] for flag in (*ANY_FLAG, *KINDS)},
        }
    return made


def _fallen(release: dict[str, list[Row]]) -> dict[str, list[tuple[dt.date, bool]]]:
    """Patient key → days on which the dose fell beyond the red limit, and whether that plan has ended."""
    reach = {row["practice_code"]: row["data_to"].date() for row in release["practice"]}
    found = defaultdict[str, list[tuple[dt.date, bool]]](list)
    for row in release["taper_month"]:
        latest = row["month"].date() == reach[row["practice_code"]].replace(day=1)
        if latest and not row["excluded"] and pd.notna(row["red_fell_on"]):
            found[row["patient_key"]].append((row["red_fell_on"].date(), not row["open"]))
    for row in release["best_interest"]:
        to = reach[row["practice_code"]]
        # a day that the year before lacks is the last of its month, as SQL has it
        recent = row["decided_on"].date() > (pd.Timestamp(to) - pd.DateOffset(years=1)).date()
        if recent and pd.notna(row["red_seen_on"]) and row["red_seen_on"].date() <= to:
            found[row["patient_key"]].append((row["red_fell_on"].date(), False))
    return found


def _is_listed(one: Row, threshold: int) -> bool:
    beyond = one["current_ome_milli"] > threshold * 1000
    more = one["supplied_differs"] and (one["supplied_ome_milli"] or 0) > threshold * 1000
    return one["fell"] or (not one["absent"] and (beyond or more or any(one[flag] for flag in ANY_FLAG)))


def _month(practice: Row) -> dt.date:
    reach: dt.date = practice["data_to"].date()
    return reach.replace(day=1)


def _plain(value: Any) -> Any:
    """A cell as Python has it: no timestamps, no missing values but None."""
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


MOVED = """
CREATE TABLE practice AS SELECT * FROM (VALUES ('A', DATE '2026-09-30'), ('B', DATE '2026-09-30'))
    t(practice_code, data_to);
CREATE TABLE patient_month AS SELECT * REPLACE (month::DATE AS month), true AS is_adult, '45-54' AS age_band,
    'F' AS sex, 0 AS directions_ome_milli, 0 AS supplied_ome_milli, 0 AS gaba_ddd_milli, false AS high_gaba,
    false AS excluded, '' AS exclusions, false AS not_converted, false AS unmapped, false AS unclear,
    false AS without_dose, false AS gaba_unclear, NULL::DATE AS without_since,
    NULL::BIGINT AS last_directed_milli,
    false AS over_supply, false AS supplied_differs, false AS has_plan
    FROM (VALUES ('A', 'moved', '2026-06-01', 150000), ('B', 'moved', '2026-09-01', 60000),
                 ('A', 'stopped', '2026-06-01', 150000), ('A', 'here', '2026-06-01', 150000),
                 ('A', 'here', '2026-09-01', 140000))
    t(practice_code, patient_key, month, current_ome_milli);
CREATE TABLE taper_month AS SELECT * REPLACE (red_fell_on::DATE AS red_fell_on), DATE '2026-09-01' AS month,
    false AS excluded FROM (VALUES ('B', 'moved', true, '2026-08-10'), ('A', 'stopped', false, '2026-07-01'))
    t(practice_code, patient_key, open, red_fell_on);
CREATE TABLE best_interest(practice_code VARCHAR, patient_key VARCHAR, decided_on DATE, red_seen_on DATE,
    red_fell_on DATE);
CREATE TABLE dose_segment AS SELECT patient_key, 'opioid' AS class, to_day::DATE AS to_day
    FROM (VALUES ('moved', '2026-10-20'), ('stopped', '2026-07-08'), ('here', '2026-10-02'))
    t(patient_key, to_day);
"""


def test_who_has_moved_is_listed_where_they_are_and_told_to_nobody_else() -> None:
    """A patient moved from A to B, whose dose fell there; one who stopped and was seen nowhere since; one who
    is still at A."""
    sql = (ROOT / "etl" / "models" / "marts" / "worklist.sql").read_text(encoding="utf-8")
    with duckdb.connect() as con:
        con.execute(MOVED)
        found = con.execute(f"SELECT practice_code, patient_key, absent, fell, current_ome_milli, "
                            f"before_milli, supplied_to FROM ({sql}) ORDER BY ALL").fetchall()  # fmt: skip
    assert found == [
        ("A", "here", False, False, 140_000, 150_000, dt.date(2026, 10, 2)),
        ("A", "stopped", True, True, 0, 150_000, dt.date(2026, 7, 8)),
        ("B", "moved", False, True, 60_000, None, dt.date(2026, 10, 20)),
    ]

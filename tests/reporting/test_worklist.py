"""The worklist of every practice of the sample, against the same rules in plain Python."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from reporting import people, release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.release import rows

ROOT = Path(__file__).parents[2]
Row = dict[Any, Any]
LOWEST = {"lowest_3m_milli": 3, "lowest_6m_milli": 6}
LOWEST_THRESHOLD = 90_000
ANY_FLAG = ("high_gaba", "has_plan", "without_dose", "gaba_unclear")
KINDS = ("unmapped", "not_converted", "unclear")


@pytest.fixture(scope="module")
def snapshot(sample_store: Path) -> Snapshot:
    return release.current(sample_store)


def test_the_worklists_are_those_of_a_plain_implementation(snapshot: Snapshot) -> None:
    listed = 0
    release = {name: _rows(snapshot, name) for name in TABLES}
    known = _known(release)
    for practice in release["practice"]:
        everybody = _standing(release, known, practice)
        for threshold in snapshot.info.thresholds:
            asked = Selection(threshold, practice=practice["practice_code"])
            found = people.worklist(snapshot, Scope.icb(), asked).frame
            wanted = {key: one for key, one in everybody.items() if _is_listed(one, threshold)}
            assert {row["patient_key"]: {name: _plain(row[name]) for name in COLUMNS}
                    for row in found.to_dict("records")} == wanted  # fmt: skip
            listed += len(wanted)
    assert listed > 500


def test_a_row_stands_for_somebody_who_fell_who_is_gone_and_who_is_new(snapshot: Snapshot) -> None:
    """The sample holds what the comparison is meant to see."""
    found = pd.DataFrame(_rows(snapshot, "worklist"))
    assert found["fell_on"].notna().sum() >= 5 and found["stopped_on"].notna().sum() >= 20
    assert found["absent"].any() and (found["absent"] & found["unlooked"]).any()
    assert (found["before_milli"].isna() & ~found["absent"]).any()


TABLES = ("practice", "patient_month", "fall", "dose_segment", "taper_month", "issue_without_dose")
COLUMNS = (
    "current_ome_milli",
    "lowest_3m_milli",
    "lowest_6m_milli",
    "before_milli",
    "supplied_to",
    "fell_on",
    "fell_status",
    "stopped_on",
    "stopped_status",
    "unknown_since",
    "aside_on",
    "aside_unknown",
    "again_on",
    "in_best_interest",
    "unlooked",
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


@dataclass(frozen=True)
class Known:
    """By practice and patient key, the rows of each month; by patient key, the ends and starts of supply, and
    the last month anywhere, so far as that practice's data reach."""

    months: dict[str, dict[str, dict[dt.date, Row]]]
    supplied: dict[str, list[dt.date]]
    supplies: dict[str, list[dt.date]]
    seen: dict[str, dt.date]


def _known(release: dict[str, list[Row]]) -> Known:
    months = defaultdict[str, dict[str, dict[dt.date, Row]]](lambda: defaultdict(dict))
    seen = defaultdict[str, dt.date](lambda: dt.date.min)
    reach = {row["practice_code"]: row["data_to"].date() for row in release["practice"]}
    for row in release["patient_month"]:
        if row["is_adult"]:
            month = row["month"].date()
            months[row["practice_code"]][row["patient_key"]][month] = row
            if month <= reach[row["practice_code"]]:
                seen[row["patient_key"]] = max(seen[row["patient_key"]], month)
    supplied, supplies = defaultdict[str, list[dt.date]](list), defaultdict[str, list[dt.date]](list)
    for row in release["dose_segment"]:
        if row["class"] == "opioid":
            supplied[row["patient_key"]].append(row["to_day"].date())
            supplies[row["patient_key"]].append(row["from_day"].date())
    for row in release["issue_without_dose"]:
        if row["last_on"] == row["issued_on"]:  # else nobody knows the day
            supplies[row["patient_key"]].append(row["issued_on"].date())
    return Known(months, supplied, supplies, seen)


def _standing(release: dict[str, list[Row]], known: Known, practice: Row) -> dict[str, Row]:
    """Patient key → what the worklist is chosen from and says."""
    code, latest = practice["practice_code"], _month(practice)
    waiting = _waiting(release, code)
    planned = {row["patient_key"] for row in release["taper_month"]
               if row["practice_code"] == code and row["month"].date() == latest and row["open"]}  # fmt: skip
    made: dict[str, Row] = {}
    for key, by_month in known.months[code].items():
        past = [month for month in by_month if month <= latest]
        if not past:
            continue
        last = by_month[max(past)]
        absent = max(past) < latest
        if absent and known.seen[key] > max(past):
            continue
        earlier = by_month.get((pd.Timestamp(latest) - pd.DateOffset(months=3)).date())
        falls = waiting.pop(key, [])
        latest_of = _latest(falls)
        made[key] = {
            "current_ome_milli": 0 if absent else last["current_ome_milli"],
            **{name: 0 if absent else _lowest(by_month, latest, n) for name, n in LOWEST.items()},
            "before_milli": earlier["current_ome_milli"] if earlier else None,
            "supplied_to": max(known.supplied[key], default=None),
            **latest_of,
            "again_on": min(
                (
                    on
                    for on in known.supplies[key]
                    if latest_of["stopped_on"] and on > latest_of["stopped_on"]
                ),
                default=None,
            ),
            "absent": absent,
            "without_since": _plain(last["without_since"]),
            "last_directed_milli": _plain(last["last_directed_milli"]),
            "supplied_differs": last["supplied_differs"],
            "supplied_ome_milli": _plain(last["supplied_ome_milli"]),
            **{flag: last[flag] for flag in (*ANY_FLAG, *KINDS)},
            "has_plan": key in planned or (not absent and last["has_plan"]),
        }
    assert not waiting, "somebody who waits to be looked at is on no list"
    return made


def _lowest(by_month: dict[dt.date, Row], latest: dt.date, months: int) -> int:
    """The lowest dose of so many month ends to the latest, of somebody who had no code for exclusion at any,
    and is not excluded now; 0 where one is missing, or not beyond the lowest threshold."""
    ends = [(pd.Timestamp(latest) - pd.DateOffset(months=n)).date() for n in range(months)]
    rows = [by_month.get(end) for end in ends]
    if (
        not all(row and row["exclusions"] in ("", "acute use") for row in rows)
        or by_month[latest]["excluded"]
    ):
        return 0
    doses = [int(row["current_ome_milli"]) for row in rows if row]
    return min(doses) if min(doses) > LOWEST_THRESHOLD else 0


def _waiting(release: dict[str, list[Row]], code: str) -> dict[str, list[Row]]:
    """Patient key → falls, stops and doses not known that nobody has looked at, of people there now."""
    found = defaultdict[str, list[Row]](list)
    for row in release["fall"]:
        red = row["is_red"] and pd.isna(row["looked_on"]) and row["exclusions"] != "acute use"
        if red and row["now_at"] == code:
            found[row["patient_key"]].append(row)
    return found


def _latest(falls: list[Row]) -> Row:
    counted = [row for row in falls if not row["excluded"]]
    of = {kind: [row for row in counted if row["kind"] == kind] for kind in ("fall", "stop", "unknown")}
    aside = [row for row in falls if row["excluded"]]
    last = {kind: max(rows, key=lambda row: row["fell_on"], default={}) for kind, rows in of.items()}
    return {
        "unlooked": bool(falls),
        "fell_on": _plain(last["fall"].get("fell_on")),
        "fell_status": last["fall"].get("status"),
        "stopped_on": _plain(last["stop"].get("fell_on")),
        "stopped_status": last["stop"].get("status"),
        "unknown_since": min((_plain(row["unknown_since"]) for row in of["unknown"]), default=None),
        "aside_on": max((_plain(row["fell_on"]) for row in aside if row["kind"] != "unknown"), default=None),
        "aside_unknown": min(
            (_plain(row["unknown_since"]) for row in aside if row["kind"] == "unknown"), default=None
        ),
        "in_best_interest": any(row["status"] == "best interest" for row in [*of["fall"], *of["stop"]]),
    }


def _is_listed(one: Row, threshold: int) -> bool:
    beyond = one["current_ome_milli"] > threshold * 1000
    more = one["supplied_differs"] and (one["supplied_ome_milli"] or 0) > threshold * 1000
    flagged = any(one[flag] for flag in ANY_FLAG)
    return one["unlooked"] or one["has_plan"] or (not one["absent"] and (beyond or more or flagged))


def _month(practice: Row) -> dt.date:
    reach: dt.date = practice["data_to"].date()
    return reach.replace(day=1)


def _plain(value: Any) -> Any:
    """A cell as Python has it: no timestamps, no missing values but None."""
    if pd.isna(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


MOVED = """
CREATE TABLE calendar AS SELECT DATE '2026-09-30' AS month_end;
CREATE TABLE practice_data AS SELECT * FROM (VALUES ('A', DATE '2026-09-30'), ('B', DATE '2026-09-30'))
    t(practice_code, data_to);
CREATE TABLE patient_month AS SELECT * REPLACE (month::DATE AS month), true AS is_adult, '45-54' AS age_band,
    'F' AS sex, 0 AS directions_ome_milli, 0 AS supplied_ome_milli, 0 AS gaba_ddd_milli, false AS high_gaba,
    false AS excluded, '' AS exclusions, false AS not_converted, false AS unmapped, false AS unclear,
    false AS without_dose, false AS gaba_unclear, NULL::DATE AS without_since,
    NULL::BIGINT AS last_directed_milli,
    false AS over_supply, false AS supplied_differs, false AS has_plan,
    0 AS lowest_3m_milli, 0 AS lowest_6m_milli
    FROM (VALUES ('A', 'moved', '2026-06-01', 150000), ('B', 'moved', '2026-09-01', 60000),
                 ('A', 'stopped', '2026-06-01', 150000), ('A', 'here', '2026-06-01', 150000),
                 ('A', 'here', '2026-09-01', 140000))
    t(practice_code, patient_key, month, current_ome_milli);
CREATE TABLE fall AS SELECT * REPLACE (fell_on::DATE AS fell_on), 'fall' AS kind, 40.0 AS fall_percent,
    'neither' AS status, false AS plan_ended, 150000 AS from_milli, 90000 AS to_milli,
    NULL::DATE AS unknown_since, false AS excluded, '' AS exclusions, true AS is_open,
    fell_on::DATE + 28 AS seen_on
    FROM (VALUES ('B', 'moved', '2026-08-10'), ('A', 'stopped', '2026-07-01'), ('B', 'new', '2026-05-01'))
    t(now_at, patient_key, fell_on);
CREATE TABLE person AS SELECT * FROM (VALUES (1, 'new'), (2, 'planned')) t(person, patient_key);
CREATE TABLE registration AS SELECT person, 'B' AS practice_code, DATE '2026-06-01' AS registered_from,
    DATE '9999-12-31' AS registered_to, '45-54' AS age_band, 'F' AS sex FROM person;
CREATE TABLE plan_month AS SELECT 2 AS person, DATE '2026-09-01' AS month;
CREATE TABLE source_best_interest AS SELECT '' AS patient_key, NULL::DATE AS decided_on WHERE false;
CREATE TABLE issue_without_dose AS
    SELECT '' AS patient_key, NULL::DATE AS issued_on, NULL::DATE AS last_on WHERE false;
CREATE TABLE dose_segment AS SELECT patient_key, 'opioid' AS class, to_day::DATE AS to_day,
    NULL::DATE AS from_day
    FROM (VALUES ('moved', '2026-10-20'), ('stopped', '2026-07-08'), ('here', '2026-10-02'))
    t(patient_key, to_day);
"""


def test_who_has_moved_is_listed_where_they_are_and_told_to_nobody_else() -> None:
    """A patient moved from A to B, whose dose fell there; one who stopped and was seen nowhere since; one who
    is still at A; one who came to B after a fall and has had no supply there; and one with a plan and no
    supply there."""
    sql = (ROOT / "etl" / "models" / "marts" / "people" / "worklist.sql").read_text(encoding="utf-8")
    with duckdb.connect() as con:
        con.execute(MOVED)
        found = con.execute(f"SELECT practice_code, patient_key, absent, unlooked, current_ome_milli, "
                            f"before_milli, supplied_to FROM ({sql}) ORDER BY ALL").fetchall()  # fmt: skip
    assert found == [
        ("A", "here", False, False, 140_000, 150_000, dt.date(2026, 10, 2)),
        ("A", "stopped", True, True, 0, 150_000, dt.date(2026, 7, 8)),
        ("B", "moved", False, True, 60_000, None, dt.date(2026, 10, 20)),
        ("B", "new", True, True, 0, None, None),
        ("B", "planned", True, False, 0, None, None),
    ]

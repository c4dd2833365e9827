"""A published release, opened read-only: which one is current, and rows of it, cleared for who asks."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock, RLock
from typing import Any

import duckdb

from reporting.access.scope import Release, Scope, Selection, Snapshot
from reporting.disclosure import Cleared, clear
from reporting.once import once

RELEASES_KEPT_OPEN = 4
RELEASE_NAME = re.compile(r"[0-9A-Za-z_-]+")
_OPENING = Lock()
BEYOND = {">": ">", ">=": ">="}
READING: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "1GB",
    "threads": "2",
    "enable_external_access": "false",
}
# After an alias of the table practice; its parameter is the last day of a month. All figures of that month
# are of these practices: those of a gap or without a list size are no noughts.
COMPLETE = (
    "practice_code IN (SELECT c.practice_code FROM practice_month c WHERE c.complete AND c.month_end = ?)"
)
BUILD = "Load extracts and build: `python -m etl load PATH`, then `python -m etl build`."
NEEDED = {  # table → columns that readers name
    "practice": "practice_code name pcn place data_to adults",
    "area": "level area pcn place",
    "measure_def": "measure code name better numerator_words "
    "denominator_words multiplier kind is_state adjusted",
    "expected": "measure threshold practice_code month expected",
    "measure_month": "measure threshold category practice_code month numerator denominator",
    "measure_area": "measure threshold category level area month numerator denominator practices",
    "measure_group": "measure threshold dimension category practice_code month",
    "group_area": "measure threshold dimension category level area month numerator denominator",
    "measure_median": "measure threshold category level area month n lower median upper",
    "published": "measure threshold dimension category level area month numerator denominator",
    "flow": "measure threshold level area span from_month to_month entered from_whole",
    "flow_reason": "measure threshold level area span to_month way reason people",
    "flow_fall": "measure threshold level area span from_month to_month fell",
    "programme_start": "level area began from_month",
    "crossing": "level area month threshold measure reason span back months times every practices",
    "cohort_area": "level area month threshold step outcome people",
    "definition_count": "level area month threshold carried_forward",
    "caseload": "month practice_code threshold clinician people",
    "taper_flow": "level area month threshold baseline_band now_band harmed people",
    "taper_way": "level area month threshold way people",
    "taper_pace": "level area month threshold zone people",
    "taper_fall_size": "level area month threshold fall_percent people",
    "taper_now": "level area month threshold plans below stopped",
    "taper_course": "level area month threshold series week people lower median upper",
    "practice_trait": "month practice_code list_size share_65_plus imd list_month",
    "unlooked": "level area fell fell_on stopped unknown aside best_interest_on",
    "best_interest": "practice_code month missing queries red_kind red_fell_on unknown_since not_seen",
    "substitution": "practice_code patient_key substitution for_pain pain_milli all_dosed",
    "worklist": "practice_code patient_key absent lowest_3m_milli lowest_6m_milli before_milli supplied_to "
    "without_dose without_since last_directed_milli gaba_unclear unlooked fell_on stopped_on unknown_since "
    "aside_on aside_unknown again_on in_best_interest",
    "dose_segment": "patient_key class from_day to_day ome_milli unknown",
    "practice_month": "practice_code month_end complete",
    "quality_coverage": "practice_code month state lacking",
    "unknown_person": "practice_code patient_key opioid_issues current_ome_milli without_dose",
    "quality_freshness": "practice_code last_month",
    "quality_query": "practice_code patient_key kind on_day number words",
    "quality_quarantine": "practice_code reason what_to_do next_step rows rows_known",
}


class StoreError(Exception):
    """The store cannot be read; the text says what is wrong with it and what to do."""


def current(store: Path) -> Snapshot:
    """The release that CURRENT names now; read anew at each call, so a new one is seen without a restart.

    Raises StoreError where the store, CURRENT, the release or a table of it is missing or of an older kind.
    """
    if not store.is_dir():
        raise StoreError(f"There is no store in the folder “{store.name}”. {BUILD}")
    try:
        name = (store / "CURRENT").read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        raise StoreError(f"The store “{store.name}” has no published release yet. {BUILD}") from None
    except OSError as error:
        raise StoreError(f"CURRENT of the store “{store.name}” cannot be read ({error.strerror}).") from None
    path = store / "releases" / f"{name}.duckdb"
    if not RELEASE_NAME.fullmatch(name) or not path.is_file():
        raise StoreError(
            f"CURRENT of the store “{store.name}” names a release that is not there. "
            "Serve one that is: `python -m etl releases --serve NAME`, or build again: `python -m etl build`."
        )
    return Snapshot(name, path, _release(path))


@once(RELEASES_KEPT_OPEN, RLock())  # no exhibit is waited for to tell which release is served
def _release(path: Path) -> Release:
    try:
        _check_tables(path)
        row = rows(path, "SELECT * FROM release_info", []).iloc[0].to_dict()
        return Release(
            release=str(row["release"]),
            synthetic=bool(row["synthetic"]),
            icb=str(row["icb"]),
            factor_version=str(row["factor_version"]),
            operator=BEYOND[row["operator"]],
            default_threshold=int(row["default_threshold"]),
            thresholds=tuple(int(value) for value in row["thresholds"]),
            window_days=int(row["window_days"]),
            data_from=_date(row["data_from"]),
            data_to=_date(row["data_to"]),
            policy_json=str(row["policy_json"]),
            method_changes=str(row.get("method_changes") or "[]"),
        )
    except (duckdb.Error, KeyError, IndexError, TypeError, ValueError) as error:
        raise StoreError(_damaged(path)) from error


def _check_tables(path: Path) -> None:
    columns = rows(path, "SELECT table_name, column_name FROM duckdb_columns()", [])
    have = columns.groupby("table_name")["column_name"].agg(set).to_dict()
    for table, needed in NEEDED.items():
        if missing := sorted({*needed.split()} - have.get(table, set())):
            raise KeyError(f"{table}.{missing[0]}")


def _connection(path: Path) -> duckdb.DuckDBPyConnection:
    with _OPENING:  # the second of two that open one file would find its settings locked
        return _opened(path)


@lru_cache(maxsize=RELEASES_KEPT_OPEN)
def _opened(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(path), read_only=True, config=READING)
    connection.execute("SET lock_configuration = true")
    return connection


def rows(path: Path, sql: str, parameters: Sequence[Any] = ()) -> Any:
    """Rows of a release, not yet cleared for anybody. Raises StoreError where its file is damaged."""
    try:
        with _connection(path).cursor() as cursor:
            return cursor.execute(sql, list(parameters)).df()
    except (duckdb.IOException, duckdb.FatalException, duckdb.SerializationException) as error:
        raise StoreError(_damaged(path)) from error


def _damaged(path: Path) -> str:
    return (
        f"The release “{path.stem}” cannot be read: it was made by another version of this program, "
        "or its file is damaged. Build again: `python -m etl build`, or serve another: "
        "`python -m etl releases --serve NAME`."
    )


def _date(value: Any) -> dt.date:
    return dt.date.fromisoformat(str(value)[:10])


def read(snapshot: Snapshot, scope: Scope, sql: str, parameters: Sequence[Any] = ()) -> Cleared:
    """Rows of a release, cleared for the one who asks."""
    return clear(rows(snapshot.path, sql, parameters), scope)


def within(scope: Scope, selection: Selection | None) -> tuple[str, list[Any]]:
    """Condition on the practice table p, and its parameters: the scope's practices, the selection's area."""
    conditions, parameters = ["true"], list[Any]()
    if scope.practices is not None:
        conditions.append("list_contains(?::VARCHAR[], p.practice_code)")
        parameters.append(sorted(scope.practices))
    if selection is not None:
        chosen = {"place": selection.place, "pcn": selection.pcn, "practice_code": selection.practice}
        for column, value in chosen.items():
            if value is not None:
                conditions.append(f"p.{column} = ?")
                parameters.append(value)
    return " AND ".join(conditions), parameters


def is_in(column: str, values: Sequence[Any]) -> str:
    """Condition that a column is one of so many parameters; false for none."""
    return f"{column} IN ({', '.join('?' * len(values))})" if values else "false"

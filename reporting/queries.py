"""The only reader of a published snapshot; every query takes a Scope and returns what was cleared for it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from reporting.access import Release, Scope, Selection, Snapshot
from reporting.disclosure import Cleared, clear

RELEASES_KEPT_OPEN = 4
RELEASE_NAME = re.compile(r"[0-9A-Za-z_-]+")
BEYOND = {">": ">", ">=": ">="}
READING: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "1GB",
    "threads": "2",
    "enable_external_access": "false",
}
BUILD = "Load extracts and build: `python -m etl load PATH`, then `python -m etl build`."
NEEDED = {
    "practice": {"practice_code", "name", "pcn", "place", "data_to", "adults"},
    "measure_def": {
        "measure",
        "code",
        "name",
        "better",
        "numerator_words",
        "denominator_words",
        "multiplier",
    },
    "measure_month": {
        "measure",
        "threshold",
        "category",
        "practice_code",
        "month",
        "numerator",
        "denominator",
    },
    "taper": {"practice_code", "baseline_milli", "baseline_band", "now_band", "censored", "excluded"},
    "taper_month": {
        "practice_code",
        "month",
        "baseline_milli",
        "max_fall_percent_12m",
        "active",
        "is_stopped",
    },
    "referral": {"practice_code", "service", "month", "is_offered", "is_attended", "in_cohort_base"},
    "quality_freshness": {"practice_code", "last_month"},
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
        name = (store / "CURRENT").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise StoreError(f"The store “{store.name}” has no published release yet. {BUILD}") from None
    path = store / "releases" / f"{name}.duckdb"
    if not RELEASE_NAME.fullmatch(name) or not path.is_file():
        raise StoreError(
            f"CURRENT of the store “{store.name}” names a release that is not there. "
            "Build again: `python -m etl build`."
        )
    return Snapshot(name, path, _release(path))


@lru_cache(maxsize=RELEASES_KEPT_OPEN)
def _release(path: Path) -> Release:
    try:
        _check_tables(path)
        row = _rows(path, "SELECT * FROM release_info", []).iloc[0].to_dict()
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
        )
    except (duckdb.Error, KeyError, IndexError, TypeError, ValueError) as error:
        raise StoreError(
            f"The release “{path.stem}” cannot be read: it was made by another version of this program, "
            "or its file is damaged. Build again: `python -m etl build`."
        ) from error


def _check_tables(path: Path) -> None:
    columns = _rows(path, "SELECT table_name, column_name FROM duckdb_columns()", [])
    have = columns.groupby("table_name")["column_name"].agg(set).to_dict()
    for table, needed in NEEDED.items():
        if missing := sorted(needed - have.get(table, set())):
            raise KeyError(f"{table}.{missing[0]}")


@lru_cache(maxsize=RELEASES_KEPT_OPEN)
def _connection(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(path), read_only=True, config=READING)
    connection.execute("SET lock_configuration = true")
    return connection


def _rows(path: Path, sql: str, parameters: Sequence[Any]) -> Any:
    with _connection(path).cursor() as cursor:
        return cursor.execute(sql, list(parameters)).df()


def _date(value: Any) -> dt.date:
    return dt.date.fromisoformat(str(value)[:10])


def _read(snapshot: Snapshot, scope: Scope, sql: str, parameters: Sequence[Any] = ()) -> Cleared:
    return clear(_rows(snapshot.path, sql, parameters), scope)


def _within(scope: Scope, selection: Selection | None) -> tuple[str, list[Any]]:
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


def _in(column: str, values: Sequence[Any]) -> str:
    return f"{column} IN ({', '.join('?' * len(values))})" if values else "false"


def practices(snapshot: Snapshot, scope: Scope, selection: Selection | None = None) -> Cleared:
    """One row a practice: practice_code, name, pcn, place, clinical_system, data_from, data_to, registered,
    adults, awaited (its data do not reach the latest month)."""
    where, parameters = _within(scope, selection)
    return _read(
        snapshot,
        scope,
        f"""SELECT p.practice_code, p.name, p.pcn, p.place, p.clinical_system, p.data_from, p.data_to,
                   p.registered, p.adults, p.data_to IS NULL OR p.data_to < ? AS awaited
            FROM practice p WHERE {where} ORDER BY p.name, p.practice_code""",
        [snapshot.info.data_to, *parameters],
    )


def definitions(snapshot: Snapshot, scope: Scope) -> Cleared:
    """Every measure's definition, one row each, as measure_def holds it."""
    return _read(snapshot, scope, "SELECT * FROM measure_def ORDER BY length(code), code, measure")


def measure_by_month(
    snapshot: Snapshot, scope: Scope, selection: Selection, measures: Sequence[str], thresholds: Sequence[int]
) -> Cleared:
    """One row a measure, threshold, category and month of the selected area and period: numerator,
    denominator and practices (those counted, with complete data for that month)."""
    where, parameters = _within(scope, selection)
    return _read(
        snapshot,
        scope,
        f"""SELECT m.measure, m.threshold, m.category, m.month, sum(m.numerator)::BIGINT AS numerator,
                   sum(m.denominator)::BIGINT AS denominator, count(DISTINCT m.practice_code) AS practices
            FROM measure_month m JOIN practice p ON p.practice_code = m.practice_code
            WHERE {_in("m.measure", measures)} AND {_in("m.threshold", thresholds)}
              AND m.month >= ? AND {where}
            GROUP BY m.measure, m.threshold, m.category, m.month
            ORDER BY m.measure, m.threshold, m.category, m.month""",
        [*measures, *thresholds, snapshot.info.month(selection.months - 1), *parameters],
    )


def measure_by_practice(
    snapshot: Snapshot,
    scope: Scope,
    selection: Selection,
    measures: Sequence[str],
    thresholds: Sequence[int],
    months: Sequence[dt.date],
) -> Cleared:
    """One row a practice of the selected area, measure, threshold, category and month asked for:
    practice_code, name, pcn, place, measure, threshold, category, month, numerator, denominator."""
    where, parameters = _within(scope, selection)
    return _read(
        snapshot,
        scope,
        f"""SELECT p.practice_code, p.name, p.pcn, p.place, m.measure, m.threshold, m.category, m.month,
                   m.numerator, m.denominator
            FROM measure_month m JOIN practice p ON p.practice_code = m.practice_code
            WHERE {_in("m.measure", measures)} AND {_in("m.threshold", thresholds)}
              AND {_in("m.month", months)} AND {where}
            ORDER BY p.name, p.practice_code, m.measure, m.threshold, m.category, m.month""",
        [*measures, *thresholds, *months, *parameters],
    )


def taper_flow(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Plans by dose band at baseline and now: baseline_band, now_band, people; and under now_band 'censored'
    those who died or left. Only plans whose baseline is beyond the threshold, where data are complete."""
    where, parameters = _within(scope, selection)
    return _read(
        snapshot,
        scope,
        f"""SELECT t.baseline_band, count(*) AS people,
                   CASE WHEN t.censored IS NULL THEN t.now_band ELSE 'censored' END AS now_band
            FROM taper t JOIN practice p ON p.practice_code = t.practice_code
            WHERE NOT t.excluded AND t.baseline_milli {snapshot.info.operator} ?
              AND p.data_to >= ? AND {where}
            GROUP BY ALL ORDER BY ALL""",
        [selection.threshold * 1000, snapshot.info.data_to, *parameters],
    )


def taper_falls(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Largest fall between consecutive 28-day means in 12 months of each active plan whose baseline is beyond
    the threshold: fall_percent (DOUBLE, 0 where it never fell), people."""
    where, parameters = _within(scope, selection)
    return _read(
        snapshot,
        scope,
        f"""SELECT greatest(coalesce(t.max_fall_percent_12m, 0), 0)::DOUBLE AS fall_percent,
                   count(*) AS people
            FROM taper_month t JOIN practice p ON p.practice_code = t.practice_code
            WHERE t.month = ? AND t.active AND NOT t.excluded AND t.baseline_milli {snapshot.info.operator} ?
              AND p.data_to >= ? AND {where}
            GROUP BY ALL ORDER BY ALL""",
        [snapshot.info.last_month, selection.threshold * 1000, snapshot.info.data_to, *parameters],
    )


def taper_now(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Plans at least `min_plan_days` old whose baseline is beyond the threshold, by practice, last month:
    practice_code, name, pcn, plans, below (with supply, no longer beyond it), stopped."""
    where, parameters = _within(scope, selection)
    return _read(
        snapshot,
        scope,
        f"""SELECT p.practice_code, p.name, p.pcn, count(*) AS plans,
                   count(*) FILTER (NOT t.is_stopped AND NOT t.now_milli {snapshot.info.operator} ?) AS below,
                   count(*) FILTER (t.is_stopped) AS stopped
            FROM taper_month t JOIN practice p ON p.practice_code = t.practice_code
            WHERE t.month = ? AND NOT t.excluded AND t.relative_percent IS NOT NULL
              AND t.baseline_milli {snapshot.info.operator} ? AND p.data_to >= ?
              AND t.days_since_start >= (SELECT (policy_json::JSON ->> '$.taper.min_plan_days')::INTEGER
                                         FROM release_info) AND {where}
            GROUP BY ALL ORDER BY p.name, p.practice_code""",
        [
            selection.threshold * 1000,
            snapshot.info.last_month,
            selection.threshold * 1000,
            snapshot.info.data_to,
            *parameters,
        ],
    )


def referral_stages(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """Offers of the last 12 months by service, and how far each came by the end of the data: service,
    offered, made, accepted, attended, completed, mismatched (musculoskeletal service, other indication).

    Only offers to people in the cohort when offered: not excluded, and beyond the threshold or on a high-dose
    gabapentinoid.
    """
    where, parameters = _within(scope, selection)
    return _read(
        snapshot,
        scope,
        f"""SELECT r.service, count(*) FILTER (r.is_offered) AS offered, count(*) FILTER (r.is_made) AS made,
                   count(*) FILTER (r.is_accepted) AS accepted, count(*) FILTER (r.is_attended) AS attended,
                   count(*) FILTER (r.is_completed) AS completed,
                   count(*) FILTER (r.is_made AND r.msk_mismatch) AS mismatched
            FROM referral r JOIN practice p ON p.practice_code = r.practice_code
            WHERE r.month >= ? AND r.month <= ? AND r.in_cohort_base
              AND (r.current_ome_milli {snapshot.info.operator} ? OR r.high_gaba)
              AND p.data_to >= ? AND {where}
            GROUP BY ALL ORDER BY offered DESC, r.service""",
        [
            snapshot.info.month(11),
            snapshot.info.last_month,
            selection.threshold * 1000,
            snapshot.info.data_to,
            *parameters,
        ],
    )


QUALITY = (
    "quality_receipt",
    "quality_quarantine",
    "quality_unmapped",
    "quality_unclear",
    "quality_freshness",
)


def quality(snapshot: Snapshot, scope: Scope, table: str) -> Cleared:
    """One of the quality tables, whole; rows that name no practice are shown to the whole ICB only."""
    if table not in QUALITY:
        raise ValueError(f"{table!r} is no quality table; ask for one of {', '.join(QUALITY)}.")
    frame = _rows(snapshot.path, f"SELECT * FROM {table}", [])
    if scope.practices is not None:
        seen = (
            frame["practice_code"].isin(scope.practices) if "practice_code" in frame else [False] * len(frame)
        )
        frame = frame[seen]
    return clear(frame, scope)

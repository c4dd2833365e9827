"""The marts of figures by area are those of a second implementation, on the sample."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pandas as pd
import pytest

from etl.engines import duckdb as engine
from measures import policy
from tests.etl.models.plain import plain_areas
from tests.etl.models.plain.plain_areas import At, Frames, Told

READ = (
    "practice", "practice_month", "taper", "taper_month", "taper_window", "patient_month", "defined_month",
    "dose_segment", "measure_month", "measure_group", "cohort_waterfall", "cohort_month", "quality_coverage",
    "worklist",
)  # fmt: skip
RULES = policy.load(policy.SAMPLE)
FLOW = "baseline_band, now_band, harmed"
# Mart → the columns that are keys, those that are told, and the second implementation.
MARTS: dict[str, tuple[str, str, Callable[[At], Told]]] = {
    "taper_flow": (FLOW, "people", plain_areas.flow),
    "taper_way": ("way", "people", plain_areas.ways),
    "taper_pace": ("zone", "people", plain_areas.pace),
    "taper_fall_size": ("fall_percent", "people", plain_areas.falls),
    "taper_now": ("''", "plans, below, stopped", plain_areas.now),
    "taper_course": ("series, week", "people, round(median, 9)", plain_areas.course),
    "crossing": ("measure, reason, span, back", "times, practices, months", plain_areas.crossings),
    "cohort_area": ("step, outcome", "people", plain_areas.cohort),
}
WITHOUT_NOUGHTS = {"crossing": "times > 0", "cohort_area": "people > 0"}


@pytest.fixture(scope="module")
def frames(sample_release: duckdb.DuckDBPyConnection) -> Frames:
    return {name: sample_release.execute(f"FROM {name}").df() for name in READ}


def spots(frames: Frames) -> list[tuple[str, str, pd.Timestamp, int]]:
    """One practice, PCN, place and the ICB, at a quarter's end long ago and at the end."""
    months = plain_areas.quarter_ends(frames["practice_month"]["month"])
    first = dict(sorted(plain_areas.area_practices(frames["practice"])))
    return [
        (level, name, month, threshold)
        for level, name in first.items()
        for month, threshold in ((months[-4], 90), (months[-1], 120))
    ]


def at(frames: Frames, level: str, name: str, month: pd.Timestamp, threshold: int) -> At:
    complete = frames["practice_month"]
    complete = complete[complete["complete"] & (complete["month"] == month)]
    practices = plain_areas.area_practices(frames["practice"])[level, name]
    return At(frames, RULES, frozenset(practices & {*complete["practice_code"]}), month, threshold)


@pytest.mark.parametrize("mart", MARTS)
def test_figures_of_areas_are_those_of_the_plain_implementation(
    sample_release: duckdb.DuckDBPyConnection, frames: Frames, mart: str
) -> None:
    keys, told, plain = MARTS[mart]
    which, seen = WITHOUT_NOUGHTS.get(mart, "true"), 0
    width = keys.count(", ") + 1
    for level, name, month, threshold in spots(frames):
        if mart == "taper_course" and level not in ("practice", "pcn"):
            continue  # day by day, so that more people would take minutes
        rows = sample_release.execute(
            f"""SELECT {keys}, {told} FROM {mart}
                WHERE level = ? AND area = ? AND month = ? AND threshold = ? AND {which}""",
            [level, name, month.date(), threshold],
        ).fetchall()
        found = {_one(row[:width]): _one(row[width:]) for row in rows}
        assert found == plain(at(frames, level, name, month, threshold)), (level, name, month)
        seen += len(found)
    assert seen > 0


def _one(values: tuple[Any, ...]) -> Any:
    return values[0] if len(values) == 1 else values


def test_definitions_of_a_dose_are_counted_in_each_area(
    sample_release: duckdb.DuckDBPyConnection, frames: Frames
) -> None:
    for level, name, month, threshold in spots(frames):
        found = sample_release.execute(
            """SELECT * EXCLUDE (month, level, area, threshold) FROM definition_count
               WHERE level = ? AND area = ? AND month = ? AND threshold = ?""",
            [level, name, month.date(), threshold],
        ).df()
        assert found.to_dict("records") == [
            plain_areas.definitions(at(frames, level, name, month, threshold))
        ]


def test_caseloads_are_those_of_practices_whose_plans_have_come(
    sample_release: duckdb.DuckDBPyConnection, frames: Frames
) -> None:
    icb = [spot for spot in spots(frames) if spot[0] == "icb"]
    for level, name, month, threshold in icb:
        rows = sample_release.execute(
            """SELECT practice_code, coalesce(clinician, ''), people FROM caseload
               WHERE month = ? AND threshold = ?""",
            [month.date(), threshold],
        ).fetchall()
        found = {(practice, clinician): people for practice, clinician, people in rows}
        assert found == plain_areas.caseloads(at(frames, level, name, month, threshold)) != {}


def test_what_nobody_has_looked_at_is_counted_in_each_area(
    sample_release: duckdb.DuckDBPyConnection, frames: Frames
) -> None:
    found = sample_release.execute("FROM unlooked").df().set_index(["level", "area"])
    told = found[
        ["fell", "fell_alone", "stopped", "stopped_alone", "unknown", "aside", "best_interest", "fell_on"]
    ]
    plain = plain_areas.unlooked(frames["worklist"], plain_areas.area_practices(frames["practice"]))
    assert {area: tuple(row) for area, *row in told.fillna({"fell_on": pd.NaT}).itertuples()} == plain


def test_traits_of_practices_are_those_of_their_last_list(
    sample_release: duckdb.DuckDBPyConnection, frames: Frames
) -> None:
    months = plain_areas.quarter_ends(frames["practice_month"]["month"])
    for month in (months[-2], months[-1]):
        rows = sample_release.execute("FROM practice_trait WHERE month = ?", [month.date()]).fetchall()
        found = {row[1]: (row[2], row[3], round(row[4], 9)) for row in rows}
        assert found == plain_areas.traits(frames, month) != {}


def test_a_pcn_of_two_places_has_two_parts() -> None:
    with duckdb.connect() as con:
        con.execute(
            """CREATE TABLE practice AS FROM (VALUES
               ('A', 'Hill', 'North', 'One'), ('B', 'Hill', 'South', 'One'), ('C', NULL, 'South', 'One'))
               AS p (practice_code, pcn, place, icb)"""
        )
        models = engine.models()
        for name in ("area_practice", "area"):
            con.execute(f"CREATE TABLE {name} AS {models[name][0]}")
        found = con.execute(
            """SELECT level, area, pcn, place, string_agg(practice_code, '' ORDER BY practice_code)
               FROM (SELECT a.*, p.practice_code FROM area AS a
                     JOIN area_practice AS p ON p.level = a.level AND p.area = a.area)
               WHERE level <> 'practice'
               GROUP BY ALL ORDER BY ALL"""
        ).fetchall()
        own = con.execute("SELECT * FROM area WHERE level = 'practice' ORDER BY area").fetchall()
    assert found == [
        ("icb", "One", None, None, "ABC"),
        ("part", "Hill in North", "Hill", "North", "A"),
        ("part", "Hill in South", "Hill", "South", "B"),
        ("pcn", "", "", "South", "C"),
        ("pcn", "Hill", "Hill", None, "AB"),
        ("place", "North", None, "North", "A"),
        ("place", "South", None, "South", "BC"),
    ]
    assert own == [
        ("practice", "A", "Hill", "North"), ("practice", "B", "Hill", "South"),
        ("practice", "C", "", "South"),
    ]  # fmt: skip

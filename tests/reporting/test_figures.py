"""The reader of snapshots: scope and selection really filter, and releases change without a restart."""

from __future__ import annotations

import inspect
import os
from functools import partial
from pathlib import Path

import duckdb
import pytest

from reporting import figures, people, release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.disclosure import Cleared
from tests.reporting.example import publish_example
from tests.reporting.snapshots import TABLES, counts, month, practice, publish

ICB = Scope.icb()
ONE = Scope("practice", frozenset({"SYN02"}))
NOBODY = Scope("practice", frozenset())
ALL = Selection(120)
HIGH = ["high_dose_prevalence"]


def by_practice(snapshot: Snapshot, scope: Scope, selection: Selection) -> list[str]:
    months = [snapshot.info.last_month]
    found = figures.measure_by_practice(snapshot, scope, selection, HIGH, [120], months)
    return list(found.frame["practice_code"])


@pytest.mark.parametrize(
    ("selection", "codes"),
    [
        (ALL, ["SYN01", "SYN02", "SYN03", "SYN04", "SYN05"]),
        (Selection(120, place="South"), ["SYN04", "SYN05"]),
        (Selection(120, pcn="Westering"), ["SYN03"]),
        (Selection(120, place="North", pcn="Eastvale", practice="SYN02"), ["SYN02"]),
        (Selection(120, place="South", pcn="Eastvale"), []),
    ],
)
def test_a_selection_narrows_the_practices(
    snapshot: Snapshot, selection: Selection, codes: list[str]
) -> None:
    assert by_practice(snapshot, ICB, selection) == codes


def test_a_scope_narrows_whatever_is_selected(snapshot: Snapshot) -> None:
    assert by_practice(snapshot, ONE, ALL) == ["SYN02"]
    assert by_practice(snapshot, ONE, Selection(120, practice="SYN01")) == []
    assert by_practice(snapshot, NOBODY, ALL) == []


def test_sums_of_a_scope_hold_its_own_practices_only(snapshot: Snapshot) -> None:
    found = figures.measure_by_month(snapshot, ONE, ALL, HIGH, [120]).frame
    own = figures.measure_by_month(snapshot, ICB, Selection(120, practice="SYN02"), HIGH, [120]).frame
    assert found.equals(own)
    assert set(found["practices"]) == {1}


def test_every_query_filters_by_scope(snapshot: Snapshot) -> None:
    names = (
        "taper_flow", "taper_falls", "taper_now", "taper_now_by_practice", "taper_course", "referral_stages",
        "referral_waits", "taper_ways", "cohort_steps", "caseloads", "practices",
    )  # fmt: skip
    for name in names:
        query = getattr(figures, name)
        if name == "taper_course":
            query = partial(query, least=1, followed=0.25)
        everybody = query(snapshot, ICB, ALL).frame
        assert len(everybody) and query(snapshot, NOBODY, ALL).frame.empty, name
        assert query(snapshot, ONE, ALL).frame.equals(
            query(snapshot, ICB, Selection(120, practice="SYN02")).frame
        )


def test_every_public_query_takes_a_scope_and_returns_cleared_data() -> None:
    for module in (figures, people):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and name[0] != "_" and name not in ("still", "because"):
                parameters = list(inspect.signature(function).parameters)
                assert parameters[:2] == ["snapshot", "scope"], name
                assert inspect.signature(function, eval_str=True).return_annotation is Cleared, name


def test_text_of_a_user_is_a_value_and_never_sql(snapshot: Snapshot) -> None:
    hostile = "x' OR 1=1; DROP TABLE practice; --"
    for selection in (
        Selection(120, place=hostile),
        Selection(120, pcn=hostile),
        Selection(120, practice=hostile),
    ):
        assert by_practice(snapshot, ICB, selection) == []
    assert len(figures.practices(snapshot, ICB).frame) == 6


@pytest.mark.parametrize(("years", "back"), [(1, 12), (2, 23)])
def test_the_period_counts_back_from_the_last_month(snapshot: Snapshot, years: int, back: int) -> None:
    """A year has the month before it too, which the last one is judged against."""
    found = figures.measure_by_month(snapshot, ICB, Selection(120, years=years), HIGH, [120]).frame
    assert [found["month"].min().date(), found["month"].max().date()] == [month(back), month(0)]


def test_a_month_counts_the_practices_with_complete_data_only(snapshot: Snapshot) -> None:
    found = figures.measure_by_month(snapshot, ICB, ALL, HIGH, [120]).frame.set_index("month")["practices"]
    assert [found.loc[str(month(2))], found.loc[str(month(1))]] == [6, 5]


@pytest.mark.parametrize(("operator", "beyond"), [(">", 1), (">=", 2)])
def test_the_operator_decides_on_which_side_a_dose_on_the_threshold_lies(
    tmp_path: Path, operator: str, beyond: int
) -> None:
    plan = {"practice_code": "SYN01", "baseline_band": "120 to 200", "now_band": "stopped", "excluded": False}
    tapers = [{**plan, "baseline_milli": dose} for dose in (119_999, 120_000, 120_001)]
    store = publish(tmp_path, {"practice": [practice("SYN01")], "taper": tapers}, operator=operator)
    assert figures.taper_flow(release.current(store), ICB, ALL).frame["people"].sum() == beyond


def test_a_new_release_is_picked_up_while_the_old_one_is_read(tmp_path: Path) -> None:
    rows = {"practice": [practice("SYN01")], "measure_month": counts(HIGH[0], "SYN01", [(1, 10)])}
    old = release.current(publish(tmp_path, rows, release="2026-11-01T000000"))
    assert list(figures.practices(old, ICB).frame["practice_code"]) == ["SYN01"]
    publish(tmp_path, {"practice": [practice("SYN02")]}, release="2026-11-02T000000")
    new = release.current(tmp_path)
    assert (old.release, new.release) == ("2026-11-01T000000", "2026-11-02T000000")
    assert list(figures.practices(new, ICB).frame["practice_code"]) == ["SYN02"]
    assert list(figures.practices(old, ICB).frame["practice_code"]) == ["SYN01"]


def test_a_release_without_current_is_not_seen(tmp_path: Path) -> None:
    publish_example(tmp_path)
    (tmp_path / "CURRENT").unlink()
    with pytest.raises(release.StoreError, match="no published release yet"):
        release.current(tmp_path)


def test_a_missing_store_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(release.StoreError, match="etl build"):
        release.current(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["2026-11-22T999999", "../../etc/passwd", ""])
def test_current_must_name_a_release_of_this_store(tmp_path: Path, name: str) -> None:
    publish_example(tmp_path)
    (tmp_path / "CURRENT").write_text(name, encoding="utf-8")
    with pytest.raises(release.StoreError, match="not there"):
        release.current(tmp_path)


@pytest.mark.parametrize("table", ["measure_month", "release_info", "taper_flow"])
def test_a_release_of_an_older_contract_says_to_build_again(tmp_path: Path, table: str) -> None:
    publish_example(tmp_path)
    path = next((tmp_path / "releases").glob("*.duckdb"))
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"DROP TABLE {table}")
    with pytest.raises(release.StoreError, match="Build again"):
        release.current(tmp_path)


def test_a_damaged_release_says_to_build_again(tmp_path: Path) -> None:
    publish_example(tmp_path)
    path = next((tmp_path / "releases").glob("*.duckdb"))
    path.write_bytes(os.urandom(4096))
    with pytest.raises(release.StoreError, match="damaged"):
        release.current(tmp_path)


def test_the_snapshot_is_read_only_and_reaches_no_other_file(snapshot: Snapshot) -> None:
    connection = release._connection(snapshot.path)
    for sql in (
        "DROP TABLE practice",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SET enable_external_access=true",
    ):
        with pytest.raises(duckdb.Error):
            connection.cursor().execute(sql)


def test_a_quality_table_is_asked_for_by_its_name(snapshot: Snapshot) -> None:
    with pytest.raises(ValueError, match="no quality table"):
        figures.quality(snapshot, ICB, "practice; DROP TABLE practice")
    assert set(figures.QUALITY) <= set(TABLES)
    assert figures.quality(snapshot, ONE, "quality_quarantine").frame.empty
    assert figures.quality(snapshot, ONE, "quality_unmapped").frame.empty
    assert len(figures.quality(snapshot, ICB, "quality_unmapped").frame) == 1

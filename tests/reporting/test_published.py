"""The published edition of figures: what the build published, with exact counts beside; nothing else."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from reporting import figures, release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.disclosure import NotPublishedError, judging
from tests.reporting.snapshots import LAST, Rows, counts, practice, publish

PUBLISHED = Scope.icb().of("published")
ALL = Selection(120)
HIGH, PLAN, OFFERED = "high_dose_prevalence", "on_taper_plan", "referral_offered"


def released(
    tmp_path: Path, rows: Rows, *practices: dict[str, object], groups: Rows | None = None
) -> Snapshot:
    listed = list(practices) or [practice("SYN01")]
    tables = {"practice": listed, "measure_month": rows, "measure_group": groups or []}
    return release.current(publish(tmp_path, tables))


def by_month(snapshot: Snapshot, selection: Selection, measure: str = HIGH) -> pd.DataFrame:
    return figures.measure_by_month(snapshot, PUBLISHED, selection, [measure], [120]).frame


def test_ends_of_quarters_are_published_with_exact_counts_beside(tmp_path: Path) -> None:
    snapshot = released(tmp_path, counts(HIGH, "SYN01", [(12, 6_001), (3, 6_002), (13, 6_003), (14, 6_004)]))
    found = by_month(snapshot, ALL)
    assert [f"{day:%Y-%m}" for day in found["month"]] == ["2026-06", "2026-09"]
    assert found[["numerator", "denominator"]].to_numpy().tolist() == [[10, 6_000], [15, 6_005]]
    assert judging(found)[["numerator", "denominator"]].to_numpy().tolist() == [[12, 6_001], [14, 6_004]]


def test_a_withheld_count_is_missing_and_no_nought(tmp_path: Path) -> None:
    found = by_month(released(tmp_path, counts(HIGH, "SYN01", [(3, 6_000)])), ALL)
    assert found["numerator"].isna().all() and judging(found)["numerator"].tolist() == [3]


def test_what_was_published_is_read_and_never_worked_out_again(tmp_path: Path) -> None:
    snapshot = released(tmp_path, counts(HIGH, "SYN01", [(12, 6_000)]))
    other = publish(
        tmp_path / "other",
        {"practice": [practice("SYN01")], "measure_month": counts(HIGH, "SYN01", [(12, 6_000)])},
    )
    with duckdb.connect(str(next((other / "releases").glob("*.duckdb")))) as con:
        con.execute("UPDATE published SET numerator = NULL")
    assert by_month(snapshot, ALL)["numerator"].tolist() == [10]
    assert by_month(release.current(other), ALL)["numerator"].isna().all()


@pytest.mark.parametrize(
    ("measure", "selection"),
    [
        (PLAN, ALL),  # is in no declaration
        (HIGH, Selection(120, practice="SYN01")),
        (HIGH, Selection(120, place="North", pcn="A")),  # a part of a PCN
    ],
)
def test_what_is_not_declared_is_refused(tmp_path: Path, measure: str, selection: Selection) -> None:
    rows = [
        row for one in (HIGH, PLAN) for code in ("SYN01", "SYN02") for row in counts(one, code, [(20, 60)])
    ]
    two = practice("SYN01", "A", place="North"), practice("SYN02", "A", place="South")
    snapshot = released(tmp_path, rows, *two)
    assert by_month(snapshot, Selection(120, pcn="A"))["numerator"].tolist() == [40]
    with pytest.raises(NotPublishedError, match="not among the figures that are published"):
        by_month(snapshot, selection, measure)


def test_practices_and_pcns_are_never_published_beside_each_other(tmp_path: Path) -> None:
    snapshot = released(tmp_path, counts(HIGH, "SYN01", [(20, 60)]))
    for read in (figures.measure_by_practice, figures.measure_by_pcn):
        with pytest.raises(NotPublishedError, match="beside each other"):
            read(snapshot, PUBLISHED, ALL, [HIGH], [120], [LAST])


def test_counts_that_no_measure_holds_are_not_published(snapshot: Snapshot) -> None:
    for read in (figures.taper_now, figures.taper_flow, figures.referral_stages, figures.unlooked):
        with pytest.raises(NotPublishedError, match="is not among what is published"):
            read(snapshot, PUBLISHED, ALL)


def test_groups_are_those_declared_beside_the_published_whole(tmp_path: Path) -> None:
    groups = [
        {"measure": measure, "threshold": 120, "dimension": "imd_quintile", "category": category,
         "practice_code": "SYN01", "month": LAST, "numerator": n, "denominator": 60}
        for measure in (OFFERED, PLAN) for category, n in (("1", 22), ("5", 3))
    ]  # fmt: skip
    whole = counts(OFFERED, "SYN01", [(25, 120)])
    found = figures.measure_by_group(
        released(tmp_path, whole, groups=groups), PUBLISHED, ALL, [120], [LAST]
    ).frame
    assert set(found["measure"]) == {OFFERED}
    assert found["numerator"].fillna(-1).tolist() == [20, -1]
    assert set(found["whole_numerator"]) == {25} and set(found["whole_denominator"]) == {120}


def test_of_other_practices_only_sums_of_enough_people_are_told(tmp_path: Path) -> None:
    """To who sees one practice alone: of six others 208 of 360, and of fewer people than eight nothing."""
    codes = [f"SYN{n:02d}" for n in range(1, 8)]
    rows = [row for code in codes[1:] for row in counts(PLAN, code, [(3 if code == "SYN02" else 41, 60)])]
    rows += [row for code in codes[1:] for row in counts("tapering", code, [(1, 9)])]
    listed = [practice(code, code) for code in codes]
    snapshot = release.current(publish(tmp_path, {"practice": listed, "measure_month": rows}))
    own = Scope("practice", frozenset({"SYN01"}))
    asked = codes, [PLAN, "tapering"], [120], LAST
    frame = figures.measures_together(snapshot, own, *asked).frame.sort_values("measure")
    assert frame["numerator"].fillna(-1).tolist() == [208, -1]  # on a plan; tapering 6 of 54
    assert frame["denominator"].fillna(-1).tolist() == [360, -1] and set(frame["practices"]) == {6}
    exact = figures.measures_together(snapshot, Scope.icb(), *asked).frame.sort_values("measure")
    assert exact["numerator"].tolist() == [208, 6]


def test_ways_between_bands_are_those_of_the_flow(sample: Snapshot) -> None:
    """By another road: the flow's bands, put in order by their lower edges here."""
    flow = figures.taper_flow(sample, Scope.icb(), Selection(120)).frame
    flow = flow[~flow["now_band"].isin(["not known", "censored"])]
    edge = {"stopped": -1, "none": 0, "up to 50": 1, "50 to 90": 50, "90 to 120": 90, "120 to 200": 120,
            "200 to 300": 200, "over 300": 300}  # fmt: skip
    step = flow["now_band"].map(edge) - flow["baseline_band"].map(edge)
    ways = figures.taper_ways(sample, Scope.icb(), Selection(120)).frame.set_index("way")["people"]
    assert ways.to_dict() == {
        "lower": flow.loc[(step < 0) & ~flow["harmed"], "people"].sum(),
        "after": flow.loc[(step < 0) & flow["harmed"], "people"].sum(),
        "same": flow.loc[step == 0, "people"].sum(),
        "higher": flow.loc[step > 0, "people"].sum(),
    }
    assert min(ways[["lower", "after"]]) > 0  # the sample holds both


def test_the_fast_are_those_of_two_measures(sample: Snapshot) -> None:
    latest = sample.info.last_month
    for threshold in sample.info.thresholds:
        selection = Selection(threshold)
        zones = figures.taper_zones(sample, Scope.icb(), selection).frame.set_index("zone")["people"]
        frame = figures.measure_by_practice(
            sample, Scope.icb(), selection, ["amber_speed", "red_speed"], [threshold], [latest]
        ).frame
        assert zones["fast"] == frame["numerator"].sum() > 0
        assert zones.sum() == frame.loc[frame["measure"] == "red_speed", "denominator"].sum()

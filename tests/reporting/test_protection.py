"""One plan of protection: a count is withheld, or shown, wherever it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reporting import figures, release
from reporting.access import Scope, Selection, Snapshot
from reporting.disclosure import NotClearedError, whole
from tests.reporting.snapshots import LAST, Rows, counts, practice, publish

PUBLISHED = Scope.icb().of("published")
PLAN = "on_taper_plan"
# In the PCN Hill 2 and 8 people: 10 in all, so that the first could be 4 at most. In the PCN Dale 30.
PRACTICES = (practice("SYN01", "Hill"), practice("SYN02", "Hill"), practice("SYN03", "Dale"))
PEOPLE = [
    *counts(PLAN, "SYN01", [(2, 20)]),
    *counts(PLAN, "SYN02", [(8, 40)]),
    *counts(PLAN, "SYN03", [(30, 60)]),
]


def released(tmp_path: Path, rows: Rows, groups: Rows | None = None) -> Snapshot:
    tables: dict[str, Any] = {
        "practice": list(PRACTICES),
        "measure_month": rows,
        "measure_group": groups or [],
    }
    return release.current(publish(tmp_path, tables))


def told(snapshot: Snapshot, scope: Scope, selection: Selection, measure: str = PLAN) -> list[float | None]:
    """Numerators of the selected area, or of its practices where the scope is the ICB's."""
    frame = figures.measure_by_month(snapshot, scope, selection, [measure], [0, 90, 120]).frame
    return [None if n != n else n for n in frame["numerator"]]


def test_a_withheld_count_is_withheld_in_the_report_and_in_every_pack(tmp_path: Path) -> None:
    snapshot = released(tmp_path, PEOPLE)
    report = Scope("practice", frozenset({"SYN02"})).of("published")
    assert told(snapshot, report, Selection(120, practice="SYN02")) == [None]
    for area in (Selection(120), Selection(120, pcn="Hill")):
        frame = figures.measure_by_practice(snapshot, PUBLISHED, area, [PLAN], [120], [LAST]).frame
        by_practice = dict(zip(frame["practice_code"], frame["numerator"].fillna(-1), strict=True))
        assert by_practice | {"SYN03": 30} == {"SYN01": -1, "SYN02": -1, "SYN03": 30}
        assert whole(frame, "numerator") == (40 if area.pcn is None else 10)
    assert told(snapshot, PUBLISHED, Selection(120, pcn="Hill")) == [10]
    assert told(snapshot, PUBLISHED, Selection(120, pcn="Dale")) == [30]
    assert told(snapshot, Scope.icb(), Selection(120, practice="SYN02")) == [8]


def test_bands_are_held_against_the_people_beyond_a_threshold(tmp_path: Path) -> None:
    """8 and 2 people in two bands, 10 beyond 120 mg on another slide."""

    def rows(beyond: int) -> Rows:
        bands = {"up to 50": 90, "120 to 200": 8, "over 200": 2}
        made = [
            row
            for band, n in bands.items()
            for row in counts("dose_band_share", "SYN03", [(n, 100)], 0, band)
        ]
        return [*made, *counts("high_dose_prevalence", "SYN03", [(beyond, 6_000)], 120)]

    linked, apart = (released(tmp_path / str(beyond), rows(beyond)) for beyond in (10, 30))
    assert told(linked, PUBLISHED, Selection(120), "dose_band_share") == [None, None, 90]
    assert told(apart, PUBLISHED, Selection(120), "dose_band_share") == [10, None, 90]


def test_groups_are_held_against_all_and_never_shown_of_a_practice(tmp_path: Path) -> None:
    groups = [
        {"measure": PLAN, "threshold": 120, "dimension": "sex", "category": sex, "practice_code": "SYN03",
         "month": LAST, "numerator": n, "denominator": 2 * n}
        for sex, n in (("female", 22), ("male", 8))
    ]  # fmt: skip
    snapshot = released(tmp_path, PEOPLE, groups)
    shown = figures.measure_by_group(snapshot, PUBLISHED, Selection(120), [120], [LAST]).frame
    assert dict(zip(shown["category"], shown["numerator"], strict=True)) == {"female": 20, "male": 10}
    own = Scope("practice", frozenset({"SYN03"})).of("published")
    alone = figures.measure_by_group(snapshot, own, Selection(120, practice="SYN03"), [120], [LAST]).frame
    assert alone["numerator"].isna().all()


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


def test_practices_are_counted_as_they_are(tmp_path: Path) -> None:
    rows = [row for at in (1, 2, 3) for row in counts("practice_plan_current", f"SYN0{at}", [(at % 2, 1)], 0)]
    snapshot = released(tmp_path, [*PEOPLE, *rows])
    assert told(snapshot, PUBLISHED, Selection(120), "practice_plan_current") == [2]
    frame = figures.measure_by_practice(
        snapshot, PUBLISHED, Selection(120), ["practice_plan_current"], [0], [LAST]
    ).frame
    assert frame["numerator"].tolist() == [1, 0, 1] and whole(frame, "numerator") == 2


def test_counts_without_a_plan_do_not_leave(tmp_path: Path) -> None:
    snapshot = released(tmp_path, PEOPLE)
    with pytest.raises(NotClearedError, match="may not leave"):
        figures.taper_now(snapshot, PUBLISHED, Selection(120))
    with pytest.raises(NotClearedError, match="by PCN, place or ICB only"):
        two = Scope("practice", frozenset({"SYN01", "SYN02"})).of("published")
        figures.measure_by_month(snapshot, two, Selection(120), [PLAN], [120])


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


def test_a_part_of_a_pcn_is_not_told(tmp_path: Path) -> None:
    """A PCN of two places: what it counts in one of them is no area of the plan."""
    rows = [row for code in ("SYN01", "SYN02", "SYN03") for row in counts(PLAN, code, [(20, 60)])]
    listed = [
        practice("SYN01", "A", place="North"), practice("SYN02", "A", place="South"),
        practice("SYN03", "B", place="North"),
    ]  # fmt: skip
    snapshot = release.current(publish(tmp_path, {"practice": listed, "measure_month": rows}))
    asked = [PLAN], [120], [LAST]
    whole_icb = figures.measure_by_pcn(snapshot, PUBLISHED, Selection(120), *asked).frame
    assert dict(zip(whole_icb["pcn"], whole_icb["numerator"], strict=True)) == {"A": 40, "B": 20}
    north = figures.measure_by_pcn(snapshot, PUBLISHED, Selection(120, place="North"), *asked).frame
    told = dict(zip(north["pcn"], north["numerator"], strict=True))
    assert np.isnan(told["A"]) and told["B"] == 20
    exact = figures.measure_by_pcn(snapshot, Scope.icb(), Selection(120, place="North"), *asked).frame
    assert list(exact["numerator"]) == [20, 20]

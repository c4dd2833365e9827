"""A measure by month is a rate of its denominator, unless it is a number."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from reporting import release
from reporting.access.scope import Scope, Selection
from reporting.exhibits.high_dose.page import GABAPENTINOID_USE, TREND
from reporting.exhibits.kinds.series import Series, series
from reporting.exhibits.kinds.trend import icons, method
from tests.reporting.snapshots import counts, practice, publish


@pytest.mark.parametrize(
    ("measure", "threshold", "values"),
    [
        ("best_interest_red_speed", 0, [0.0, 2.0, 1.0]),
        ("abrupt_stops", 120, [0.0, 2.0, 1.0]),
        ("reviewed_3_months", 120, [50.0, 25.0]),
    ],
)
def test_a_number_is_not_divided_and_counts_where_nothing_was_there(
    tmp_path: Path, measure: str, threshold: int, values: list[float]
) -> None:
    rows = counts(measure, "SYN01", [(0, 0), (2, 4), (1, 4)], threshold)
    publish(tmp_path, {"practice": [practice("SYN01")], "measure_month": rows})
    found = series(release.current(tmp_path), Scope.icb(), Selection(120), measure, threshold)
    assert found is not None and list(found.frame["value"]) == values


def growing(store: Path, measure: str, pairs: list[tuple[int, int]], threshold: int) -> Series:
    rows = counts(measure, "SYN01", pairs, threshold)
    publish(store, {"practice": [practice("SYN01")], "measure_month": rows})
    found = series(release.current(store), Scope.icb(), Selection(120), measure, threshold)
    assert found is not None
    return found


def test_more_plans_of_ever_more_are_no_change(tmp_path: Path) -> None:
    """Plans stay in the figures when they have ended: 24 months add 24 that came down, and none leaves."""
    found = growing(tmp_path, "tapering", [(20 + n, 40 + 2 * n) for n in range(24)], 120)
    assert found.words == "no sure change since Sep 2025" and found.kind == "common"


def test_a_greater_share_of_plans_is_a_change(tmp_path: Path) -> None:
    found = growing(tmp_path, "tapering", [(10, 50)] * 12 + [(40, 60)] * 12, 120)
    assert found.words == "rose since Sep 2025: improvement" and found.judged


def test_an_amount_is_drawn_and_not_judged(tmp_path: Path) -> None:
    """It wanders with those who take it: limits would be left without a cause."""
    found = growing(tmp_path, "gabapentinoid_ddd", [(60 + n // 4, 1000) for n in range(24)], 0)
    assert found.words == "change not judged: mostly the same people take it each month"
    assert (found.kind, found.judged, icons(found)) == ("common", False, ())
    assert found.xmr is not None and found.xmr.frame[["mean", "lower", "upper"]].isna().all(axis=None)
    assert "No limits and no icon: mostly the same people take it each month" in method(found)
    GABAPENTINOID_USE.drawing(found)()


def test_rebases_targets_and_notes_are_printed_with_who_decided(tmp_path: Path) -> None:
    rows = counts("high_dose_prevalence", "SYN01", [(8, 1000)] * 8 + [(4, 1000)] * 8, 120)
    third = sorted(str(row["month"]) for row in rows)[8][:7]
    decided = {
        "rebase": [
            {
                "measure": "high_dose_prevalence",
                "scope": "icb",
                "month": third,
                "reason": "new clinical system",
                "by_whom": "the chief pharmacist",
            }
        ],
        "targets": [
            {
                "measure": "high_dose_prevalence",
                "threshold": 120,
                "scope": "icb",
                "value": 1.5,
                "by": "2027-03",
            }
        ],
        "notes": [
            {
                "measure": "high_dose_prevalence",
                "scope": scope,
                "month": month,
                "text": text,
                "by_whom": "the analyst",
            }
            for scope, month, text in (
                ("icb", "2026-08", "a prison practice joined"),
                ("icb", "2026-01", "codes were cleaned"),
                ("North", "2026-02", "of another area"),
            )
        ],
    }
    publish(
        tmp_path,
        {"practice": [practice("SYN01")], "measure_month": rows},
        policy_json=json.dumps(decided),
    )
    found = series(release.current(tmp_path), Scope.icb(), Selection(120), "high_dose_prevalence", 120)
    assert found is not None and len(found.rebases) == 1 and found.target == 1.5
    assert found.words == "change not judged: counted anew since Feb 2026" and not found.judged
    assert method(found).endswith(
        "new clinical system (decided by the chief pharmacist). Jan 2026: codes were cleaned (the analyst). "
        "Aug 2026: a prison practice joined (the analyst). Target: 1.50 per 1,000 by Mar 2027 (4.00 per "
        "1,000 "
        "in Sep 2026)."
    )


def test_a_change_of_method_is_told_for_a_year_under_whatever_counts_doses(tmp_path: Path) -> None:
    rows = counts("high_dose_prevalence", "SYN01", [(8, 1000)] * 12, 120)
    rows += counts("reviewed_3_months", "SYN01", [(8, 10)] * 12, 0)
    changes = [
        {"on": on, "what": "OME factors", "before": before, "now": now}
        for on, before, now in (("2025-09-01", "2019", "2020-08"), ("2026-08-31", "2020-08", "2026.11"))
    ]
    publish(
        tmp_path, {"practice": [practice("SYN01")], "measure_month": rows}, method_changes=json.dumps(changes)
    )
    snapshot = release.current(tmp_path)
    found = series(snapshot, Scope.icb(), Selection(120), "high_dose_prevalence", 120)
    assert found is not None and found.decisions == (
        "All months are counted anew since 31 Aug 2026: OME factors 2026.11, before 2020-08.",
    )
    assert found.breaks == ((dt.date(2026, 8, 1), "OME factors 2026.11: all months recounted"),)
    drawn = TREND.drawing(found)()
    assert "OME factors 2026.11: all" in " ".join(note.text for note in drawn.layout.annotations)
    assert any(shape.line.dash == "dash" for shape in drawn.layout.shapes)
    without_doses = series(snapshot, Scope.icb(), Selection(120), "reviewed_3_months", 0)
    assert without_doses is not None and without_doses.decisions == without_doses.breaks == ()

"""Headlines say change only where there is one, and read right for one, none and many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from math import isnan, nan
from pathlib import Path

import pandas as pd
import pytest

from reporting import figures, release
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.analysis.bands import lower_edge
from reporting.analysis.year_apart import year_apart
from reporting.exhibits.exhibit import Exhibit
from reporting.exhibits.high_dose import bands as high_dose_bands
from reporting.exhibits.high_dose import funnel
from reporting.exhibits.high_dose import page as high_dose
from reporting.exhibits.overview import cards, reasons
from reporting.exhibits.referrals.practices import attended_headline
from reporting.exhibits.tapering import page as tapering
from reporting.exhibits.tapering.everybody import everybody_headline
from reporting.exhibits.tapering.flow import flow_headline
from reporting.exhibits.tapering.outcomes import PUBLISHED, outcomes_headline, with_words
from reporting.exhibits.tapering.speed import speed_headline
from tests.reporting.snapshots import counts, month, practice, publish

ICB = Scope.icb()
HIGH = "high_dose_prevalence"
UNCHANGED = [20, 22, 19, 21, 20, 22, 18, 21, 20, 19, 22, 20] * 2
FALLING = [20, 22, 19, 21, 20, 22, 18, 21, 20, 19, 22, 20, 12, 11, 12, 10, 11, 12, 10, 11, 9, 10, 11, 9]
RISING = [20, 22, 19, 21, 20, 22, 18, 21, 20, 19, 22, 20, 30, 31, 29, 32, 33, 31, 30, 33, 32, 31, 34, 33]


def trend_of(store: Path, people: Sequence[int], selection: Selection | None = None) -> Exhibit:
    pairs = [(n, 10_000) for n in people]
    publish(store, {"practice": [practice("SYN01")], "measure_month": counts(HIGH, "SYN01", pairs)})
    return high_dose.TREND(release.current(store), ICB, selection or Selection(120))


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (UNCHANGED, "Could be chance: 20 people above 120 mg, as many as a year ago"),
        (FALLING, "Really fell: from 20 to 9 people above 120 mg"),
        (RISING, "Really rose: from 20 to 33 people above 120 mg"),
        (UNCHANGED[:9], "Could be chance: 20 people above 120 mg, as many as in Jan 2026"),
        (UNCHANGED[:1], "20 people above 120 mg; change not judged: no earlier month to compare with"),
    ],
)
def test_a_trend_speaks_of_change_only_where_people_came_or_went(
    tmp_path: Path, people: list[int], words: str
) -> None:
    shown = trend_of(tmp_path, people)
    assert shown.headline == words
    assert shown.icons == () and list(shown.table["People"]) == people


def test_two_points_apart_are_not_called_a_change(tmp_path: Path) -> None:
    shown = trend_of(tmp_path, [22, *UNCHANGED[:13], 18])
    assert shown.headline.startswith("Could be chance") and "4 left; could be chance" in shown.caption


def test_without_rows_there_is_a_sentence_and_no_figure(tmp_path: Path) -> None:
    shown = trend_of(tmp_path, UNCHANGED, Selection(120, pcn="Elsewhere"))
    assert shown.figure is None
    assert shown.empty == "No practice matches these filters. Clear the PCN or practice filter."


def test_data_awaited_are_named_and_not_drawn_as_zero(tmp_path: Path) -> None:
    late = practice("SYN01", data_to=month(3))
    publish(tmp_path, {"practice": [late]})
    shown = high_dose.PRACTICES(release.current(tmp_path), ICB, Selection(120))
    assert shown.figure is None
    assert shown.empty.startswith("Data are awaited: Syn01 Surgery (last Jun 2026)")


def test_one_practice_is_no_funnel_but_has_its_interval(tmp_path: Path) -> None:
    publish(tmp_path, {"practice": [practice("SYN01")], "measure_month": counts(HIGH, "SYN01", [(9, 8_000)])})
    snapshot = release.current(tmp_path)
    assert "at least 5 practices; 1 matches" in high_dose.FUNNEL(snapshot, ICB, Selection(120)).empty
    shown = high_dose.PRACTICES(snapshot, ICB, Selection(120))
    assert shown.headline == ("High dose above 120 mg: one practice alone, and no other to compare it with")
    assert "(n = 1 practice)" in shown.subtitle


@pytest.mark.parametrize(
    ("high", "low", "headline"),
    [
        ([], [], "No practice is high with certainty (9 in 10 sure)"),
        (["A"], [], "A is high (9 in 10 sure)"),
        (["A", "B"], [], "A and B are high (9 in 10 sure)"),
        (["A", "B", "C"], [], "Three practices are high (9 in 10 sure)"),
        ([], ["A"], "No practice is high with certainty (9 in 10 sure); 1 is low"),
        (["A"], ["B", "C"], "A is high (9 in 10 sure); 2 are low"),
    ],
)
def test_a_funnel_counts_right(high: list[str], low: list[str], headline: str) -> None:
    assert funnel.funnel_headline(high, low) == headline


def around(store: Path, people: Sequence[int]) -> Snapshot:
    rows = [row for at, n in enumerate(people, 1) for row in counts(HIGH, f"SYN{at:02d}", [(n, 20_000)])]
    listed = [practice(f"SYN{at:02d}") for at in range(1, len(people) + 1)]
    return release.current(publish(store, {"practice": listed, "measure_month": rows}))


def test_who_is_surely_high_is_named_and_ringed_where_limits_hold_them(tmp_path: Path) -> None:
    """They differ by more than chance, so that widened limits hold a practice at three times the others."""
    snapshot = around(tmp_path, (40, 44, 36, 42, 38, 12, 14, 100))
    shown = high_dose.FUNNEL(snapshot, ICB, Selection(120))
    assert shown.headline.startswith("Syn08 Surgery is high (9 in 10 sure)")
    assert "above 1.5 times that of the others together" in shown.caption
    assert "High, 9 in 10 sure: Syn08 Surgery." in shown.alt
    (points,) = (trace for trace in shown.figure.data if trace.name == "points")  # type: ignore[union-attr]
    ringed = [width > 2 for width in points.marker.line.width]
    assert [name for name, ring in zip(points.text, ringed, strict=True) if ring] == [
        "Syn08 Surgery: 5.00, 100 of 20,000",
        "Syn07 Surgery: 0.70, 14 of 20,000",
        "Syn06 Surgery: 0.60, 12 of 20,000",
    ]
    assert any("Syn08 Surgery" in note.text for note in shown.figure.layout.annotations)  # type: ignore[union-attr]
    (high,) = (s for s in reasons.reasons(snapshot, ICB, Selection(120)).shown if "High dose" in s.finding)
    assert (high.code, high.finding) == ("SYN08", "High dose: 9 in 10 sure, above 1.5 times the others")


def test_above_the_limit_of_chance_but_not_by_much_is_not_high(tmp_path: Path) -> None:
    """A large practice a third above the others lies beyond 99.8% of chance."""
    snapshot = around(tmp_path, (200, 205, 198, 202, 195, 280))
    shown = high_dose.FUNNEL(snapshot, ICB, Selection(120))
    assert "99.8%" in set(shown.table["Beyond"]) and shown.headline.startswith("No practice is high")
    assert not [s for s in reasons.reasons(snapshot, ICB, Selection(120)).shown if "High dose" in s.finding]


def test_a_practice_is_high_beside_what_is_expected_for_its_people(tmp_path: Path) -> None:
    """Eight practices have 10 high of 8,000, Syn01 and Syn02 have 30: Syn01's people are old, and 28 are
    expected."""
    people = {f"SYN{at:02d}": 30 if at < 3 else 10 for at in range(1, 11)}
    rows = [row for code, n in people.items() for row in counts(HIGH, code, [(n, 8_000)])]
    due = [
        {"measure": HIGH, "threshold": 120, "practice_code": code, "month": month(0), "numerator": n,
         "denominator": 8_000, "expected": 28.0 if code == "SYN01" else 112 / 9}
        for code, n in people.items()
    ]  # fmt: skip
    tables = {"practice": [practice(code) for code in people], "measure_month": rows, "expected": due}
    snapshot = release.current(publish(tmp_path, tables))
    shown = high_dose.FUNNEL(snapshot, ICB, Selection(120))
    assert shown.headline == "Syn02 Surgery is high (9 in 10 sure)"
    assert "age and sex, as lists give no deprivation: indirect standardisation" in shown.caption
    dots = high_dose.PRACTICES(snapshot, ICB, Selection(120))
    assert dots.headline == shown.headline and "Expected for its people" in dots.table
    (high,) = (s for s in reasons.reasons(snapshot, ICB, Selection(120)).shown if "High dose" in s.finding)
    assert high.code == "SYN02"


def bands(first: int, last: int) -> pd.DataFrame:
    rows = [
        ("90 to 120", 100, 1000),
        ("90 to 120", 100, 1000),
        ("over 300", first, 1000),
        ("over 300", last, 1000),
    ]
    frame = pd.DataFrame(rows, columns=["category", "numerator", "denominator"])
    return high_dose_bands.with_words(frame.assign(value=frame["numerator"] / frame["denominator"]))


@pytest.mark.parametrize(
    ("first", "last", "headline"),
    [
        (50, 50, "Dose bands: no sure change"),
        (50, 40, "Dose bands: no sure change"),
        (80, 20, "Over 300 mg fell"),
        (20, 80, "Over 300 mg rose"),
    ],
)
def test_a_band_moves_only_beyond_chance(first: int, last: int, headline: str) -> None:
    assert high_dose_bands.bands_headline(bands(first, last)) == headline


@pytest.mark.parametrize(
    ("band", "edge"), [("up to 50", 0), ("none", 0), ("90 to 120", 90), ("over 300", 300), ("under 50", 0)]
)
def test_a_band_knows_its_lower_edge(band: str, edge: int) -> None:
    assert lower_edge(band) == edge


def outcome(band: str, plans: float, of: float = 200) -> pd.DataFrame:
    row = {"category": band, "numerator": plans, "denominator": of, "value": plans / of}
    made = pd.DataFrame([{**row, "published": PUBLISHED[band] / 100}])
    return with_words(made.assign(lower=made["value"], upper=made["value"]))


def test_outcomes_differ_from_published_ones_only_beyond_chance() -> None:
    alike = outcome("stopped", 30)  # 95% 11 to 21
    unsure = "200 plans after 12 months: no sure difference from a published study"
    assert outcomes_headline(alike, 12) == unsure
    more, fewer = outcome("1–49%", 64), outcome("stopped", 18)  # 26 to 39, 6 to 14
    both = with_words(pd.concat([more, fewer], ignore_index=True))
    assert outcomes_headline(both, 12) == (
        "More people than published are at 1–49% of their dose before; fewer have stopped"
    )
    hidden = outcome("1–49%", 64).assign(value=nan)  # as where a count is withheld
    assert outcomes_headline(pd.concat([alike, hidden]), 12) == (
        "200 plans after 12 months: no sure difference of the bands shown from a published study"
    )


def test_a_share_that_rounding_puts_on_the_other_side_is_not_drawn() -> None:
    """62 of 1,000 is more than 4.7% beyond chance; published as 45 of 1,000 it would read as less."""
    exact = outcome("115%+", 62, 1_000)
    shown = with_words(
        exact.assign(exact_numerator=62, exact_denominator=1_000, value=0.045, lower=0.03, upper=0.06)
    )
    assert shown["word"].tolist() == ["higher"] and shown[["value", "lower", "upper"]].isna().all(axis=None)
    kept = with_words(
        exact.assign(exact_numerator=62, exact_denominator=1_000, value=0.06, lower=0.05, upper=0.08)
    )
    assert kept["value"].tolist() == [0.06]


def test_a_band_that_rounding_makes_go_another_way_is_not_drawn() -> None:
    frame = pd.DataFrame(
        {"category": "over 300", "numerator": [45.0, 45.0], "denominator": 1_000.0, "value": [0.045, 0.045],
         "exact_numerator": [20, 80], "exact_denominator": 1_000}
    )  # fmt: skip
    shown = high_dose_bands.with_words(frame)
    assert shown["word"].tolist() == ["rose"] * 2 and shown["value"].isna().all()
    assert high_dose_bands.bands_headline(shown).endswith("no sure change in those that are shown")


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        ((41, 232), (48, 230), "no sure change"),
        ((20, 200), (80, 200), "fell in a year: concern"),
        ((80, 200), (20, 200), "rose in a year: improvement"),
    ],
)
def test_a_year_makes_a_change_only_beyond_chance(
    now: tuple[int, int], before: tuple[int, int], words: str
) -> None:
    frame = pd.DataFrame(
        {
            "month": pd.to_datetime([month(12), month(0)]),
            "numerator": [before[0], now[0]],
            "denominator": [before[1], now[1]],
        }
    )
    found = year_apart(frame, "higher")
    assert found is not None and found.words == words


def test_one_month_alone_is_no_change() -> None:
    frame = pd.DataFrame({"month": pd.to_datetime([month(0)]), "numerator": [3], "denominator": [9]})
    found = year_apart(frame, "higher")
    assert found is not None and found.words == "no figure a year ago"
    assert year_apart(frame.assign(denominator=0), "higher") is None


def test_people_are_counted_in_words_that_agree() -> None:
    assert flow_headline(82, 0, 4, 137) == "82 of 137 people moved down step by step; 4 moved up"
    assert flow_headline(64, 18, 0, 137) == (
        "64 of 137 people moved down step by step, 18 too fast or possibly so; nobody moved up"
    )
    assert flow_headline(0, 2, 0, 3) == (
        "Nobody moved down step by step, 2 too fast or possibly so; nobody moved up"
    )
    assert flow_headline(20, nan, 5, 40).endswith("step by step, [c] too fast or possibly so; 5 moved up")
    assert attended_headline(["A"], 0, 2) == "A is low (9 in 10 sure)"
    assert attended_headline([], 0, 2) == "No practice is surely high or low in people seen (9 in 10 sure)"


def test_a_move_to_a_lower_band_after_harm_is_no_success(tmp_path: Path) -> None:
    """Four moved down, one of them after a fall; one stayed, one rose after a fall; of one the dose is not
    known and one died."""
    plans = [
        ("90 to 120", False, None), ("90 to 120", False, None), ("stopped", False, None),
        ("stopped", True, None), ("120 to 200", False, None), ("over 300", True, None), (None, True, None),
        (None, False, "died"),
    ]  # fmt: skip
    tapers = [
        {"practice_code": "SYN01", "plan_id": str(at), "baseline_milli": 150_000, "excluded": False,
         "baseline_band": "120 to 200", "now_band": now, "harmed": harmed, "censored": censored}
        for at, (now, harmed, censored) in enumerate(plans)
    ]  # fmt: skip
    snapshot = release.current(publish(tmp_path, {"practice": [practice("SYN01")], "taper": tapers}))
    shown = tapering.FLOW(snapshot, ICB, Selection(120))
    assert shown.headline == flow_headline(3, 1, 1, 6)
    assert (
        "1 person who died or left and 1 person whose dose now is not known are not drawn." in shown.caption
    )
    assert {tuple(row)[1:] for row in shown.table.itertuples(index=False)} == {
        ("90 to 120", "no", 2), ("stopped", "no", 1), ("stopped", "yes", 1), ("120 to 200", "no", 1),
        ("over 300", "yes", 1),
    }  # fmt: skip
    ways = figures.taper_ways(snapshot, ICB, Selection(120)).frame
    assert dict(zip(ways["way"], ways["people"], strict=True)) == {
        "after": 1, "higher": 1, "lower": 3, "same": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fast", "red", "plans", "headline"),
    [
        (3, 0, 9, "Nobody on an active plan fell by more than 30% in four weeks"),
        (1, 1, 1, "1 of 1 person on an active plan fell by more than 30% in four weeks"),
        (20, 10, nan, "10 people on an active plan fell by more than 30% in four weeks"),
        (nan, nan, 50, "How many of 50 people on an active plan fell by more than 30% in four weeks is "
         "withheld"),
        (nan, nan, nan, "How many people on an active plan fell by more than 30% in four weeks is "
         "withheld"),
        (10, nan, 50, "10 of 50 people on an active plan fell by more than 19% in four weeks; how many by "
         "more than 30% is withheld"),
        (0, nan, 50, "None of 50 people on an active plan fell by more than 19% in four weeks"),
    ],
)  # fmt: skip
def test_who_came_down_too_fast_is_said_as_far_as_it_may_be(
    fast: float, red: float, plans: float, headline: str
) -> None:
    assert speed_headline({"slow": nan, "fast": fast, "red": red}, plans, 19, 30) == headline


@pytest.mark.parametrize(
    ("fell", "stopped", "unknown", "headline"),
    [
        (0, 0, 0, "Nobody’s dose fell too fast in a year, plan or no plan"),
        (0, 3, 0, "Nobody’s dose fell too fast in a year, plan or no plan; 3 stopped suddenly"),
        (0, 0, 4, "No dose is known to have fallen too fast in a year; of 4 it is not known"),
        (0, 0, nan, "No dose is known to have fallen too fast in a year; of [c] it is not known"),
        (2, 1, 4, "2 of 9 people fell too fast in a year, 2 on no plan; 1 stopped suddenly; of 4 it is not "
         "known"),
    ],
)  # fmt: skip
def test_nobody_fell_is_said_only_where_it_is_known_of_everybody(
    fell: float, stopped: float, unknown: float, headline: str
) -> None:
    assert everybody_headline({"neither": (fell, 9)}, stopped, unknown) == headline


@pytest.mark.parametrize(
    ("red", "unknown", "headline"),
    [
        (0, 4, "No active plan is known to have fallen by more than 30% in four weeks; of 4 it is not "
         "known"),
        (0, None, "No active plan is known to have fallen by more than 30% in four weeks"),
        (1, 4, "1 of 9 people on an active plan fell by more than 30% in four weeks; of 4 it is not "
         "known"),
    ],
)  # fmt: skip
def test_nobody_on_a_plan_fell_is_said_only_where_it_is_known_of_every_plan(
    red: float, unknown: int | None, headline: str
) -> None:
    assert speed_headline({"slow": 9, "fast": red, "red": red}, 9, 19, 30, unknown) == headline


def test_signals_name_who_is_helped_first_and_why(tmp_path: Path) -> None:
    codes = [f"SYN{at:02}" for at in range(1, 9)]
    rows = [row for code in codes for row in counts(HIGH, code, [(10, 8_000)] * 13)]
    rows += counts(HIGH, "SYN09", [(90, 8_000)] * 13) + counts(
        HIGH, "SYN10", [*[(60, 8_000)] * 12, (10, 8_000)]
    )
    rows += [row for code in codes for row in counts("referral_offered", code, [(8, 20)])]
    rows += counts("referral_offered", "SYN09", [(0, 30)]) + counts("on_taper_plan", "SYN09", [(4, 30)])
    practices = [practice(code) for code in [*codes, "SYN09", "SYN10"]]
    waiting = [_fell("SYN01", "X", "plan"), _fell("SYN01", "Y", "neither")]
    publish(tmp_path, {"practice": practices, "measure_month": rows, "worklist": waiting})
    found = reasons.reasons(release.current(tmp_path), ICB, Selection(120))
    told = {(reason.code, reason.kind, reason.finding) for reason in found.shown}
    assert ("SYN01", "concern", "2 people’s doses fell by more than 30%") in told
    assert ("SYN09", "concern", "No referral offered in 12 months") in told
    assert found.shown[0].detail == "28-day means, latest in Jun 2026; 1 on no plan"
    assert ("SYN10", "improvement", "Above 120 mg: 50 fewer than a year ago") in told
    high = next(reason for reason in found.shown if "High dose" in reason.finding)
    assert (high.code, high.why) == ("SYN09", "4 of 30 on a high dose have a taper plan")
    assert "SYN02" not in {reason.code for reason in found.shown}


def test_nothing_is_for_sharing_while_a_fall_waits_to_be_looked_at(tmp_path: Path) -> None:
    rows = [
        row for code in ("SYN01", "SYN02") for row in counts(HIGH, code, [*[(60, 8_000)] * 12, (10, 8_000)])
    ]
    practices = [practice(code) for code in ("SYN01", "SYN02")]
    tables = {"practice": practices, "measure_month": rows, "worklist": [_fell("SYN02", "X", "plan")]}
    found = reasons.reasons(release.current(publish(tmp_path, tables)), ICB, Selection(120))
    assert {one.code: (one.kind, one.next_step) for one in found.shown if "50 fewer" in one.finding} == {
        "SYN01": ("improvement", "Ask to share what worked at the next forum"),
        "SYN02": ("concern", "Look at the falls first"),
    }


def _fell(code: str, key: str, status: str) -> dict[str, object]:
    """A row of the worklist: somebody whose dose fell in June 2026, which nobody has looked at."""
    return {
        "practice_code": code, "patient_key": key, "age_band": "45-54", "absent": False, "excluded": False,
        "current_ome_milli": 60_000, "unlooked": True, "fell_on": dt.date(2026, 6, 1),
        "fell_status": status, "in_best_interest": False,
    }  # fmt: skip


def test_unknown_doses_are_no_falls_and_who_is_not_in_the_cohort_is_called_too(tmp_path: Path) -> None:
    """Somebody fell, one dose is not known, and two people with a cancer code fell or may have fallen."""
    on, nothing = dt.date(2026, 6, 1), {"fell_on": None, "fell_status": None}
    columns = dict.fromkeys(("unknown_since", "aside_on", "aside_unknown"))
    people = [
        {**_fell("SYN01", "P1", "neither"), **columns},
        {**_fell("SYN01", "P2", ""), **nothing, "unknown_since": on},
        {**_fell("SYN01", "P3", ""), **nothing, "aside_on": on, "excluded": True},
        {**_fell("SYN01", "P4", ""), **nothing, "aside_unknown": on, "excluded": True},
    ]
    rows = counts(HIGH, "SYN01", [(10, 8_000)] * 13)
    publish(tmp_path, {"practice": [practice("SYN01")], "measure_month": rows, "worklist": people})
    snapshot = release.current(tmp_path)
    told = cards.head(snapshot, ICB, Selection(120)).introduction
    assert told.endswith(" 1 fall or stop has had no review since; 1 dose is not known.")
    found = {one.why_listed: one for one in reasons.reasons(snapshot, ICB, Selection(120)).shown}
    assert found["not in the cohort"].finding == "2 people’s doses fell fast, stopped or are not known"
    assert {why: one.people for why, one in found.items()} == {
        "fell": 1,
        "dose not known": 1,
        "not in the cohort": 2,
    }


def test_a_quiet_month_has_no_signal(tmp_path: Path) -> None:
    codes = [f"SYN{at:02}" for at in range(1, 9)]
    rows = [row for code in codes for row in counts(HIGH, code, [(10, 8_000)] * 13)]
    publish(tmp_path, {"practice": [practice(code) for code in codes], "measure_month": rows})
    assert reasons.reasons(release.current(tmp_path), ICB, Selection(120)).shown == ()


def a_year(before: float, now: float, exact_before: int, exact_now: int) -> pd.DataFrame:
    """Two months of 60 plans, as they may be published."""
    counted = {"numerator": [before, now], "denominator": 60.0, "exact_numerator": [exact_before, exact_now]}
    months = [pd.Timestamp(month(12)), pd.Timestamp(month(0))]
    return pd.DataFrame({"month": months, **counted, "exact_denominator": 60})


def test_what_is_withheld_is_not_judged() -> None:
    found = year_apart(a_year(nan, 15, 2, 13), "higher")
    assert found is not None and found.words == "not judged: a count is withheld"
    assert (found.moved, found.kind) == ("not judged", "common")


def test_what_is_published_is_judged_by_exact_counts() -> None:
    found = year_apart(a_year(10, 30, 9, 31), "higher")
    assert found is not None and (found.moved, found.kind) == ("rose", "improvement")
    turned = year_apart(a_year(30, 30, 9, 31), "higher")  # of shares alike nothing would be seen to rise
    assert turned is not None and turned.moved == "rose" and turned.before is not None
    assert isnan(turned.before[0])

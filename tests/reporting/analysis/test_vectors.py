"""Agreement with published reference results, wherever the shared vectors lie beside the project."""

import json
from pathlib import Path

import numpy as np
import pytest

from reporting.analysis import funnel, intervals
from reporting.analysis.spc import xmr

SHARED = Path(__file__).resolve().parents[4] / "shared" / "vectors"
BETTER = {"increase": "higher", "decrease": "lower", "neutral": "neutral"}
KINDS = {"common_cause": "common", "special_cause_improvement": "improvement",
         "special_cause_concern": "concern", "special_cause_neutral_high": "neutral_high",
         "special_cause_neutral_low": "neutral_low"}  # fmt: skip
ASSURANCE = {"consistent_pass": "pass", "consistent_fail": "fail", "inconsistent": "inconsistent", None: None}


def cases(name):
    path = SHARED / f"{name}.json"  # must be there where the shared folder is
    found = json.loads(path.read_text(encoding="utf-8"))["cases"] if SHARED.parent.exists() else []
    return [pytest.param(case, id=case["id"]) for case in found]


def close(actual, expected, tolerance=1e-9) -> None:
    expected = np.asarray([np.nan if v in (None, "NaN") else float(v) for v in np.atleast_1d(expected)])
    np.testing.assert_allclose(np.atleast_1d(actual), expected, rtol=tolerance, atol=tolerance)


def signal_of(words) -> str:
    if words.startswith("2 in 3"):
        return "two_of_three"
    if "Trend" in words:
        return "trend"
    return "shift" if words.startswith("7 Points") else "outside"


def run_xmr(case):
    given = case["input"]
    return xmr(
        given["dates"], given["values"], better=BETTER[given["better"]], target=given["target"],
        rebase=given["rebase"], baseline_points=given["baseline_points"], screen=given["screen"],
        rules=case["rules"],
    )  # fmt: skip


def is_refused(case):
    return case["expected"].get("error") or not set(case["input"]["rebase"]) <= set(case["input"]["dates"])


@pytest.mark.parametrize("case", cases("spc"))
def test_an_xmr_chart_agrees_with_the_reference(case) -> None:
    if is_refused(case):
        with pytest.raises(ValueError, match="xmr"):
            run_xmr(case)
        return
    result, expected = run_xmr(case), case["expected"]
    if "two_of_three_rows" in expected:
        # the case lists where the rule holds; a point that is also outside carries that name
        found = result.frame["signal"]
        rows = [row for row in expected["two_of_three_rows"] if found[row] != "outside"]
        assert list(np.flatnonzero(found == "two_of_three")) == rows
        assert found[expected["two_of_three_rows"]].notna().all()
        return
    assert_segments_agree(result.frame, expected["segments"])
    points = {point["row"]: point for point in expected["points"]}
    for row, drawn in result.frame.iterrows():
        point = points.get(row)
        assert drawn["signal"] == (signal_of(point["special_cause_type"]) if point else None)
        assert drawn["kind"] == (KINDS[point["point_type"]] if point else "common")
    assert result.assurance == ASSURANCE[expected["assurance"]]
    # the reference reads the last row even when it is missing; ours reads the last point there is
    if case["input"]["values"][-1] is not None:
        assert result.variation == KINDS[expected["variation"]]


def assert_segments_agree(frame, segments) -> None:
    columns = {"mean": "mean", "lower": "lpl", "upper": "upl", "lower_near": "near_lower",
               "upper_near": "near_upper"}  # fmt: skip
    for segment in segments:
        first, last = segment["rows"]
        part = frame.iloc[first : last + 1]
        assert (part["segment"] == segment["segment"]).all()
        for ours, theirs in columns.items():
            close(part[ours].unique(), segment[theirs])


@pytest.mark.parametrize("case", cases("wilson"))
def test_a_wilson_interval_agrees_with_the_reference(case) -> None:
    given = case["input"]
    bounds = intervals.wilson(given["x"], given["n"], given["confidence"])
    expected = [case["expected"]["lower"], case["expected"]["upper"]]
    close(np.array(bounds) * given["multiplier"], expected)


@pytest.mark.parametrize("case", cases("byars"))
def test_a_rate_interval_agrees_with_the_reference(case) -> None:
    given = case["input"]
    if "n" in given:
        bounds = intervals.poisson_rate(given["x"], given["n"], given["confidence"], given["multiplier"])
    else:
        bounds = intervals.byar_count(given["x"], given["confidence"])
    close(bounds, [case["expected"]["lower"], case["expected"]["upper"]])


def counts_by_group(given):
    groups = list(dict.fromkeys(given["group"]))
    rows = list(zip(given["group"], given["numerator"], given["denominator"], strict=True))
    x = [sum(a for g, a, _ in rows if g == group) for group in groups]
    n = [sum(b for g, _, b in rows if g == group) for group in groups]
    return x, list(np.round(n, 2))


@pytest.mark.parametrize("case", cases("funnel"))
def test_funnel_limits_agree_with_the_reference(case) -> None:
    given, expected = case["input"], case["expected"]
    if "expected_counts" in given:
        counts = given["expected_counts"]
        drawn = funnel.limits(counts, counts, method="poisson", adjust=False, target=given["target"])
        assert_lines(drawn.frame, expected, "")
        return
    x, n = counts_by_group(given)
    options = {"method": "poisson", "target": 1.0} if given["data_type"] == "SR" else {"method": "arcsine"}
    plain, widened = funnel.limits(x, n, adjust=False, **options), funnel.limits(x, n, **options)
    close(
        [widened.target, widened.phi, widened.tau2], [expected["target"], expected["phi"], expected["tau2"]]
    )
    close(widened.frame["z"], expected["z"])
    assert_lines(plain.frame, expected, "")
    if expected["overdispersion_used"]:
        assert_lines(widened.frame, expected, "od_")
    else:
        assert_lines(widened.frame, expected, "")
    assert list(np.flatnonzero(widened.frame["outside"] > 0)) == expected["outlier_rows_95"]
    assert list(np.flatnonzero(widened.frame["outside"] == 998)) == expected["outlier_rows_998"]


def assert_lines(frame, expected, prefix) -> None:
    for name in ("lower_95", "upper_95", "lower_998", "upper_998"):
        close(frame[name], expected[prefix + name.replace("_", "")])


@pytest.mark.parametrize("case", [c for c in cases("funnel_phe") if c.values[0]["kind"] == "proportion"])
def test_normal_funnel_limits_agree_with_fingertips(case) -> None:
    given, expected = case["input"], case["expected"]
    drawn = funnel.limits(given["x"], given["n"], method="normal")
    close(drawn.target * given["multiplier"], expected["average"])
    if "at" in expected:
        lines = drawn.at(expected["at"]).clip(lower=0, upper=1)
    else:
        lines = drawn.frame.iloc[expected["rows"]]
    for name in ("lower_95", "upper_95", "lower_998", "upper_998"):
        close(lines[name] * given["multiplier"], expected[name.replace("_", "")])
    if "label" in expected:
        values = np.array(given["x"])[expected["rows"]] / np.array(given["n"])[expected["rows"]]
        labels = [
            label(outside, value > drawn.target)
            for outside, value in zip(lines["outside"], values, strict=True)
        ]
        assert labels == expected["label"]


def label(outside, high) -> str:
    if outside == 0:
        return "Not significant"
    return f"{'High' if high else 'Low'} ({'0.001' if outside == 998 else '0.025'})"


@pytest.mark.parametrize("case", [c for c in cases("funnel_phe") if c.values[0]["kind"] == "rate"])
def test_rate_intervals_exclude_the_average_where_fingertips_says_so(case) -> None:
    given, expected = case["input"], case["expected"]
    average = sum(given["x"]) / sum(given["n"])
    if "label" in expected:
        rows = [(given["x"][row], given["n"][row]) for row in expected["rows"]]
        assert [rate_label(x, n, average) for x, n in rows] == expected["label"]
        return
    for row, events in enumerate(expected["at"]):
        for confidence, name in ((0.95, "95"), (0.998, "998")):
            lower, upper = intervals.exact_count(events, confidence)
            limits = [expected["average"] * events / upper, expected["average"] * events / lower]
            close(limits, [expected[f"lower{name}"][row], expected[f"upper{name}"][row]], case["tolerance"])


def rate_label(events, exposure, average):
    for confidence, outside in ((0.998, 998), (0.95, 95)):
        lower, upper = intervals.poisson_rate(events, exposure, confidence)
        if not lower <= average <= upper:
            return label(outside, events / exposure > average)
    return label(0, False)

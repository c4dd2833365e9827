"""One invented example of every figure, at desk and phone layout."""

import numpy as np
import pandas as pd

from reporting.analysis import funnel, intervals
from reporting.analysis.quarters import quarters
from reporting.analysis.spc import xmr
from reporting.charts.people.bands import dose_bands
from reporting.charts.people.caseload import caseload_bars
from reporting.charts.people.flow import band_flow
from reporting.charts.people.new_and_left import crossings
from reporting.charts.people.outcomes import outcome_dots
from reporting.charts.people.speed import speed_histogram
from reporting.charts.people.stages import referral_stages
from reporting.charts.people.trajectory import trajectory_chart
from reporting.charts.people.waterfall import waterfall
from reporting.charts.rates.apart import apart
from reporting.charts.rates.dots import interval_dots
from reporting.charts.rates.funnel import funnel_chart
from reporting.charts.rates.grid import item_grid
from reporting.charts.rates.quarters import quarter_dots
from reporting.charts.rates.since_start import since_start
from reporting.charts.rates.strips import strips
from reporting.charts.rates.xmr import xmr_chart

DOSE_BANDS = ("over 300", "200 to 300", "120 to 200", "90 to 120", "up to 90", "stopped")
MONTHS = pd.date_range("2023-10-01", periods=36, freq="MS")
OTHERS = [(f"Practice {at}", (at * 7 % 24) / 50) for at in range(24)]
RATES = [1.5, 1.6] * 6 + [1.4, 1.45] * 8 + [1.3, 1.28, 1.26, 1.25, 1.24, 1.22, 1.21, 1.2]


def series():
    return xmr(MONTHS, RATES, better="lower", target=1.0, rebase=["2024-10-01"], baseline_points=12)


def state_rows():
    """36 months whose band is known from the thirteenth on."""
    reach = [np.nan if at < 12 else 0.01 * (at - 12) ** 0.5 for at in range(36)]
    lower, upper = [1.6 - one for one in reach], [1.6 + one for one in reach]
    return pd.DataFrame({"date": MONTHS, "value": RATES, "segment": 0, "lower": lower, "upper": upper})


def practice_rows():
    counts = {
        "Alder Street": (40, 60),
        "Beacon & Hill": (28, 140),
        "The Long Lane and Mill Road Practice": (9, 90),
    }
    rows = [
        (name, k / n, *intervals.wilson(k, n), f"{k} of {n}", role)
        for (name, (k, n)), role in zip(counts.items(), ("concern", "common", "improvement"), strict=True)
    ]
    rows.append(("Foxglove", np.nan, np.nan, np.nan, "awaited", "common"))
    return pd.DataFrame(rows, columns=["label", "value", "lower", "upper", "note", "role"])


def funnel_frames():
    sizes = [3000, 4700, 5600, 8000, 9000, 12000, 15000, 11000]
    people = [4, 40, 42, 10, 9, 15, 18, 50]
    drawn = funnel.limits(people, sizes, adjust=False)
    points = pd.DataFrame({
        "label": [f"Practice {letter}" for letter in "ABCDEFGH"], "denominator": sizes,
        "value": np.array(people) / sizes * 1000, "outside": drawn.frame["outside"],
        "note": [f"{k} of {n:,}" for k, n in zip(people, sizes, strict=True)], "role": "concern",
        "ringed": False,
    })  # fmt: skip
    lines = drawn.at(np.linspace(2500, 16000, 40))
    lines[["lower_95", "upper_95", "lower_998", "upper_998"]] *= 1000
    return points, lines, drawn.target * 1000


def band_rows():
    levels = {"90 to 120": 0.8, "120 to 200": 0.85, "200 to 300": 0.3, "over 300": 0.1}
    quarters = ["2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3"]
    return pd.DataFrame([(quarter, band, level - 0.01 * index)
                         for index, quarter in enumerate(quarters) for band, level in levels.items()],
                        columns=["quarter", "band", "value"])  # fmt: skip


def outcome_rows():
    counts = {"stopped": (9, 0.152), "1–49%": (27, 0.233), "50–84%": (34, 0.319),
              "85–114%, unchanged": (23, 0.249), "115%+, escalated": (3, np.nan)}  # fmt: skip
    return pd.DataFrame([(band, k / 96, *intervals.wilson(k, 96), published, f"{k} of 96")
                         for band, (k, published) in counts.items()],
                        columns=["band", "value", "lower", "upper", "published", "note"])  # fmt: skip


def flow_rows():
    counts = {("over 300", "over 300"): 9, ("over 300", "120 to 200"): 4, ("200 to 300", "over 300"): 1,
              ("200 to 300", "120 to 200"): 12, ("120 to 200", "120 to 200"): 35,
              ("120 to 200", "up to 90"): 15, ("90 to 120", "stopped"): 2,
              ("90 to 120", "90 to 120"): 18}  # fmt: skip
    rows = [(*bands, people) for bands, people in counts.items()]
    return pd.DataFrame(rows, columns=["from_band", "to_band", "n"])


def trajectory_rows():
    windows = range(-3, 13)
    plan = [("On a plan", 4 * k, 1 - 0.023 * max(k, 0), 0.9 - 0.03 * max(k, 0), 1.07, 165 - 6 * max(k, 0))
            for k in windows]  # fmt: skip
    none = [("No plan", 4 * k, 1 - 0.005 * max(k, 0), np.nan, np.nan, 160) for k in windows]
    return pd.DataFrame(plan + none, columns=["group", "week", "median", "lower", "upper", "n"])


def caseload_rows():
    rows = [("A", "Alder & Street", "3 of 9 without", "GP01", 4),
            ("A", "Alder & Street", "3 of 9 without", "GP02", 2),
            ("A", "Alder & Street", "3 of 9 without", None, 3),
            ("B", "The Long Lane and Mill Road Practice", "2 of 2 without", None, 2)]  # fmt: skip
    return pd.DataFrame(rows, columns=["practice", "label", "note", "clinician", "people"])


def stage_rows():
    through = {"Circle MSK": (412, 94, 81, 71, 28, 18), "Social prescriber": (412, 43, 36, 35, 17, 11),
               "Talking therapies service": (412, 19, 15, 14, 9, 5)}  # fmt: skip
    stages = ("Offered", "Made", "Accepted", "Attended", "Completed")
    rows = [(service, stage, counts[i + 1] / counts[i], *intervals.wilson(counts[i + 1], counts[i]),
             counts[i + 1], "concern" if (service, stage) == ("Circle MSK", "Attended") else "data")
            for service, counts in through.items() for i, stage in enumerate(stages)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["service", "stage", "value", "lower", "upper", "numerator", "role"])
    return frame.assign(
        figure=[f"{value:.0%}" for value in frame["value"]], beside=frame["numerator"].astype(str)
    )


GRID_COLUMNS = ("Named clinician and cover", "Alert on the record", "Reviewed in 12 months",
                "Reasons and options explained", "Second opinion")  # fmt: skip


def quarter_rows():
    frame = pd.DataFrame({"month": pd.date_range("2024-09-01", periods=25, freq="MS"), "denominator": 3310,
                          "numerator": [round(14 - n / 2.5) for n in range(25)]})  # fmt: skip
    found = quarters(frame, better="lower", multiplier=1000).frame
    return found.rename(columns={"month": "date"}).assign(note=[f"{n} of 3,310" for n in found["numerator"]])


def waterfall_rows():
    rows = [("Found above 120 mg", 0, 218, "data", "218"), ("Excluded: cancer", 209, 218, "common", "− 9"),
            ("Excluded: several reasons", 208, 209, "common", "− 1"), ("In scope", 0, 208, "data", "208"),
            ("With a taper plan", 0, 51, "data_dark", "25% (51 of 208)")]  # fmt: skip
    return pd.DataFrame(rows, columns=["label", "start", "end", "role", "note"])


def crossing_rows():
    rows = [(f"{months} {year}", side, role, value + at % 3, f"{months} {year}")
            for year in (2024, 2025, 2026) for at, months in enumerate(("Jan–Mar", "Apr–Jun", "Jul–Sep"))
            for side, values in (("above", (9, 4, 0)), ("below", (14, 1, 6)))
            for role, value in zip(("data_dark", "data", "common"), values, strict=True)]  # fmt: skip
    ends = [("above", "data_dark", "dose rose 38"),
            ("above", "data", "acute use before 14, excluded before 2, supply began 1"),
            ("below", "data_dark", "dose fell 66"), ("below", "data", "no supply 1, excluded 1"),
            ("below", "common", "deducted 9, died 9, left 1")]  # fmt: skip
    return (pd.DataFrame(rows, columns=["period", "side", "role", "value", "hover"]),
            pd.DataFrame(ends, columns=["side", "role", "label"]),
            {"above": "New: 55", "below": "Left: 87"})  # fmt: skip


GRID_NOTES = ["1 below", "2 below", "none", "3 of 5"]


def grid_rows():
    rows = [(name, column, f"{at * 9 + 4}%", "concern" if (at, index) == (1, 2) else "common")
            for index, name in enumerate(("Alder Street", "Beacon & Hill", "Long Lane and Mill Road Surgery"))
            for at, column in enumerate(GRID_COLUMNS) if (at, index) != (3, 0)]  # fmt: skip
    rows += [("Dovecote", column, "●○"[at % 2], "data") for at, column in enumerate(GRID_COLUMNS)]
    return pd.DataFrame(rows, columns=["row", "column", "words", "role"])


def strip_rows():
    columns = ["label", "direction", "value", "lower", "upper", "reference", "others", "most", "end_format",
               "figure", "beside", "words", "role"]  # fmt: skip
    rows = [
        ("On a high-dose opioid, above 120 mg", "lower is better", 5.35, 3.9, 7.3, 1.1, (0, 0.4, 2.3),
         np.nan, "{:.1f}", "5.35 per 1,000, 40 of 7,473", "similar 1.10 · ICB 1.21", "higher", "concern"),
        ("Reviewed in 6 months", "higher is better", 0.88, 0.74, 0.95, 0.59, (0.3, 0.5, 1.0), 1.0,
         "{:.0%}", "88%, 36 of 41", "similar 59% · Example ICB 60%", "higher", "improvement"),
        ("Best-interest reductions", "no better direction", 4.9, 0.6, 17.6, np.nan, (), np.nan,
         "{:.1f}", "4.9 per 100, 2 of 41", "", "not compared", "own"),
        ("Referral attended, of people on a high dose", "higher is better", 0.24, 0.14, 0.39, 0.06,
         (0.0, 0.5), 1.0, "{:.0%}", "24%, 10 of 41", "similar 6%", "no sure difference", "own"),
        ("Tapering: at least 15% down without a fast fall or stop", "higher is better", 0.57, 0.42, 0.72,
         0.46, (0.3, 1.0), 1.0, "{:.0%}", "57%, 23 of 40", "similar 46%", "no sure difference", "own"),
        ("Safeguards complete", "higher is better", np.nan, np.nan, np.nan, 0.5, (0.0, 1.0), 1.0,
         "{:.0%}", "2 of 2", "similar 50%", "too few people to compare", "own"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def figures(*, compact):
    events = [("2024-10-01", "Rebased Oct 2024: two practices changed clinical system")]
    shares = {"Made": 0.85, "Accepted": 0.9, "Attended": 0.54}
    notes = {"Made": "of offered", "Accepted": "of made"}
    return {
        "xmr": xmr_chart(series().frame, "{:.2f}", 1.0, events, [("2026-01-01", "Now above 90 mg")],
                         compact=compact),
        "since start": since_start(
            state_rows(), "improvement", ("205 people", "1.20 per 1,000"),
            ("If nothing", "had changed:", "218 to 272"), target=1.0, references=[("England 2019", 1.1)],
            start=MONTHS[12], breaks=[("2026-01-01", "Now above 90 mg")],
            starts=[(MONTHS[13], "Programme began: 249 people")], compact=compact,
        ),
        "apart": apart(practice_rows().iloc[:3], OTHERS, "24 other practices", 0.35, "all 35%", "{:.0%}"),
        "dots": interval_dots(practice_rows(), 0.35, "all practices 35%", compact=compact),
        "dots with a year before": interval_dots(
            practice_rows().assign(before=[0.6, 0.1, np.nan, np.nan]), compact=compact
        ),
        "funnel": funnel_chart(*funnel_frames()),
        "bands": dose_bands(band_rows(), compact=compact),
        "outcomes": outcome_dots(outcome_rows()),
        "speed": speed_histogram([3.2, 8, 9.5, 12, 19, 19.5, 30, 30.5, 44]),
        "flow": band_flow(flow_rows(), DOSE_BANDS),
        "trajectory": trajectory_chart(trajectory_rows(), reference=0.85, reference_label="tapering: 85%",
                                       compact=compact),
        "trajectory of a year": trajectory_chart(trajectory_rows(), reference=0.85, said=40,
                                                 reference_label="tapering: 85%", compact=compact),
        "caseload": caseload_bars(caseload_rows(), compact=compact),
        "stages": referral_stages(stage_rows(), shares, notes, compact=compact),
        "strips": strips(strip_rows(), "Quayside", "10 similar practices together", compact=compact),
        "strips of a slide": strips(strip_rows(), "Quayside", "10 similar", compact=compact, slim=True),
        "quarters": quarter_dots(quarter_rows(), "improvement", compact=compact),
        "waterfall": waterfall(waterfall_rows(), compact=compact),
        "crossings": crossings(*crossing_rows(), compact=compact),
        **({} if compact else {"grid": item_grid(grid_rows(), GRID_COLUMNS, GRID_NOTES)}),
    }  # fmt: skip

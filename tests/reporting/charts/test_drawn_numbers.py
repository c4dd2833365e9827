"""Every number drawn is the frame's number."""

import numpy as np
import pandas as pd
import pytest

from reporting.analysis.spc import xmr
from reporting.charts import theme
from reporting.charts.people.bands import dose_bands
from reporting.charts.people.flow import band_flow
from reporting.charts.people.speed import speed_histogram
from reporting.charts.rates.apart import apart
from reporting.charts.rates.dots import interval_dots
from reporting.charts.rates.funnel import funnel_chart
from reporting.charts.rates.grid import item_grid
from reporting.charts.rates.since_start import since_start
from reporting.charts.rates.xmr import xmr_chart
from tests.reporting.charts.chart_examples import (
    DOSE_BANDS,
    OTHERS,
    band_rows,
    crossing_rows,
    figures,
    flow_rows,
    funnel_frames,
    grid_rows,
    outcome_rows,
    practice_rows,
    series,
    stage_rows,
    state_rows,
    trajectory_rows,
)

FIGURES = figures(compact=False)


def traces(figure, name):
    return [trace for trace in figure.data if trace.name == name]


def numbers(values):
    return [value for value in values if value is not None and not pd.isna(value)]


def words(figure):
    return [note.text for note in figure.layout.annotations]


def test_xmr_draws_values_mean_and_limits_of_each_segment() -> None:
    frame, figure = series().frame, FIGURES["xmr"]
    (points,) = traces(figure, "points")
    assert list(points.y) == list(frame["value"])
    assert [pd.Timestamp(day) for day in points.x] == list(frame["date"])
    assert list(points.marker.color) == [theme.MARK[kind] for kind in frame["kind"]]
    for name in ("mean", "upper", "lower"):
        drawn = [value for trace in traces(figure, name) for value in trace.y]
        assert drawn == list(frame[name])
    assert [len(trace.x) for trace in traces(figure, "trend")] == [12, 24]
    assert {"<b>Sep 2026: 1.20</b>", "Target 1.00"} <= set(words(figure))


def test_xmr_clips_limits_at_zero_and_breaks_the_line_at_a_missing_value() -> None:
    frame = series().frame.assign(lower=-0.4)
    frame.loc[5, "value"] = np.nan
    figure = xmr_chart(frame)
    assert {value for trace in traces(figure, "lower") for value in trace.y} == {0}
    assert traces(figure, "trend")[0].connectgaps is False
    assert len(traces(figure, "points")[0].x) == len(frame) - 1
    assert figure.layout.yaxis.range[0] == 0


def test_a_single_point_and_a_series_of_zeros_still_have_an_axis_from_zero() -> None:
    single = xmr_chart(xmr(["2026-01-01"], [1.2], better="lower").frame, provisional=True)
    assert single.layout.yaxis.range[0] == 0 and single.layout.yaxis.range[1] > 1.2
    assert not any("limit" in text for text in words(single))
    zeros = xmr_chart(xmr(pd.date_range("2026-01-01", periods=3, freq="MS"), [0, 0, 0], better="lower").frame)
    assert zeros.layout.yaxis.range == (0, 1)


def test_a_state_has_a_broken_axis_that_says_so_and_colour_from_its_start_on() -> None:
    frame, figure = state_rows(), FIGURES["since start"]
    (points,), (line,), (before,) = (traces(figure, name) for name in ("points", "trend", "before"))
    assert list(points.y) == list(frame["value"])
    assert list(line.y) == list(frame["value"][12:]) and line.line.color == theme.BLUE
    assert list(before.y) == list(frame["value"][:13]) and before.line.color == theme.AXIS
    start = figure.layout.yaxis.range[0]
    assert 0 < start < 1.0 and start == figure.layout.yaxis.tickvals[0]
    assert f"axis starts at {figure.layout.yaxis.ticktext[0]}" in words(figure)
    (band,) = traces(figure, "band")
    assert list(band.y[:24]) == list(frame["upper"][12:])
    assert {"<b>205 people</b>", "1.20 per 1,000", "<b>Target 1.00</b>", "1.10"} <= set(words(figure))


def test_a_state_near_nothing_has_an_axis_from_zero_and_no_mark() -> None:
    frame = state_rows().assign(value=0.1, lower=0.0, upper=0.3)
    figure = since_start(frame, "common", ("2 people", "0.10 per 1,000"))
    assert figure.layout.yaxis.range[0] == 0
    assert not any("axis starts" in text for text in words(figure)) and not figure.layout.shapes


def test_every_practice_is_a_named_row_or_a_dot_of_the_swarm_in_its_place() -> None:
    figure = FIGURES["apart"]
    (swarm,) = traces(figure, "others")
    assert list(swarm.x) == [value for _, value in OTHERS]
    assert len(set(zip(swarm.x, swarm.y, strict=True))) == len(OTHERS)
    rows = sorted(value for trace in traces(figure, "points") for value in trace.x)
    assert rows == sorted(practice_rows()["value"].iloc[:3])
    again = apart(practice_rows().iloc[:3], OTHERS, "24 other practices", 0.35, "all 35%", "{:.0%}")
    assert list(traces(again, "others")[0].y) == list(swarm.y)
    alone = apart(practice_rows().iloc[:0], OTHERS[:1], "1 practice")
    assert len(traces(alone, "others")[0].x) == 1 and not traces(alone, "points")


def test_provisional_limits_say_so() -> None:
    figure = xmr_chart(series().frame, provisional=True)
    assert "Provisional:" in words(figure)
    assert "Provisional:" not in words(FIGURES["xmr"])


def test_dots_draw_each_interval_and_leave_the_awaited_empty() -> None:
    frame, figure = practice_rows(), FIGURES["dots"]
    known = frame.dropna()
    assert sorted(v for t in traces(figure, "points") for v in t.x) == sorted(known["value"])
    ends = sorted(numbers(v for t in traces(figure, "interval") for v in t.x))
    assert ends == sorted([*known["lower"], *known["upper"]])
    assert {"40 of 60", "awaited"} <= set(words(figure))
    assert figure.data[0].x == (0.35, 0.35)


def test_dots_take_none_for_a_missing_value() -> None:
    frame = practice_rows().astype(object)
    frame = frame.where(frame.notna(), None)
    drawn = interval_dots(frame)
    assert sum(len(trace.x) for trace in traces(drawn, "points")) == 3
    assert interval_dots(frame.iloc[:0]).layout.yaxis.range == (0, 1)


def test_dots_keep_the_order_of_the_frame_and_grow_with_it() -> None:
    frame = practice_rows()
    taller = interval_dots(pd.concat([frame] * 50), 0.35, "all")
    assert taller.layout.height > 30 * FIGURES["dots"].layout.height
    places = {point: height for trace in traces(FIGURES["dots"], "points")
              for point, height in zip(trace.x, trace.y, strict=True)}  # fmt: skip
    heights = [places[value] for value in frame["value"].dropna()]
    assert heights == sorted(heights, reverse=True)


def test_the_funnel_draws_every_practice_and_names_only_those_beyond_998() -> None:
    points, lines, target = funnel_frames()
    figure = funnel_chart(points, lines, target)
    (drawn,) = traces(figure, "points")
    assert list(drawn.x) == list(points["denominator"]) and list(drawn.y) == list(points["value"])
    beyond = points["outside"] == 998
    assert 0 < beyond.sum() < len(points)
    for label, named in zip(points["label"], beyond, strict=True):
        assert any(label in text for text in words(figure)) == named
    assert [colour == theme.ORANGE for colour in drawn.marker.color] == list(beyond)
    (band,) = traces(figure, "limits 95")
    top = figure.layout.yaxis.range[1]
    assert list(band.y[: len(lines)]) == list(lines["upper_95"].clip(upper=top))


def test_only_the_seven_furthest_of_many_are_named() -> None:
    points, lines, target = funnel_frames()
    many = pd.concat([points] * 2, ignore_index=True).assign(outside=998)
    named = [text for text in words(funnel_chart(many, lines, target)) if "Practice" in text]
    assert len(named) == 7


def test_unadjusted_limits_are_dotted() -> None:
    points, lines, target = funnel_frames()
    figure = funnel_chart(points, lines, target, unadjusted=lines)
    assert [trace.line.dash for trace in figure.data if trace.name.startswith("unadjusted")] == ["dot"] * 4


def test_bands_add_up_to_the_headline() -> None:
    frame, figure = band_rows(), FIGURES["bands"]
    assert figure.layout.barmode == "stack"
    heights = sum(np.array(trace.y) for trace in figure.data)
    assert heights == pytest.approx(frame.groupby("quarter")["value"].sum().to_numpy())
    assert [trace.name for trace in figure.data] == list(dict.fromkeys(frame["band"]))


def test_a_column_that_lacks_a_withheld_band_says_so_above_it() -> None:
    frame = band_rows()
    withheld = frame["quarter"].isin(["2025Q2", "2026Q1"]) & (frame["band"] == "over 300")
    figure = dose_bands(frame.assign(value=frame["value"].mask(withheld)))
    top = figure.layout.yaxis.range[1]
    left = frame[~withheld].groupby("quarter")["value"].sum()
    marks = [(note.x * 8 - 0.5, note.y * top) for note in figure.layout.annotations if note.text == "[c]"]
    assert marks == [(2, pytest.approx(left["2025Q2"])), (5, pytest.approx(left["2026Q1"]))]
    assert "[c]" not in words(FIGURES["bands"])


def test_outcomes_stand_beside_the_published_values() -> None:
    frame, figure = outcome_rows(), FIGURES["outcomes"]
    (points,) = traces(figure, "points")
    assert list(points.x) == list(frame["value"])
    assert [trace.x[0] for trace in traces(figure, "published")] == list(frame["published"].dropna())
    assert "published 15%" in words(figure)


def test_a_fall_of_exactly_19_or_30_lies_below_the_zone() -> None:
    figure = speed_histogram([19.0, 19.0, 19.01, 30.0, 30.01, -4])
    (bars,) = figure.data
    drawn = dict(zip(bars.x, bars.y, strict=True))
    assert drawn == {-0.5: 1, 18.5: 2, 19.5: 1, 29.5: 1, 30.5: 1}
    text = " ".join(words(figure))
    assert "<b>Up to 19%</b><br>3 people" in text
    assert "<b>19–30%</b><br>2 people" in text
    assert "<b>Too fast</b><br>over 30%<br>1 person" in text


def test_nobody_falling_draws_an_empty_histogram() -> None:
    assert sum((trace.y and sum(trace.y)) or 0 for trace in speed_histogram([]).data) == 0


def test_a_far_fall_stands_in_the_last_bin_and_is_said() -> None:
    figure = speed_histogram([50.0, 50.2, 94.0])
    (bars,) = traces(figure, "people")
    assert (list(bars.x), list(bars.y), list(bars.text)) == ([49.5], [3], ["above 49%"])
    assert figure.layout.xaxis.ticktext[-1] == "50%+"
    assert speed_histogram([50.0]).layout.xaxis.ticktext[-1] == "50%"


def test_flow_shapes_are_as_high_as_their_numbers() -> None:
    frame, figure = flow_rows(), FIGURES["flow"]
    shapes = traces(figure, "flow")
    depths = [shape.y[0] - shape.y[-1] for shape in shapes]
    people = [float(shape.text.rsplit(" ", 1)[1]) for shape in shapes]
    assert sorted(people) == sorted(frame["n"])
    assert np.array(depths) / depths[0] == pytest.approx(np.array(people) / people[0])
    nodes = [trace.y[1] - trace.y[0] for trace in traces(figure, "node")]
    assert sum(nodes) == pytest.approx(2 * sum(depths))


def test_flow_colours_up_orange_down_blue_and_draws_up_last() -> None:
    colours = [shape.fillcolor for shape in traces(FIGURES["flow"], "flow")]
    frame = flow_rows()
    rank = {band: index for index, band in enumerate(DOSE_BANDS)}
    steps = frame["to_band"].map(rank) - frame["from_band"].map(rank)
    assert colours.count(theme.ORANGE) == (steps < 0).sum() == 1
    assert colours.count(theme.BLUE_FLOW) == (steps > 0).sum()
    assert colours[-1] == theme.ORANGE


@pytest.mark.parametrize(("columns", "upright"), [(2, False), (8, False), (9, True), (11, True)])
def test_headings_of_many_columns_stand_upright_so_that_none_meet(columns: int, upright: bool) -> None:
    names = [f"Item {n} considered" for n in range(columns)]
    frame = pd.DataFrame({"row": "Alder", "column": names, "words": "1/2", "role": "common"})
    figure = item_grid(frame, names, ["1 of 2 complete"])
    heads = [note for note in figure.layout.annotations if "considered" in note.text]
    assert [note.textangle == -90 for note in heads] == [upright] * columns
    assert all(note.text == name for note, name in zip(heads, names, strict=True)) or not upright
    assert figure.layout.margin.t >= (110 if upright else 30)  # room for the longest of them


def test_flow_tells_a_lower_band_after_harm_apart_and_no_other_move() -> None:
    """Two of four who came down, one who stayed and one who rose had a fall on the way."""
    rows = [("90 to 120", "stopped", True, 2), ("90 to 120", "stopped", False, 4),
            ("90 to 120", "90 to 120", True, 1), ("90 to 120", "90 to 120", False, 3),
            ("90 to 120", "over 300", True, 1)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["from_band", "to_band", "harmed", "n"])
    shapes = {shape.text: shape.fillcolor for shape in traces(band_flow(frame, DOSE_BANDS), "flow")}
    assert shapes == {
        "90 to 120 → stopped: 4": theme.BLUE_FLOW,
        "90 to 120 → stopped after harm: 2": theme.ORANGE,
        "90 to 120 → 90 to 120: 4": theme.GREY_FLOW,
        "90 to 120 → over 300: 1": theme.ORANGE,
    }


def test_flow_refuses_a_band_it_was_not_told_of() -> None:
    with pytest.raises(ValueError, match="'over 300' is not among the bands"):
        band_flow(flow_rows(), DOSE_BANDS[1:])


def test_trajectories_draw_medians_and_the_middle_half() -> None:
    frame, figure = trajectory_rows(), FIGURES["trajectory"]
    for group, part in frame.groupby("group"):
        (line,) = traces(figure, group)
        assert list(line.y) == list(part["median"])
    (band,) = traces(figure, "middle half")
    plan = frame[frame["group"] == "On a plan"]
    assert list(band.y) == [*plan["upper"], *plan["lower"][::-1]]


@pytest.mark.parametrize("compact", [False, True])
def test_a_caseload_is_a_piece_as_long_as_its_people_and_hollow_without_a_clinician(compact) -> None:
    figure = figures(compact=compact)["caseload"]
    (named,), (nobody,) = traces(figure, "named"), traces(figure, "nobody named")
    assert (list(named.base), list(named.x)) == ([0, 4], [4, 2])
    assert (list(nobody.base), list(nobody.x)) == ([6, 0], [3, 2])
    assert nobody.marker.color == theme.PAPER != named.marker.color
    assert len(set(named.y)) == 1 and nobody.y[0] == named.y[0] > nobody.y[1]


@pytest.mark.parametrize("compact", [False, True])
def test_stages_print_each_share_and_number(compact) -> None:
    figure = figures(compact=compact)["stages"]
    text = words(figure)
    for row in stage_rows().to_dict("records"):
        assert any(f"{row['value']:.0%}</b></span> {row['numerator']}" in note for note in text)
    hovers = [hover for trace in traces(figure, "points") for hover in trace.text]
    assert len(hovers) == len(stage_rows())
    concerned = [trace for trace in traces(figure, "points") if trace.marker.color == theme.ORANGE]
    assert [len(trace.x) for trace in concerned] == [1]


def test_stage_dots_lie_at_their_share_of_their_own_scale() -> None:
    rows, figure = stage_rows(), FIGURES["stages"]
    made = rows[rows["stage"] == "Made"]
    drawn = {
        hover: x for trace in traces(figure, "points") for hover, x in zip(trace.text, trace.x, strict=True)
    }
    for row in made.to_dict("records"):
        hover = f"{row['service']}, Made: {row['figure']} {row['beside']}"
        assert (drawn[hover] - 1) / 0.82 == pytest.approx(row["value"])


def test_dots_mark_the_year_before_where_there_was_one() -> None:
    (ticks,) = traces(FIGURES["dots with a year before"], "before")
    assert numbers(ticks.x) == [0.6, 0.6, 0.1, 0.1]
    assert "a year before" in words(FIGURES["dots with a year before"])
    assert not traces(FIGURES["dots"], "before")


def test_a_grid_writes_every_cell_and_colours_those_apart() -> None:
    frame, figure = grid_rows(), FIGURES["grid"]
    cells = [trace for trace in figure.data if trace.name.startswith("cells")]
    assert sum(len(trace.x) for trace in cells) == len(frame)
    assert [trace.marker.symbol for trace in cells if trace.mode == "markers"] == ["circle", "circle-open"]
    (shape,) = figure.layout.shapes
    assert (shape.x0, shape.x1, shape.line.color) == (1.1, 1.9, theme.MARK["concern"])
    assert 1 < shape.y0 < shape.y1 < 2  # the third of four rows


def test_crossings_draws_new_above_and_left_below_the_axis() -> None:
    frame, _, _ = crossing_rows()
    figure = FIGURES["crossings"]
    for (side, role), part in frame.groupby(["side", "role"]):
        (bars,) = traces(figure, f"{side} {role}")
        assert [abs(value) for value in bars.y] == list(part["value"])
        assert all((value >= 0) == (side == "above") or value == 0 for value in bars.y)
    low, high = figure.layout.yaxis.range
    assert low == -high
    assert {"<b>New: 55</b>", "<b>Left: 87</b>", "dose rose 38"} <= set(words(figure))

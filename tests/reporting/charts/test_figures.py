"""Claims that hold for every figure, at a desk and on a phone."""

import ast
import json
import re
from itertools import combinations
from pathlib import Path

import plotly.graph_objects as go
import pytest

from reporting.charts import theme
from reporting.charts.canvas import Canvas
from tests.reporting.charts.chart_boxes import boxes
from tests.reporting.charts.chart_examples import figures, strip_rows

ROOT = Path(__file__).resolve().parents[3]
WIDE, NARROW = figures(compact=False), figures(compact=True)
EVERY = [pytest.param(figure, 1130, id=f"{name}-desk") for name, figure in WIDE.items()]
EVERY += [pytest.param(figure, 340, id=f"{name}-phone") for name, figure in NARROW.items()]
HEX = re.compile(r"#[0-9A-Fa-f]{3,8}\b")


@pytest.mark.parametrize(("figure", "width"), EVERY)
def test_no_two_labels_overlap_and_none_is_cut_off(figure, width) -> None:
    found = [box for box in boxes(figure, width) if box.words]
    for box in found:
        assert box.left >= -1 and box.right <= width + 1, f"cut off across: {box}"
        assert box.top >= -1 and box.bottom <= figure.layout.height + 1, f"cut off up or down: {box}"
    for one, other in combinations(found, 2):
        assert not one.meets(other), f"{one.words!r} meets {other.words!r}"


def test_a_slide_of_strips_names_every_measure_in_full() -> None:
    told = {note.text for note in WIDE["strips of a slide"].layout.annotations}
    named = {re.sub("<br>", " ", words).replace("<b>", "").replace("</b>", "") for words in told}
    assert set(strip_rows()["label"]) <= named


@pytest.mark.parametrize(("figure", "width"), EVERY)
def test_words_at_the_right_end_are_18_px_apart(figure, width) -> None:
    ends = [box.middle for box, note in zip(boxes(figure, width), figure.layout.annotations, strict=True)
            if note.x == 1 and note.xanchor == "left" and note.yanchor == "middle"]  # fmt: skip
    for above, below in combinations(sorted(ends), 2):
        assert below - above >= theme.LABEL_GAP - 0.01


@pytest.mark.parametrize(("figure", "width"), EVERY)
def test_plotly_accepts_every_value(figure, width) -> None:
    """The canvas does not ask it to, for speed."""
    checked = go.Figure(figure.to_dict())
    assert json.loads(checked.to_json()) == json.loads(figure.to_json())


@pytest.mark.parametrize(("figure", "width"), EVERY)
def test_there_is_no_legend_title_or_drag(figure, width) -> None:
    assert isinstance(figure, go.Figure)
    assert figure.layout.showlegend is False
    assert figure.layout.dragmode is False
    assert figure.layout.title.text is None
    assert not any(trace.showlegend for trace in figure.data)


@pytest.mark.parametrize(("figure", "width"), EVERY)
def test_ranges_height_and_margins_are_set_and_the_width_is_free(figure, width) -> None:
    layout = figure.layout
    assert layout.autosize and layout.width is None and layout.height > 0
    assert None not in (layout.margin.l, layout.margin.r, layout.margin.t, layout.margin.b)
    for axis in (layout.xaxis, layout.yaxis):
        assert len(axis.range) == 2 and axis.fixedrange
        assert axis.rangeslider.visible is None if axis is layout.xaxis else True
    assert width - layout.margin.l - layout.margin.r >= 80


@pytest.mark.parametrize(("figure", "width"), EVERY)
def test_a_label_outside_an_axis_range_refers_to_the_paper(figure, width) -> None:
    for note in figure.layout.annotations:
        for value, reference, axis in ((note.x, note.xref, figure.layout.xaxis),
                                       (note.y, note.yref, figure.layout.yaxis)):  # fmt: skip
            assert reference == "paper" or axis.range[0] <= value <= axis.range[1]


@pytest.mark.parametrize(("figure", "width"), EVERY)
def test_every_colour_is_one_of_the_theme(figure, width) -> None:
    ours = {colour.upper() for colour in HEX.findall((ROOT / "reporting/charts/theme.py").read_text("utf-8"))}
    assert {colour.upper() for colour in HEX.findall(figure.to_json())} <= ours


@pytest.mark.parametrize(("figure", "width"), EVERY)
def test_text_is_never_smaller_than_12_px(figure, width) -> None:
    assert all(note.font.size >= 12 for note in figure.layout.annotations)
    assert figure.layout.font.size >= 12


def strings_of(path):
    return [node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)]  # fmt: skip


def test_no_module_but_the_theme_holds_a_colour() -> None:
    modules = [path for folder in ("reporting", "pages") for path in (ROOT / folder).rglob("*.py")]
    assert len(modules) > 20
    others = [path for path in modules if path.name != "theme.py"]
    coloured = [path.name for path in others if any(HEX.search(text) for text in strings_of(path))]
    assert coloured == []


def test_a_value_that_plotly_does_not_know_is_found() -> None:
    canvas = Canvas(100, [0, 1], [0, 1])
    canvas.add_scatter(x=[0], y=[0], line={"colour": "red"})
    with pytest.raises(ValueError, match="colour"):
        go.Figure(canvas.figure().to_dict())


def test_only_the_canvas_imports_plotly_among_the_charts() -> None:
    charts = (ROOT / "reporting" / "charts").rglob("*.py")
    importing = [path.name for path in charts if "plotly" in imported(path)]
    assert importing == ["canvas.py"]


def imported(path):
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_charts_neither_compute_statistics_nor_read_nor_show() -> None:
    for path in (ROOT / "reporting" / "charts").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert not imported(path) & {"scipy", "streamlit", "duckdb", "pathlib", "requests"}, path.name
        assert "reporting.analysis" not in source and "reporting.figures" not in source, path.name

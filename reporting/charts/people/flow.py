"""Movement between dose bands, from baseline to now, as filled shapes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from reporting.charts import labels, theme
from reporting.charts.canvas import Canvas, Figure

HEIGHT = 380
GAP = 20
CURVE = [step / 24 for step in range(25)]


class Flow(NamedTuple):
    """People from one band to another; harmed: to a lower one after harm."""

    bands: tuple[str, str]
    harmed: bool
    people: float


Spans = dict[str, tuple[float, float]]


def band_flow(frame: pd.DataFrame, bands: Sequence[str], *, compact: bool = False) -> Figure:
    """People by band at baseline (left) and now (right). frame: from_band, to_band, n; harmed, where a move
    to a lower band came after harm.

    bands: every band from highest to lowest dose, ending with "stopped" where that is one. Shapes are as
    high as their n: blue to a lower band without harm, grey within a band, orange to a lower one after harm
    or to a higher one. compact: words on two lines, for a phone. ValueError for a band that is not listed.
    """
    unknown = sorted({*frame["from_band"], *frame["to_band"]} - set(bands))
    if unknown:
        raise ValueError(f"band_flow: {unknown[0]!r} is not among the bands; list it where it belongs.")
    rank = {band: index for index, band in enumerate(bands)}
    flows = _flows(frame, rank)
    sides = [_totals(flows, 0), _totals(flows, 1)]
    words = [
        [_words(band, total, left, compact) for band, total in side.items()]
        for side, left in zip(sides, (True, False), strict=True)
    ]
    canvas = Canvas(
        HEIGHT, [0, 1], [0, 1], left=labels.margin_for(words[0]), right=labels.margin_for(words[1]),
        top=46 if compact else 34, bottom=20 if compact else 12,
    )  # fmt: skip
    height = canvas.plot_height
    gap = GAP / height
    unit = (1 - gap * (max(len(side) for side in sides) - 1)) / max(sum(flow.people for flow in flows), 1)
    spans = [_spans(side, rank, unit, gap) for side in sides]
    _ribbons(canvas, flows, rank, spans, unit)
    for x, heading, side, span in ((0, "Baseline", sides[0], spans[0]), (1, "Now", sides[1], spans[1])):
        _nodes(canvas, x, heading, side, span, compact)
    return canvas.figure()


def _flows(frame: pd.DataFrame, rank: Mapping[str, int]) -> list[Flow]:
    """Moves with anybody in them; of those to a lower band the ones after harm apart."""
    lower = frame["to_band"].map(rank) > frame["from_band"].map(rank)
    harmed = lower & frame["harmed"].astype(bool) if "harmed" in frame else lower & False
    summed = frame.assign(harmed=harmed).groupby(["from_band", "to_band", "harmed"])["n"].sum().reset_index()
    rows = zip(summed["from_band"], summed["to_band"], summed["harmed"], summed["n"], strict=True)
    return [Flow((str(a), str(b)), bool(after), float(n)) for a, b, after, n in rows if n > 0]


def _totals(flows: Sequence[Flow], side: int) -> dict[str, float]:
    totals: dict[str, float] = {}
    for flow in flows:
        totals[flow.bands[side]] = totals.get(flow.bands[side], 0) + flow.people
    return totals


def _words(band: str, total: float, left: bool, compact: bool) -> str:
    parts = [labels.safe(band), labels.bold(f"{total:,.0f}")]
    if compact:
        return "<br>".join(parts)
    return "  ".join(parts if left else parts[::-1])


def _spans(side: Mapping[str, float], rank: Mapping[str, int], unit: float, gap: float) -> Spans:
    used = sum(side.values()) * unit + gap * (len(side) - 1)
    top = 1 - (1 - used) / 2
    spans: Spans = {}
    for band in sorted(side, key=lambda name: rank[name]):
        spans[band] = (top, top - side[band] * unit)
        top = spans[band][1] - gap
    return spans


def _in_order(flows: Sequence[Flow], rank: Mapping[str, int], side: int) -> list[Flow]:
    return sorted(flows, key=lambda flow: (rank[flow.bands[side]], rank[flow.bands[1 - side]], flow.harmed))


def _ribbons(
    canvas: Canvas, flows: Sequence[Flow], rank: Mapping[str, int], spans: list[Spans], unit: float
) -> None:
    tops = [{band: span[0] for band, span in side.items()} for side in spans]
    edges: list[dict[Flow, float]] = [{}, {}]
    for side, edge in enumerate(edges):
        for flow in _in_order(flows, rank, side):
            edge[flow] = tops[side][flow.bands[side]]
            tops[side][flow.bands[side]] -= flow.people * unit
    # the few who moved up are drawn last, so that wide shapes never hide them
    steps = {flow: rank[flow.bands[1]] - rank[flow.bands[0]] for flow in flows}
    for flow in sorted(flows, key=lambda flow: (steps[flow] < 0, -flow.people)):
        concern = steps[flow] < 0 or flow.harmed
        colour = theme.ORANGE if concern else theme.BLUE_FLOW if steps[flow] > 0 else theme.GREY_FLOW
        words = f"{' → '.join(flow.bands)}{' after harm' if flow.harmed else ''}: {flow.people:,.0f}"
        _ribbon(canvas, edges[0][flow], edges[1][flow], flow.people * unit, colour, words)


def _ribbon(canvas: Canvas, start: float, end: float, depth: float, colour: str, words: str) -> None:
    upper = [start + (end - start) * (3 * t**2 - 2 * t**3) for t in CURVE]
    canvas.add_scatter(
        x=CURVE + CURVE[::-1], y=upper + [y - depth for y in upper[::-1]], mode="lines", fill="toself",
        fillcolor=colour, line={"width": 0}, opacity=0.85, hoveron="fills", text=words, hoverinfo="text",
        name="flow",
    )  # fmt: skip


def _nodes(
    canvas: Canvas, x: float, heading: str, side: Mapping[str, float], spans: Spans, compact: bool
) -> None:
    left = x == 0
    anchor, shift = ("right", -theme.LABEL_INDENT) if left else ("left", theme.LABEL_INDENT)
    height = canvas.plot_height
    bands = list(spans)
    placed = labels.nudged(
        [sum(spans[band]) / 2 * height for band in bands], theme.LABEL_GAP * (2 if compact else 1), 0, height
    )
    for band, position in zip(bands, placed, strict=True):
        top, bottom = spans[band]
        canvas.add_scatter(
            x=[x, x], y=[bottom, top], mode="lines", line={"color": theme.NAVY, "width": 5}, hoverinfo="skip",
            name="node", cliponaxis=False,
        )  # fmt: skip
        labels.note(canvas, x, position / height, _words(band, side[band], left, compact), colour=theme.INK,
                    anchor=anchor, xshift=shift)  # fmt: skip
    labels.note(canvas, x, 1, labels.bold(heading), colour=theme.INK, anchor=anchor, yanchor="bottom",
                xshift=shift, yshift=22 if compact else 10)  # fmt: skip

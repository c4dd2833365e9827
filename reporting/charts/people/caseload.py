"""People of each practice by the clinician named for them, and those for whom nobody is named."""

import pandas as pd

from reporting.charts import labels, rows, theme, ticks
from reporting.charts.canvas import Canvas, Figure

THICK, THICK_COMPACT = 0.56, 0.22
ROW, ROW_COMPACT = theme.ROW, 46


def caseload_bars(frame: pd.DataFrame, *, compact: bool = False) -> Figure:
    """A bar a practice, cut into one piece a clinician. frame: practice, label, note, clinician,
    people.

    The order of the frame is kept, first at the top; rows of one practice (its key) stand together. A
    piece without a clinician (missing) is hollow. note stands at the right. compact: labels above.
    """
    practices = frame.drop_duplicates("practice")
    count = len(practices)
    heights = {practice: count - 0.5 - place for place, practice in enumerate(practices["practice"])}
    names = [rows.row_name(label, compact) for label in practices["label"]]
    notes = [labels.safe(note) for note in practices["note"]]
    placed = frame.assign(base=frame.groupby("practice", sort=False)["people"].cumsum() - frame["people"])
    top = ticks.top_of([frame.groupby("practice")["people"].sum().max()])
    left, right = (8, 8) if compact else (labels.margin_for(names), labels.margin_for(notes))
    canvas = Canvas(
        (ROW_COMPACT if compact else ROW) * count + 52, [0, top], [0, count],
        left=left, right=right, top=10, bottom=40,
    )  # fmt: skip
    scale = ticks.from_zero(top, 3)
    canvas.bottom_ticks(scale, ticks.written(scale, "{:,.0f}"))
    offset = -10 / ROW_COMPACT if compact else 0
    for hollow in (False, True):
        part = placed[placed["clinician"].isna() == hollow]
        canvas.add_bar(
            x=list(part["people"]), base=list(part["base"]),
            y=[heights[practice] + offset for practice in part["practice"]], orientation="h",
            width=THICK_COMPACT if compact else THICK, name="nobody named" if hollow else "named",
            marker={"color": theme.PAPER if hollow else theme.BLUE,
                    "line": {"width": 1.5, "color": theme.AXIS if hollow else theme.PAPER}},
            text=[f"{label}: {words if words == words else 'nobody named'}, {people}" for label, words, people
                  in zip(part["label"], part["clinician"], part["people"], strict=True)],
            textposition="none", hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip
    canvas.barmode = "overlay"
    rows.row_words(canvas, [height + offset for height in heights.values()], names, notes, over=compact)
    return canvas.figure()

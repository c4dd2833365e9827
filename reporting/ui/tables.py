"""Tables of numbers as plain HTML: text left, numbers right, every text escaped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape
from itertools import zip_longest
from numbers import Integral, Real
from typing import Any

import pandas as pd

from reporting.charts.written import units, written
from reporting.exhibits.wording import day
from reporting.ui.guidance import linked


def table_html(frame: pd.DataFrame, caption: str, opens: Sequence[str] = ()) -> str:
    """The frame as a table that scrolls when long; caption names it for those who cannot see it. opens: for
    each row the address its first cell leads to, "" for none."""
    unit_of = dict(zip(frame.columns, units([str(column) for column in frame.columns]), strict=True))
    numeric = {column: pd.api.types.is_numeric_dtype(frame[column]) for column in frame.columns}
    head = "".join(f"<th{_right(numeric[column])}>{escape(str(column))}</th>" for column in frame.columns)
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td{_right(numeric[column])} data-of="{escape(str(column))}">'
            f"{_leading(linked(_written(value, unit_of[column])), address if at == 0 else '')}</td>"
            for at, (column, value) in enumerate(zip(frame.columns, row, strict=True))
        )
        + "</tr>"
        for row, address in zip_longest(frame.itertuples(index=False), opens, fillvalue="")
    )
    return (
        f'<div class="numbers" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _leading(html: str, address: str) -> str:
    return f'<a href="{escape(address)}" target="_self">{html}</a>' if address else html


def _right(numeric: bool) -> str:
    return ' class="n"' if numeric else ""


def _written(value: Any, unit: str) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Integral):
        return f"{int(value):,}"
    if isinstance(value, Real):
        return written(float(value), unit) if unit else f"{float(value):,.2f}"
    return day(value) if isinstance(value, dt.date) else str(value)

"""One value has one form: in headline, caption, labels, hover text, table, CSV and HTML of an exhibit."""

from __future__ import annotations

import csv as reader
import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from pandas.api.types import is_float_dtype

from reporting import people
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.labels import UNITS, value
from reporting.charts.written import (
    AMOUNT,
    CHANCE,
    PERCENT,
    RATE,
    TENTHS,
    mg,
    percent,
    rounded,
    units,
    written,
)
from reporting.exhibits.exhibit import Exhibit
from reporting.exhibits.patients.timeline import Timeline
from reporting.ui.downloads import csv
from reporting.ui.tables import table_html
from tests.reporting.makers import MAKERS

NUMBER = r"(?<![\d.,–])(\d[\d,]*(?:\.\d+)?)"
SAID = {PERCENT: NUMBER + "%", RATE: NUMBER + " per 1,000", TENTHS: NUMBER + r"(?: mg| days)\b"}
LEVELS = {"99.8"}  # of confidence: names of methods, not values
MIXED = {"compare-measures"}  # a table of measures of several units
ICB = Scope.icb()


@pytest.mark.parametrize(
    ("number", "unit", "form"),
    [
        (1.2, RATE, "1.20"), (0.004, RATE, "0.00"), (1234.5, RATE, "1,234"), (42.3, PERCENT, "42"),
        (8.44, PERCENT, "8.4"), (8.04, PERCENT, "8"), (9.96, PERCENT, "10"), (60.714, TENTHS, "60.7"),
        (60.04, TENTHS, "60"), (1200, TENTHS, "1,200"), (0.905, CHANCE, "0.91"), (12.5, AMOUNT, "12"),
        (-0.01, TENTHS, "0"), (float("nan"), RATE, "[c]"),
    ],
)  # fmt: skip
def test_a_number_is_written_by_its_unit(number: float, unit: str, form: str) -> None:
    assert written(number, unit) == form


def test_rounding_once_or_twice_gives_one_form() -> None:
    for unit in (RATE, PERCENT, TENTHS, AMOUNT, CHANCE):
        for thousandths in range(0, 130_000, 7):
            number = thousandths / 1000
            assert written(rounded(number, unit), unit) == written(number, unit), (number, unit)


def test_an_axis_format_writes_values_in_their_unit() -> None:
    assert [value(0.0842, one) for one in ("{:.0%}", "{:.1%}")] == ["8.4%", "8.4%"]
    assert (value(60.714, "{:.1f}"), value(1.2, "{:.2f}"), percent(0.423), mg(60_714)) == (
        "60.7", "1.20", "42%", "60.7 mg",
    )  # fmt: skip
    with pytest.raises(KeyError):
        value(1.0, "{:.3f}")
    assert set(UNITS) and all(written(1.0, unit) for unit, _, _ in UNITS.values())


def test_a_unit_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no unit"):
        written(1.0, "stones")


def spoken(shown: Exhibit) -> Iterator[str]:
    """Every text of an exhibit but its table: headline, subtitle, caption, alt, labels and hover text."""
    yield from (
        shown.headline,
        shown.subtitle,
        shown.caption,
        shown.alt,
        *(icon.words for icon in shown.icons),
    )
    for figure in (shown.figure, shown.narrow() if shown.narrow else None):
        if figure is None:
            continue
        yield from (unescape(re.sub("<[^>]*>", " ", str(note.text))) for note in figure.layout.annotations)
        for trace in figure.data:
            assert "%{y:" not in str(trace.hovertemplate), "plotly would write the number by itself"
            texts = trace.text if isinstance(trace.text, list | tuple) else [trace.text]
            yield from (unescape(re.sub("<[^>]*>", " ", str(text))) for text in texts if text)


def faults(shown: Exhibit) -> list[str]:
    """Numbers with units that are written in another form than their unit's, or with fewer places than the
    same value has in the table."""
    columns = [str(column) for column in shown.table.columns]
    forms: dict[str, set[str]] = {unit: set() for unit in SAID}
    for column, unit in zip(shown.table.columns, units(columns), strict=True):
        if unit in forms and is_float_dtype(shown.table[column]):
            forms[unit] |= {written(one, unit) for one in shown.table[column] if one == one}
    found = []
    for text in spoken(shown):
        for unit, pattern in SAID.items():
            for number in re.findall(pattern, text):
                if number in LEVELS:
                    continue
                plain = float(number.replace(",", ""))
                if written(plain, unit) != number:
                    found.append(f"{shown.key}: {number} {unit} in “{text}”")
                places = len(number.partition(".")[2])
                longer = [form for form in forms[unit] if len(form.partition(".")[2]) > places]
                if number not in forms[unit] and any(_is(form, plain, places) for form in longer):
                    found.append(f"{shown.key}: {number} {unit} is longer in the table: “{text}”")
    return found


def _is(form: str, plain: float, places: int) -> bool:
    return round(float(form.replace(",", "")), places) == plain and plain >= 20


@pytest.mark.parametrize(
    "selection", [Selection(120), Selection(90, place="Eastvale"), Selection(120, practice="SYN01")]
)
def test_a_value_of_the_sample_has_one_form(sample: Snapshot, selection: Selection) -> None:
    numbers = 0
    for maker in MAKERS:
        shown = maker(sample, ICB, selection)
        assert faults(shown) == []
        numbers += _table_numbers(shown)
    assert numbers > 300


def _table_numbers(shown: Exhibit) -> int:
    """How many numbers with a unit the table has, each of one form in HTML and CSV."""
    columns = [str(column) for column in shown.table.columns]
    rows = [*reader.reader(io.StringIO(csv(shown).decode("utf-8-sig")))]
    html = re.findall(r"<tr>(.*?)</tr>", table_html(shown.table, "numbers"))[1:]
    count = 0
    for at, (column, unit) in enumerate(zip(shown.table.columns, units(columns), strict=True)):
        if not is_float_dtype(shown.table[column]) or shown.key in MIXED:
            continue
        assert unit, f"{shown.key}: no unit is known of the column {column!r}"
        for row, one in enumerate(shown.table[column]):
            if one != one:
                continue
            count += 1
            cell = re.findall(r"<td[^>]*>(.*?)</td>", html[row])[at]
            assert (cell, rows[row + 1][at]) == (form := written(one, unit), form.replace(",", ""))
    return count


def test_a_dose_of_one_person_has_one_form(sample: Snapshot) -> None:
    listed = people.worklist(sample, ICB, Selection(120, practice="SYN01")).frame
    doses: set[str] = set()
    for patient in listed.sort_values("current_ome_milli", ascending=False)["patient_key"][:6]:
        shown = Timeline(str(patient))(sample, ICB, Selection(120, practice="SYN01"))
        assert faults(shown) == []
        forms = {written(one, TENTHS) for one in shown.table["mg OME a day"]} | {"90", "120"}
        said: set[Any] = {n for text in spoken(shown) for n in re.findall(SAID[TENTHS], text) if "mg" in text}
        doses |= said
        days = {n for text in spoken(shown) for n in re.findall(NUMBER + r" days\b", text)}
        assert said - days <= forms, (said - forms, shown.headline)
    assert any("." in one for one in doses)

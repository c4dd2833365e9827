"""Practices by items as a table: every mark is said, every practice opens, and many PCNs are closed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from reporting.exhibits.matrix import Cell, Group, Matrix, Row
from reporting.ui.matrix import MOST_OPEN, OPEN, closed_html, closed_words, matrix_html


def matrix(pcns: int, practices: int) -> Matrix:
    """PCNs of so many practices each (a gap, a choice against, an item not sent), and one without a
    gap, and one that sent nothing."""
    cells = (Cell("gap"), Cell("against"), Cell("unknown"))
    groups = tuple(
        Group(
            f"PCN {n}",
            (f"{practices} of {practices + 1}", "", ""),
            practices,
            tuple(Row(f"P{n}-{at}", f"Practice {n}-{at}", cells, 1) for at in range(practices)),
            ((f"C{n}", f"Clear <{n}>"),),
            ((f"Awaited {n}", "last Aug 2026"),),
        )
        for n in range(pcns)
    )
    return Matrix(
        items=("Minutes filed", "Who issues", "One pharmacy"),
        counts=(pcns * practices, 0, 0),
        groups=groups,
        marks=(("gap", "gap: to do"), ("against", "chose not to: no gap"), ("unknown", "not sent")),
        counted="practices with a gap",
        total="Gaps",
        clear="No gaps",
        opens="plans",
        selected="P0-0",
    )


def test_each_mark_is_said_to_those_who_cannot_see_it() -> None:
    html = matrix_html(matrix(1, 1), "Plans")
    row = re.search(r"<tr class=\"chosen\">.*?</tr>", html)
    assert row is not None
    cells = re.findall(r"<td>(.*?)</td>", row.group())
    for cell, mark, words in zip(
        cells, ("gap", "against", "unknown"), ("gap: to do", "chose not to: no gap", "not sent"), strict=True
    ):
        assert f'class="{mark}" aria-hidden="true"' in cell and f'<span class="said">{words}</span>' in cell


def test_words_in_a_cell_are_framed_only_where_they_mean_something() -> None:
    shown = matrix(1, 1)
    row = replace(
        shown.groups[0].rows[0], cells=(Cell("gap", "1/2"), Cell("done", "2/2"), Cell("done", "2/2"))
    )
    html = matrix_html(replace(shown, groups=(replace(shown.groups[0], rows=(row,)),)), "Plans")
    assert '<b class="gap">1/2</b> <span class="said">gap: to do</span>' in html and "<td>2/2</td>" in html


def test_every_practice_leads_to_itself_and_those_awaited_are_named() -> None:
    html = matrix_html(matrix(2, 1), "Plans")
    for code in ("P0-0", "C0", "P1-0", "C1"):
        assert f'<a href="plans?practice={code}" target="_self" data-keeps="filters">' in html
    assert "No gaps: " in html and "Clear &lt;0&gt;" in html and "Not sent: Awaited 1, last Aug 2026" in html


def opened_of(html: str) -> list[str]:
    """The PCNs whose rows stand in a table."""
    return re.findall(r'scope="rowgroup">([^<]*)', html)


@pytest.mark.parametrize(
    ("practices", "closed"), [(1, ""), (MOST_OPEN // 6, "1 more PCN: gaps 10, 12 practices, 1 not sent")]
)
def test_of_many_practices_the_pcns_after_the_fifth_are_one_click_away(practices: int, closed: str) -> None:
    shown = matrix(OPEN + 1, practices)
    assert len(opened_of(matrix_html(shown, "Plans"))) == OPEN + (not closed)
    assert closed_words(shown) == closed  # what is not known is said before anybody opens it
    if closed:
        html = closed_html(shown)
        assert opened_of(html) == [f"PCN {OPEN}"] and "<details><summary>" in html
        assert '<a href="plans?practice=P5-0" target="_self" data-keeps="filters">' in html


def test_of_many_pcns_only_those_with_a_gap_and_the_chosen_practice_s_stand_open() -> None:
    shown = matrix(OPEN + 3, MOST_OPEN // 6)
    groups = tuple(replace(group, gaps=10 if at in (0, 4) else 0) for at, group in enumerate(shown.groups))
    shown = replace(shown, groups=groups, selected="P2-0")
    assert opened_of(matrix_html(shown, "Plans")) == ["PCN 0", "PCN 2", "PCN 4"]
    assert opened_of(closed_html(shown)) == ["PCN 1", "PCN 3", "PCN 5", "PCN 6", "PCN 7"]


def test_on_a_phone_the_first_pcn_with_a_gap_stands_open_and_the_chosen_one() -> None:
    shown = replace(matrix(3, 2), selected="P2-0")
    assert opened_of(matrix_html(shown, "Plans", phone=True)) == ["PCN 0", "PCN 2"]
    assert closed_words(shown, phone=True) == "1 more PCN: gaps 2, 4 practices, 1 not sent"
    assert "<details open><summary>PCN 1 " in closed_html(
        shown, phone=True
    )  # of few practices one click will do
    assert not closed_words(matrix(1, 9), phone=True) and not closed_words(shown)


def test_one_practice_alone_has_no_row_of_its_pcn_and_no_count_of_practices() -> None:
    whole = matrix(1, 1)
    one = replace(whole, groups=(replace(whole.groups[0], clear=(), not_sent=()),))
    html = matrix_html(one, "Plans")
    assert "PCN 0" not in html and "practices with a gap" not in html and "Practice 0-0" in html
    assert "PCN 0" in matrix_html(whole, "Plans")

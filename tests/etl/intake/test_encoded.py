"""Columns by their distinct values sort as plain rows do, and tell which values some rows have."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.intake.encoded import encoded, sorted_by

ROW = st.tuples(st.text("ab", max_size=2), st.sampled_from(["x", "y", None]))


def in_plain_order(rows: Sequence[tuple[str | None, ...]]) -> list[int]:
    """The places of rows by their columns in order, a blank after every text, those alike as they stand."""
    return sorted(range(len(rows)), key=lambda at: [(cell is None, cell or "") for cell in rows[at]])


def sorted_places(rows: Sequence[tuple[str | None, ...]]) -> list[int]:
    columns = [encoded(pa.array(column, pa.string())) for column in zip(*rows, strict=True)]
    return sorted_by(columns, np.arange(len(rows))).tolist()


@settings(deadline=None, max_examples=60)
@given(st.lists(ROW, min_size=1, max_size=30))
def test_rows_are_sorted_as_plain_rows_are(rows: Sequence[tuple[str | None, ...]]) -> None:
    assert sorted_places(rows) == in_plain_order(rows)


@pytest.mark.parametrize("columns", [1, 5, 6, 40])
def test_more_columns_than_one_number_holds_are_sorted_alike(columns: int) -> None:
    """500 values take 9 bits and 1,100 places 11, so that five columns fit into 64 bits and six do not."""
    chance = np.random.default_rng(5)
    rows = [tuple(map(str, row)) for row in chance.integers(0, 500, (1000, columns)).tolist()]
    rows += rows[:100]
    assert sorted_places(rows) == in_plain_order(rows)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(["x", "y", "z", None]), max_size=12), st.data())
def test_the_values_among_some_rows_are_theirs_each_once(
    cells: list[str | None], data: st.DataObject
) -> None:
    column = encoded(pa.array(cells, pa.string()))
    rows = data.draw(st.lists(st.sampled_from(range(len(cells))))) if cells else []
    found = column.among(np.array(rows, dtype=np.int64)).to_pylist()
    assert found == [value for value in column.values.to_pylist() if value in [cells[row] for row in rows]]
    assert column.distinct() == column.values.to_pylist()

"""A cell over several lines is read wherever it stands, also in the last row of a file without a line end."""

from __future__ import annotations

import pytest

from etl.store import Store
from etl.verify.store import differences
from tests.etl import extracts
from tests.etl.conftest import Loader, landed
from tests.etl.extracts import Issue

WORDS = "Take one capsule twice a day"


@pytest.mark.parametrize("rows", [1, 12, 40])
@pytest.mark.parametrize("at", ["first", "last"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("ended", [True, False])
def test_a_quoted_line_break_needs_no_final_line_end(
    put: Loader, store: Store, rows: int, at: str, line_end: str, encoding: str, ended: bool
) -> None:
    told = [Issue(f"PAT{n:04d}", quantity=10 + n) for n in range(rows)]
    lines = extracts.csv_text("plain", extracts.issues("plain", told)).splitlines()
    place = 1 if at == "first" else rows
    lines[place] = (
        lines[place]
        .replace(WORDS, f'"Take one capsule{line_end}twice a day"')
        .replace("FAB12,", f'FAB12,"{line_end}"')
    )
    text = line_end.join(lines) + line_end * ended
    receipt = put(text.encode(encoding))
    assert receipt.reasons in ({}, {"the file ends without a line end: its last row may be cut short": 1})
    assert receipt.rows_read == rows
    if at == "last" or ended:
        assert (receipt.outcome, receipt.rows_loaded) == ("accepted", rows)
        assert {row["directions"] for row in landed(store, "issues")} == {WORDS}
    assert differences(store) == []


@pytest.mark.parametrize("ended", [True, False])
@pytest.mark.parametrize("rows", [1, 12, 40])
def test_a_mark_that_never_closes_is_named_with_its_line(put: Loader, rows: int, ended: bool) -> None:
    told = [Issue(f"PAT{n:04d}", quantity=10 + n) for n in range(rows)]
    text = extracts.csv_text("plain", extracts.issues("plain", told))
    cut = text.rindex(WORDS)
    receipt = put((text[:cut] + '"' + text[cut:]).rstrip("\r\n") + "\r\n" * ended)
    assert receipt.outcome == "refused"
    assert f"Unclosed quotation mark in line {rows + 1}:" in str(receipt.reasons)

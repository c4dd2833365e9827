"""What holds for the script's reading of CSV, whatever the cells are."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.pseudonymise import KEY_FILE, check_of, main, pseudonym, split, value

KEY = bytes(range(32))
PEOPLE = ("9434765919", "9000000009", "4010232137")
cells = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=12)
rows = st.lists(st.tuples(cells, st.sampled_from(PEOPLE), cells, cells), max_size=8)
QUOTING = st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])


def rewritten(text: str, *options: str) -> str | None:
    """The output for an extract, as text; None where it was refused."""
    with tempfile.TemporaryDirectory() as folder:
        key, extract, out = (Path(folder, name) for name in ("a.key", "a.csv", "out.csv"))
        key.write_text(KEY_FILE.format(KEY.hex(), check_of(KEY)), encoding="ascii")
        extract.write_bytes(text.encode())
        code = main(["run", str(extract), "--column", "Who", "--key", str(key), "--out", str(out), *options])
        return out.read_bytes().decode() if code == 0 else None


@settings(max_examples=60, deadline=None)
@given(rows, QUOTING, st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n", "\r"]))
def test_another_reader_finds_the_same_cells_but_for_the_number(
    table: list[tuple[str, ...]], quoting: int, delimiter: str, end: str
) -> None:
    made = io.StringIO()
    writer = csv.writer(made, quoting=quoting, delimiter=delimiter, lineterminator=end)  # type: ignore[arg-type]
    writer.writerows([("A", "Who", "B", "C"), *table])
    text = rewritten(made.getvalue(), "--drop", "B")
    assert text is not None
    found = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert found == [["A", "Who", "C"], *([a, pseudonym(KEY, who), c] for a, who, _, c in table)]


@given(st.text(st.sampled_from('a",; é'), max_size=14), st.sampled_from(",;"))
def test_a_row_is_split_as_a_strict_reader_splits_it(text: str, delimiter: str) -> None:
    try:
        (expected,) = csv.reader([text], delimiter=delimiter, strict=True)
    except csv.Error:
        expected = []
    try:
        found = split(text, delimiter)
    except ValueError:
        found = []
    assert list(map(value, found)) == (expected or ([""] if not text else []))
    assert not found or delimiter.join(found) == text


@pytest.mark.parametrize("cell", ['"he said ""hi""\nand more"', '"a\n\n""b"""', '"\r\n"'])
def test_a_cell_over_several_lines_is_left_out_whole(cell: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = f"Who,A\n{PEOPLE[0]},one\n{PEOPLE[1]},{cell}\n{PEOPLE[2]},three\n"
    assert rewritten(text) is None
    assert "1 row: line 3 (a line break in a cell" in capsys.readouterr().err
    kept = f"Who,A\n{pseudonym(KEY, PEOPLE[0])},one\n{pseudonym(KEY, PEOPLE[2])},three\n"
    assert rewritten(text, "--keep-invalid-out") == kept


def test_below_a_row_that_cannot_be_read_nothing_is_carried_down() -> None:
    text = f'Who,A\n{PEOPLE[0]},one\n,"two\ntwo"\n,three\n{PEOPLE[1]},four\n,five\n'
    kept = f"Who,A\n{pseudonym(KEY, PEOPLE[0])},one\n{pseudonym(KEY, PEOPLE[1])},four\n,five\n"
    assert rewritten(text, "--carried-down", "--keep-invalid-out") == kept
    assert rewritten("Who,A\n,one\n", "--carried-down") is None

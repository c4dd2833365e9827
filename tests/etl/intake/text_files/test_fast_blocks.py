"""The fast reading of a block that is proved clean says what the careful reader says, whatever the block."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from etl.intake.text_files.blocks import OpenError, careful_rows
from etl.intake.text_files.fast_blocks import columns

PIECES = st.sampled_from(
    ["a", "é", " ", "1", '"', '""', ",", ",", "\n", "\n", "\r\n", "\r", "\ufeff", "\x85"]
)
CELL = st.text(alphabet='ab ",é', max_size=5)


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


ANYTHING = st.lists(PIECES, min_size=1, max_size=14).map("".join)
WELL_FORMED = st.lists(
    st.lists(CELL.map(quoted) | st.sampled_from(["", "x", "1.5"]), min_size=3, max_size=3).map(",".join),
    min_size=1,
    max_size=4,
).map(lambda lines: "\r\n".join(lines) + "\r\n")


def fast(text: str, width: int) -> list[list[str]] | None:
    made = columns(text.encode(), ",", width)
    return (
        None
        if made is None
        else [list(row) for row in zip(*(c.all().to_pylist() for c in made), strict=True)]
    )


def careful(text: str) -> list[list[str]] | None:
    """The rows; None where any line cannot be trusted."""
    try:
        rows = list(careful_rows(text, 1, ","))
    except OpenError:
        return None
    return None if any(row.fault or row.lines > 1 for row in rows) else [row.cells for row in rows]


@settings(max_examples=600, deadline=None)
@given(text=ANYTHING | WELL_FORMED, width=st.sampled_from([2, 3]))
@example(text='"a""b",c\n"",d', width=2)
@example(text='a"b,c\n', width=2)
@example(text='"a"b,c\n', width=2)
@example(text='"a\nb",c\n', width=2)
@example(text="\ufeffa,b\n", width=2)
def test_what_is_proved_clean_is_read_as_the_careful_reader_reads_it(text: str, width: int) -> None:
    made = fast(text, width)
    if made is not None:
        assert made == careful(text)


@settings(max_examples=100, deadline=None)
@given(text=WELL_FORMED)
def test_quoted_cells_are_proved_clean(text: str) -> None:
    """Else the fast way would never be gone where a system puts every cell in quotation marks."""
    assert fast(text, 3) == careful(text)


NOT_CLEAN = [
    "a,b,c\n", "a\n", "a,b\n\n", 'a"b,c\n', '"a"b,c\n', '"a\nb",c\n', '"a,b\n', "a\rb,c\n", "\ufeffa,b\n",
    "a,b\nc\n", f"{'a' * 200_000},b\n",
]  # fmt: skip


def test_what_could_be_taken_apart_in_two_ways_is_not_clean() -> None:
    assert [text for text in NOT_CLEAN if fast(text, 2) is not None] == []

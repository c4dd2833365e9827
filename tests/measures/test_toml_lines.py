"""The line a value of a TOML file stands on is found however the file is written."""

from __future__ import annotations

import pytest

from measures.toml_lines import line_of

HEADERS = """icb = "x"  # [[targets]]
[[targets]]
a = 1

# [[targets]]
[[ "targets" ]]   # quoted
a = \"\"\"
[[targets]]
b = 1
\"\"\"
b = 3
['taper']
x.y = 1
[[targets]]
"""
INLINE = """a = 1
targets = [  # of the year
  {a = 1, b = "]"}, {a = 2},

  # [[targets]]
  {"a" = 3} ]
values = [
  1,
]
[thresholds]
"""


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        (HEADERS, ("icb",), 1),
        (HEADERS, ("targets", 0), 2),
        (HEADERS, ("targets", 0, "a"), 3),
        (HEADERS, ("targets", 1), 6),
        (HEADERS, ("targets", 1, "a"), 7),
        (HEADERS, ("targets", 1, "b"), 11),
        (HEADERS, ("taper",), 12),
        (HEADERS, ("taper", "x", "y"), 13),
        (HEADERS, ("targets", 2), 14),
        (HEADERS, ("targets", 3), None),
        (HEADERS, ("targets", "a"), None),
        (HEADERS, ("friends",), None),
        (INLINE, ("targets", 0), 3),
        (INLINE, ("targets", 1, "a"), 3),
        (INLINE, ("targets", 2), 6),
        (INLINE, ("targets", 2, "a"), 6),
        (INLINE, ("values",), 7),
        (INLINE, ("thresholds",), 10),
        ("[a", ("a",), None),
        ("", ("a",), None),
        ("a = 1", ("a",), 1),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_value_stands_on_its_line(
    text: str, path: tuple[str | int, ...], line: int | None, end: str
) -> None:
    assert line_of(text.replace("\n", end), *path) == line

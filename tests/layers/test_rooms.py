"""Files stand in rooms by subject: no folder is so full that nobody can guess where a thing is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST = 14


@pytest.mark.parametrize("top", ["benchmarks", "etl", "measures", "medicines", "pages", "reporting", "tests"])
def test_no_room_is_crowded(top: str) -> None:
    files = [path for path in (ROOT / top).rglob("*") if path.suffix in (".py", ".sql")]
    rooms = Counter(path.parent.relative_to(ROOT).as_posix() for path in files if path.stem[:2] != "__")
    assert rooms
    assert {room: n for room, n in rooms.items() if n > MOST} == {}

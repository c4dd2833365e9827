"""SQL of what people entered and left between two month ends, by area."""

from __future__ import annotations

from collections.abc import Sequence

from etl.counting.rows import LEVELS

SPAN = "span, from_month, to_month"
SPOT = "level, area, span, from_month, to_month"
SPOTS = ", ".join(f"{{'level': '{level}', 'area': p.{column}}}" for level, column in LEVELS.items())
# Of a person at two month ends: practices, states as bits, those that count, and those they could be in.
CODES = "from_code, to_code, from_bits, to_bits, from_counted, to_counted, from_base, to_base"


def sides(alike: str, also: Sequence[str] = ()) -> str:
    """SQL of what people entered and left between two months, as bits: a row for each of their areas.

    Who moved between practices of one area entered and left there only what changed. alike: a table with a
    row for people alike in CODES and `also`, and their number.
    """
    levels = ", ".join(
        f"{{'level': '{level}', 'was': f.{column}, 'now': t.{column}}}" for level, column in LEVELS.items()
    )
    kept = ", ".join(["part", SPAN, "people", *also])
    return f"""WITH placed AS (
    SELECT a.*, unnest([{levels}]) AS spot
    FROM {alike} AS a
    LEFT JOIN practice AS f ON f.practice_code = a.from_code
    LEFT JOIN practice AS t ON t.practice_code = a.to_code
)

SELECT {kept}, spot.level AS level, spot.was AS area, to_base AS stays, 0 AS entered,
    0 AS moved_in,
    from_counted & ~CASE WHEN spot.was = spot.now THEN to_counted ELSE 0 END AS gone,
    gone & to_bits AS moved_out
FROM placed
UNION ALL
SELECT {kept}, spot.level AS level, spot.now AS area, from_base AS stays,
    to_counted & ~CASE WHEN spot.was = spot.now THEN from_counted ELSE 0 END AS entered,
    entered & from_bits AS moved_in, 0 AS gone, 0 AS moved_out
FROM placed"""

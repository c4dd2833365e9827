"""SQL of whose dose fell too fast between two month ends, of the people who were in a state at the first."""

from __future__ import annotations

from collections.abc import Sequence

from etl.counting.passes import Made
from etl.counting.sides import SPAN, SPOTS
from etl.engines.people import BY_PEOPLE
from measures.measure import GROUPED, predicates
from measures.policy import Policy

SPANS = "('year', 'start', 'programme')"


def models(parts: Sequence[Sequence[Made]], policy: Policy) -> dict[str, tuple[str, str]]:
    """The mart flow_fall, from the parts of states that flows are made of (see `flows.models`), and the
    temporary counts it is made of."""
    return {"flow_fall_counted": (_counted(parts, policy), "TEMP TABLE"), "flow_fall": (FALLS, "TABLE")}


def _counted(parts: Sequence[Sequence[Made]], policy: Policy) -> str:
    """Of people in the same states at a practice, how many fell. Nobody is at two practices at one month's
    end."""
    people = [
        f"SELECT {part} AS part, * FROM ({_states(part, made, policy)})"
        for part, made in enumerate(parts)
        if made[0][0].mart in GROUPED
    ]
    found = "\nUNION ALL\n".join(people) or NOBODY
    return f"""{BY_PEOPLE}WITH harmed AS (
    SELECT DISTINCT f.patient_key, f.seen_on, f.kind
    FROM fall AS f
    CROSS JOIN policy AS p
    WHERE f.is_red AND NOT f.excluded AND f.from_milli >= p.watch_milli AND (f.kind <> 'stop' OR f.is_abrupt)
),

state AS MATERIALIZED (
{found}
),

met AS (
    SELECT p.part, p.span, p.from_month, p.to_month, s.practice_code, s.patient_key,
        s.bits & a.able AS counted, bool_or(h.kind <> 'unknown') AS fell
    FROM state AS s
    INNER JOIN flow_pair AS p ON p.part = s.part AND p.from_month = s.month AND p.span IN {SPANS}
    INNER JOIN flow_able AS a ON a.part = s.part AND a.practice_code = s.practice_code AND a.span = p.span
        AND a.from_month = p.from_month AND a.to_month = p.to_month
    INNER JOIN harmed AS h ON h.patient_key = s.patient_key
        AND h.seen_on > last_day(p.from_month) + 1 AND h.seen_on <= last_day(p.to_month) + 1
    GROUP BY p.part, p.span, p.from_month, p.to_month, s.practice_code, s.patient_key, s.bits & a.able
)

SELECT part, {SPAN}, practice_code, counted,
    count(*) FILTER (WHERE fell) AS fell, count(*) FILTER (WHERE NOT fell) AS fall_unknown
FROM met
GROUP BY part, {SPAN}, practice_code, counted"""


FALLS = f"""-- One row per state measure of people, threshold, area and pair of months of flow between
-- which a dose fell too fast. Of the people in the state at the first month, at the practices of flow: those
-- with a fall beyond red or an abrupt stop that showed since (fell), wherever they were by then; those
-- without one of whom it is not known (fall_unknown). Falls and stops are those that fall_month counts.
WITH placed AS (
    SELECT n.*, unnest([{SPOTS}]) AS spot
    FROM flow_fall_counted AS n
    INNER JOIN practice AS p ON p.practice_code = n.practice_code
)

SELECT b.measure, CAST(b.threshold AS INTEGER) AS threshold, m.spot.level AS level, m.spot.area AS area,
    {SPAN},
    CAST(sum(m.fell) AS BIGINT) AS fell, CAST(sum(m.fall_unknown) AS BIGINT) AS fall_unknown
FROM placed AS m
INNER JOIN flow_bit AS b ON b.part = m.part AND m.counted & b.mark <> 0
WHERE m.span <> 'programme' OR EXISTS (
    FROM programme_start AS s
    WHERE s.level = m.spot.level AND s.area = m.spot.area AND s.from_month = m.from_month
)
GROUP BY ALL
ORDER BY measure, threshold, level, area, {SPAN}"""


def _states(part: int, made: Sequence[Made], policy: Policy) -> str:
    """The states, as bits, of people with a fall: a row a person, practice and month."""
    states = " | ".join(
        f"CASE WHEN {predicates(m, t, policy)[0]} THEN {1 << bit} ELSE 0 END\n        "
        for bit, (m, t) in enumerate(made)
    )
    return f"""SELECT patient_key, practice_code, month, CAST({states} AS BIGINT) AS bits
    FROM {made[0][0].mart}
    WHERE patient_key IN (SELECT patient_key FROM harmed)
        AND month IN (SELECT from_month FROM flow_pair WHERE part = {part} AND span IN {SPANS})"""


NOBODY = (
    "SELECT 0 AS part, '' AS patient_key, '' AS practice_code, DATE '2000-01-01' AS month, "
    "CAST(0 AS BIGINT) AS bits WHERE false"
)

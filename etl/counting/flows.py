"""SQL of who came into each state and who left it, between two month ends.

Of each person and month a number is kept whose bits are the states they are in. Two such numbers of one
person, of two months, tell of all states at once which they entered and which they left.
"""

from __future__ import annotations

from collections.abc import Sequence

from etl.counting import falls, reasons
from etl.counting.passes import Made
from etl.counting.rows import LEVELS
from etl.counting.sides import CODES, SPAN, SPOT, SPOTS, sides
from etl.engines.people import BY_PEOPLE
from measures.measure import COHORT, IN_COHORT, Measure, predicate, predicates
from measures.policy import Policy

BITS = 62  # of a whole number with a sign
COPY = "row_number() OVER (PARTITION BY patient_key, plan_id, month ORDER BY practice_code)"
WHO = {  # is in a state; a plan's number is its practice's own, so a person may have one number twice
    "patient_month": "patient_key",
    "cohort_month": "patient_key",
    "taper_month": f"concat_ws(' ', patient_key, plan_id, {COPY})",
}


def models(made: Sequence[Made], policy: Policy) -> dict[str, tuple[str, str]]:
    """Name → (SQL, what it is made as): the mart of flows, and the temporary tables it is made of."""
    parts = _parts([one for one in made if one[0].is_state])
    found = {
        "flow_bit": (_bits(parts), "TEMP TABLE"),
        "programme_start": (_starts(policy), "TABLE"),
        "flow_pair": (PAIRS, "TEMP TABLE"),
        "flow_able": (ABLE, "TEMP TABLE"),
    }
    for part, states in enumerate(parts):
        found[f"flow_changed_{part}"] = _changed(part, states, policy), "TEMP TABLE"
    found["flow_counted"] = _counted(len(parts)), "TEMP TABLE"
    found["flow"] = FLOW, "TABLE"
    return found | falls.models(parts, policy) | reasons.models(len(parts))


def _parts(made: Sequence[Made]) -> list[list[Made]]:
    """States of one mart each, no more than a number has bits."""
    by_mart: dict[str, list[Made]] = {}
    for m, t in made:
        by_mart.setdefault(m.mart, []).append((m, t))
    return [of[i : i + BITS] for of in by_mart.values() for i in range(0, len(of), BITS)]


def _bits(parts: Sequence[Sequence[Made]]) -> str:
    """The bit that stands for a measure, and the part it is in."""
    rows = [
        f"({part}, {bit}, '{m.slug}', {t}, {m.by_gabapentinoid}, {bool(m.registered)})"
        for part, of in enumerate(parts)
        for bit, (m, t) in enumerate(of)
    ]
    values = ", ".join(rows or ["(0, 0, '', 0, false, false)"])
    return (
        "SELECT part, measure, threshold, by_gabapentinoid, by_list, CAST(1 AS BIGINT) << bit AS mark\n"
        f"FROM (VALUES {values}) AS b (part, bit, measure, threshold, by_gabapentinoid, by_list)\n"
        "WHERE measure <> ''"
    )


def _starts(policy: Policy) -> str:
    around = [column if level != "icb" else "'icb'" for level, column in LEVELS.items()]
    spots = ", ".join(
        f"{{'level': '{level}', 'area': {column}, 'scopes': [{', '.join(around[at:])}]}}"
        for at, (level, column) in enumerate(LEVELS.items())
    )
    given = [f"({_text(start.scope)}, DATE '{start.began}-01')" for start in policy.programme]
    return f"""-- One row per area in which the programme began: by its own start in config/policy.toml, else
-- by that of the nearest area around it; none of a PCN whose places began apart. from_month: the month
-- before, whose end is compared with.
WITH start AS (
    SELECT scope, month
    FROM (VALUES {", ".join([*given, "('', CAST(NULL AS DATE))"])}) AS s (scope, month)
    WHERE scope <> ''
),

spot AS (
    SELECT practice_code, unnest([{spots}]) AS at_
    FROM practice
),

nearest AS (
    SELECT p.practice_code, p.at_.level AS level, p.at_.area AS area,
        arg_min(s.month, list_position(p.at_.scopes, s.scope)) AS month
    FROM spot AS p
    LEFT JOIN start AS s ON list_contains(p.at_.scopes, s.scope)
    GROUP BY p.practice_code, p.at_.level, p.at_.area
)

SELECT level, area, min(month) AS began, CAST(min(month) - INTERVAL 1 MONTH AS DATE) AS from_month
FROM nearest
GROUP BY level, area
HAVING area IS NOT NULL AND count(*) = count(month) AND count(DISTINCT month) = 1
ORDER BY level, area"""


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


def _changed(part: int, made: Sequence[Made], policy: Policy) -> str:
    """The states of a person at two months, as bits, where those counted changed, or the practice of some.
    counted: states of which both months count at the practice; base: those they could be in."""
    mart = made[0][0].mart
    states = " | ".join(
        f"CASE WHEN {predicates(m, t, policy)[0]} THEN {1 << bit} ELSE 0 END\n        "
        for bit, (m, t) in enumerate(made)
    )
    wholes = " | ".join(
        f"CASE WHEN {_whole(m, t, policy)} THEN {1 << bit} ELSE 0 END\n        "
        for bit, (m, t) in enumerate(made)
    )
    return f"""{BY_PEOPLE}WITH state AS MATERIALIZED (
    SELECT who, patient_key, practice_code, month, bits, base
    FROM (
        SELECT {WHO[mart]} AS who, patient_key, practice_code, month, CAST({states} AS BIGINT) AS bits,
            CAST({wholes} AS BIGINT) AS base
        FROM {mart}
    )
    WHERE bits <> 0 OR base <> 0
),

was AS (
    SELECT p.span, p.from_month, p.to_month, s.*, s.bits & coalesce(a.able, 0) AS counted
    FROM state AS s
    INNER JOIN flow_pair AS p ON p.part = {part} AND p.from_month = s.month
    LEFT JOIN flow_able AS a ON a.part = {part} AND a.practice_code = s.practice_code AND a.span = p.span
        AND a.from_month = p.from_month AND a.to_month = p.to_month
),

now AS (
    SELECT p.span, p.from_month, p.to_month, s.*, s.bits & coalesce(a.able, 0) AS counted
    FROM state AS s
    INNER JOIN flow_pair AS p ON p.part = {part} AND p.to_month = s.month
    LEFT JOIN flow_able AS a ON a.part = {part} AND a.practice_code = s.practice_code AND a.span = p.span
        AND a.from_month = p.from_month AND a.to_month = p.to_month
)

SELECT {part} AS part, coalesce(w.span, n.span) AS span, coalesce(w.from_month, n.from_month) AS from_month,
    coalesce(w.to_month, n.to_month) AS to_month, coalesce(w.patient_key, n.patient_key) AS patient_key,
    w.practice_code AS from_code, n.practice_code AS to_code,
    coalesce(w.bits, 0) AS from_bits, coalesce(n.bits, 0) AS to_bits,
    coalesce(w.counted, 0) AS from_counted, coalesce(n.counted, 0) AS to_counted,
    coalesce(w.base, 0) AS from_base, coalesce(n.base, 0) AS to_base
FROM was AS w
FULL JOIN now AS n
    ON n.span = w.span AND n.from_month = w.from_month AND n.to_month = w.to_month AND n.who = w.who
    AND n.patient_key = w.patient_key
WHERE coalesce(w.counted, 0) <> coalesce(n.counted, 0)
    OR (w.practice_code <> n.practice_code AND w.counted <> 0)"""


def _whole(m: Measure, threshold: int, policy: Policy) -> str:
    """SQL of who could be in the state; nobody where the denominator is a list."""
    if m.registered:
        return "false"
    if m.denominator == COHORT:
        return f"({predicate(IN_COHORT, threshold, policy)})"
    return predicates(m, threshold, policy)[1]


def _counted(parts: int) -> str:
    changed = "\nUNION ALL\n".join(f"SELECT * FROM flow_changed_{part}" for part in range(parts)) or NOBODY
    return f"""{BY_PEOPLE}WITH alike AS (
    SELECT part, {SPAN}, {CODES}, count(*) AS people
    FROM (
{changed}
    )
    GROUP BY part, {SPAN}, {CODES}
),

side AS (
{sides("alike")}
)

SELECT b.measure, b.threshold, {SPOT},
    CAST(coalesce(sum(s.people) FILTER (WHERE s.entered & b.mark <> 0), 0) AS BIGINT) AS entered,
    CAST(coalesce(sum(s.people) FILTER (WHERE s.gone & b.mark <> 0), 0) AS BIGINT) AS gone,
    CAST(coalesce(sum(s.people) FILTER (WHERE s.moved_in & b.mark <> 0), 0) AS BIGINT) AS moved_in,
    CAST(coalesce(sum(s.people) FILTER (WHERE s.moved_out & b.mark <> 0), 0) AS BIGINT) AS moved_out
FROM side AS s
INNER JOIN flow_bit AS b ON b.part = s.part AND (s.entered | s.gone) & b.mark <> 0
GROUP BY b.measure, b.threshold, {SPOT}"""


FLOW = f"""-- One row per state measure, threshold, area and pair of months: who entered the state and who
-- left it, at the practices whose month counts at both ends. moved_in, moved_out: of those, who was or is in
-- the state, but not at one of these practices; from_whole, to_whole: the denominator. Made from
-- measures/definitions.
WITH told AS (
    SELECT measure, threshold, {SPOT},
        CAST(sum(entered) AS BIGINT) AS entered, CAST(sum(gone) AS BIGINT) AS gone,
        CAST(sum(moved_in) AS BIGINT) AS moved_in, CAST(sum(moved_out) AS BIGINT) AS moved_out
    FROM flow_counted
    GROUP BY measure, threshold, {SPOT}
),

at_practice AS (
    SELECT b.measure, b.threshold, p.span, p.from_month, p.to_month, f.practice_code,
        f.numerator AS from_people, t.numerator AS to_people,
        f.denominator AS from_whole, t.denominator AS to_whole
    FROM flow_pair AS p
    INNER JOIN flow_bit AS b ON b.part = p.part AND p.able & b.mark <> 0
    INNER JOIN measure_month AS f
        ON f.measure = b.measure AND f.threshold = b.threshold AND f.month = p.from_month
    INNER JOIN measure_month AS t
        ON t.measure = b.measure AND t.threshold = b.threshold AND t.month = p.to_month
        AND t.practice_code = f.practice_code
),

people AS (
    SELECT measure, threshold, spot.level AS level, spot.area AS area, {SPAN},
        CAST(sum(from_people) AS BIGINT) AS from_people, CAST(sum(to_people) AS BIGINT) AS to_people,
        CAST(sum(from_whole) AS BIGINT) AS from_whole, CAST(sum(to_whole) AS BIGINT) AS to_whole,
        count(*) AS practices
    FROM (
        SELECT a.*, unnest([{SPOTS}]) AS spot
        FROM at_practice AS a
        INNER JOIN practice AS p ON p.practice_code = a.practice_code
    )
    GROUP BY measure, threshold, spot.level, spot.area, {SPAN}
)

SELECT p.measure, CAST(p.threshold AS INTEGER) AS threshold, p.level, p.area, p.span, p.from_month,
    p.to_month, coalesce(t.entered, 0) AS entered, coalesce(t.gone, 0) AS "left",
    coalesce(t.moved_in, 0) AS moved_in, coalesce(t.moved_out, 0) AS moved_out,
    p.from_people, p.to_people, p.from_whole, p.to_whole, p.practices
FROM people AS p
LEFT JOIN told AS t
    ON t.measure = p.measure AND t.threshold = p.threshold AND t.level = p.level AND t.area = p.area
    AND t.span = p.span AND t.from_month = p.from_month AND t.to_month = p.to_month
WHERE p.span <> 'programme' OR EXISTS (
    FROM programme_start AS s
    WHERE s.level = p.level AND s.area = p.area AND s.from_month = p.from_month
)
ORDER BY p.measure, p.threshold, p.level, p.area, p.span, p.from_month, p.to_month"""


# A month counts for a measure and a practice where measure_month has it. Long spans end at the end of each
# quarter (the packs) and at each practice's last month; start: from the first month of any practice;
# programme: from the month before it began in an area.
PAIRS = """WITH counted AS (
    SELECT b.part, b.mark, m.practice_code, m.month
    FROM measure_month AS m
    INNER JOIN flow_bit AS b ON b.measure = m.measure AND b.threshold = m.threshold
),

month_of AS (
    SELECT part, month
    FROM counted
    GROUP BY part, month
),

span_end AS (
    SELECT month
    FROM month_of
    WHERE month(month) % 3 = 0
    UNION
    SELECT max(month)
    FROM counted
    GROUP BY practice_code
),

first AS (
    SELECT part, mark, min(month) AS month
    FROM counted
    GROUP BY part, mark
)

SELECT f.part, s.span, f.month AS from_month, t.month AS to_month, CAST(-1 AS BIGINT) AS able
FROM month_of AS f
CROSS JOIN (VALUES ('month', 1), ('quarter', 3), ('year', 12)) AS s (span, months)
INNER JOIN month_of AS t ON t.part = f.part AND t.month = f.month + to_months(s.months)
WHERE s.span = 'month' OR t.month IN (SELECT month FROM span_end)
UNION ALL
SELECT f.part, 'start', f.month, e.month, CAST(bit_or(f.mark) AS BIGINT)
FROM first AS f
INNER JOIN span_end AS e ON e.month > f.month
GROUP BY f.part, f.month, e.month
UNION ALL
SELECT f.part, 'programme', f.month, e.month, CAST(-1 AS BIGINT)
FROM month_of AS f
INNER JOIN span_end AS e ON e.month > f.month
WHERE f.month IN (SELECT from_month FROM programme_start)"""

ABLE = """WITH month_able AS (
    SELECT b.part, m.practice_code, m.month, CAST(bit_or(b.mark) AS BIGINT) AS able
    FROM measure_month AS m
    INNER JOIN flow_bit AS b ON b.measure = m.measure AND b.threshold = m.threshold
    GROUP BY b.part, m.practice_code, m.month
)

SELECT p.part, p.span, p.from_month, p.to_month, f.practice_code, p.able & f.able & t.able AS able
FROM flow_pair AS p
INNER JOIN month_able AS f ON f.part = p.part AND f.month = p.from_month
INNER JOIN month_able AS t
    ON t.part = p.part AND t.month = p.to_month AND t.practice_code = f.practice_code"""

NOBODY = """SELECT 0 AS part, '' AS patient_key, '' AS span, DATE '2000-01-01' AS from_month,
    DATE '2000-01-01' AS to_month, '' AS from_code, '' AS to_code, 0 AS from_bits, 0 AS to_bits,
    0 AS from_counted, 0 AS to_counted, 0 AS from_base, 0 AS to_base
WHERE false"""

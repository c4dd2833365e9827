-- One row per person, kind and day: a fall of the dose (beyond the amber limit, dated where the 28-day means differ most
-- within four weeks) or a stop (no supply for no_supply_days, dated on the first day without), whoever it is of and
-- whatever the plan. unknown_since: more may have been taken than is known (see undosed_span) in the days after, so that
-- there may be no fall or stop; where the same days hold a fall that is known, that one stands. look_from: the first
-- day whose review has seen it: of a fall, the day after the dose last came down (and after the unknown began); of a
-- stop, the day it could be told from a late collection.
WITH near AS (
    SELECT
        t.*,
        max(fall_percent) OVER (turns RANGE BETWEEN 27 PRECEDING AND 1 PRECEDING) AS earlier,
        max(fall_percent) OVER (turns RANGE BETWEEN 1 FOLLOWING AND 27 FOLLOWING) AS later
    FROM dose_turn AS t
    CROSS JOIN policy AS p
    WHERE t.fall_percent > p.amber_fall_percent
    WINDOW turns AS (PARTITION BY t.person, t.unknown_since IS NULL ORDER BY t.day_no)
),

local_peak AS (
    SELECT n.*, n.fall_percent > p.red_fall_percent AS is_red
    FROM near AS n
    CROSS JOIN policy AS p
    WHERE coalesce(n.fall_percent > n.earlier, true) AND coalesce(n.fall_percent >= n.later, true)
),

told_already AS (
    SELECT DISTINCT k.person, k.day_no
    FROM local_peak AS k
    INNER JOIN local_peak AS o ON o.person = k.person AND o.day_no BETWEEN k.day_no - 27 AND k.day_no + 27
    WHERE k.unknown_since IS NOT NULL AND o.unknown_since IS NULL AND o.is_red
),

peak AS (
    SELECT k.*
    FROM local_peak AS k
    LEFT JOIN told_already AS o ON o.person = k.person AND o.day_no = k.day_no
    WHERE o.person IS NULL
),

run AS (
    SELECT
        person,
        from_day,
        to_day,
        ome_milli,
        lag(to_day) OVER runs AS last_to,
        lag(ome_milli) OVER runs AS last_milli,
        lead(from_day) OVER runs AS next_from
    FROM dose_run
    WHERE kind = 'opioid' AND supplies > 0
    WINDOW runs AS (PARTITION BY person ORDER BY from_day)
),

settled AS (
    SELECT k.person, k.day_no, max(r.from_day) AS settled_on
    FROM peak AS k
    INNER JOIN run AS r
        ON r.person = k.person AND r.from_day >= k.turn_on AND r.from_day < k.turn_on + 28
        AND r.last_to = r.from_day AND r.last_milli > r.ome_milli
    GROUP BY k.person, k.day_no
),

watched AS (
    SELECT r.person
    FROM dose_run AS r
    CROSS JOIN policy AS p
    WHERE r.kind = 'opioid' AND r.supplies > 0
    GROUP BY r.person
    HAVING max(r.ome_milli) >= max(p.watch_milli)
),

gap AS (
    SELECT r.person, r.to_day AS stopped_on
    FROM run AS r
    INNER JOIN watched AS w ON w.person = r.person
    CROSS JOIN policy AS p
    CROSS JOIN (SELECT max(month_end) AS reach FROM calendar) AS c
    WHERE r.to_day + p.no_supply_days <= c.reach + 1
        AND coalesce(date_diff('day', r.to_day, r.next_from) >= p.no_supply_days, true)
),

-- The last four weeks of supply, and the twelve months to the stop they are held against.
before AS (
    SELECT
        g.person,
        g.stopped_on,
        sum(date_diff('day', greatest(r.from_day, g.stopped_on - 28), r.to_day) * r.ome_milli)
            FILTER (WHERE r.to_day > g.stopped_on - 28)
            / sum(date_diff('day', greatest(r.from_day, g.stopped_on - 28), r.to_day))
                FILTER (WHERE r.to_day > g.stopped_on - 28) AS last_milli,
        sum(date_diff('day', greatest(r.from_day, g.stopped_on - 365), r.to_day) * r.ome_milli)
            / sum(date_diff('day', greatest(r.from_day, g.stopped_on - 365), r.to_day)) AS baseline_milli
    FROM gap AS g
    INNER JOIN run AS r ON r.person = g.person AND r.to_day <= g.stopped_on AND r.to_day > g.stopped_on - 365
    GROUP BY g.person, g.stopped_on
),

undosed AS (
    SELECT g.person, g.stopped_on, min(i.from_day) AS unknown_since
    FROM gap AS g
    CROSS JOIN policy AS p
    INNER JOIN undosed_span AS i
        ON i.person = g.person AND i.from_day < g.stopped_on + p.no_supply_days
        -- What was issued before the stop and has run out does not put it in doubt.
        AND (i.from_day >= g.stopped_on OR i.to_day > g.stopped_on + p.default_days)
    GROUP BY g.person, g.stopped_on
),

found AS (
    SELECT
        k.person,
        'fall' AS kind,
        k.turn_on AS fell_on,
        k.left_on - 28 AS from_on,
        k.turn_on + 28 AS seen_on,
        k.before_milli AS from_milli,
        k.after_milli AS to_milli,
        k.fall_percent,
        greatest(coalesce(s.settled_on, k.turn_on), coalesce(k.unknown_since, k.turn_on)) + 1 AS look_from,
        k.unknown_since
    FROM peak AS k
    LEFT JOIN settled AS s ON s.person = k.person AND s.day_no = k.day_no
    UNION ALL
    SELECT
        b.person,
        'stop',
        b.stopped_on,
        b.stopped_on,
        b.stopped_on + p.no_supply_days,
        b.last_milli,
        0,
        100.0,
        b.stopped_on + p.no_supply_days,
        u.unknown_since
    FROM before AS b
    CROSS JOIN policy AS p
    LEFT JOIN undosed AS u ON u.person = b.person AND u.stopped_on = b.stopped_on
    WHERE b.last_milli >= p.watch_milli AND b.last_milli * 100 >= p.abrupt_percent * b.baseline_milli
)

SELECT
    f.person,
    f.kind,
    f.fell_on,
    f.from_on,
    f.seen_on,
    CAST(round(f.from_milli) AS BIGINT) AS from_milli,
    CAST(round(f.to_milli) AS BIGINT) AS to_milli,
    f.fall_percent,
    f.look_from,
    f.unknown_since
FROM found AS f

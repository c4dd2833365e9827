-- One row per person, kind and day: a fall of the dose (beyond the amber limit, dated where the 28-day means differ most
-- within four weeks; again, beyond red, where the dose comes down further after a review or four weeks later) or a stop
-- (no supply for no_supply_days after watch_milli or more, dated on the first day without), whoever it is of and
-- whatever the plan. is_abrupt: a stop from abrupt_percent or more of the dose before, which is a plan's baseline or,
-- above watch_milli too, the mean of 12 months; below watch_milli only such stops. back_on: supply again.
-- unknown_since: more may have been taken than is known (see undosed_span) in the days after, so that there may be no
-- fall or stop; where the same days hold a fall that is known, that one stands. look_from: the first day whose review
-- has seen it: of a fall, the day after the dose last came down (and after the unknown began), or after it could be told
-- to (see supply_waited); where more than four weeks are needed to see it, their end; of a stop, the day it could be
-- told from a late collection.
-- Made by people.
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

gap AS (
    SELECT r.person, r.to_day AS stopped_on, r.next_from AS back_on
    FROM run AS r
    INNER JOIN watched AS w ON w.person = r.person
    CROSS JOIN policy AS p
    CROSS JOIN (SELECT max(month_end) AS reach FROM calendar) AS c
    WHERE r.to_day + p.no_supply_days <= c.reach + 1
        AND coalesce(date_diff('day', r.to_day, r.next_from) >= p.no_supply_days, true)
),

down AS (
    SELECT person, from_day AS down_on
    FROM run
    WHERE ome_milli < last_milli
    UNION
    -- Where a single late supply ends, or another took over, the dose as held in dose_turn may come down too.
    SELECT person, DATE '2000-01-01' + CAST(to_at AS INTEGER)
    FROM supply_waited
    WHERE is_single
    UNION
    SELECT person, DATE '2000-01-01' + CAST(from_at AS INTEGER)
    FROM supply_overlap
),

reviewed AS (
    SELECT DISTINCT n.person, r.reviewed_on
    FROM source_reviews AS r
    INNER JOIN person AS n ON n.patient_key = r.patient_key
    INNER JOIN watched AS w ON w.person = n.person
),

-- A steeper fall within four weeks hides a later one only where both are seen by the same reviews.
told_with AS (
    SELECT DISTINCT n.person, n.day_no
    FROM near AS n
    INNER JOIN local_peak AS k ON k.person = n.person AND k.day_no BETWEEN n.day_no - 27 AND n.day_no + 27
    LEFT JOIN reviewed AS r
        ON r.person = n.person
        AND r.reviewed_on > least(k.turn_on, n.turn_on) AND r.reviewed_on <= greatest(k.turn_on, n.turn_on)
    WHERE r.person IS NULL
),

again AS (
    SELECT n.person, n.day_no, count(r.reviewed_on) AS reviews
    FROM near AS n
    CROSS JOIN policy AS p
    INNER JOIN down AS d ON d.person = n.person AND d.down_on = n.turn_on
    LEFT JOIN told_with AS o ON o.person = n.person AND o.day_no = n.day_no
    LEFT JOIN reviewed AS r ON r.person = n.person AND r.reviewed_on <= n.turn_on
    WHERE n.fall_percent > p.red_fall_percent AND o.person IS NULL
    GROUP BY n.person, n.day_no
),

again_near AS (
    SELECT
        n.*,
        true AS is_red,
        max(n.fall_percent) OVER (turns RANGE BETWEEN 27 PRECEDING AND 1 PRECEDING) AS steeper_before,
        max(n.fall_percent) OVER (turns RANGE BETWEEN 1 FOLLOWING AND 27 FOLLOWING) AS steeper_after
    FROM again AS a
    INNER JOIN near AS n ON n.person = a.person AND n.day_no = a.day_no
    WINDOW turns AS (PARTITION BY n.person, n.unknown_since IS NULL, a.reviews ORDER BY n.day_no)
),

every_peak AS (
    SELECT *
    FROM local_peak
    UNION ALL
    SELECT * EXCLUDE (steeper_before, steeper_after)
    FROM again_near
    WHERE coalesce(fall_percent > steeper_before, true) AND coalesce(fall_percent >= steeper_after, true)
),

told_already AS (
    SELECT DISTINCT k.person, k.day_no
    FROM every_peak AS k
    INNER JOIN every_peak AS o ON o.person = k.person AND o.day_no BETWEEN k.day_no - 27 AND k.day_no + 27
    WHERE k.unknown_since IS NOT NULL AND o.unknown_since IS NULL AND o.is_red
),

peak AS (
    SELECT k.*
    FROM every_peak AS k
    LEFT JOIN told_already AS o ON o.person = k.person AND o.day_no = k.day_no
    WHERE o.person IS NULL
),

-- The last day on which the dose came down further. Supply that ends then and does not come again is a further fall,
-- which a review can see once it can be told from a late collection.
settled AS (
    SELECT k.person, k.day_no, max(d.seen_from) AS seen_from
    FROM peak AS k
    INNER JOIN (
        SELECT
            d.person,
            d.down_on,
            greatest(d.down_on, coalesce(DATE '2000-01-01' + CAST(max(w.told_at) AS INTEGER), d.down_on)) AS seen_from
        FROM down AS d
        LEFT JOIN supply_waited AS w
            ON w.person = d.person AND w.from_at = date_diff('day', DATE '2000-01-01', d.down_on)
        GROUP BY d.person, d.down_on
        UNION ALL
        SELECT g.person, g.stopped_on, g.stopped_on + p.no_supply_days - 1
        FROM gap AS g
        CROSS JOIN policy AS p
    ) AS d
        ON d.person = k.person AND d.down_on >= k.turn_on AND d.down_on <= k.turn_on + 28
    GROUP BY k.person, k.day_no
),

-- The last four weeks of supply, and the twelve months to the stop they are held against.
before AS (
    SELECT
        g.person,
        g.stopped_on,
        g.back_on,
        sum(date_diff('day', greatest(r.from_day, g.stopped_on - 28), r.to_day) * r.ome_milli)
            FILTER (WHERE r.to_day > g.stopped_on - 28)
            / sum(date_diff('day', greatest(r.from_day, g.stopped_on - 28), r.to_day))
                FILTER (WHERE r.to_day > g.stopped_on - 28) AS last_milli,
        sum(date_diff('day', greatest(r.from_day, g.stopped_on - 365), r.to_day) * r.ome_milli)
            / sum(date_diff('day', greatest(r.from_day, g.stopped_on - 365), r.to_day)) AS baseline_milli
    FROM gap AS g
    INNER JOIN run AS r ON r.person = g.person AND r.to_day <= g.stopped_on AND r.to_day > g.stopped_on - 365
    GROUP BY g.person, g.stopped_on, g.back_on
),

-- On a plan the dose before is the plan's baseline: a slow taper that ends low is no abrupt stop.
planned AS (
    SELECT g.person, g.stopped_on, min(s.baseline_milli) AS baseline_milli
    FROM gap AS g
    INNER JOIN person AS n ON n.person = g.person
    INNER JOIN plan_span AS s
        ON s.patient_key = n.patient_key
        AND s.start_on <= g.stopped_on AND coalesce(s.ended_on + 28 > g.stopped_on, true)
    GROUP BY g.person, g.stopped_on
),

stop AS (
    SELECT
        b.*,
        b.last_milli >= p.watch_milli AS is_watched,
        b.last_milli * 100 >= p.abrupt_percent * coalesce(l.baseline_milli, b.baseline_milli)
            OR (b.last_milli >= p.watch_milli AND b.last_milli * 100 >= p.abrupt_percent * b.baseline_milli) AS is_abrupt
    FROM before AS b
    CROSS JOIN policy AS p
    LEFT JOIN planned AS l ON l.person = b.person AND l.stopped_on = b.stopped_on
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
        k.seen_on,
        k.before_milli AS from_milli,
        k.after_milli AS to_milli,
        k.fall_percent,
        false AS is_abrupt,
        CAST(NULL AS DATE) AS back_on,
        greatest(
            coalesce(s.seen_from, k.turn_on) + 1,
            coalesce(k.unknown_since, k.turn_on) + 1,
            CASE WHEN k.seen_on > k.turn_on + 28 THEN k.seen_on ELSE k.turn_on END
        ) AS look_from,
        k.unknown_since
    FROM peak AS k
    LEFT JOIN settled AS s ON s.person = k.person AND s.day_no = k.day_no
    UNION ALL
    SELECT
        b.person,
        'stop',
        b.stopped_on,
        b.stopped_on + p.no_supply_days,
        b.last_milli,
        0,
        100.0,
        b.is_abrupt,
        b.back_on,
        b.stopped_on + p.no_supply_days,
        u.unknown_since
    FROM stop AS b
    CROSS JOIN policy AS p
    LEFT JOIN undosed AS u ON u.person = b.person AND u.stopped_on = b.stopped_on
    WHERE b.is_watched OR b.is_abrupt
)

SELECT
    f.person,
    f.kind,
    f.fell_on,
    f.seen_on,
    CAST(round(f.from_milli) AS BIGINT) AS from_milli,
    CAST(round(f.to_milli) AS BIGINT) AS to_milli,
    f.fall_percent,
    f.is_abrupt,
    f.back_on,
    f.look_from,
    f.unknown_since
FROM found AS f

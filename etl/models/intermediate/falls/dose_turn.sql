-- One row per person watched and turn (a day the dose changes, or lies one to four weeks before or after such a day; the
-- last day that can be seen, 28 days before the data or the person's time there end; a plan's start): mean dose of the
-- 28 days before it and of the 28 days from it, and the fall between them in % of the former. Farther from a change both windows hold one dose. With supply on every day the largest fall
-- lies at a change or 28 days from one, since both means are straight lines in between; weekly turns serve windows
-- with gaps. A window with supply on fewer than 14 days has no sure mean; so that a gap hides no fall, the 28 days before
-- each gap (left_on) are held against those after it, however few have supply, and so is what is known before and after
-- days on which more may have been taken. Where supply goes on but comes to cover fewer than half of the days, what was
-- supplied in the 84 days before is held against the 84 or 168 days after: more than half less may be a fall too. Watched: see there; without a plan or decision only whose dose varies or who has gaps.
-- unknown_since: there may be no fall, since more may have been taken in the 28 days from the turn than is known (see
-- undosed_span) or supply covers too few days for a mean.
-- Made by people.
WITH turned AS (
    SELECT person
    FROM watched
    WHERE is_recorded OR varies OR has_gaps OR has_unknown
),

run AS (
    SELECT
        r.person,
        date_diff('day', DATE '2000-01-01', r.from_day) AS from_at,
        date_diff('day', DATE '2000-01-01', r.to_day) AS to_at,
        r.ome_milli,
        coalesce(r.from_day > lag(r.to_day) OVER (PARTITION BY r.person ORDER BY r.from_day), false) AS is_after_gap
    FROM dose_run AS r
    INNER JOIN turned AS w ON w.person = r.person
    WHERE r.kind = 'opioid' AND r.supplies > 0
),

-- A single late or early collection is no change of dose, and the last days of what another took over from are no sum.
bend AS (
    SELECT person, from_at, to_at, full_milli - ome_milli AS dose
    FROM supply_waited
    WHERE is_single
    UNION ALL
    SELECT person, from_at, to_at, -ome_milli
    FROM supply_overlap
),

gap AS (
    SELECT person, to_at AS left_no, lead(from_at) OVER (PARTITION BY person ORDER BY from_at) AS day_no
    FROM run
),

change AS (
    SELECT person, from_at AS day_no
    FROM run
    UNION
    SELECT person, to_at
    FROM run
    UNION
    SELECT person, unnest([from_at, to_at])
    FROM bend
),

near AS (
    SELECT person, day_no, unnest(generate_series(-28, 28, 7)) AS shift
    FROM change
),

edge AS (
    SELECT n.person, unnest([
        date_diff('day', DATE '2000-01-01', s.start_on), date_diff('day', DATE '2000-01-01', s.as_of) - 27
    ]) AS day_no
    FROM plan_span AS s
    INNER JOIN person AS n ON n.patient_key = s.patient_key
    UNION
    SELECT w.person, date_diff('day', DATE '2000-01-01', d.data_to) - 27
    FROM turned AS w
    CROSS JOIN (SELECT DISTINCT data_to FROM practice_data WHERE data_to IS NOT NULL) AS d
    UNION
    SELECT w.person, date_diff('day', DATE '2000-01-01', n.left_on) - 28
    FROM turned AS w
    INNER JOIN person AS n ON n.person = w.person
    WHERE n.left_on IS NOT NULL
),

turn AS (
    SELECT person, day_no + shift AS left_no, day_no + shift AS day_no
    FROM near
    UNION
    SELECT person, day_no, day_no
    FROM edge
    UNION
    SELECT g.person, g.left_no, g.day_no
    FROM gap AS g
    CROSS JOIN policy AS p
    WHERE g.day_no > g.left_no AND g.day_no - g.left_no < p.stopped_days
),

-- Days on which more may have been taken than is known, over gaps shorter than a stop.
island AS (
    SELECT person, min(from_at) AS from_at, max(to_at) AS to_at
    FROM (
        SELECT u.*, count(*) FILTER (WHERE u.is_first) OVER (PARTITION BY u.person ORDER BY u.from_at, u.to_at) AS island_no
        FROM (
            SELECT
                i.person,
                date_diff('day', DATE '2000-01-01', i.from_day) AS from_at,
                date_diff('day', DATE '2000-01-01', i.to_day) AS to_at,
                coalesce(date_diff('day', max(i.to_day) OVER (
                    PARTITION BY i.person ORDER BY i.from_day, i.to_day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ), i.from_day) >= p.no_supply_days, true) AS is_first
            FROM undosed_span AS i
            INNER JOIN turned AS w ON w.person = i.person
            CROSS JOIN policy AS p
        ) AS u
    )
    GROUP BY person, island_no
),

-- What is known again is held against the last that was known before, however long ago.
ended AS (
    SELECT
        i.*,
        coalesce(least(i.from_at, max(r.to_at) FILTER (WHERE r.from_at < i.from_at)), i.from_at) AS left_no,
        greatest(i.to_at, min(r.from_at) FILTER (WHERE r.to_at > i.to_at)) AS day_no
    FROM island AS i
    INNER JOIN run AS r ON r.person = i.person
    GROUP BY i.person, i.from_at, i.to_at
),

-- Supply that goes on, without a stop, and the second day of issue in it: one issue is no dose to come down from.
course AS (
    SELECT c.person, c.from_at, c.to_at, min(date_diff('day', DATE '2000-01-01', s.issued_on)) AS second_at
    FROM (
        SELECT person, min(from_at) AS from_at, max(to_at) AS to_at
        FROM (
            SELECT r.*, count(*) FILTER (WHERE r.is_first) OVER (PARTITION BY r.person ORDER BY r.from_at) AS course_no
            FROM (
                SELECT
                    r.*,
                    coalesce(
                        r.from_at - lag(r.to_at) OVER (PARTITION BY r.person ORDER BY r.from_at) >= p.no_supply_days, true
                    ) AS is_first
                FROM run AS r
                INNER JOIN watched AS w ON w.person = r.person
                CROSS JOIN policy AS p
                WHERE w.has_gaps
            ) AS r
        )
        GROUP BY person, course_no
    ) AS c
    INNER JOIN supply_dosed AS s
        ON s.person = c.person AND s.ome_milli > 0 AND date_diff('day', DATE '2000-01-01', s.issued_on) > c.from_at
    INNER JOIN numbered_product AS k ON k.product_no = s.product_no AND k.class = 'opioid'
    GROUP BY c.person, c.from_at, c.to_at
),

-- 84 days, or twice as many, which a single gap shorter than a stop cannot leave half uncovered. Days of supply whose
-- dose is not known are not days without supply.
long_turn AS (
    SELECT t.person, t.day_no, t.day_no + s.days AS seen_no, s.days, greatest(t.day_no - 84, c.from_at) AS since_no
    FROM turn AS t
    CROSS JOIN (VALUES (84), (168)) AS s (days)
    INNER JOIN course AS c
        ON c.person = t.person AND t.day_no BETWEEN c.from_at + 28 AND c.to_at - s.days AND t.day_no > c.second_at
    CROSS JOIN (SELECT max(month_end) AS reach FROM calendar) AS r
    LEFT JOIN undosed_span AS u
        ON u.person = t.person AND date_diff('day', DATE '2000-01-01', u.to_day) > t.day_no
        AND date_diff('day', DATE '2000-01-01', u.from_day) < t.day_no + s.days
    WHERE t.left_no = t.day_no AND t.day_no + s.days - 1 <= date_diff('day', DATE '2000-01-01', r.reach)
        AND u.person IS NULL
),

-- Totals up to a day need no join of turns to runs: with every start adding a dose and every end taking it away,
-- the total to a day is (sum of doses begun) x day - (sum of dose x day begun). Ends of windows are days that add nothing.
step AS (
    SELECT person, from_at AS day_no, ome_milli AS dose, 1 AS cover, CAST(is_after_gap AS INTEGER) AS restarts
    FROM run
    UNION ALL
    SELECT person, to_at, -ome_milli, -1, 0
    FROM run
    UNION ALL
    SELECT person, left_no - 28, 0, 0, 0
    FROM turn
    UNION ALL
    SELECT person, left_no, 0, 0, 0
    FROM turn
    UNION ALL
    SELECT person, day_no, 0, 0, 0
    FROM turn
    UNION ALL
    SELECT person, day_no + 28, 0, 0, 0
    FROM turn
    UNION ALL
    SELECT person, since_no, 0, 0, 0
    FROM long_turn
    UNION ALL
    SELECT person, seen_no, 0, 0, 0
    FROM long_turn
    UNION ALL
    SELECT person, unnest([left_no - 28, left_no, to_at - 28, to_at, day_no, day_no + 28]), 0, 0, 0
    FROM ended
    UNION ALL
    SELECT person, from_at, dose, 0, 0
    FROM bend
    UNION ALL
    SELECT person, to_at, -dose, 0, 0
    FROM bend
),

daily AS (
    SELECT person, day_no, CAST(sum(dose) AS BIGINT) AS dose, CAST(sum(cover) AS BIGINT) AS cover, sum(restarts) AS restarts
    FROM step
    GROUP BY person, day_no
),

total AS (
    SELECT
        person,
        day_no,
        CAST(sum(dose) OVER course AS BIGINT) * day_no - CAST(sum(dose * day_no) OVER course AS BIGINT) AS ome_days,
        CAST(sum(cover) OVER course AS BIGINT) * day_no - CAST(sum(cover * day_no) OVER course AS BIGINT) AS days,
        sum(restarts) OVER course AS restarts
    FROM daily
    WINDOW course AS (PARTITION BY person ORDER BY day_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),

mean AS (
    SELECT
        t.person,
        t.left_no,
        t.day_no,
        CAST(l.ome_days - b.ome_days AS DOUBLE) / nullif(l.days - b.days, 0) AS before_milli,
        CAST(a.ome_days - n.ome_days AS DOUBLE) / nullif(a.days - n.days, 0) AS after_milli,
        l.days - b.days >= 14 AND a.days - n.days >= 14 AS is_sure,
        t.day_no + 28 AS seen_no
    FROM turn AS t
    INNER JOIN total AS b ON b.person = t.person AND b.day_no = t.left_no - 28
    INNER JOIN total AS l ON l.person = t.person AND l.day_no = t.left_no
    INNER JOIN total AS n ON n.person = t.person AND n.day_no = t.day_no
    INNER JOIN total AS a ON a.person = t.person AND a.day_no = t.day_no + 28
    CROSS JOIN (SELECT max(month_end) AS reach FROM calendar) AS c
    WHERE t.day_no + 27 <= date_diff('day', DATE '2000-01-01', c.reach)
        AND (t.day_no > t.left_no OR (l.days - b.days >= 14 AND a.days - n.days >= 14))
        AND a.days > n.days
    UNION ALL
    SELECT
        t.person,
        t.day_no,
        t.day_no,
        CAST(n.ome_days - b.ome_days AS DOUBLE) / (t.day_no - t.since_no),
        CAST(a.ome_days - n.ome_days AS DOUBLE) / t.days,
        false,
        t.seen_no
    FROM long_turn AS t
    INNER JOIN total AS b ON b.person = t.person AND b.day_no = t.since_no
    INNER JOIN total AS n ON n.person = t.person AND n.day_no = t.day_no
    INNER JOIN total AS a ON a.person = t.person AND a.day_no = t.seen_no
    CROSS JOIN policy AS p
    WHERE (a.days - n.days) * 2 < t.days
        AND (a.ome_days - n.ome_days) * 2 * (t.day_no - t.since_no) < (n.ome_days - b.ome_days) * t.days
        -- One gap that is too short for a stop is a late collection.
        AND (t.days > 84 OR a.restarts - n.restarts >= 2 OR a.days - n.days <= 84 - p.no_supply_days)
),

-- besides: what was known of the last four weeks of the unknown. Where that goes on as it was, what ended is not known.
again AS (
    SELECT
        d.* EXCLUDE (before_ome_days, besides_days, besides_ome_days, after_ome_days),
        CAST(before_ome_days AS DOUBLE) / nullif(before_days, 0) AS before_milli,
        besides_days >= 14 AS goes_on,
        CAST(besides_ome_days AS DOUBLE) / nullif(besides_days, 0) AS besides_milli,
        CAST(after_ome_days AS DOUBLE) / nullif(after_days, 0) AS after_milli
    FROM (
        -- One join for the six totals: six joins of the totals with themselves may be made before any day is chosen.
        SELECT
            e.*,
            sum(CASE t.day_no WHEN e.left_no THEN t.days WHEN e.left_no - 28 THEN -t.days END) AS before_days,
            sum(CASE t.day_no WHEN e.left_no THEN t.ome_days WHEN e.left_no - 28 THEN -t.ome_days END) AS before_ome_days,
            sum(CASE t.day_no WHEN e.to_at THEN t.days WHEN e.to_at - 28 THEN -t.days END) AS besides_days,
            sum(CASE t.day_no WHEN e.to_at THEN t.ome_days WHEN e.to_at - 28 THEN -t.ome_days END) AS besides_ome_days,
            sum(CASE t.day_no WHEN e.day_no + 28 THEN t.days WHEN e.day_no THEN -t.days END) AS after_days,
            sum(CASE t.day_no WHEN e.day_no + 28 THEN t.ome_days WHEN e.day_no THEN -t.ome_days END) AS after_ome_days
        FROM ended AS e
        INNER JOIN total AS t ON t.person = e.person
        GROUP BY e.person, e.from_at, e.to_at, e.left_no, e.day_no
    ) AS d
    CROSS JOIN policy AS p
    WHERE after_days > 0 AND day_no - to_at < p.stopped_days
),

told_again AS (
    SELECT
        g.*,
        g.goes_on AND g.to_at - g.from_at > p.no_supply_days
        AND g.after_milli * 100 < g.besides_milli * (100 + p.amber_fall_percent) AS is_open,
        CASE WHEN g.goes_on THEN greatest(g.day_no + 28, g.to_at + p.no_supply_days) ELSE g.day_no + 28 END AS seen_no
    FROM again AS g
    CROSS JOIN policy AS p
),

fall AS (
    SELECT
        person,
        day_no,
        DATE '2000-01-01' + CAST(left_no AS INTEGER) AS left_on,
        DATE '2000-01-01' + CAST(day_no AS INTEGER) AS turn_on,
        before_milli,
        after_milli,
        is_sure,
        DATE '2000-01-01' + CAST(seen_no AS INTEGER) AS seen_on,
        100.0 * (before_milli - after_milli) / before_milli AS fall_percent
    FROM mean
    WHERE before_milli > 0
    UNION ALL
    SELECT
        g.person,
        g.day_no,
        DATE '2000-01-01' + CAST(g.left_no AS INTEGER),
        DATE '2000-01-01' + CAST(g.day_no AS INTEGER),
        CASE WHEN g.is_open THEN greatest(g.before_milli, g.besides_milli) ELSE g.before_milli END,
        g.after_milli,
        NOT g.goes_on AND g.before_days >= 14 AND g.after_days >= 14,
        DATE '2000-01-01' + CAST(g.seen_no AS INTEGER),
        -- How much has ended is not known: it may be nearly all.
        CASE WHEN g.is_open THEN 100.0 ELSE 100.0 * (g.before_milli - g.after_milli) / g.before_milli END
    FROM told_again AS g
    CROSS JOIN (SELECT max(month_end) AS reach FROM calendar) AS c
    WHERE (g.is_open OR g.before_milli > 0) AND g.seen_no - 1 <= date_diff('day', DATE '2000-01-01', c.reach)
),

undosed AS (
    SELECT f.person, f.turn_on, min(i.from_day) AS unknown_since
    FROM fall AS f
    INNER JOIN undosed_span AS i ON i.person = f.person AND i.to_day > f.turn_on AND i.from_day < f.turn_on + 28
    GROUP BY f.person, f.turn_on
)

SELECT
    f.* EXCLUDE (is_sure),
    least(u.unknown_since, CASE WHEN NOT f.is_sure THEN f.turn_on END) AS unknown_since
FROM fall AS f
CROSS JOIN policy AS p
LEFT JOIN undosed AS u ON u.person = f.person AND u.turn_on = f.turn_on
-- A day may end a gap and be a turn by itself: a red fall that is sure comes before what may be more.
QUALIFY row_number() OVER (
    PARTITION BY f.person, f.day_no
    ORDER BY f.is_sure AND f.fall_percent > p.red_fall_percent DESC, f.fall_percent DESC, f.left_on DESC, f.seen_on
) = 1

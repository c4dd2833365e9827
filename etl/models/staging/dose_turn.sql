-- One row per person watched and turn (a day the dose changes, or lies one to four weeks before or after such a day; the
-- last day that can be seen, 28 days before the data or the person's time there end; a plan's start): mean dose of the
-- 28 days before it and of the 28 days from it, and the fall between them in % of the former. Farther from a change both windows hold one dose. With supply on every day the largest fall
-- lies at a change or 28 days from one, since both means are straight lines in between; weekly turns serve windows
-- with gaps. A window with supply on fewer than 14 days has no mean; so that a gap hides no fall, the 28 days before
-- each gap (left_on) are held against those after it. Watched: see there; without a plan or decision only whose dose
-- varies. unknown_since: more may have been taken than is
-- known in the 28 days from the turn (see undosed_span), so that there may be no fall.
WITH turned AS (
    SELECT person
    FROM watched
    WHERE is_recorded OR varies
),

run AS (
    SELECT
        r.person,
        date_diff('day', DATE '2000-01-01', r.from_day) AS from_at,
        date_diff('day', DATE '2000-01-01', r.to_day) AS to_at,
        r.ome_milli
    FROM dose_run AS r
    INNER JOIN turned AS w ON w.person = r.person
    WHERE r.kind = 'opioid' AND r.supplies > 0
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
    CROSS JOIN (SELECT DISTINCT data_to FROM practice WHERE data_to IS NOT NULL) AS d
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

-- Totals up to a day need no join of turns to runs: with every start adding a dose and every end taking it away,
-- the total to a day is (sum of doses begun) x day - (sum of dose x day begun). Ends of windows are days that add nothing.
step AS (
    SELECT person, from_at AS day_no, ome_milli AS dose, 1 AS cover
    FROM run
    UNION ALL
    SELECT person, to_at, -ome_milli, -1
    FROM run
    UNION ALL
    SELECT person, left_no - 28, 0, 0
    FROM turn
    UNION ALL
    SELECT person, left_no, 0, 0
    FROM turn
    UNION ALL
    SELECT person, day_no, 0, 0
    FROM turn
    UNION ALL
    SELECT person, day_no + 28, 0, 0
    FROM turn
),

daily AS (
    SELECT person, day_no, CAST(sum(dose) AS BIGINT) AS dose, CAST(sum(cover) AS BIGINT) AS cover
    FROM step
    GROUP BY person, day_no
),

total AS (
    SELECT
        person,
        day_no,
        CAST(sum(dose) OVER course AS BIGINT) * day_no - CAST(sum(dose * day_no) OVER course AS BIGINT) AS ome_days,
        CAST(sum(cover) OVER course AS BIGINT) * day_no - CAST(sum(cover * day_no) OVER course AS BIGINT) AS days
    FROM daily
    WINDOW course AS (PARTITION BY person ORDER BY day_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),

mean AS (
    SELECT
        t.person,
        t.left_no,
        t.day_no,
        CAST(l.ome_days - b.ome_days AS DOUBLE) / nullif(l.days - b.days, 0) AS before_milli,
        CAST(a.ome_days - n.ome_days AS DOUBLE) / nullif(a.days - n.days, 0) AS after_milli
    FROM turn AS t
    INNER JOIN total AS b ON b.person = t.person AND b.day_no = t.left_no - 28
    INNER JOIN total AS l ON l.person = t.person AND l.day_no = t.left_no
    INNER JOIN total AS n ON n.person = t.person AND n.day_no = t.day_no
    INNER JOIN total AS a ON a.person = t.person AND a.day_no = t.day_no + 28
    CROSS JOIN (SELECT max(month_end) AS reach FROM calendar) AS c
    WHERE t.day_no + 27 <= date_diff('day', DATE '2000-01-01', c.reach)
        AND l.days - b.days >= 14 AND a.days - n.days >= 14
),

fall AS (
    SELECT
        person,
        day_no,
        DATE '2000-01-01' + CAST(left_no AS INTEGER) AS left_on,
        DATE '2000-01-01' + CAST(day_no AS INTEGER) AS turn_on,
        before_milli,
        after_milli,
        100.0 * (before_milli - after_milli) / before_milli AS fall_percent
    FROM mean
    WHERE before_milli > 0
),

undosed AS (
    SELECT f.person, f.turn_on, min(i.from_day) AS unknown_since
    FROM fall AS f
    INNER JOIN undosed_span AS i ON i.person = f.person AND i.to_day > f.turn_on AND i.from_day < f.turn_on + 28
    GROUP BY f.person, f.turn_on
)

SELECT f.*, u.unknown_since
FROM fall AS f
LEFT JOIN undosed AS u ON u.person = f.person AND u.turn_on = f.turn_on
-- A day may end a gap and be a turn by itself.
QUALIFY row_number() OVER (PARTITION BY f.person, f.day_no ORDER BY f.fall_percent DESC, f.left_on DESC) = 1

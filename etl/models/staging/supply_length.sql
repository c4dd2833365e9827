-- One row per person, product and day of issue: how many days it is expected to last, and how that is known. Directions
-- tell it by the quantity, unless the days recorded show that the two do not belong together.
WITH gap AS (
    SELECT
        *,
        date_diff('day', issued_on, lead(issued_on) OVER course) AS days_to_next
    FROM issue_day
    WINDOW course AS (PARTITION BY person, same ORDER BY issued_on)
),

usual AS (
    SELECT person, same, median(days_to_next) AS days
    FROM gap
    CROSS JOIN policy AS p
    WHERE days_to_next <= p.stopped_days
    GROUP BY person, same
),

based AS (
    SELECT
        g.*,
        CASE
            WHEN g.regular AND NOT coalesce(g.disagrees, false) AND g.directed_days_milli > 0 THEN 'directions'
            WHEN g.recorded_days_milli > 0 THEN 'days supply'
            WHEN g.days_to_next <= p.stopped_days THEN 'time to next issue'
            WHEN u.days IS NOT NULL THEN 'median interval'
            ELSE 'default'
        END AS basis,
        CAST(round(coalesce(u.days, p.default_days) * 1000) AS BIGINT) AS usual_milli
    FROM gap AS g
    CROSS JOIN policy AS p
    LEFT JOIN usual AS u
        ON u.person = g.person AND u.same = g.same
)

SELECT
    *,
    CASE basis
        WHEN 'directions' THEN directed_days_milli
        WHEN 'days supply' THEN recorded_days_milli
        WHEN 'time to next issue' THEN days_to_next * 1000
        ELSE usual_milli
    END AS days_milli
FROM based

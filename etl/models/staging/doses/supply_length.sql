-- One row per person, product and day of issue: how many days it is expected to last, and how that is known. Directions
-- tell it by the quantity, unless the days recorded show that the two do not belong together. Where no quantity is known
-- the time to the next issue tells it, but not of regular directions where it is longer than most such supplies: then a
-- break may lie in it.
-- Made by people.
WITH gap AS (
    SELECT
        person,
        product_no,
        issued_on,
        regular,
        quantity_known,
        disagrees,
        directed_days_milli,
        recorded_days_milli,
        date_diff('day', issued_on, lead(issued_on) OVER course) AS days_to_next
    FROM issue_day
    WINDOW course AS (PARTITION BY person, product_no ORDER BY issued_on)
),

usual AS (
    SELECT
        person,
        product_no,
        median(days_to_next) AS days,
        coalesce(median(days_to_next) FILTER (days_to_next <= p.long_supply_days), p.default_days) AS common_days
    FROM gap
    CROSS JOIN policy AS p
    WHERE days_to_next <= p.stopped_days
    GROUP BY person, product_no, p.long_supply_days, p.default_days
),

based AS (
    SELECT
        g.*,
        CASE
            WHEN g.regular AND NOT coalesce(g.disagrees, false) AND g.directed_days_milli > 0 THEN 'directions'
            WHEN g.recorded_days_milli > 0 THEN 'days supply'
            WHEN g.days_to_next <= p.stopped_days
                AND NOT (g.regular AND NOT g.quantity_known AND g.days_to_next > u.common_days + p.late_days)
                THEN 'time to next issue'
            WHEN u.days IS NOT NULL THEN 'median interval'
            ELSE 'default'
        END AS basis,
        CAST(round(coalesce(
            CASE WHEN g.regular AND NOT g.quantity_known THEN u.common_days ELSE u.days END, p.default_days
        ) * 1000) AS BIGINT) AS usual_milli
    FROM gap AS g
    CROSS JOIN policy AS p
    LEFT JOIN usual AS u
        ON u.person = g.person AND u.product_no = g.product_no
)

SELECT
    person,
    product_no,
    issued_on,
    days_to_next,
    basis,
    usual_milli,
    CASE basis
        WHEN 'directions' THEN directed_days_milli
        WHEN 'days supply' THEN recorded_days_milli
        WHEN 'time to next issue' THEN days_to_next * 1000
        ELSE usual_milli
    END AS days_milli
FROM based

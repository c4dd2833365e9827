-- One row per supply: the days it covers when stock is carried forward and a little lateness is spread.
-- Days are counted from 1 January 2000. With S the running sum of expected days, a supply ends at
-- S + the running maximum of (day of issue − S before it): no recursion is needed.
-- Made by people.
WITH summed AS (
    SELECT
        *,
        date_diff('day', DATE '2000-01-01', issued_on) AS issue_day,
        CAST(sum(days_milli) OVER course AS BIGINT) AS s
    FROM supply_length
    WINDOW course AS (
        PARTITION BY person, product_no ORDER BY issued_on
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
),

ended AS (
    SELECT
        *,
        s + max(issue_day * 1000 - (s - days_milli)) OVER (
            PARTITION BY person, product_no ORDER BY issued_on
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS end_milli
    FROM summed
),

whole AS (
    SELECT
        *,
        CAST(floor((end_milli - days_milli + 500) / 1000.0) AS BIGINT) AS from_day,
        CAST(floor((end_milli + 500) / 1000.0) AS BIGINT) AS own_end
    FROM ended
),

followed AS (
    SELECT
        *,
        -- The next supply begins when it is issued, or later when this one ends: no look ahead is needed.
        CASE WHEN days_to_next IS NOT NULL THEN
            CAST(floor((greatest((issue_day + days_to_next) * 1000, end_milli) + 500) / 1000.0) AS BIGINT)
        END AS next_from
    FROM whole
)

SELECT
    f.* EXCLUDE (s, end_milli),
    CASE WHEN next_from - own_end BETWEEN 1 AND p.late_days THEN next_from ELSE own_end END AS to_day,
    next_from - own_end BETWEEN 1 AND p.late_days AS spread,
    from_day - issue_day > p.over_supply_days AS over_supply
FROM followed AS f
CROSS JOIN policy AS p

-- One row per person and month end with an issue in the window before it: what was issued, and flags.
WITH flagged AS (
    SELECT s.person, s.issued_on, s.issued_ome_milli, s.over_supply, false AS not_converted, false AS unmapped
    FROM supply_dosed AS s
    INNER JOIN same AS k ON k.same = s.same
    WHERE k.class = 'opioid'
    UNION ALL
    SELECT person, issued_on, 0, false, coalesce(status = 'not_converted', false),
        coalesce(status = 'unmapped', true)
    FROM issue
    WHERE coalesce(status IN ('not_converted', 'unmapped'), true)
),

spread AS (
    SELECT
        f.*,
        unnest(generate_series(date_trunc('month', f.issued_on), f.issued_on + p.window_days - 1, INTERVAL 1 MONTH)) AS at_month
    FROM flagged AS f
    CROSS JOIN policy AS p
)

SELECT
    person,
    CAST(at_month AS DATE) AS month,
    CAST(sum(issued_ome_milli) AS BIGINT) AS issued_ome_milli,
    bool_or(over_supply) AS over_supply,
    bool_or(not_converted) AS not_converted,
    bool_or(unmapped) AS unmapped
FROM spread AS s
CROSS JOIN policy AS p
WHERE last_day(CAST(at_month AS DATE)) - (p.window_days - 1) <= issued_on
GROUP BY person, CAST(at_month AS DATE)

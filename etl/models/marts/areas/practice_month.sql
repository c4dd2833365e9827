-- One row per practice and month since its first extract. A month is complete when extracts of issues cover
-- it and all of the window before its end; only complete months count, and each measure says how many days
-- of data it needs before them. listed: its list size can be one; else it is not known, and there are no rates.
WITH span AS (
    SELECT practice_code, min(month) AS first_month
    FROM coverage
    GROUP BY practice_code
),

month_of AS (
    SELECT s.practice_code, s.first_month, c.month, c.month_end
    FROM span AS s
    INNER JOIN calendar AS c ON c.month >= s.first_month
),

covered AS (
    SELECT
        m.practice_code,
        m.first_month,
        m.month,
        m.month_end,
        bool_or(v.month = m.month) AS has_month,
        count(v.month) AS months,
        max((year(m.month_end) - year(m.month_end - (p.window_days - 1))) * 12
            + month(m.month_end) - month(m.month_end - (p.window_days - 1)) + 1) AS months_needed
    FROM month_of AS m
    CROSS JOIN policy AS p
    LEFT JOIN coverage AS v
        ON v.practice_code = m.practice_code
        AND v.month <= m.month
        AND last_day(v.month) >= m.month_end - (p.window_days - 1)
    GROUP BY m.practice_code, m.first_month, m.month, m.month_end
)

SELECT
    c.practice_code,
    c.month,
    c.month_end,
    coalesce(c.has_month, false) AS received,
    c.months >= c.months_needed AND l.month IS NOT NULL AS complete,
    l.month IS NOT NULL AND l.impossible IS NULL AS listed,
    date_diff('day', c.first_month, c.month_end) + 1 AS days_of_data,
    CASE WHEN l.impossible IS NULL THEN l.registered END AS registered,
    CASE WHEN l.impossible IS NULL THEN l.adults END AS adults
FROM covered AS c
LEFT JOIN list_month AS l ON l.practice_code = c.practice_code AND l.month = c.month
ORDER BY c.practice_code, c.month

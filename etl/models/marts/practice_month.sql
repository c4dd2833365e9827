-- One row per practice and month since its first extract. A month is complete when extracts of issues cover
-- it and all of the window before its end; only complete months count, and each measure says how many days
-- of data it needs before them.
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
),

listed AS (
    SELECT
        practice_code,
        month,
        sum(registered) AS registered,
        sum(registered) FILTER (WHERE age_band <> '0-17') AS adults
    FROM source_list_sizes
    GROUP BY practice_code, month
)

SELECT
    c.practice_code,
    c.month,
    c.month_end,
    coalesce(c.has_month, false) AS received,
    c.months >= c.months_needed AND l.adults IS NOT NULL AS complete,
    date_diff('day', c.first_month, c.month_end) + 1 AS days_of_data,
    CAST(l.registered AS BIGINT) AS registered,
    CAST(l.adults AS BIGINT) AS adults
FROM covered AS c
LEFT JOIN listed AS l ON l.practice_code = c.practice_code AND l.month = c.month
ORDER BY c.practice_code, c.month

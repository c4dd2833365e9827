-- One row per practice and month that an extract of issues covers, whole.
SELECT practice_code, CAST(month AS DATE) AS month
FROM (
    SELECT practice_code, unnest(generate_series(period_from, period_to, INTERVAL 1 MONTH)) AS month
    FROM extract_period
    WHERE entity = 'issues'
)
GROUP BY ALL

-- One row per month from the first to the last that any practice covers, those that nobody covers too.
SELECT CAST(month AS DATE) AS month, last_day(month) AS month_end
FROM (
    SELECT unnest(generate_series(min(month), max(month), INTERVAL 1 MONTH)) AS month
    FROM coverage
)

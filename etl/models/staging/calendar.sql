-- One row per month that any practice covers.
SELECT month, max(last_day(month)) AS month_end
FROM coverage
GROUP BY month

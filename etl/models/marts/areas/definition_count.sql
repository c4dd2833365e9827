-- One row per reported month, area and threshold: adults, not excluded, beyond it by each definition of the daily dose.
SELECT
    p.month,
    p.level,
    p.area,
    h.threshold,
    count(*) FILTER (WHERE m.carried_forward_milli >= h.beyond_milli) AS carried_forward,
    count(*) FILTER (WHERE m.sum_of_days_supply_milli >= h.beyond_milli) AS sum_of_days_supply,
    count(*) FILTER (WHERE m.unique_days_milli >= h.beyond_milli) AS unique_days,
    count(*) FILTER (WHERE m.fixed_window_milli >= h.beyond_milli) AS fixed_window,
    count(*) FILTER (WHERE m.peak_day_milli >= h.beyond_milli) AS peak_day
FROM reported_practice AS p
CROSS JOIN threshold AS h
LEFT JOIN defined_month AS m ON m.practice_code = p.practice_code AND m.month = p.month
GROUP BY p.month, p.level, p.area, h.threshold
ORDER BY p.level, p.area, p.month, h.threshold

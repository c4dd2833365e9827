-- One row per person and month end with supply in the window before it: doses of the window. OME·days and days of
-- opioids as taken; supply days and OME·days of opioids as issued (a day two supplies cover is two supply days).
WITH spread AS (
    SELECT
        s.*,
        unnest(generate_series(date_trunc('month', s.from_day), s.to_day + p.window_days - 2, INTERVAL 1 MONTH)) AS at_month
    FROM dose_run AS s
    CROSS JOIN policy AS p
),

dated AS (
    SELECT *, CAST(at_month AS DATE) AS month, last_day(CAST(at_month AS DATE)) AS month_end
    FROM spread
),

overlap AS (
    SELECT
        d.*,
        date_diff('day', greatest(from_day, month_end - (p.window_days - 1)), least(to_day, month_end + 1)) AS days
    FROM dated AS d
    CROSS JOIN policy AS p
    WHERE to_day > month_end - (p.window_days - 1)
)

SELECT
    person,
    month,
    max(month_end) AS month_end,
    coalesce(sum(days) FILTER (WHERE kind = 'opioid'), 0) AS covered_days,
    coalesce(sum(days * ome_milli) FILTER (WHERE kind = 'opioid'), 0) AS ome_days,
    coalesce(sum(days) FILTER (WHERE kind = 'gabapentinoid'), 0) AS gaba_days,
    coalesce(sum(days * ddd_milli) FILTER (WHERE kind = 'gabapentinoid'), 0) AS ddd_days,
    max(least(to_day, month_end + 1)) FILTER (WHERE kind = 'opioid') AS opioid_to,
    max(least(to_day, month_end + 1)) FILTER (WHERE kind = 'gabapentinoid') AS gaba_to,
    max(ome_milli) FILTER (WHERE kind = 'opioid') AS peak_ome_milli,
    max(directed_ome_milli) FILTER (WHERE kind = 'opioid' AND to_day > month_end) AS directions_ome_milli,
    coalesce(sum(days * supplies) FILTER (WHERE kind = 'issued'), 0) AS supply_days,
    coalesce(sum(days) FILTER (WHERE kind = 'issued'), 0) AS unique_days,
    coalesce(sum(days * ome_milli) FILTER (WHERE kind = 'issued'), 0) AS issued_ome_days,
    coalesce(max(ome_milli) FILTER (WHERE kind = 'issued'), 0) AS issued_peak_milli
FROM overlap
GROUP BY person, month

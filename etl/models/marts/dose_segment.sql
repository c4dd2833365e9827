-- One row per patient, class and run of days with one total dose: a sweep over the starts and ends of supplies.
-- to_day is the first day not covered.
WITH event AS (
    SELECT patient_key, class, from_day AS day, coalesce(ome_milli, 0) AS ome, coalesce(ddd_milli, 0) AS ddd,
        coalesce(directed_ome_milli, 0) AS directed, 1 AS supplies
    FROM supply
    WHERE to_day > from_day
    UNION ALL
    SELECT patient_key, class, to_day, -coalesce(ome_milli, 0), -coalesce(ddd_milli, 0),
        -coalesce(directed_ome_milli, 0), -1
    FROM supply
    WHERE to_day > from_day
),

daily AS (
    SELECT patient_key, class, day, sum(ome) AS ome, sum(ddd) AS ddd, sum(directed) AS directed,
        sum(supplies) AS supplies
    FROM event
    GROUP BY patient_key, class, day
),

running AS (
    SELECT
        patient_key,
        class,
        day AS from_day,
        lead(day) OVER (PARTITION BY patient_key, class ORDER BY day) AS to_day,
        CAST(sum(ome) OVER (PARTITION BY patient_key, class ORDER BY day
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS ome_milli,
        CAST(sum(ddd) OVER (PARTITION BY patient_key, class ORDER BY day
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS ddd_milli,
        CAST(sum(directed) OVER (PARTITION BY patient_key, class ORDER BY day
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS directed_ome_milli,
        CAST(sum(supplies) OVER (PARTITION BY patient_key, class ORDER BY day
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS supplies
    FROM daily
)

SELECT *
FROM running
WHERE supplies > 0 AND to_day IS NOT NULL
ORDER BY patient_key, class, from_day

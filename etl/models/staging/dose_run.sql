-- One row per person, class and run of days with one total dose: a sweep over the starts and ends of supplies.
-- to_day is the first day not covered. A supply whose dose is not known is in none.
WITH event AS (
    SELECT s.person, k.class, s.from_day AS day, coalesce(s.ome_milli, 0) AS ome, coalesce(s.ddd_milli, 0) AS ddd,
        coalesce(s.directed_ome_milli, 0) AS directed, 1 AS supplies
    FROM supply_dosed AS s
    INNER JOIN same AS k ON k.same = s.same
    WHERE s.to_day > s.from_day AND coalesce(s.ome_milli, s.ddd_milli) IS NOT NULL
    UNION ALL
    SELECT s.person, k.class, s.to_day, -coalesce(s.ome_milli, 0), -coalesce(s.ddd_milli, 0),
        -coalesce(s.directed_ome_milli, 0), -1
    FROM supply_dosed AS s
    INNER JOIN same AS k ON k.same = s.same
    WHERE s.to_day > s.from_day AND coalesce(s.ome_milli, s.ddd_milli) IS NOT NULL
),

daily AS (
    SELECT person, class, day, sum(ome) AS ome, sum(ddd) AS ddd, sum(directed) AS directed,
        sum(supplies) AS supplies
    FROM event
    GROUP BY person, class, day
),

running AS (
    SELECT
        person,
        class,
        day AS from_day,
        lead(day) OVER (PARTITION BY person, class ORDER BY day) AS to_day,
        CAST(sum(ome) OVER (PARTITION BY person, class ORDER BY day
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS ome_milli,
        CAST(sum(ddd) OVER (PARTITION BY person, class ORDER BY day
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS ddd_milli,
        CAST(sum(directed) OVER (PARTITION BY person, class ORDER BY day
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS directed_ome_milli,
        CAST(sum(supplies) OVER (PARTITION BY person, class ORDER BY day
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS BIGINT) AS supplies
    FROM daily
)

SELECT *
FROM running
WHERE supplies > 0 AND to_day IS NOT NULL

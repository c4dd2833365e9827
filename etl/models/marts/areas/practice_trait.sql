-- One row per reported month and practice that has had a list by then: what makes practices alike. list_size and
-- share_65_plus (0 to 1, to a thousandth: less is no difference) of its last complete month (list_month); imd, the mean
-- deprivation quintile (1 is the most deprived) of those supplied in the 12 months to the reported one.
WITH sized AS (
    SELECT
        g.practice_code,
        g.month,
        sum(g.registered) AS everybody,
        coalesce(sum(g.registered) FILTER (WHERE g.category IN ('65-74', '75-84', '85+')), 0) AS older
    FROM group_list AS g
    INNER JOIN practice_month AS p
        ON p.practice_code = g.practice_code AND p.month = g.month AND p.complete AND p.listed
    WHERE g.dimension = 'age_band'
    GROUP BY g.practice_code, g.month
    HAVING sum(g.registered) > 0
),

latest AS (
    SELECT r.month, s.practice_code, s.month AS list_month, s.everybody, s.older
    FROM reported_month AS r
    INNER JOIN sized AS s ON s.month <= r.month
    QUALIFY row_number() OVER (PARTITION BY r.month, s.practice_code ORDER BY s.month DESC) = 1
),

people AS (
    SELECT practice_code, month, sum(imd_quintile) AS quintiles, count(imd_quintile) AS people
    FROM patient_month
    GROUP BY practice_code, month
),

lived AS (
    SELECT r.month, p.practice_code, sum(p.quintiles) / nullif(sum(p.people), 0) AS imd
    FROM reported_month AS r
    INNER JOIN people AS p ON p.month <= r.month AND p.month > r.month - INTERVAL 12 MONTH
    GROUP BY r.month, p.practice_code
)

SELECT
    l.month,
    l.practice_code,
    CAST(l.everybody AS BIGINT) AS list_size,
    CAST(round(l.older / l.everybody, 3) AS DOUBLE) AS share_65_plus,
    v.imd,
    l.list_month
FROM latest AS l
LEFT JOIN lived AS v ON v.practice_code = l.practice_code AND v.month = l.month
ORDER BY l.month, l.practice_code

-- The practices of an area add up to the area, and so do the parts of a PCN to the PCN.
WITH counted AS (
    SELECT measure || ' ' || category AS what, threshold, level, area, month, numerator, denominator
    FROM measure_area
    UNION ALL
    SELECT measure || ' ' || dimension || ' ' || category, threshold, level, area, month, numerator, denominator
    FROM group_area
    UNION ALL
    SELECT 'cohort ' || step || ' ' || outcome, threshold, level, area, month, people, 0
    FROM cohort_area
    UNION ALL
    SELECT 'definitions', threshold, level, area, month, carried_forward + peak_day,
        sum_of_days_supply + unique_days + fixed_window
    FROM definition_count
    UNION ALL
    SELECT 'taper flow', threshold, level, area, month, sum(people), sum(people) FILTER (WHERE harmed)
    FROM taper_flow
    GROUP BY threshold, level, area, month
    UNION ALL
    SELECT 'taper ' || way, threshold, level, area, month, people, 0
    FROM taper_way
    UNION ALL
    SELECT 'taper ' || zone, threshold, level, area, month, people, 0
    FROM taper_pace
    UNION ALL
    SELECT 'taper falls', threshold, level, area, month, sum(people), 0
    FROM taper_fall_size
    GROUP BY threshold, level, area, month
    UNION ALL
    SELECT 'taper now', threshold, level, area, month, plans, below + stopped
    FROM taper_now
    UNION ALL
    SELECT measure || ' ' || reason || ' ' || span || ' ' || back, threshold, level, area, month, times, 0
    FROM crossing
    WHERE span = 'year'
    UNION ALL
    SELECT measure || ' ' || category, threshold, level, area, month, n, 0
    FROM measure_median
),

told AS (
    SELECT c.*, a.pcn
    FROM counted AS c
    INNER JOIN area AS a ON a.level = c.level AND a.area = c.area
),

spread AS (
    SELECT DISTINCT pcn
    FROM area
    WHERE level = 'part'
)

SELECT what, threshold, month
FROM told
GROUP BY what, threshold, month
HAVING sum(numerator) FILTER (WHERE level = 'practice') IS DISTINCT FROM sum(numerator) FILTER (WHERE level = 'icb')
    OR sum(denominator) FILTER (WHERE level = 'practice') IS DISTINCT FROM sum(denominator) FILTER (WHERE level = 'icb')
    OR sum(numerator) FILTER (WHERE level = 'pcn') IS DISTINCT FROM sum(numerator) FILTER (WHERE level = 'icb')
    OR sum(numerator) FILTER (WHERE level = 'place') IS DISTINCT FROM sum(numerator) FILTER (WHERE level = 'icb')
    OR sum(numerator) FILTER (WHERE level = 'part') IS DISTINCT FROM
        sum(numerator) FILTER (WHERE level = 'pcn' AND pcn IN (SELECT pcn FROM spread))

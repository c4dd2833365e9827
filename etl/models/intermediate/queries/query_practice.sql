-- One row per question that a practice's own record raises: its search leaves another number of people than our cohort, at
-- the lowest and at the highest threshold; it excludes more than it found; it has issues from before it opened or after it
-- closed.
WITH searched AS (
    SELECT
        s.practice_code,
        s.search_run_on,
        s.search_found,
        s.search_excluded,
        s.search_found - coalesce(s.search_excluded, 0) AS left_over,
        least(date_trunc('month', s.search_run_on), date_trunc('month', p.data_to)) AS month
    FROM source_practice_plans AS s
    INNER JOIN practice AS p ON p.practice_code = s.practice_code
    WHERE s.search_found IS NOT NULL
),

beside AS (
    SELECT s.practice_code, s.left_over, h.threshold, count(c.patient_key) AS people
    FROM searched AS s
    CROSS JOIN threshold AS h
    INNER JOIN practice_month AS m ON m.practice_code = s.practice_code AND m.month = s.month AND m.complete
    LEFT JOIN cohort_month AS c
        ON c.practice_code = s.practice_code AND c.month = s.month
        AND (c.current_ome_milli >= h.beyond_milli OR c.high_gaba)
    GROUP BY s.practice_code, s.left_over, h.threshold
),

cohort AS (
    SELECT practice_code, min(people) AS fewest, max(people) AS most
    FROM beside
    GROUP BY practice_code
),

issued AS (
    SELECT
        t.practice_code,
        min(t.first_on) FILTER (WHERE t.first_on < p.active_from) AS too_early,
        max(t.last_on) FILTER (WHERE t.last_on > p.active_to) AS too_late,
        max(p.merged_into) AS merged_into
    FROM issue_text AS t
    INNER JOIN source_practices AS p ON p.practice_code = t.practice_code
    GROUP BY t.practice_code
)

SELECT
    s.practice_code,
    CAST(NULL AS VARCHAR) AS patient_key,
    'search differs from our cohort' AS kind,
    s.search_run_on AS on_day,
    s.left_over AS number,
    CASE WHEN c.fewest = c.most THEN CAST(c.most AS VARCHAR)
        ELSE concat(CAST(c.fewest AS VARCHAR), ' to ', CAST(c.most AS VARCHAR)) END AS words
FROM searched AS s
INNER JOIN cohort AS c ON c.practice_code = s.practice_code
WHERE s.left_over < c.fewest - 2 OR s.left_over > c.most + 2
UNION ALL
SELECT practice_code, NULL, 'search excludes more than it found', search_run_on, search_excluded, CAST(search_found AS VARCHAR)
FROM searched
WHERE search_excluded > search_found
UNION ALL
SELECT practice_code, NULL, 'issues before it opened', too_early, NULL, ''
FROM issued
WHERE too_early IS NOT NULL
UNION ALL
SELECT practice_code, NULL, 'issues after it closed', too_late, NULL, coalesce(merged_into, '')
FROM issued
WHERE too_late IS NOT NULL

-- One row per practice and month of the calendar: what became of the issues and patients it should have sent. before:
-- earlier than its first extract. partial: rows of its extracts for that month were kept out, more than one in a
-- hundred, or patients are missing. refused: nothing is loaded, and a file whose name says that practice and month was
-- refused. late: nothing since its last extract, and it was due. awaited: the same, not due yet. missing: a gap between
-- extracts.
WITH loaded AS (
    SELECT practice_code, entity, CAST(unnest(generate_series(period_from, period_to, INTERVAL 1 MONTH)) AS DATE) AS month
    FROM extract_period
    WHERE entity IN ('issues', 'patients')
),

held AS (
    SELECT
        practice_code,
        month,
        bool_or(entity = 'issues') AS has_issues,
        bool_or(entity = 'patients') AS has_patients
    FROM loaded
    GROUP BY practice_code, month
),

dated AS (
    SELECT
        practice_code,
        rows_read,
        rows_quarantined,
        try_cast(left(period, 7) || '-01' AS DATE) AS first_month,
        try_cast(right(period, 7) || '-01' AS DATE) AS last_month
    FROM receipt
    WHERE entity IN ('issues', 'patients') AND counts
),

sent AS (
    SELECT
        d.practice_code,
        c.month,
        sum(d.rows_read) AS rows_read,
        sum(d.rows_quarantined) AS rows_quarantined
    FROM dated AS d
    INNER JOIN calendar AS c ON c.month BETWEEN d.first_month AND d.last_month
    GROUP BY d.practice_code, c.month
),

refused AS (
    SELECT DISTINCT r.practice_code, c.month
    FROM refused_file AS r
    INNER JOIN calendar AS c ON c.month BETWEEN r.first_month AND r.last_month
    WHERE r.entity IN ('issues', 'patients', '')
)

SELECT
    p.practice_code,
    c.month,
    CASE
        WHEN h.has_issues AND (NOT h.has_patients OR coalesce(s.rows_quarantined * 100 > s.rows_read, false)) THEN 'partial'
        WHEN h.has_issues THEN 'received'
        WHEN r.month IS NOT NULL THEN 'refused'
        WHEN (p.data_to IS NULL OR c.month > p.data_to) AND c.month_end < o.late_before THEN 'late'
        WHEN p.data_to IS NULL OR c.month > p.data_to THEN 'awaited'
        WHEN c.month < p.data_from THEN 'before'
        ELSE 'missing'
    END AS state,
    CAST(coalesce(s.rows_quarantined, 0) AS BIGINT) AS rows_kept_out
FROM practice AS p
CROSS JOIN calendar AS c
CROSS JOIN policy AS o
LEFT JOIN held AS h ON h.practice_code = p.practice_code AND h.month = c.month
LEFT JOIN sent AS s ON s.practice_code = p.practice_code AND s.month = c.month
LEFT JOIN refused AS r ON r.practice_code = p.practice_code AND r.month = c.month
ORDER BY p.practice_code, c.month

-- One row per practice and month of the calendar: what became of the extracts it should have sent. before: earlier than
-- its first extract. partial: issues have come, but rows of issues or patients for that month were kept out, more than one
-- in a hundred, or another extract is lacking (which). parts: some parts of its issues have come and others not, so none
-- counts. refused: nothing is loaded, and a file whose name says that practice and month was refused. late: nothing since
-- its last extract, and it was due. awaited: the same, not due yet. missing: a gap between extracts.
WITH lacking AS (
    SELECT practice_code, month, string_agg(entity, ', ' ORDER BY place) AS extracts
    FROM extract_lacking
    GROUP BY practice_code, month
),

row_sent AS (
    SELECT practice_code, rows, 0 AS rows_kept_out, period_from, period_to
    FROM extract_period
    WHERE entity IN ('issues', 'patients')
    UNION ALL
    SELECT practice_code, rows, rows, try_cast(left(period, 7) || '-01' AS DATE), try_cast(right(period, 7) || '-01' AS DATE)
    FROM quarantine
    WHERE entity IN ('issues', 'patients')
),

sent AS (
    SELECT
        r.practice_code,
        c.month,
        sum(r.rows) AS rows_read,
        sum(r.rows_kept_out) AS rows_kept_out
    FROM row_sent AS r
    INNER JOIN calendar AS c ON c.month BETWEEN r.period_from AND r.period_to
    GROUP BY r.practice_code, c.month
),

in_parts AS (
    SELECT DISTINCT p.practice_code, c.month
    FROM quality_parts AS p
    INNER JOIN calendar AS c ON strftime(c.month, '%Y-%m') BETWEEN p.first_month AND p.last_month
    WHERE p.entity = 'issues'
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
        WHEN h.month IS NOT NULL AND (a.month IS NOT NULL OR coalesce(s.rows_kept_out * 100 > s.rows_read, false))
            THEN 'partial'
        WHEN h.month IS NOT NULL THEN 'received'
        WHEN i.month IS NOT NULL THEN 'parts'
        WHEN r.month IS NOT NULL THEN 'refused'
        WHEN (p.data_to IS NULL OR c.month > p.data_to) AND c.month_end < o.late_before THEN 'late'
        WHEN p.data_to IS NULL OR c.month > p.data_to THEN 'awaited'
        WHEN c.month < p.data_from THEN 'before'
        ELSE 'missing'
    END AS state,
    coalesce(a.extracts, '') AS lacking,
    CAST(coalesce(s.rows_kept_out, 0) AS BIGINT) AS rows_kept_out
FROM practice AS p
CROSS JOIN calendar AS c
CROSS JOIN policy AS o
LEFT JOIN coverage AS h ON h.practice_code = p.practice_code AND h.month = c.month
LEFT JOIN lacking AS a ON a.practice_code = p.practice_code AND a.month = c.month
LEFT JOIN sent AS s ON s.practice_code = p.practice_code AND s.month = c.month
LEFT JOIN in_parts AS i ON i.practice_code = p.practice_code AND i.month = c.month
LEFT JOIN refused AS r ON r.practice_code = p.practice_code AND r.month = c.month
ORDER BY p.practice_code, c.month

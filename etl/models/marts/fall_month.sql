-- One row per adult who was beyond the lowest threshold twelve months before a month's end, not excluded then, at the
-- practice where they were: their red falls and abrupt stops that showed there since, and what these or, without one, their
-- dose was part of (see fall). Not counted as a fall or stop: what may be none since the dose is not known; and falls of
-- people excluded that day.
WITH watched AS (
    SELECT
        m.practice_code,
        m.patient_key,
        c.month,
        c.month_end,
        last_day(m.month) AS since_on,
        m.current_ome_milli AS year_before_milli
    FROM patient_month AS m
    CROSS JOIN policy AS p
    INNER JOIN calendar AS c ON c.month = CAST(m.month + INTERVAL 12 MONTH AS DATE)
    WHERE m.is_adult AND NOT m.excluded AND m.current_ome_milli >= p.lowest_beyond_milli
),

harm AS (
    SELECT
        w.practice_code,
        w.patient_key,
        w.month,
        bool_or(f.kind = 'fall') AS fell,
        bool_or(f.kind = 'stop' AND f.is_abrupt) AS stopped,
        bool_or(f.kind = 'unknown') AS dose_unknown,
        arg_max(f.status, f.seen_on) FILTER (WHERE f.kind <> 'unknown') AS status
    FROM watched AS w
    CROSS JOIN policy AS p
    INNER JOIN fall AS f
        ON f.practice_code = w.practice_code AND f.patient_key = w.patient_key
        AND f.seen_on > w.since_on + 1 AND f.seen_on <= w.month_end + 1
    WHERE f.is_red AND NOT f.excluded AND f.from_milli >= p.watch_milli
    GROUP BY w.practice_code, w.patient_key, w.month
),

planned AS (
    SELECT
        w.practice_code,
        w.patient_key,
        w.month,
        bool_or(l.consent = 'best interest') AS in_best_interest,
        max(CASE WHEN l.consent = 'shared' THEN l.start_on END) AS shared_on
    FROM watched AS w
    INNER JOIN plan AS l
        ON l.patient_key = w.patient_key AND l.start_on <= w.month_end AND coalesce(l.ended_on + 28 > w.since_on, true)
    GROUP BY w.practice_code, w.patient_key, w.month
),

decided AS (
    SELECT w.practice_code, w.patient_key, w.month, max(d.decided_on) AS decided_on
    FROM watched AS w
    INNER JOIN source_best_interest AS d ON d.patient_key = w.patient_key AND d.decided_on <= w.month_end
    GROUP BY w.practice_code, w.patient_key, w.month
)

SELECT
    w.practice_code,
    w.patient_key,
    w.month,
    w.year_before_milli,
    coalesce(h.status, CASE
        WHEN coalesce(l.in_best_interest, false)
            OR (d.decided_on IS NOT NULL AND coalesce(l.shared_on <= d.decided_on, true)) THEN 'best interest'
        WHEN l.practice_code IS NOT NULL THEN 'plan'
        ELSE 'neither'
    END) AS status,
    coalesce(h.fell, false) AS fell,
    coalesce(h.stopped, false) AS stopped,
    coalesce(h.dose_unknown, false) AS dose_unknown
FROM watched AS w
LEFT JOIN harm AS h ON h.practice_code = w.practice_code AND h.patient_key = w.patient_key AND h.month = w.month
LEFT JOIN planned AS l ON l.practice_code = w.practice_code AND l.patient_key = w.patient_key AND l.month = w.month
LEFT JOIN decided AS d ON d.practice_code = w.practice_code AND d.patient_key = w.patient_key AND d.month = w.month
ORDER BY w.practice_code, w.patient_key, w.month

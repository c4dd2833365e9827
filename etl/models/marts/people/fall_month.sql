-- One row per adult who was beyond the lowest threshold twelve months before a month's end, not excluded then, at the
-- practice where they were: their red falls and abrupt stops that showed since, wherever they were by then, and what
-- these or, without one, their dose was part of (see dose_status). Not counted as a fall or stop: what may be none since
-- the dose is not known; and falls of people excluded that day.
-- Made by people.
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
        ON f.patient_key = w.patient_key AND f.seen_on > w.since_on + 1 AND f.seen_on <= w.month_end + 1
    WHERE f.is_red AND NOT f.excluded AND f.from_milli >= p.watch_milli
    GROUP BY w.practice_code, w.patient_key, w.month
)

SELECT
    w.practice_code,
    w.patient_key,
    w.month,
    w.year_before_milli,
    coalesce(h.status, s.status) AS status,
    coalesce(h.fell, false) AS fell,
    coalesce(h.stopped, false) AS stopped,
    coalesce(h.dose_unknown, false) AS dose_unknown
FROM watched AS w
LEFT JOIN harm AS h ON h.practice_code = w.practice_code AND h.patient_key = w.patient_key AND h.month = w.month
INNER JOIN dose_status AS s ON s.patient_key = w.patient_key AND s.from_on = w.since_on AND s.to_on = w.month_end
ORDER BY w.practice_code, w.patient_key, w.month

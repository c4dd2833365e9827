-- One row per reported month, area, threshold, series, 28 days and share of the baseline (see taper_course): people.
-- Made by people.
WITH first AS (
    SELECT m.practice_code, m.patient_key, h.threshold, min(m.month) AS month
    FROM patient_month AS m
    INNER JOIN threshold AS h ON m.lowest_3m_milli >= h.beyond_milli
    WHERE m.is_adult AND NOT m.excluded
    GROUP BY m.practice_code, m.patient_key, h.threshold
),

unplanned AS (
    SELECT
        p.month,
        p.level,
        p.area,
        f.threshold,
        f.patient_key,
        n.data_to,
        CAST(min(f.month) + INTERVAL 1 MONTH AS DATE) AS start_on
    FROM first AS f
    INNER JOIN practice AS n ON n.practice_code = f.practice_code
    INNER JOIN reported_practice AS p ON p.practice_code = f.practice_code AND p.month >= f.month
    GROUP BY p.month, p.level, p.area, f.threshold, f.patient_key, n.data_to
),

never AS (
    SELECT u.*
    FROM unplanned AS u
    ANTI JOIN taper_stand AS t ON t.patient_key = u.patient_key AND t.month = u.month
),

started AS (
    SELECT DISTINCT patient_key, start_on, data_to
    FROM never
),

dose AS MATERIALIZED (
    SELECT u.patient_key, u.start_on, u.data_to, s.from_day, s.to_day, s.ome_milli
    FROM started AS u
    INNER JOIN dose_segment AS s ON s.patient_key = u.patient_key AND s.class = 'opioid'
),

before AS (
    SELECT patient_key, start_on, data_to, sum(days * ome_milli) / sum(days) AS baseline_milli
    FROM (
        SELECT *, date_diff('day', greatest(from_day, start_on - 365), least(to_day, start_on)) AS days
        FROM dose
        WHERE from_day < start_on AND to_day > start_on - 365
    )
    GROUP BY patient_key, start_on, data_to
),

spread AS (
    SELECT
        *,
        unnest(generate_series(
            greatest(-6, CAST(floor(date_diff('day', start_on, from_day) / 28.0) AS INTEGER)),
            least(52, CAST(ceil(date_diff('day', start_on, to_day) / 28.0) AS INTEGER))
        )) AS k
    FROM dose
),

mean AS (
    SELECT patient_key, start_on, data_to, k, sum(days * ome_milli) / sum(days) AS mean_milli
    FROM (
        SELECT
            *,
            date_diff('day', greatest(from_day, start_on + CAST(28 * k AS INTEGER)),
                least(to_day, start_on + CAST(28 * k + 28 AS INTEGER))) AS days
        FROM spread
        WHERE start_on + CAST(28 * k + 27 AS INTEGER) <= data_to
    )
    WHERE days > 0
    GROUP BY patient_key, start_on, data_to, k
    HAVING sum(days) >= 14
),

share AS (
    SELECT
        m.patient_key,
        m.start_on,
        m.data_to,
        m.k,
        m.mean_milli / b.baseline_milli AS share,
        m.start_on + CAST(28 * m.k + 28 AS INTEGER) AS to_on
    FROM mean AS m
    INNER JOIN before AS b ON b.patient_key = m.patient_key AND b.start_on = m.start_on AND b.data_to = m.data_to
),

course AS (
    SELECT p.month, p.level, p.area, h.threshold, 'plan' AS series, w.k, w.relative_percent / 100 AS share
    FROM reported_practice AS p
    INNER JOIN taper_stand AS t ON t.practice_code = p.practice_code AND t.month = p.month AND NOT t.excluded
    INNER JOIN threshold AS h ON t.baseline_milli >= h.beyond_milli
    INNER JOIN taper_window AS w
        ON w.practice_code = t.practice_code AND w.plan_id = t.plan_id AND w.to_on <= p.month_end + 1
    UNION ALL
    SELECT n.month, n.level, n.area, n.threshold, 'no plan', s.k, s.share
    FROM never AS n
    INNER JOIN share AS s
        ON s.patient_key = n.patient_key AND s.start_on = n.start_on AND s.data_to = n.data_to
        AND s.to_on <= last_day(n.month) + 1
)

SELECT month, level, area, threshold, series, k, share, count(*) AS people
FROM course
GROUP BY month, level, area, threshold, series, k, share

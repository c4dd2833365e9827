-- One row per step made of a taper, while the person was with the practice: its size against the dose before, and what
-- came before it. The first step is measured from the dose of the day before (baseline, where that is not known), others
-- from the step before. Within the range: a fall of at most 10%, at least 14 days after the last (Faculty of Pain
-- Medicine).
-- Made by people.
WITH made AS (
    SELECT
        t.*,
        s.baseline_milli,
        s.consent,
        CAST(round(t.planned_ome * 1000) AS BIGINT) AS after_milli,
        lag(t.actual_on) OVER steps AS last_on,
        lag(CAST(round(t.planned_ome * 1000) AS BIGINT)) OVER steps AS last_milli
    FROM source_taper_steps AS t
    INNER JOIN plan_span AS s ON s.practice_code = t.practice_code AND s.plan_id = t.plan_id
    WHERE t.actual_on <= s.as_of
    WINDOW steps AS (PARTITION BY t.practice_code, t.plan_id ORDER BY t.actual_on, t.seq)
),

sized AS (
    SELECT
        m.*,
        m.last_on IS NULL AS is_first_step,
        coalesce(m.last_milli, CASE WHEN m.last_on IS NULL THEN coalesce(d.ome_milli, m.baseline_milli) END) AS before_milli
    FROM made AS m
    LEFT JOIN dose_segment AS d
        ON d.patient_key = m.patient_key AND d.class = 'opioid' AND d.from_day < m.actual_on AND d.to_day >= m.actual_on
)

SELECT
    z.practice_code,
    z.patient_key,
    z.plan_id,
    z.seq,
    CAST(date_trunc('month', z.actual_on) AS DATE) AS month,
    z.actual_on,
    z.consent,
    z.baseline_milli,
    z.before_milli,
    z.after_milli,
    date_diff('day', z.last_on, z.actual_on) AS days_since_last,
    z.is_first_step,
    z.after_milli < z.before_milli AS is_fall,
    (z.before_milli - z.after_milli) * 10 <= z.before_milli
        AND coalesce(date_diff('day', z.last_on, z.actual_on) >= 14, true) AS in_range,
    coalesce(z.mdt_discussed_on <= z.actual_on, false) AS discussed,
    coalesce(z.letters_reviewed_on <= z.actual_on, false) AS letters_read,
    coalesce(z.other_provider, false) AS other_provider,
    x.reasons IS NOT NULL AS excluded
FROM sized AS z
LEFT JOIN excluded_month AS x
    ON x.patient_key = z.patient_key AND x.month = CAST(date_trunc('month', z.actual_on) AS DATE)
ORDER BY z.practice_code, z.plan_id, z.seq

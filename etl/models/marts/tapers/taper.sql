-- One row per plan with a taper: where it stands at the end of the data, or when the person left.
WITH latest AS (
    SELECT *
    FROM taper_month
    QUALIFY row_number() OVER (PARTITION BY practice_code, plan_id ORDER BY month DESC) = 1
),

fastest AS (
    SELECT
        f.practice_code,
        f.plan_id,
        max(f.fall_percent) FILTER (f.dose_known) AS max_fall_percent,
        bool_or(f.fall_percent > p.red_fall_percent AND NOT f.dose_known) AS may_be_red
    FROM taper_fall AS f
    CROSS JOIN policy AS p
    GROUP BY f.practice_code, f.plan_id
),

seen AS (
    SELECT
        s.practice_code,
        s.plan_id,
        bool_or(f.kind = 'stop') AS has_stopped,
        bool_or(f.kind = 'unknown' AND f.is_red) AS may_be_red
    FROM plan_span AS s
    INNER JOIN fall AS f ON f.patient_key = s.patient_key AND f.fell_on >= s.start_on AND f.seen_on <= s.as_of + 1
    GROUP BY s.practice_code, s.plan_id
)

SELECT
    s.practice_code,
    s.patient_key,
    s.plan_id,
    s.start_on,
    s.status,
    s.consent,
    s.template,
    s.as_of,
    s.censored,
    m.days_since_start,
    m.months_since_start,
    s.baseline_milli,
    s.baseline_provisional,
    m.now_milli,
    m.relative_percent,
    m.outcome_band,
    b.band AS baseline_band,
    CASE WHEN m.is_stopped THEN 'stopped' ELSE n.band END AS now_band,
    f.max_fall_percent,
    CASE
        WHEN f.max_fall_percent > p.red_fall_percent OR e.has_stopped THEN 'red'
        WHEN f.may_be_red OR e.may_be_red THEN NULL  -- it may have fallen faster than is known
        WHEN f.max_fall_percent > p.amber_fall_percent THEN 'amber'
        WHEN f.max_fall_percent IS NOT NULL THEN 'within'
    END AS speed,
    coalesce(m.active, false) AS active,
    coalesce(m.paused, false) AS paused,
    coalesce(m.stalled, false) AS stalled,
    coalesce(m.abrupt_stop, false) AS abrupt_stop,
    coalesce(m.escalated, false) AS escalated,
    coalesce(m.harmed, false) AS harmed,
    -- Opioid down while a gabapentinoid goes up by as much, and by a quarter of a defined daily dose at least.
    coalesce(m.relative_percent <= 100 - p.down_percent
        AND m.now_ddd_milli >= m.baseline_ddd_milli * (1 + p.down_percent / 100.0)
        AND m.now_ddd_milli - m.baseline_ddd_milli >= 250, false) AS gaba_rising,
    coalesce(m.excluded, false) AS excluded
FROM plan_span AS s
CROSS JOIN policy AS p
LEFT JOIN latest AS m ON m.practice_code = s.practice_code AND m.plan_id = s.plan_id
LEFT JOIN seen AS e ON e.practice_code = s.practice_code AND e.plan_id = s.plan_id
LEFT JOIN fastest AS f ON f.practice_code = s.practice_code AND f.plan_id = s.plan_id
LEFT JOIN dose_band AS b ON s.baseline_milli BETWEEN b.from_milli AND b.to_milli
LEFT JOIN dose_band AS n ON m.now_milli BETWEEN n.from_milli AND n.to_milli
ORDER BY s.practice_code, s.plan_id

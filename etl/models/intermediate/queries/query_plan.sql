-- One row per open taper plan and question it raises: steps planned beyond 10% or less than 14 days apart (the range of the
-- Faculty of Pain Medicine), asked before they are made; and a step whose day is past without a date made. Planned steps
-- count; where none is to come, what the plan says of its rate.
WITH open_plan AS (
    SELECT s.practice_code, s.plan_id, s.patient_key, s.baseline_milli, p.data_to, l.status, l.rate_percent, l.step_interval_days
    FROM plan_span AS s
    INNER JOIN practice AS p ON p.practice_code = s.practice_code
    INNER JOIN source_plans AS l ON l.practice_code = s.practice_code AND l.plan_id = s.plan_id
    WHERE s.censored IS NULL AND coalesce(l.ended_on > p.data_to, l.status IN ('active', 'paused'))
),

step AS (
    SELECT
        t.practice_code,
        t.plan_id,
        t.planned_on,
        t.planned_ome,
        t.actual_on IS NULL AS to_come,
        lag(t.planned_ome) OVER steps AS last_ome,
        lag(coalesce(t.actual_on, t.planned_on)) OVER steps AS last_on
    FROM source_taper_steps AS t
    WINDOW steps AS (PARTITION BY t.practice_code, t.plan_id ORDER BY t.seq)
),

next_step AS (
    SELECT
        o.practice_code,
        o.plan_id,
        max(100 * (coalesce(s.last_ome, o.baseline_milli / 1000.0) - s.planned_ome)
            / nullif(coalesce(s.last_ome, o.baseline_milli / 1000.0), 0)) AS percent,
        min(date_diff('day', s.last_on, s.planned_on)) AS days,
        min(s.planned_on) AS planned_on
    FROM open_plan AS o
    INNER JOIN step AS s ON s.practice_code = o.practice_code AND s.plan_id = o.plan_id AND s.to_come
    GROUP BY o.practice_code, o.plan_id
),

planned AS (
    SELECT o.*, n.planned_on, coalesce(n.percent, o.rate_percent) AS percent, coalesce(n.days, o.step_interval_days) AS days
    FROM open_plan AS o
    LEFT JOIN next_step AS n ON n.practice_code = o.practice_code AND n.plan_id = o.plan_id
)

SELECT practice_code, patient_key, 'large step planned' AS kind, planned_on AS on_day, percent AS number, '' AS words
FROM planned
WHERE round(percent, 3) > 10
UNION ALL
SELECT practice_code, patient_key, 'steps planned close together', planned_on, days, ''
FROM planned
WHERE days < 14
UNION ALL
SELECT practice_code, patient_key, 'step without a date made', planned_on, NULL, ''
FROM planned
WHERE planned_on < data_to AND status = 'active'

-- One row per plan: from its start to the end of the practice's data or the day the person left that practice, with the
-- baseline, the mean dose over the 12 months before the start. Source: Fenton and Agnoli 2022.
-- Made by people.
WITH gone AS (
    SELECT
        practice_code,
        patient_key,
        max(registered_to) AS left_on,
        arg_max(left_reason, registered_to) AS left_reason
    FROM source_patients
    GROUP BY practice_code, patient_key
    HAVING count(*) FILTER (WHERE registered_to IS NULL) = 0
),

span AS (
    SELECT
        l.*,
        n.data_from,
        CASE WHEN v.left_on <= n.data_to THEN v.left_on - 1 ELSE n.data_to END AS as_of,
        CASE WHEN v.left_on <= n.data_to THEN v.left_reason END AS censored
    FROM plan AS l
    INNER JOIN practice_data AS n ON n.practice_code = l.practice_code
    LEFT JOIN gone AS v ON v.practice_code = l.practice_code AND v.patient_key = l.patient_key
),

before AS (
    SELECT
        p.practice_code,
        p.plan_id,
        s.class,
        sum(date_diff('day', greatest(s.from_day, p.start_on - 365), least(s.to_day, p.start_on))) AS days,
        sum(date_diff('day', greatest(s.from_day, p.start_on - 365), least(s.to_day, p.start_on)) * s.ome_milli) AS ome_days,
        sum(date_diff('day', greatest(s.from_day, p.start_on - 365), least(s.to_day, p.start_on)) * s.ddd_milli) AS ddd_days
    FROM span AS p
    INNER JOIN dose_segment AS s
        ON s.patient_key = p.patient_key AND s.from_day < p.start_on AND s.to_day > p.start_on - 365
    GROUP BY p.practice_code, p.plan_id, s.class
)

SELECT
    p.*,
    CAST(round(o.ome_days / nullif(o.days, 0)) AS BIGINT) AS baseline_milli,
    coalesce(o.days, 0) < 90 AS baseline_provisional,
    coalesce(CAST(round(g.ddd_days / nullif(g.days, 0)) AS BIGINT), 0) AS baseline_ddd_milli
FROM span AS p
LEFT JOIN before AS o ON o.practice_code = p.practice_code AND o.plan_id = p.plan_id AND o.class = 'opioid'
LEFT JOIN before AS g ON g.practice_code = p.practice_code AND g.plan_id = p.plan_id AND g.class = 'gabapentinoid'

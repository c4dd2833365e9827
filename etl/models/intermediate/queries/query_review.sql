-- One row per person on a high dose or a plan and question that their reviews raise: the next review is past due; a taper
-- or a referral agreed 28 days ago or more that no plan or offer shows (only where the practice sends these);
-- the indication called clear and not coded, or coded and called not clear.
WITH judged AS (
    SELECT r.*, p.data_to, max(r.reviewed_on) OVER person AS latest_on
    FROM review AS r
    INNER JOIN practice AS p ON p.practice_code = r.practice_code
    INNER JOIN patient_month AS m
        ON m.practice_code = r.practice_code AND m.patient_key = r.patient_key
        AND m.month = CAST(date_trunc('month', p.data_to) AS DATE)
    CROSS JOIN policy AS y
    WHERE r.reviewed_on <= p.data_to
        AND (m.has_plan OR (NOT m.excluded AND (m.current_ome_milli >= y.lowest_beyond_milli OR m.high_gaba)))
    WINDOW person AS (PARTITION BY r.practice_code, r.patient_key)
),

latest AS (
    SELECT *
    FROM judged
    WHERE reviewed_on = latest_on AND reviewed_on > data_to - 365
),

sends AS (
    SELECT DISTINCT practice_code, entity
    FROM extract_period
),

coded AS (
    SELECT practice_code, patient_key, max(indication) AS indication
    FROM source_patients
    GROUP BY practice_code, patient_key
),

codes AS (
    SELECT DISTINCT practice_code
    FROM coded
    WHERE indication IS NOT NULL
)

SELECT practice_code, patient_key, 'review past due' AS kind, min(next_due) AS on_day, NULL AS number, '' AS words
FROM judged
WHERE next_due > latest_on AND next_due <= data_to
GROUP BY practice_code, patient_key
UNION ALL
SELECT DISTINCT l.practice_code, l.patient_key, 'taper agreed, no plan', l.reviewed_on, NULL, ''
FROM latest AS l
INNER JOIN sends AS s ON s.practice_code = l.practice_code AND s.entity = 'plans'
LEFT JOIN plan AS p
    ON p.practice_code = l.practice_code AND p.patient_key = l.patient_key
    AND (p.start_on >= l.reviewed_on - 28 OR coalesce(p.ended_on >= l.reviewed_on, p.status IN ('active', 'paused')))
WHERE l.outcome = 'taper' AND l.reviewed_on <= l.data_to - 28 AND p.plan_id IS NULL
UNION ALL
SELECT DISTINCT l.practice_code, l.patient_key, 'referral agreed, none offered', l.reviewed_on, NULL, ''
FROM latest AS l
INNER JOIN sends AS s ON s.practice_code = l.practice_code AND s.entity = 'referrals'
LEFT JOIN source_referrals AS r
    ON r.practice_code = l.practice_code AND r.patient_key = l.patient_key AND r.offered_on >= l.reviewed_on - 28
WHERE l.outcome = 'refer' AND l.reviewed_on <= l.data_to - 28 AND r.referral_id IS NULL
UNION ALL
SELECT DISTINCT
    l.practice_code,
    l.patient_key,
    CASE WHEN l.indication_clear THEN 'indication clear, not coded' ELSE 'indication coded, not clear' END,
    l.reviewed_on,
    NULL,
    ''
FROM latest AS l
INNER JOIN codes AS k ON k.practice_code = l.practice_code
INNER JOIN coded AS c ON c.practice_code = l.practice_code AND c.patient_key = l.patient_key
WHERE l.indication_clear <> (c.indication IS NOT NULL)

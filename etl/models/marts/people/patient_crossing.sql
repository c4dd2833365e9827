-- One row per adult, practice and month whose dose, nought where excluded, was beyond the lowest threshold at the end of
-- that month or of the one before: both doses, and why it came to be higher or lower. Only where both months of the
-- practice are complete. Where the dose would be lower but an issue of the window is in no
-- dose, nobody knows that it is: now_known is false, and there is no reason to go.
WITH counted AS (
    SELECT practice_code, patient_key, month, current_ome_milli, excluded, exclusions, without_dose,
        CASE WHEN excluded THEN 0 ELSE current_ome_milli END AS counted_milli
    FROM patient_month
    WHERE is_adult
),

high AS (
    SELECT practice_code, patient_key, month
    FROM counted
    CROSS JOIN policy AS p
    WHERE counted_milli >= p.lowest_beyond_milli
),

changing AS (
    SELECT practice_code, patient_key, month
    FROM high
    UNION
    SELECT practice_code, patient_key, CAST(month + INTERVAL 1 MONTH AS DATE)
    FROM high
),

pair AS (
    SELECT
        a.practice_code,
        a.patient_key,
        a.month,
        coalesce(b.counted_milli, 0) AS before_milli,
        coalesce(n.counted_milli, 0) AS now_milli,
        b.patient_key IS NOT NULL AS had_row,
        n.patient_key IS NOT NULL AS has_row,
        b.current_ome_milli AS before_taken,
        n.current_ome_milli AS now_taken,
        b.exclusions AS exclusions_before,
        n.excluded AS now_excluded,
        n.without_dose AS now_without_dose
    FROM changing AS a
    LEFT JOIN counted AS n
        ON n.practice_code = a.practice_code AND n.patient_key = a.patient_key AND n.month = a.month
    LEFT JOIN counted AS b
        ON b.practice_code = a.practice_code AND b.patient_key = a.patient_key
        AND b.month = CAST(a.month - INTERVAL 1 MONTH AS DATE)
),

placed AS (
    SELECT a.*, c.month_end, b.month_end AS before_end, n.person
    FROM pair AS a
    INNER JOIN practice_month AS c ON c.practice_code = a.practice_code AND c.month = a.month AND c.complete
    INNER JOIN practice_month AS b
        ON b.practice_code = a.practice_code AND b.month = a.month - INTERVAL 1 MONTH AND b.complete
    INNER JOIN person AS n ON n.patient_key = a.patient_key
),

known AS (
    SELECT
        a.practice_code,
        a.patient_key,
        a.month,
        bool_or(r.registered_from <= a.before_end AND r.registered_to > a.before_end) AS was_registered,
        bool_or(r.registered_from <= a.month_end AND r.registered_to > a.month_end) AS is_registered,
        arg_max(r.left_reason, r.registered_to) FILTER (WHERE r.registered_to <= a.month_end) AS left_reason
    FROM placed AS a
    INNER JOIN registration AS r ON r.person = a.person AND r.practice_code = a.practice_code
    GROUP BY a.practice_code, a.patient_key, a.month
)

SELECT
    a.practice_code,
    a.patient_key,
    a.month,
    a.before_milli,
    a.now_milli,
    CASE
        WHEN a.now_milli <= a.before_milli THEN NULL
        WHEN a.exclusions_before = 'acute use' THEN 'acute use before'
        WHEN a.exclusions_before <> '' THEN 'excluded before'
        WHEN a.had_row AND a.before_taken > 0 THEN 'dose rose'
        WHEN a.had_row OR k.was_registered THEN 'supply began'
        ELSE 'newly registered'
    END AS came,
    CASE
        WHEN a.now_milli >= a.before_milli THEN NULL
        WHEN a.now_excluded THEN 'excluded'
        WHEN a.now_without_dose THEN NULL
        WHEN a.has_row AND a.now_taken > 0 THEN 'dose fell'
        WHEN a.has_row OR k.is_registered THEN 'no supply'
        ELSE coalesce(k.left_reason, 'left')
    END AS went,
    a.now_milli >= a.before_milli OR coalesce(a.now_excluded, false) OR NOT coalesce(a.now_without_dose, false) AS now_known
FROM placed AS a
INNER JOIN known AS k ON k.practice_code = a.practice_code AND k.patient_key = a.patient_key AND k.month = a.month
ORDER BY a.practice_code, a.patient_key, a.month

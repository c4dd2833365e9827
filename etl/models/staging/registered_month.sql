-- One row per patient and month end: the practice where they are registered, and what is known of them.
SELECT
    r.patient_key,
    c.month,
    c.month_end,
    r.practice_code,
    r.age_band,
    r.sex,
    r.imd_quintile,
    r.epilepsy_on
FROM source_patients AS r
INNER JOIN calendar AS c
    ON r.registered_from <= c.month_end AND (r.registered_to IS NULL OR r.registered_to > c.month_end)
QUALIFY row_number() OVER (PARTITION BY r.patient_key, c.month ORDER BY r.registered_from DESC, r.practice_code) = 1

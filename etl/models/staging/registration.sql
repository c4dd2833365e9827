-- One row per patient and registration: where they are registered from one day to another, and what is known of
-- them. A registration ends where the next begins, so that nobody is at two practices on one day.
SELECT
    patient_key,
    practice_code,
    registered_from,
    least(
        coalesce(registered_to, DATE '9999-12-31'),
        coalesce(lead(registered_from) OVER person, DATE '9999-12-31')
    ) AS registered_to,
    age_band,
    sex,
    imd_quintile,
    epilepsy_on
FROM source_patients
WINDOW person AS (PARTITION BY patient_key ORDER BY registered_from, practice_code DESC)

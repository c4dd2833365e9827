-- One row per registration of a person with an issue: where they are registered from one day to another, and what is known of
-- them. A registration ends where the next begins, so that nobody is at two practices on one day.
SELECT
    n.person,
    practice_code,
    registered_from,
    least(
        coalesce(registered_to, DATE '9999-12-31'),
        coalesce(lead(registered_from) OVER registrations, DATE '9999-12-31')
    ) AS registered_to,
    age_band,
    sex,
    imd_quintile,
    epilepsy_on,
    indication,
    s.left_reason
FROM source_patients AS s
INNER JOIN person AS n ON n.patient_key = s.patient_key
WINDOW registrations AS (PARTITION BY n.person ORDER BY registered_from, practice_code DESC)

-- One row per adult, not excluded, and month beyond the lowest threshold by some definition of the daily dose: the dose
-- by each.
-- Made by people.
WITH beyond AS (
    SELECT
        n.patient_key,
        d.month,
        d.carried_forward_milli,
        d.sum_of_days_supply_milli,
        d.unique_days_milli,
        d.fixed_window_milli,
        d.peak_day_milli
    FROM person_month AS d
    CROSS JOIN policy AS p
    INNER JOIN person AS n ON n.person = d.person
    WHERE greatest(d.carried_forward_milli, d.sum_of_days_supply_milli, d.unique_days_milli, d.fixed_window_milli,
        d.peak_day_milli) >= p.lowest_beyond_milli
)

SELECT m.practice_code, b.*
FROM patient_month AS m
INNER JOIN beyond AS b ON b.patient_key = m.patient_key AND b.month = m.month
WHERE m.is_adult AND NOT m.excluded
ORDER BY m.practice_code, b.patient_key, b.month

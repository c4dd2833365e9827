-- One row per supply: what one day's issues of a product give a patient, on which days. Doses are thousandths
-- of a mg OME (of a defined daily dose for gabapentinoids) a day; to_day is the first day not covered; lines are the
-- product and direction texts it was made of. A person's rows stand together, in the order of the keys, so that those of
-- one are found among millions.
SELECT
    s.practice_code,
    p.patient_key,
    k.class,
    k.product_key,
    k.ingredient,
    k.release,
    s.* EXCLUDE (practice_code, person, same, issued_days, issued_day_milli, days_to_next)
FROM supply_dosed AS s
INNER JOIN person AS p ON p.person = s.person
INNER JOIN same AS k ON k.same = s.same
ORDER BY s.person, s.issued_on, k.product_key, s.practice_code

-- One row per supply: what one day's issues of a product give a patient, on which days. Doses are thousandths
-- of a mg OME (of a defined daily dose for gabapentinoids) a day; to_day is the first day not covered; lines are the
-- product and direction texts it was made of. A person's rows stand together, in the order of the keys, so that those of
-- one are found among millions.
-- Made by people.
WITH several AS (
    SELECT i.person, r.product_no, i.issued_on, list(DISTINCT i.line ORDER BY i.line) AS lines
    FROM issue AS i
    INNER JOIN reading AS r ON r.line = i.line
    INNER JOIN supply_dosed AS s ON s.person = i.person AND s.product_no = r.product_no AND s.issued_on = i.issued_on
    WHERE s.first_line < s.last_line AND r.counted
    GROUP BY i.person, r.product_no, i.issued_on
)

SELECT
    s.practice_code,
    p.patient_key,
    k.class,
    k.product_key,
    k.ingredient,
    k.release,
    coalesce(l.lines, [s.first_line]) AS lines,
    s.* EXCLUDE (
        practice_code, person, product_no, first_line, last_line, own_days, issued_days, issued_day_milli, days_to_next
    )
FROM supply_dosed AS s
INNER JOIN person AS p ON p.person = s.person
INNER JOIN numbered_product AS k ON k.product_no = s.product_no
LEFT JOIN several AS l ON l.person = s.person AND l.product_no = s.product_no AND l.issued_on = s.issued_on
ORDER BY s.person, s.issued_on, k.product_key, s.practice_code

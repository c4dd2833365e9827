-- One row per person of the cohort, product and day of issue: days since that product was issued before.
-- Made by people.
SELECT
    person,
    product_no,
    issued_on,
    date_diff('day', lag(issued_on) OVER (PARTITION BY person, product_no ORDER BY issued_on), issued_on) AS gap_days
FROM supply_dosed
WHERE person IN (SELECT person FROM cohort_base)

-- One row per practice, product text, dm+d code and unit as issues carry them: how many, from when to when.
SELECT
    practice_code,
    product,
    dmd_code,
    lower(trim(unit)) AS unit,
    count(*) AS issues,
    min(issued_on) AS first_on,
    max(issued_on) AS last_on
FROM source_issues
GROUP BY practice_code, product, dmd_code, lower(trim(unit))

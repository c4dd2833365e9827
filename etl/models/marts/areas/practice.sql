-- One row per practice of the list, with the months its extracts cover.
WITH latest AS (
    SELECT practice_code, arg_max(registered, month) AS registered, arg_max(adults, month) AS adults
    FROM practice_month
    WHERE adults IS NOT NULL
    GROUP BY practice_code
)

SELECT
    p.practice_code,
    p.name,
    p.pcn,
    p.place,
    p.icb,
    p.clinical_system,
    s.data_from,
    s.data_to,
    l.registered,
    l.adults
FROM source_practices AS p
INNER JOIN practice_data AS s ON s.practice_code = p.practice_code
LEFT JOIN latest AS l ON l.practice_code = p.practice_code
ORDER BY p.practice_code

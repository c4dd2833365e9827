-- One row per distinct product text: what it was read as, and how much rests on it.
WITH used AS (
    SELECT product, count(*) AS issues, count(DISTINCT patient_key) AS patients
    FROM source_issues
    GROUP BY product
)

SELECT r.*, u.issues, u.patients
FROM product_reading AS r
INNER JOIN used AS u ON u.product = r.product
ORDER BY r.product

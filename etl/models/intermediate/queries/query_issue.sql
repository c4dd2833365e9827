-- One row per question that issues raise. Of a person: acute issues of one medicine, three or more over acute_days, to the
-- window before the end of the data. Of a practice: a dm+d code that comes with names of different medicines or strengths,
-- or with one that was not read (never a reason to guess a dose); and a quantity counted in something else than the product.
WITH acute AS (
    SELECT i.practice_code, i.patient_key, r.ingredient, p.data_to, y.acute_days, y.window_days, i.issued_on
    FROM source_issues AS i
    INNER JOIN practice AS p ON p.practice_code = i.practice_code
    CROSS JOIN policy AS y
    INNER JOIN product_reading AS r ON r.product = i.product
    WHERE i.issue_type = 'acute' AND r.class IN ('opioid', 'gabapentinoid')
        AND i.issued_on > p.data_to - y.stopped_days AND i.issued_on <= p.data_to
),

named AS (
    SELECT DISTINCT t.practice_code, t.dmd_code, t.product, concat_ws('|', r.class, r.product_key) AS medicine, r.status
    FROM issue_text AS t
    INNER JOIN (SELECT DISTINCT product, class, product_key, status FROM reading) AS r ON r.product = t.product
    WHERE t.dmd_code IS NOT NULL
),

code AS (
    SELECT
        dmd_code,
        count(DISTINCT CASE WHEN status <> 'unmapped' THEN medicine END) AS medicines,
        -- A name that was not read is not repeated: nobody knows what stands in it.
        string_agg(DISTINCT CASE WHEN status <> 'unmapped' THEN product END, ' / '
            ORDER BY CASE WHEN status <> 'unmapped' THEN product END) AS products
    FROM named
    GROUP BY dmd_code
),

counted_in AS (
    SELECT
        t.practice_code,
        t.product,
        t.unit,
        t.issues,
        CASE
            WHEN regexp_matches(t.unit, y.pack_unit) THEN 'pack'
            WHEN t.unit LIKE '%patch%' THEN 'patch'
            WHEN t.unit LIKE '%tab%' OR t.unit LIKE '%cap%' THEN 'solid'
            WHEN t.unit LIKE '%ml%' OR t.unit LIKE '%millilit%' THEN 'liquid'
        END AS unit_kind,
        CASE
            WHEN r.form IN ('tablet', 'capsule') THEN 'solid'
            WHEN r.form IN ('oral_solution', 'linctus') THEN 'liquid'
            WHEN r.form = 'patch' THEN 'patch'
        END AS form_kind
    FROM issue_text AS t
    INNER JOIN product_reading AS r ON r.product = t.product
    CROSS JOIN policy AS y
    WHERE r.class IN ('opioid', 'gabapentinoid')
)

SELECT
    practice_code,
    patient_key,
    'acute for over three months' AS kind,
    min(issued_on) AS on_day,
    count(*) AS number,
    ingredient AS words
FROM acute
GROUP BY practice_code, patient_key, ingredient
HAVING count(*) >= 3 AND date_diff('day', min(issued_on), max(issued_on)) >= max(acute_days)
    AND max(issued_on) > max(data_to) - max(window_days)
UNION ALL
SELECT DISTINCT
    n.practice_code,
    CAST(NULL AS VARCHAR),
    CASE WHEN c.medicines > 1 THEN 'one code, different medicines' ELSE 'name not read, code known' END,
    CAST(NULL AS DATE),
    NULL,
    concat(n.dmd_code, ': ', c.products)
FROM named AS n
INNER JOIN code AS c ON c.dmd_code = n.dmd_code
WHERE c.medicines > 1 OR (c.medicines = 1 AND n.status = 'unmapped')
UNION ALL
SELECT practice_code, NULL, 'quantity in another unit', NULL, sum(issues), concat(product, ', in ', unit)
FROM counted_in
WHERE unit_kind = 'pack' OR unit_kind <> form_kind
GROUP BY practice_code, product, unit

-- One row per patient and product that is not issued again while still covering: the day its stock stops
-- counting. It is the first of the carry limit, the start of another product of the same ingredient and
-- release, and leaving.
WITH last_supply AS (
    SELECT
        patient_key,
        class,
        product_key,
        ingredient,
        release,
        issue_day,
        to_day,
        issue_day + CAST(ceil(days_milli / 1000.0) AS BIGINT) + p.carry_days AS carry_end
    FROM supply_planned
    CROSS JOIN policy AS p
    WHERE next_from IS NULL
),

begins AS (
    SELECT
        patient_key,
        class,
        ingredient,
        release,
        product_key,
        issue_day
    FROM (
        SELECT
            *,
            lag(to_day) OVER (PARTITION BY patient_key, class, product_key ORDER BY issued_on) AS before_to
        FROM supply_planned
    )
    WHERE before_to IS NULL OR before_to < issue_day
),

switch AS (
    SELECT l.patient_key, l.class, l.product_key, min(b.issue_day) AS switch_day
    FROM last_supply AS l
    INNER JOIN begins AS b
        ON b.patient_key = l.patient_key
        AND b.class = l.class
        AND b.ingredient = l.ingredient
        AND b.release = l.release
        AND b.product_key <> l.product_key
        AND b.issue_day > l.issue_day
        AND b.issue_day < l.to_day
    GROUP BY l.patient_key, l.class, l.product_key
),

leaving AS (
    SELECT patient_key, date_diff('day', DATE '2000-01-01', left_on) AS left_day
    FROM person
    WHERE left_on IS NOT NULL
)

SELECT
    l.patient_key,
    l.class,
    l.product_key,
    least(l.carry_end, coalesce(s.switch_day, l.carry_end), coalesce(v.left_day, l.carry_end)) AS end_day,
    CASE
        WHEN v.left_day <= least(l.carry_end, coalesce(s.switch_day, l.carry_end)) THEN 'left'
        WHEN s.switch_day <= l.carry_end THEN 'switch'
        ELSE 'carry limit'
    END AS ended_by
FROM last_supply AS l
LEFT JOIN switch AS s
    ON s.patient_key = l.patient_key AND s.class = l.class AND s.product_key = l.product_key
LEFT JOIN leaving AS v ON v.patient_key = l.patient_key

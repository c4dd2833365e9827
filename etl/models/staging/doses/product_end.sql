-- One row per patient and product that is not issued again while still covering: the day its stock stops
-- counting. It is the first of the carry limit, the start of another product of the same ingredient and
-- release, and leaving.
-- Made by people.
WITH last_supply AS (
    SELECT
        s.person,
        s.product_no,
        k.class,
        k.ingredient,
        k.release,
        s.issue_day,
        s.to_day,
        s.issue_day + CAST(ceil(s.days_milli / 1000.0) AS BIGINT) + p.carry_days AS carry_end
    FROM supply_planned AS s
    CROSS JOIN policy AS p
    INNER JOIN numbered_product AS k ON k.product_no = s.product_no
    WHERE s.next_from IS NULL
),

begins AS (
    SELECT s.person, s.product_no, k.class, k.ingredient, k.release, s.issue_day
    FROM (
        SELECT
            person,
            product_no,
            issue_day,
            lag(to_day) OVER (PARTITION BY person, product_no ORDER BY issue_day) AS before_to
        FROM supply_planned
    ) AS s
    INNER JOIN numbered_product AS k ON k.product_no = s.product_no
    WHERE s.before_to IS NULL OR s.before_to < s.issue_day
),

switch AS (
    SELECT l.person, l.product_no, min(b.issue_day) AS switch_day
    FROM last_supply AS l
    INNER JOIN begins AS b
        ON b.person = l.person
        AND b.class = l.class
        AND b.ingredient = l.ingredient
        AND b.release = l.release
        AND b.product_no <> l.product_no
        AND b.issue_day > l.issue_day
        AND b.issue_day < l.to_day
    GROUP BY l.person, l.product_no
),

leaving AS (
    SELECT person, date_diff('day', DATE '2000-01-01', left_on) AS left_day
    FROM person
    WHERE left_on IS NOT NULL
)

SELECT
    l.person,
    l.product_no,
    least(l.carry_end, coalesce(s.switch_day, l.carry_end), coalesce(v.left_day, l.carry_end)) AS end_day,
    CASE
        WHEN v.left_day <= least(l.carry_end, coalesce(s.switch_day, l.carry_end)) THEN 'left'
        WHEN s.switch_day <= l.carry_end THEN 'switch'
        ELSE 'carry limit'
    END AS ended_by
FROM last_supply AS l
LEFT JOIN switch AS s ON s.person = l.person AND s.product_no = l.product_no
LEFT JOIN leaving AS v ON v.person = l.person

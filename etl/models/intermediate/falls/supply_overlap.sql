-- One row per supply of an opioid that another took over from while it still lasted, of somebody watched, with the days
-- both cover: the old one does not come again within no_supply_days of its end, the new one began in the four weeks
-- before that and goes on after it. The two doses are a switch, not a sum, and what follows is held against what was.
-- Made by people.
WITH supply AS (
    SELECT
        s.person,
        s.product_no,
        s.issued_on,
        date_diff('day', DATE '2000-01-01', s.from_day) AS from_at,
        date_diff('day', DATE '2000-01-01', s.to_day) AS to_at,
        s.ome_milli
    FROM supply_dosed AS s
    INNER JOIN numbered_product AS k ON k.product_no = s.product_no
    INNER JOIN watched AS w ON w.person = s.person
    WHERE k.class = 'opioid' AND s.ome_milli > 0 AND s.to_day > s.from_day
),

sided AS (
    SELECT
        s.*,
        coalesce(from_at - lag(to_at) OVER products >= p.no_supply_days, true) AS is_first,
        coalesce(lead(from_at) OVER products - to_at >= p.no_supply_days, true) AS is_last
    FROM supply AS s
    CROSS JOIN policy AS p
    WINDOW products AS (PARTITION BY s.person, s.product_no ORDER BY s.from_at)
),

switch AS (
    SELECT o.person, o.product_no, o.to_at, min(n.from_at) AS from_at
    FROM sided AS o
    CROSS JOIN policy AS p
    CROSS JOIN (SELECT max(month_end) AS reach FROM calendar) AS c
    INNER JOIN sided AS n
        ON n.person = o.person AND n.product_no <> o.product_no AND n.is_first AND n.issued_on > o.issued_on
        AND n.from_at < o.to_at AND n.from_at >= o.to_at - 28
    INNER JOIN supply AS v
        ON v.person = n.person AND v.product_no = n.product_no AND v.from_at <= o.to_at AND v.to_at > o.to_at
    -- Whoever may still collect the old one in time has not switched.
    WHERE o.is_last AND o.to_at + p.late_days <= date_diff('day', DATE '2000-01-01', c.reach) + 1
    GROUP BY o.person, o.product_no, o.to_at
)

SELECT s.person, greatest(s.from_at, w.from_at) AS from_at, s.to_at, s.ome_milli
FROM switch AS w
INNER JOIN supply AS s
    ON s.person = w.person AND s.product_no = w.product_no AND s.to_at > w.from_at AND s.to_at <= w.to_at

-- One row per supply of somebody watched whose daily dose differs by more than the amber limit only because the next
-- came late or early: spread up to it, or as long as the time to it (see supply_planned, supply_length). full_milli: its
-- dose over its own length (as directed, else the usual interval). is_single: late or early by late_days at most, with
-- the dose of the supply before or after, and supply over it and four weeks either side is within amber of what those
-- lengths say: a late collection, or stock, and no change of dose. told_at: the day it could be told that the dose fell,
-- where the one before was no higher: the next issue, or no_supply_days after this one should have ended.
-- Made by people.
WITH supply AS (
    SELECT
        s.person,
        s.product_no,
        date_diff('day', DATE '2000-01-01', s.from_day) AS from_at,
        date_diff('day', DATE '2000-01-01', s.to_day) AS to_at,
        s.own_days,
        s.ome_milli
    FROM supply_dosed AS s
    INNER JOIN numbered_product AS k ON k.product_no = s.product_no
    INNER JOIN watched AS w ON w.person = s.person
    WHERE k.class = 'opioid' AND s.no_dose IS NULL AND s.ome_milli > 0 AND s.to_day > s.from_day
),

whole AS (
    SELECT
        *,
        to_at - from_at AS days,
        ome_milli * (to_at - from_at) / own_days AS full_milli,
        min(from_at) OVER (PARTITION BY person, product_no) AS first_at,
        max(to_at) OVER (PARTITION BY person, product_no) AS last_at
    FROM supply
    WHERE own_days > 0
),

sided AS (
    SELECT
        *,
        lag(full_milli) OVER products AS before_milli,
        lead(full_milli) OVER products AS next_milli
    FROM whole
    WINDOW products AS (PARTITION BY person, product_no ORDER BY from_at)
),

waited AS (
    SELECT
        s.*,
        (100 - p.amber_fall_percent) / 100.0 AS least_share,
        p.late_days,
        p.no_supply_days
    FROM sided AS s
    CROSS JOIN policy AS p
    WHERE least(own_days, days) * 100 < greatest(own_days, days) * (100 - p.amber_fall_percent)
),

around AS (
    SELECT
        w.person,
        w.product_no,
        w.from_at,
        round(
            sum((least(o.to_at, w.to_at + 28) - greatest(o.from_at, w.from_at - 28)) * o.own_days / o.days)
            / (least(any_value(w.last_at), w.to_at + 28) - greatest(any_value(w.first_at), w.from_at - 28)),
            9
        ) AS share
    FROM waited AS w
    INNER JOIN whole AS o
        ON o.person = w.person AND o.product_no = w.product_no AND o.to_at > w.from_at - 28 AND o.from_at < w.to_at + 28
    GROUP BY w.person, w.product_no, w.from_at, w.to_at
)

SELECT
    w.person,
    w.from_at,
    w.to_at,
    w.ome_milli,
    CAST(round(w.full_milli) AS BIGINT) AS full_milli,
    abs(w.days - w.own_days) <= w.late_days
    AND a.share BETWEEN w.least_share AND 1 / w.least_share
    AND (
        coalesce(w.full_milli BETWEEN w.before_milli * w.least_share AND w.before_milli / w.least_share, false)
        OR coalesce(w.full_milli BETWEEN w.next_milli * w.least_share AND w.next_milli / w.least_share, false)
    ) AS is_single,
    CASE
        WHEN w.days > w.own_days AND w.full_milli >= w.before_milli * w.least_share
            THEN least(w.to_at, w.from_at + CAST(round(w.own_days) AS BIGINT) + w.no_supply_days)
    END AS told_at
FROM waited AS w
INNER JOIN around AS a ON a.person = w.person AND a.product_no = w.product_no AND a.from_at = w.from_at

-- One row per person with more than one drug, drug and unbroken run of days with supply: opioids by ingredient, gabapentinoids as one, and
-- benzodiazepines and z-drugs as one (sedative). Sedatives have no doses here, so they last as long as their directions
-- or the days recorded say, else default_days, from the day of issue. to_day is the first day not covered.
-- Made by people.
WITH supplied AS (
    SELECT
        s.person,
        k.class AS kind,
        CASE WHEN k.class = 'opioid' THEN k.ingredient ELSE k.class END AS drug,
        s.from_day,
        s.to_day
    FROM supply_dosed AS s
    INNER JOIN numbered_product AS k ON k.product_no = s.product_no
    WHERE s.to_day > s.from_day
    UNION ALL
    SELECT
        i.person,
        'sedative',
        'sedative',
        i.issued_on,
        i.issued_on + CAST(least(greatest(round(coalesce(
            CASE WHEN r.regular AND NOT i.beyond THEN i.quantity / r.units_per_day END, i.days_supply, p.default_days
        )), 1), p.stopped_days) AS INTEGER)
    FROM issue AS i
    INNER JOIN reading AS r ON r.line = i.line
    CROSS JOIN policy AS p
    WHERE r.class IN ('benzodiazepine', 'z_drug')
),

begun AS (
    SELECT
        *,
        CASE WHEN from_day <= max(to_day) OVER (
            PARTITION BY person, kind, drug ORDER BY from_day, to_day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) THEN 0 ELSE 1 END AS begins
    FROM supplied
    WHERE person IN (SELECT person FROM supplied GROUP BY person HAVING min(drug) <> max(drug))
),

numbered AS (
    SELECT
        *,
        sum(begins) OVER ( -- of two supplies of the same days, the one that begins the run comes first
            PARTITION BY person, kind, drug ORDER BY from_day, to_day, begins DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS run
    FROM begun
)

SELECT person, kind, drug, min(from_day) AS from_day, max(to_day) AS to_day
FROM numbered
GROUP BY person, kind, drug, run

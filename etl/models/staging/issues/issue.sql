-- One row per prescription issue; line: what its product and directions mean (see reading). A quantity or days' supply
-- that cannot be one (nought, or beyond what anybody is issued) is not known, and said so. Nought is as good as blank.
-- Where one is beyond what anybody is issued (beyond), nothing on the line is relied on: neither directions nor quantity
-- tell a dose. A quantity of bottles or packs, and one too small to be ml, tablets or capsules, is not known either.
WITH pack AS (
    SELECT u.unit
    FROM (SELECT DISTINCT unit FROM source_issues) AS u
    CROSS JOIN policy AS y
    WHERE regexp_matches(lower(u.unit), y.pack_unit)
),

given AS (
    SELECT
        i.*,
        i.quantity > 0 AND i.quantity <= y.largest_quantity AND k.unit IS NULL AS good_quantity,
        i.quantity < y.least_liquid AS bottles,
        y.most_packs,
        i.days_supply > 0 AND i.days_supply <= y.longest_supply AS good_days,
        coalesce(i.quantity > y.largest_quantity, false) OR coalesce(i.days_supply > y.longest_supply, false) AS beyond
    FROM source_issues AS i
    CROSS JOIN policy AS y
    LEFT JOIN pack AS k ON k.unit = i.unit
)

SELECT
    p.person,
    i.practice_code,
    i.issued_on,
    r.line,
    i.beyond,
    coalesce(
        CASE
            WHEN r.form IN ('oral_solution', 'linctus') THEN i.bottles
            WHEN r.form IN ('tablet', 'capsule') AND r.regular THEN i.quantity < r.units_per_day
            WHEN r.form IN ('tablet', 'capsule') THEN i.quantity <= i.most_packs
        END, false) AS small,
    CASE WHEN i.good_quantity AND NOT small THEN i.quantity END AS quantity,
    CASE WHEN i.good_days THEN i.days_supply END AS days_supply,
    i.issuer,
    i.pharmacy,
    i.requested_early_days,
    coalesce(NOT i.good_quantity, false) OR small AS bad_quantity,
    coalesce(NOT i.good_days, false) AS bad_days
FROM given AS i
INNER JOIN person AS p ON p.patient_key = i.patient_key
LEFT JOIN reading AS r ON r.product = i.product AND r.directions = coalesce(i.directions, '')

-- One row per supply and end of it: what the dose of its person rises or falls by that day. Kinds: opioid and
-- gabapentinoid as taken, with stock carried forward; issued, opioids from the day of issue for their days' supply,
-- overlaps summed, as the published definitions of a daily dose have it. A supply of unknown dose adds nothing to the
-- dose and counts in `unknown`: it makes the dose of its days a least one, or leaves them unknown.
-- Made by people.
WITH supplied AS (
    SELECT
        s.person,
        k.class AS kind,
        s.from_day,
        s.to_day,
        coalesce(s.ome_milli, 0) AS ome,
        coalesce(s.ddd_milli, 0) AS ddd,
        coalesce(s.directed_ome_milli, 0) AS directed,
        CASE WHEN coalesce(s.ome_milli, s.ddd_milli) IS NULL THEN 0 ELSE 1 END AS supplies,
        CASE WHEN s.no_dose IS NULL THEN 0 ELSE 1 END AS unknown
    FROM supply_dosed AS s
    INNER JOIN numbered_product AS k ON k.product_no = s.product_no
    WHERE s.to_day > s.from_day
    UNION ALL
    SELECT s.person, 'issued', s.issued_on, s.issued_on + CAST(s.issued_days AS INTEGER), s.issued_day_milli, 0, 0, 1, 0
    FROM supply_dosed AS s
    INNER JOIN numbered_product AS k ON k.product_no = s.product_no
    WHERE k.class = 'opioid' AND s.issued_day_milli IS NOT NULL
)

SELECT person, kind, from_day AS day, ome, ddd, directed, supplies, unknown
FROM supplied
UNION ALL
SELECT person, kind, to_day, -ome, -ddd, -directed, -supplies, -unknown
FROM supplied

-- One row per person and month end with an issue in the window before it: what was issued, and flags. A cycle is a
-- supply with regular directions and the days until its product was collected again: what was issued for them, and
-- what the directions wanted. It counts where it ends, unless it ends a break in supply. unclear: a supply of a
-- converted opioid whose dose, or a part of it, is not known, as long as it lasts; gaba_unclear: the same of a
-- gabapentinoid; unmapped: an issue not understood, or kept back since its day or product cannot be read; without_since:
-- the first issue that may be an opioid and is in no dose.
-- Made by people.
WITH flagged AS (
    SELECT
        s.person, s.issued_on AS on_day, s.issued_on AS until_day, s.issued_ome_milli, 0 AS cycle_issued,
        0 AS cycle_directed, s.over_supply, s.disagrees, false AS not_converted, false AS unmapped, false AS unclear, false AS gaba_unclear
    FROM supply_dosed AS s
    INNER JOIN numbered_product AS k ON k.product_no = s.product_no
    WHERE k.class = 'opioid'
    UNION ALL
    SELECT
        s.person, s.issued_on + CAST(s.days_to_next AS INTEGER), s.issued_on + CAST(s.days_to_next AS INTEGER), NULL,
        s.issued_ome_milli, s.directed_ome_milli * s.days_to_next, false, false, false, false, false, false
    FROM supply_dosed AS s
    CROSS JOIN policy AS p
    WHERE s.basis = 'directions' AND s.directed_ome_milli > 0
        AND s.days_to_next - date_diff('day', s.from_day, s.to_day) < p.no_supply_days
    UNION ALL
    SELECT
        s.person, s.issued_on, greatest(s.issued_on, s.to_day - 1), NULL, 0, 0, false, false, false, false,
        k.class = 'opioid', k.class = 'gabapentinoid'
    FROM supply_dosed AS s
    INNER JOIN numbered_product AS k ON k.product_no = s.product_no
    WHERE s.no_dose IS NOT NULL
    UNION ALL
    SELECT
        i.person, i.issued_on, i.issued_on, NULL, 0, 0, false, false, coalesce(r.status = 'not_converted', false),
        coalesce(r.status = 'unmapped', true), false, coalesce(r.class = 'gabapentinoid', false)
    FROM issue AS i
    LEFT JOIN reading AS r ON r.line = i.line
    WHERE coalesce(r.status IN ('not_converted', 'unmapped') OR r.class = 'gabapentinoid' AND NOT r.counted, true)
    UNION ALL
    SELECT
        person, first_on, last_on, NULL, 0, 0, false, false, false, may_be_opioid, false, is_gabapentinoid
    FROM undated_issue
    WHERE may_be_opioid OR is_gabapentinoid
)

SELECT
    f.person,
    c.month,
    CAST(sum(issued_ome_milli) AS BIGINT) AS issued_ome_milli,
    CAST(sum(cycle_issued) AS BIGINT) AS cycle_issued,
    CAST(sum(cycle_directed) AS BIGINT) AS cycle_directed,
    bool_or(over_supply) AS over_supply,
    bool_or(disagrees) AS disagrees,
    bool_or(not_converted) AS not_converted,
    bool_or(unmapped) AS unmapped,
    bool_or(unclear) AS unclear,
    bool_or(gaba_unclear) AS gaba_unclear,
    min(CASE WHEN not_converted OR unmapped OR unclear THEN on_day END) AS without_since
FROM flagged AS f
CROSS JOIN policy AS p
INNER JOIN calendar AS c ON f.on_day <= c.month_end AND c.month_end - (p.window_days - 1) <= f.until_day
GROUP BY f.person, c.month

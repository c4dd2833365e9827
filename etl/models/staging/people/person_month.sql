-- One row per person and month end with opioid or gabapentinoid supply (or an opioid that has no factor) in the window
-- to it, in months that any practice covers: doses by every definition, and flags. without_dose: an issue of the window
-- may be an opioid and is in no dose, since without_since; then the doses are least ones, and nought is unknown.
-- Made by people.
WITH joined AS (
    SELECT
        coalesce(d.person, i.person) AS person,
        coalesce(d.month, i.month) AS month,
        d.* EXCLUDE (person, month),
        i.* EXCLUDE (person, month),
        -- A window that ends in no_supply_days without supply is no dose, not an unknown one.
        coalesce(date_diff('day', d.opioid_to, last_day(d.month) + 1) >= p.no_supply_days, true) AS no_opioid,
        coalesce(date_diff('day', d.gaba_to, last_day(d.month) + 1) >= p.no_supply_days, true) AS no_gaba
    FROM dose_month AS d
    FULL JOIN issued_month AS i ON i.person = d.person AND i.month = d.month
    CROSS JOIN policy AS p
),

-- The daily dose by each definition the policy may choose; the last four as Dasgupta 2021 (PMC8270512) compares them.
defined AS (
    SELECT
        j.*,
        CASE WHEN no_opioid THEN 0 ELSE coalesce(CAST(round(ome_days / nullif(covered_days, 0)) AS BIGINT), 0) END
            AS carried_forward_milli,
        coalesce(CAST(round(issued_ome_days / nullif(supply_days, 0)) AS BIGINT), 0) AS sum_of_days_supply_milli,
        coalesce(CAST(round(issued_ome_days / nullif(unique_days, 0)) AS BIGINT), 0) AS unique_days_milli,
        coalesce(CAST(round(issued_ome_days / p.window_days) AS BIGINT), 0) AS fixed_window_milli,
        coalesce(issued_peak_milli, 0) AS peak_day_milli
    FROM joined AS j
    CROSS JOIN policy AS p
),

chosen AS (
    SELECT
        d.*,
        CASE p.definition
            WHEN 'sum_of_days_supply' THEN sum_of_days_supply_milli
            WHEN 'unique_days' THEN unique_days_milli
            WHEN 'fixed_window' THEN fixed_window_milli
            WHEN 'peak_day' THEN peak_day_milli
            ELSE carried_forward_milli
        END AS current_ome_milli
    FROM defined AS d
    CROSS JOIN policy AS p
),

edges AS (
    SELECT list(from_milli ORDER BY from_milli) AS froms, list(band ORDER BY from_milli) AS bands
    FROM dose_band
)

SELECT
    d.person,
    d.month,
    c.month_end,
    d.current_ome_milli,
    CASE WHEN d.current_ome_milli = 0 AND without_since IS NOT NULL THEN 'not known'
        ELSE e.bands[len(list_filter(e.froms, lambda edge: edge <= d.current_ome_milli))] END AS dose_band,
    carried_forward_milli,
    sum_of_days_supply_milli,
    unique_days_milli,
    fixed_window_milli,
    peak_day_milli,
    peak_ome_milli,
    directions_ome_milli,
    last_directed_milli,
    CAST(coalesce(covered_days, 0) AS INTEGER) AS covered_days,
    CASE WHEN no_gaba THEN 0 ELSE coalesce(CAST(round(ddd_days / nullif(gaba_days, 0)) AS BIGINT), 0) END
        AS gaba_ddd_milli,
    CAST(coalesce(month_ome_days, 0) AS BIGINT) AS month_ome_milli,
    CAST(coalesce(month_ddd_days, 0) AS BIGINT) AS month_ddd_milli,
    CASE WHEN issued_ome_milli IS NOT NULL OR NOT coalesce(unclear, false)
        THEN CAST(round(coalesce(issued_ome_milli, 0) / CAST(p.window_days AS DOUBLE)) AS BIGINT) END AS supplied_ome_milli,
    -- By whole cycles of collecting: in 90 days, three or four issues of 28 days are the same rhythm.
    coalesce(disagrees, false)
        OR coalesce(abs(cycle_issued - cycle_directed) * 100 > p.differs_percent * cycle_directed, false) AS supplied_differs,
    coalesce(over_supply, false) AS over_supply,
    coalesce(not_converted, false) AS not_converted,
    coalesce(unmapped, false) AS unmapped,
    coalesce(unclear, false) AS unclear,
    coalesce(gaba_unclear, false) AS gaba_unclear,
    without_since IS NOT NULL AS without_dose,
    without_since
FROM chosen AS d
CROSS JOIN policy AS p
CROSS JOIN edges AS e
INNER JOIN calendar AS c ON c.month = d.month

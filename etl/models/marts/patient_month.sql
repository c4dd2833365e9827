-- One row per patient and month with opioid or gabapentinoid supply (or an opioid that has no factor) in the
-- window to the month's end, at the practice where the patient is registered that day.
WITH joined AS (
    SELECT
        coalesce(d.person, i.person) AS person,
        coalesce(d.month, i.month) AS month,
        last_day(coalesce(d.month, i.month)) AS month_end,
        d.* EXCLUDE (person, month, month_end),
        i.* EXCLUDE (person, month),
        -- A window that ends in no_supply_days without supply is no dose, not an unknown one.
        coalesce(date_diff('day', d.opioid_to, d.month_end + 1) >= p.no_supply_days, true) AS no_opioid,
        coalesce(date_diff('day', d.gaba_to, d.month_end + 1) >= p.no_supply_days, true) AS no_gaba
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

dosed AS (
    SELECT
        d.*,
        CASE p.definition
            WHEN 'sum_of_days_supply' THEN sum_of_days_supply_milli
            WHEN 'unique_days' THEN unique_days_milli
            WHEN 'fixed_window' THEN fixed_window_milli
            WHEN 'peak_day' THEN peak_day_milli
            ELSE carried_forward_milli
        END AS current_ome_milli,
        CASE WHEN no_gaba THEN 0 ELSE coalesce(CAST(round(ddd_days / nullif(gaba_days, 0)) AS BIGINT), 0) END
            AS gaba_ddd_milli,
        CAST(round(coalesce(issued_ome_milli, 0) / CAST(p.window_days AS DOUBLE)) AS BIGINT) AS supplied_ome_milli,
        -- By whole cycles of collecting: in 90 days, three or four issues of 28 days are the same rhythm.
        coalesce(abs(cycle_issued - cycle_directed) * 100 > p.differs_percent * cycle_directed, false)
            AS supplied_differs
    FROM defined AS d
    CROSS JOIN policy AS p
),

-- Runs of supply lie a stopped_days break apart, so a month end belongs to one at most.
acute_month AS (
    SELECT DISTINCT d.person, d.month
    FROM dosed AS d
    CROSS JOIN policy AS p
    INNER JOIN episode AS e
        ON e.person = d.person AND e.began_on <= d.month_end AND e.ended_on + p.stopped_days > d.month_end
    WHERE d.current_ome_milli > 0 AND date_diff('day', e.began_on, d.month_end) + 1 < p.acute_days
),

placed AS (
    SELECT
        r.practice_code, r.age_band, r.sex, r.imd_quintile, r.epilepsy_on, n.patient_key, d.*,
        d.current_ome_milli > 0 OR coalesce(d.not_converted, false) AS on_opioid,
        a.person IS NOT NULL AS acute
    FROM dosed AS d
    INNER JOIN person AS n ON n.person = d.person
    INNER JOIN registration AS r
        ON r.patient_key = n.patient_key AND r.registered_from <= d.month_end AND r.registered_to > d.month_end
    INNER JOIN calendar AS c ON c.month = d.month
    LEFT JOIN acute_month AS a ON a.person = d.person AND a.month = d.month
)

SELECT
    m.practice_code,
    m.patient_key,
    m.month,
    m.age_band,
    m.sex,
    m.imd_quintile,
    m.age_band <> '0-17' AS is_adult,
    m.on_opioid,
    m.current_ome_milli,
    m.peak_ome_milli,
    m.directions_ome_milli,
    m.supplied_ome_milli,
    m.supplied_differs,
    m.covered_days,
    m.carried_forward_milli,
    m.sum_of_days_supply_milli,
    m.unique_days_milli,
    m.fixed_window_milli,
    m.peak_day_milli,
    b.band AS dose_band,
    m.gaba_ddd_milli,
    m.gaba_ddd_milli > p.high_gaba_ddd_milli AND m.epilepsy_on IS NULL AS high_gaba,
    x.reasons IS NOT NULL OR m.acute AS excluded,
    concat_ws('; ', x.reasons, CASE WHEN m.acute THEN 'acute use' END) AS exclusions,
    coalesce(m.not_converted, false) AS not_converted,
    coalesce(m.unmapped, false) AS unmapped,
    coalesce(m.over_supply, false) AS over_supply,
    n.patient_key IS NOT NULL AS has_plan,
    f.patient_key IS NOT NULL AS offered,
    coalesce(f.made, false) AS made,
    coalesce(f.accepted, false) AS accepted,
    coalesce(f.attended, false) AS attended,
    coalesce(f.completed, false) AS completed
FROM placed AS m
CROSS JOIN policy AS p
INNER JOIN dose_band AS b ON m.current_ome_milli BETWEEN b.from_milli AND b.to_milli
LEFT JOIN excluded_month AS x ON x.patient_key = m.patient_key AND x.month = m.month
LEFT JOIN plan_month AS n ON n.patient_key = m.patient_key AND n.month = m.month
LEFT JOIN referral_month AS f ON f.patient_key = m.patient_key AND f.month = m.month
ORDER BY m.practice_code, m.patient_key, m.month

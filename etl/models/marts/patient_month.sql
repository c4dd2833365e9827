-- One row per patient and month with opioid or gabapentinoid supply (or an opioid that has no factor) in the
-- window to the month's end, at the practice where the patient is registered that day.
WITH dosed AS (
    SELECT
        coalesce(d.patient_key, i.patient_key) AS patient_key,
        coalesce(d.month, i.month) AS month,
        coalesce(d.covered_days, 0) AS covered_days,
        -- A window that ends in no_supply_days without supply is no dose, not an unknown one.
        CASE WHEN date_diff('day', d.opioid_to, d.month_end + 1) >= p.no_supply_days THEN 0
             ELSE coalesce(CAST(round(d.ome_days / nullif(d.covered_days, 0)) AS BIGINT), 0) END AS current_ome_milli,
        CASE WHEN date_diff('day', d.gaba_to, d.month_end + 1) >= p.no_supply_days THEN 0
             ELSE coalesce(CAST(round(d.ddd_days / nullif(d.gaba_days, 0)) AS BIGINT), 0) END AS gaba_ddd_milli,
        d.peak_ome_milli,
        d.directions_ome_milli,
        CAST(round(coalesce(i.issued_ome_milli, 0) / CAST(p.window_days AS DOUBLE)) AS BIGINT) AS supplied_ome_milli,
        coalesce(i.over_supply, false) AS over_supply,
        coalesce(i.not_converted, false) AS not_converted,
        coalesce(i.unmapped, false) AS unmapped
    FROM dose_month AS d
    FULL JOIN issued_month AS i ON i.patient_key = d.patient_key AND i.month = d.month
    CROSS JOIN policy AS p
),

placed AS (
    SELECT
        r.practice_code, r.month_end, r.age_band, r.sex, r.imd_quintile, r.epilepsy_on, d.*,
        d.current_ome_milli > 0 OR d.not_converted AS on_opioid,
        coalesce(date_diff('day', e.began_on, r.month_end) + 1 < p.acute_days, false) AS acute
    FROM dosed AS d
    CROSS JOIN policy AS p
    INNER JOIN registered_month AS r ON r.patient_key = d.patient_key AND r.month = d.month
    -- The run of supply this month belongs to: the latest that began by its end.
    LEFT JOIN episode AS e
        ON e.patient_key = d.patient_key AND d.current_ome_milli > 0
        AND e.began_on <= r.month_end AND e.ended_on + p.stopped_days > r.month_end
    QUALIFY row_number() OVER (PARTITION BY d.patient_key, d.month ORDER BY e.began_on DESC) = 1
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
    m.covered_days,
    b.band AS dose_band,
    m.gaba_ddd_milli,
    m.gaba_ddd_milli > p.high_gaba_ddd_milli AND m.epilepsy_on IS NULL AS high_gaba,
    x.reasons IS NOT NULL OR m.acute AS excluded,
    concat_ws('; ', x.reasons, CASE WHEN m.acute THEN 'acute use' END) AS exclusions,
    m.not_converted,
    m.unmapped,
    m.over_supply,
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

-- One row per patient and month with opioid or gabapentinoid supply (or an opioid that has no factor) in the
-- window to the month's end, at the practice where the patient is registered that day.
WITH acute_month AS (
    -- Runs of supply lie a stopped_days break apart, so a month end belongs to one at most.
    SELECT DISTINCT d.person, d.month
    FROM person_month AS d
    CROSS JOIN policy AS p
    INNER JOIN episode AS e
        ON e.person = d.person AND e.began_on <= d.month_end AND e.ended_on + p.stopped_days > d.month_end
    WHERE d.current_ome_milli > 0 AND date_diff('day', e.began_on, d.month_end) + 1 < p.acute_days
),

placed AS (
    SELECT
        r.practice_code, r.age_band, r.sex, r.imd_quintile, r.epilepsy_on, n.patient_key, d.*,
        d.current_ome_milli > 0 OR d.not_converted AS on_opioid,
        a.person IS NOT NULL AS acute
    FROM person_month AS d
    INNER JOIN person AS n ON n.person = d.person
    INNER JOIN registration AS r
        ON r.person = d.person AND r.registered_from <= d.month_end AND r.registered_to > d.month_end
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
    m.dose_band,
    m.gaba_ddd_milli,
    m.gaba_ddd_milli > p.high_gaba_ddd_milli AND m.epilepsy_on IS NULL AS high_gaba,
    x.reasons IS NOT NULL OR m.acute AS excluded,
    concat_ws('; ', x.reasons, CASE WHEN m.acute THEN 'acute use' END) AS exclusions,
    m.not_converted,
    m.unmapped,
    m.over_supply,
    n.person IS NOT NULL AS has_plan,
    f.person IS NOT NULL AS offered,
    coalesce(f.made, false) AS made,
    coalesce(f.accepted, false) AS accepted,
    coalesce(f.attended, false) AS attended,
    coalesce(f.completed, false) AS completed
FROM placed AS m
CROSS JOIN policy AS p
LEFT JOIN excluded_month AS x ON x.person = m.person AND x.month = m.month
LEFT JOIN plan_month AS n ON n.person = m.person AND n.month = m.month
LEFT JOIN referral_month AS f ON f.person = m.person AND f.month = m.month
ORDER BY m.practice_code, m.person, m.month

-- One row per patient and month with opioid or gabapentinoid supply (or an opioid that has no factor) in the
-- window to the month's end, at the practice where the patient is registered that day. Doses are least ones where
-- without_dose says that an issue of the window may be an opioid and is in no dose (not_converted, unmapped, or unclear:
-- an opioid whose directions and quantity tell none), without_since the first such issue; gaba_unclear: so is the share
-- of a daily dose of gabapentinoids.
-- Made by people.
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
        r.practice_code, r.age_band, r.sex, r.imd_quintile, r.epilepsy_on, r.indication, n.patient_key, d.*,
        d.current_ome_milli > 0 OR d.not_converted OR d.unclear AS on_opioid,
        a.person IS NOT NULL AS acute,
        x.reasons IS NOT NULL OR a.person IS NOT NULL AS excluded,
        concat_ws('; ', x.reasons, CASE WHEN a.person IS NOT NULL THEN 'acute use' END) AS exclusions
    FROM person_month AS d
    INNER JOIN person AS n ON n.person = d.person
    INNER JOIN registration AS r
        ON r.person = d.person AND r.registered_from <= d.month_end AND r.registered_to > d.month_end
    LEFT JOIN acute_month AS a ON a.person = d.person AND a.month = d.month
    LEFT JOIN excluded_month AS x ON x.person = d.person AND x.month = d.month
),

-- Who stays high: the lowest dose of the last 3 and 6 month ends, where all of them were beyond the lowest threshold.
-- Months of acute use count once it has lasted: else a new starter is warned of three months late.
high AS (
    SELECT d.person, d.month, d.current_ome_milli
    FROM person_month AS d
    CROSS JOIN policy AS p
    INNER JOIN registration AS r
        ON r.person = d.person AND r.registered_from <= d.month_end AND r.registered_to > d.month_end
    LEFT JOIN excluded_month AS x ON x.person = d.person AND x.month = d.month
    WHERE d.current_ome_milli >= p.lowest_beyond_milli AND x.reasons IS NULL
),

lasting AS (
    SELECT
        person,
        month,
        CASE WHEN lag(month, 2) OVER months = month - INTERVAL 2 MONTH THEN min(current_ome_milli)
            OVER (PARTITION BY person ORDER BY month ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) END AS lowest_3m_milli,
        CASE WHEN lag(month, 5) OVER months = month - INTERVAL 5 MONTH THEN min(current_ome_milli)
            OVER (PARTITION BY person ORDER BY month ROWS BETWEEN 5 PRECEDING AND CURRENT ROW) END AS lowest_6m_milli
    FROM high
    WINDOW months AS (PARTITION BY person ORDER BY month)
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
    m.directions_ome_milli,
    m.last_directed_milli,
    m.supplied_ome_milli,
    m.supplied_differs,
    m.dose_band,
    m.gaba_ddd_milli,
    m.gaba_ddd_milli > p.high_gaba_ddd_milli AND m.epilepsy_on IS NULL AS high_gaba,
    m.excluded,
    m.exclusions,
    coalesce(CASE WHEN NOT m.excluded THEN s.lowest_3m_milli END, 0) AS lowest_3m_milli,
    coalesce(CASE WHEN NOT m.excluded THEN s.lowest_6m_milli END, 0) AS lowest_6m_milli,
    m.month_ome_milli,
    m.month_ddd_milli,
    m.indication IS NOT NULL AS indication_coded,
    coalesce(t.two_opioids, false) AS two_opioids,
    coalesce(t.with_gabapentinoid, false) AS with_gabapentinoid,
    coalesce(t.with_sedative, false) AS with_sedative,
    coalesce(t.triple, false) AS triple,
    m.not_converted,
    m.unmapped,
    m.unclear,
    m.gaba_unclear,
    m.without_dose,
    m.without_since,
    m.over_supply,
    n.person IS NOT NULL AS has_plan,
    f.person IS NOT NULL AS offered,
    coalesce(f.made, false) AS made,
    coalesce(f.accepted, false) AS accepted,
    coalesce(f.attended, false) AS attended,
    coalesce(f.completed, false) AS completed
FROM placed AS m
CROSS JOIN policy AS p
LEFT JOIN lasting AS s ON s.person = m.person AND s.month = m.month
LEFT JOIN concurrent_month AS t ON t.person = m.person AND t.month = m.month
LEFT JOIN plan_month AS n ON n.person = m.person AND n.month = m.month
LEFT JOIN referral_month AS f ON f.person = m.person AND f.month = m.month
ORDER BY m.practice_code, m.person, m.month

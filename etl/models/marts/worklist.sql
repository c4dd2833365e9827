-- One row per adult and practice, as last seen there up to the practice's latest month: what its worklist is chosen
-- from. absent: no supply and no plan in that month, so what was last known stands; who has been seen at another
-- practice since is not listed. before_milli: the dose there three months before; supplied_to: the first day without an
-- opioid; fell_on: the latest day within a year on which the dose fell beyond the red limit between 28-day means, on a
-- plan (ended where that has ended) or after a best-interest decision.
WITH fallen AS (
    SELECT patient_key, max(fell_on) AS fell_on, bool_and(ended) AS ended
    FROM (
        SELECT t.patient_key, NOT t.open AS ended, t.red_fell_on AS fell_on
        FROM taper_month AS t
        INNER JOIN practice AS p ON p.practice_code = t.practice_code
        WHERE t.month = date_trunc('month', p.data_to) AND NOT t.excluded AND t.red_fell_on IS NOT NULL
        UNION ALL
        SELECT b.patient_key, false AS ended, b.red_fell_on AS fell_on
        FROM best_interest AS b
        INNER JOIN practice AS p ON p.practice_code = b.practice_code
        WHERE b.red_seen_on <= p.data_to AND b.decided_on > p.data_to - INTERVAL 1 YEAR
    )
    GROUP BY patient_key
),

standing AS (
    SELECT m.*, CAST(date_trunc('month', p.data_to) AS DATE) AS latest
    FROM patient_month AS m
    INNER JOIN practice AS p ON p.practice_code = m.practice_code
    WHERE m.month <= p.data_to AND m.is_adult
    QUALIFY
        row_number() OVER (PARTITION BY m.practice_code, m.patient_key ORDER BY m.month DESC) = 1
        AND (m.month = latest OR m.month = max(m.month) OVER (PARTITION BY m.patient_key))
),

supplied AS (
    SELECT patient_key, max(to_day) AS supplied_to
    FROM dose_segment
    WHERE class = 'opioid'
    GROUP BY patient_key
)

SELECT
    s.practice_code,
    s.patient_key,
    s.latest AS month,
    last_day(s.latest) AS month_end,
    s.age_band,
    s.sex,
    CASE WHEN s.month < s.latest THEN 0 ELSE s.current_ome_milli END AS current_ome_milli,
    s.directions_ome_milli,
    s.last_directed_milli,
    s.supplied_ome_milli,
    s.gaba_ddd_milli,
    s.high_gaba,
    s.excluded,
    s.exclusions,
    s.not_converted,
    s.unmapped,
    s.unclear,
    s.gaba_unclear,
    s.without_dose,
    s.without_since,
    s.over_supply,
    s.supplied_differs,
    s.has_plan,
    b.current_ome_milli AS before_milli,
    u.supplied_to,
    f.patient_key IS NOT NULL AS fell,
    f.fell_on,
    coalesce(f.ended, false) AS ended,
    s.month < s.latest AS absent
FROM standing AS s
LEFT JOIN fallen AS f ON f.patient_key = s.patient_key
LEFT JOIN supplied AS u ON u.patient_key = s.patient_key
LEFT JOIN patient_month AS b
    ON b.practice_code = s.practice_code AND b.patient_key = s.patient_key AND b.month = s.latest - INTERVAL 3 MONTH
ORDER BY s.practice_code, s.patient_key

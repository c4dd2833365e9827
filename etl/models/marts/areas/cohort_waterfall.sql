-- One row per practice, complete month, threshold and step from the whole list to a referral: the people who take it
-- (outcome '') and, for each reason, those who do not. Each step is of the people who took the one before.
WITH latest_plan AS (
    SELECT
        patient_key,
        month,
        bool_or(open AND is_tapering) AS is_tapering,
        CASE
            WHEN bool_or(open AND paused) THEN 'paused'
            WHEN bool_or(open AND days_since_start < min_plan_days) THEN 'plan too young to judge'
            WHEN bool_or(open AND is_tapering IS NULL) THEN 'dose not known'
            ELSE 'not 15% down'
        END AS why_not
    FROM (
        SELECT t.*, p.min_plan_days, t.relative_percent <= 100 - p.down_percent AS is_tapering
        FROM taper_month AS t
        CROSS JOIN policy AS p
    )
    GROUP BY patient_key, month
),

declined AS (
    SELECT DISTINCT r.patient_key, m.month
    FROM source_referrals AS r
    INNER JOIN calendar AS m ON r.offered_on <= m.month_end AND r.offered_on > m.month_end - INTERVAL 1 YEAR
    WHERE r.offer_outcome = 'declined'
),

person_step AS (
    SELECT
        m.practice_code,
        m.month,
        h.threshold,
        m.current_ome_milli > 0 AS has_dose,
        m.exclusions LIKE '%acute use' AS acute,
        m.current_ome_milli >= h.beyond_milli AS beyond,
        m.exclusions AS reasons,
        m.has_plan,
        coalesce(t.is_tapering, false) AS is_tapering,
        coalesce(t.why_not, 'dose not known') AS why_not,
        m.made,
        CASE WHEN NOT m.offered THEN 'not offered' WHEN d.patient_key IS NOT NULL THEN 'declined' ELSE 'offered, not made' END
            AS not_made
    FROM patient_month AS m
    CROSS JOIN threshold AS h
    LEFT JOIN latest_plan AS t ON t.patient_key = m.patient_key AND t.month = m.month
    LEFT JOIN declined AS d ON d.patient_key = m.patient_key AND d.month = m.month
    WHERE m.is_adult AND m.on_opioid
),

stepped AS (
    SELECT
        practice_code,
        month,
        threshold,
        count(*) AS people,
        -- The first step not taken, and why; step 9 is taken by those who take all.
        CASE
            WHEN NOT has_dose OR acute THEN 3
            WHEN NOT beyond THEN 4
            WHEN reasons <> '' THEN 5
            WHEN NOT has_plan THEN 6
            WHEN NOT is_tapering THEN 7
            WHEN NOT made THEN 8
            ELSE 9
        END AS stopped_at,
        CASE
            WHEN NOT has_dose THEN 'opioid without a dose'
            WHEN acute THEN 'acute use'
            WHEN NOT beyond THEN 'not beyond the threshold'
            WHEN reasons LIKE '%; %' THEN 'several reasons'
            WHEN reasons <> '' THEN reasons
            WHEN NOT has_plan THEN 'no taper plan'
            WHEN NOT is_tapering THEN why_not
            WHEN NOT made THEN not_made
            ELSE ''
        END AS why
    FROM person_step
    GROUP BY ALL
),

whole AS (
    SELECT p.practice_code, p.month, h.threshold, p.adults, CAST(coalesce(sum(s.people), 0) AS BIGINT) AS on_opioids
    FROM practice_month AS p
    CROSS JOIN threshold AS h
    LEFT JOIN stepped AS s ON s.practice_code = p.practice_code AND s.month = p.month AND s.threshold = h.threshold
    WHERE p.complete
    GROUP BY p.practice_code, p.month, h.threshold, p.adults
),

counted AS (
    SELECT practice_code, month, threshold, 1 AS step, '' AS outcome, adults AS people
    FROM whole
    UNION ALL
    SELECT practice_code, month, threshold, 2, '', on_opioids
    FROM whole
    UNION ALL
    SELECT practice_code, month, threshold, 2, 'no opioid', adults - on_opioids
    FROM whole
    UNION ALL
    SELECT w.practice_code, w.month, w.threshold, n.step, '',
        CAST(coalesce(sum(s.people) FILTER (WHERE s.stopped_at > n.step), 0) AS BIGINT)
    FROM whole AS w
    CROSS JOIN (SELECT unnest([3, 4, 5, 6, 7, 8]) AS step) AS n
    LEFT JOIN stepped AS s ON s.practice_code = w.practice_code AND s.month = w.month AND s.threshold = w.threshold
    GROUP BY w.practice_code, w.month, w.threshold, n.step
    UNION ALL
    SELECT s.practice_code, s.month, s.threshold, s.stopped_at, s.why, CAST(sum(s.people) AS BIGINT)
    FROM stepped AS s
    INNER JOIN whole AS w ON w.practice_code = s.practice_code AND w.month = s.month AND w.threshold = s.threshold
    WHERE s.stopped_at <= 8
    GROUP BY s.practice_code, s.month, s.threshold, s.stopped_at, s.why
)

SELECT
    practice_code,
    month,
    threshold,
    step,
    CASE step
        WHEN 1 THEN 'registered adults'
        WHEN 2 THEN 'on an opioid'
        WHEN 3 THEN 'long-term'
        WHEN 4 THEN 'beyond the threshold'
        WHEN 5 THEN 'not excluded'
        WHEN 6 THEN 'with a taper plan'
        WHEN 7 THEN 'tapering'
        ELSE 'referred'
    END AS stage,
    outcome,
    people
FROM counted
ORDER BY practice_code, month, threshold, step, outcome

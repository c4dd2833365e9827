-- One row per adult and practice, as last seen there up to the practice's latest month: what its worklist is chosen
-- from. absent: no supply in the window to that month, so what was last known stands; who has been seen at another
-- practice since is not listed. has_plan: an open plan, with supply or without, of somebody registered there. before_milli: the dose there three months before; supplied_to: the first day without an
-- opioid. Falls and stops that nobody has looked at (see fall) stand where the person is registered now, whatever their
-- age and however long ago: fell_on and stopped_on, the latest of each; unknown_since, where there may be one; aside_on and
-- aside_unknown, the same of somebody excluded that day for more than acute use. unlooked: any of these. in_best_interest: so is one
-- that had not shown yet on the day of a decision.
-- Made by people.
WITH decided AS (
    SELECT DISTINCT f.patient_key, f.kind, f.fell_on, true AS decided_after
    FROM fall AS f
    INNER JOIN source_best_interest AS d
        ON d.patient_key = f.patient_key AND d.decided_on > f.fell_on AND d.decided_on <= f.seen_on
),

waiting AS (
    SELECT f.*, coalesce(d.decided_after, f.status = 'best interest') AS in_best_interest
    FROM fall AS f
    LEFT JOIN decided AS d ON d.patient_key = f.patient_key AND d.kind = f.kind AND d.fell_on = f.fell_on
    WHERE f.is_open AND f.exclusions <> 'acute use'
),

unlooked AS (
    SELECT
        now_at AS practice_code,
        patient_key,
        max(fell_on) FILTER (WHERE kind = 'fall' AND NOT excluded) AS fell_on,
        arg_max(fall_percent, fell_on) FILTER (WHERE kind = 'fall' AND NOT excluded) AS fell_percent,
        arg_max(status, fell_on) FILTER (WHERE kind = 'fall' AND NOT excluded) AS fell_status,
        arg_max(plan_ended, fell_on) FILTER (WHERE kind = 'fall' AND NOT excluded) AS fell_ended,
        max(fell_on) FILTER (WHERE kind = 'stop' AND NOT excluded) AS stopped_on,
        arg_max(from_milli, fell_on) FILTER (WHERE kind = 'stop' AND NOT excluded) AS stopped_milli,
        arg_max(status, fell_on) FILTER (WHERE kind = 'stop' AND NOT excluded) AS stopped_status,
        min(unknown_since) FILTER (WHERE kind = 'unknown' AND NOT excluded) AS unknown_since,
        coalesce(bool_or(in_best_interest) FILTER (WHERE kind <> 'unknown' AND NOT excluded), false) AS in_best_interest,
        arg_max(to_milli, fell_on) FILTER (WHERE kind = 'fall' AND NOT excluded) AS fell_to_milli,
        arg_max(from_milli, fell_on) FILTER (WHERE kind = 'fall' AND NOT excluded) AS fell_from_milli,
        max(fell_on) FILTER (WHERE excluded AND kind <> 'unknown') AS aside_on,
        min(unknown_since) FILTER (WHERE excluded AND kind = 'unknown') AS aside_unknown
    FROM waiting
    GROUP BY now_at, patient_key
),

planned AS (
    SELECT DISTINCT p.practice_code, n.patient_key
    FROM practice_data AS p
    INNER JOIN registration AS r
        ON r.practice_code = p.practice_code AND r.registered_from <= p.data_to AND r.registered_to > p.data_to
    INNER JOIN plan_month AS l
        ON l.person = r.person AND l.month = CAST(date_trunc('month', p.data_to) AS DATE)
    INNER JOIN person AS n ON n.person = r.person
),

-- Who is listed whatever is supplied now.
kept AS (
    SELECT practice_code, patient_key
    FROM unlooked
    UNION
    SELECT practice_code, patient_key
    FROM planned
),

-- The last month of each person at a practice, up to the practice's latest, and at any.
last_month AS (
    SELECT
        *,
        CAST(date_trunc('month', data_to) AS DATE) AS latest,
        max(month) OVER (PARTITION BY patient_key) AS last_anywhere
    FROM (
        SELECT m.practice_code, m.patient_key, p.data_to, max(m.month) AS month
        FROM patient_month AS m
        INNER JOIN practice_data AS p ON p.practice_code = m.practice_code
        LEFT JOIN kept AS k ON k.practice_code = m.practice_code AND k.patient_key = m.patient_key
        WHERE m.month <= p.data_to AND (m.is_adult OR k.patient_key IS NOT NULL)
        GROUP BY m.practice_code, m.patient_key, p.data_to
    )
),

seen AS (
    SELECT m.*, l.latest
    FROM last_month AS l
    INNER JOIN patient_month AS m
        ON m.practice_code = l.practice_code AND m.patient_key = l.patient_key AND m.month = l.month
    WHERE l.month = l.latest OR l.month = l.last_anywhere
),

-- Nobody drops out because they have had no supply since they came to the practice.
unseen AS (
    SELECT
        f.practice_code,
        f.patient_key,
        CAST(date_trunc('month', coalesce(p.data_to, c.reach)) AS DATE) AS latest,
        r.age_band,
        r.sex
    FROM kept AS f
    INNER JOIN practice_data AS p ON p.practice_code = f.practice_code
    INNER JOIN person AS n ON n.patient_key = f.patient_key
    CROSS JOIN (SELECT max(month_end) AS reach FROM calendar) AS c
    INNER JOIN registration AS r
        ON r.person = n.person AND r.practice_code = f.practice_code
        AND r.registered_from <= c.reach AND r.registered_to > coalesce(p.data_to, c.reach)
    LEFT JOIN seen AS s ON s.practice_code = f.practice_code AND s.patient_key = f.patient_key
    WHERE s.patient_key IS NULL
),

standing AS (
    SELECT practice_code, patient_key, latest, month < latest AS absent, age_band, sex
    FROM seen
    UNION ALL
    SELECT practice_code, patient_key, latest, true, age_band, sex
    FROM unseen
),

supplied AS (
    SELECT patient_key, max(to_day) AS supplied_to
    FROM dose_segment
    WHERE class = 'opioid'
    GROUP BY patient_key
),

-- The first supply since a stop, and the first issue since that gives no dose.
again AS (
    SELECT f.practice_code, f.patient_key, min(a.from_day) AS again_on
    FROM unlooked AS f
    INNER JOIN (
        SELECT patient_key, from_day
        FROM dose_segment
        WHERE class = 'opioid'
        UNION ALL
        SELECT patient_key, issued_on
        FROM issue_without_dose
        WHERE last_on = issued_on
    ) AS a ON a.patient_key = f.patient_key AND a.from_day > f.stopped_on
    GROUP BY f.practice_code, f.patient_key
)

SELECT
    s.practice_code,
    s.patient_key,
    s.latest AS month,
    last_day(s.latest) AS month_end,
    s.age_band,
    s.sex,
    CASE WHEN s.absent THEN 0 ELSE m.current_ome_milli END AS current_ome_milli,
    m.directions_ome_milli,
    m.last_directed_milli,
    m.supplied_ome_milli,
    coalesce(m.gaba_ddd_milli, 0) AS gaba_ddd_milli,
    coalesce(m.high_gaba, false) AS high_gaba,
    coalesce(m.excluded, false) AS excluded,
    coalesce(m.exclusions, '') AS exclusions,
    coalesce(m.not_converted, false) AS not_converted,
    coalesce(m.unmapped, false) AS unmapped,
    coalesce(m.unclear, false) AS unclear,
    coalesce(m.gaba_unclear, false) AS gaba_unclear,
    coalesce(m.without_dose, false) AS without_dose,
    m.without_since,
    coalesce(m.over_supply, false) AS over_supply,
    coalesce(m.supplied_differs, false) AS supplied_differs,
    l.patient_key IS NOT NULL OR (NOT s.absent AND coalesce(m.has_plan, false)) AS has_plan,
    CASE WHEN s.absent THEN 0 ELSE coalesce(m.lowest_3m_milli, 0) END AS lowest_3m_milli,
    CASE WHEN s.absent THEN 0 ELSE coalesce(m.lowest_6m_milli, 0) END AS lowest_6m_milli,
    b.current_ome_milli AS before_milli,
    u.supplied_to,
    f.patient_key IS NOT NULL AS unlooked,
    f.* EXCLUDE (practice_code, patient_key, in_best_interest),
    a.again_on,
    coalesce(f.in_best_interest, false) AS in_best_interest,
    s.absent
FROM standing AS s
LEFT JOIN seen AS m ON m.practice_code = s.practice_code AND m.patient_key = s.patient_key
LEFT JOIN unlooked AS f ON f.practice_code = s.practice_code AND f.patient_key = s.patient_key
LEFT JOIN planned AS l ON l.practice_code = s.practice_code AND l.patient_key = s.patient_key
LEFT JOIN again AS a ON a.practice_code = s.practice_code AND a.patient_key = s.patient_key
LEFT JOIN supplied AS u ON u.patient_key = s.patient_key
LEFT JOIN patient_month AS b
    ON b.practice_code = s.practice_code AND b.patient_key = s.patient_key AND b.month = s.latest - INTERVAL 3 MONTH
ORDER BY s.practice_code, s.patient_key

-- One row per person and fall or stop of an opioid dose (see fall_found), with what it was part of that day and whether
-- anybody has looked. kind: fall (beyond amber; is_red beyond red), stop, or unknown, where a red fall or a stop may be
-- none since what was issued has no dose or a month is missing. status: what it was part of that day (see dose_status).
-- practice_code: where the person was registered that day, or next to it in time; now_at: where now (NULL once they
-- died or left). Looked at: a fall by a review after the day the dose last came down, a stop by one on or after the day
-- it could be seen. Falls and abrupt stops of doses below watch_milli only on a plan or after a decision.
-- Made by people.
WITH nearest AS (
    SELECT f.person, f.kind, f.fell_on, r.practice_code, r.age_band
    FROM fall_found AS f
    INNER JOIN registration AS r ON r.person = f.person
    QUALIFY row_number() OVER (
        PARTITION BY f.person, f.kind, f.fell_on
        ORDER BY
            CASE WHEN r.registered_from <= f.fell_on THEN 0 ELSE 1 END,
            abs(date_diff('day', r.registered_from, f.fell_on))
    ) = 1
),

placed AS (
    SELECT
        f.*,
        n.patient_key,
        n.left_on,
        n.left_reason,
        r.practice_code,
        r.age_band
    FROM fall_found AS f
    INNER JOIN person AS n ON n.person = f.person
    INNER JOIN nearest AS r ON r.person = f.person AND r.kind = f.kind AND r.fell_on = f.fell_on
    -- Death and deduction end what is known: neither is a stop.
    WHERE n.left_on IS NULL OR n.left_on >= f.seen_on
),

-- A month whose extract has not come says neither that a dose fell nor that it did not: where later months have come
-- the dose is unknown from then (missing_from); where none has, it is too early to tell.
between_lists AS (
    SELECT person, registered_to, lead(registered_from) OVER lists AS again_on
    FROM registration
    WINDOW lists AS (PARTITION BY person ORDER BY registered_from)
    QUALIFY again_on > registered_to + 27
),

unsent AS (
    SELECT
        f.person,
        f.kind,
        f.fell_on,
        min(greatest(c.month, f.fell_on)) AS missing_from,
        bool_or(coalesce(c.month > l.last_month, true)) AS is_too_early
    FROM placed AS f
    INNER JOIN calendar AS c ON c.month < f.seen_on AND c.month_end >= f.fell_on
    INNER JOIN registration AS r
        ON r.person = f.person AND r.registered_from <= greatest(c.month, f.fell_on)
        AND r.registered_to > greatest(c.month, f.fell_on)
    LEFT JOIN coverage AS v ON v.practice_code = r.practice_code AND v.month = c.month
    LEFT JOIN (SELECT practice_code, max(month) AS last_month FROM coverage GROUP BY practice_code) AS l
        ON l.practice_code = r.practice_code
    WHERE v.month IS NULL
    GROUP BY f.person, f.kind, f.fell_on
    UNION ALL
    -- Nor does anybody know of weeks in which the person was registered nowhere in the data.
    SELECT f.person, f.kind, f.fell_on, min(greatest(r.registered_to, f.fell_on)), false
    FROM placed AS f
    INNER JOIN between_lists AS r ON r.person = f.person AND r.registered_to < f.seen_on AND r.again_on > f.fell_on
    GROUP BY f.person, f.kind, f.fell_on
),

missing AS (
    SELECT person, kind, fell_on, min(missing_from) AS missing_from, bool_or(is_too_early) AS is_too_early
    FROM unsent
    GROUP BY person, kind, fell_on
),

looked AS (
    SELECT f.person, f.kind, f.fell_on, min(r.reviewed_on) AS looked_on
    FROM placed AS f
    LEFT JOIN missing AS w ON w.person = f.person AND w.kind = f.kind AND w.fell_on = f.fell_on
    INNER JOIN source_reviews AS r
        ON r.patient_key = f.patient_key AND r.reviewed_on >= f.look_from
        AND coalesce(r.reviewed_on > w.missing_from, true)
    GROUP BY f.person, f.kind, f.fell_on
),

barred AS (
    SELECT f.person, f.kind, f.fell_on, string_agg(DISTINCT x.reason, '; ' ORDER BY x.reason) AS reasons
    FROM placed AS f
    INNER JOIN exclusion AS x
        ON x.patient_key = f.patient_key AND x.from_on <= f.fell_on AND x.to_on >= f.fell_on
    GROUP BY f.person, f.kind, f.fell_on
),

-- Supply that had lasted acute_days by the day the fall could be seen is not acute use, nor is a run that began soon after
-- the data or the registration did: it may be the end of years.
acute AS (
    SELECT f.person, f.kind, f.fell_on
    FROM placed AS f
    CROSS JOIN policy AS p
    INNER JOIN episode AS e
        ON e.person = f.person AND e.began_on < f.fell_on AND e.ended_on >= f.fell_on
        AND date_diff('day', e.began_on, CASE f.kind WHEN 'stop' THEN f.fell_on ELSE least(e.ended_on, f.seen_on) END)
            < p.acute_days
    INNER JOIN registration AS r
        ON r.person = e.person AND r.registered_to > e.began_on
        AND r.registered_from <= e.began_on - p.acute_days
    INNER JOIN practice_data AS s
        ON s.practice_code = r.practice_code AND s.data_from <= e.began_on - p.acute_days
    GROUP BY f.person, f.kind, f.fell_on
),

now AS (
    SELECT r.person, arg_max(r.practice_code, r.registered_from) AS now_at
    FROM registration AS r
    INNER JOIN practice_data AS p ON p.practice_code = r.practice_code
    CROSS JOIN (SELECT max(month_end) AS reach FROM calendar) AS c
    -- A practice whose data end before the person came has them all the same.
    WHERE r.registered_from <= c.reach AND r.registered_to > coalesce(p.data_to, c.reach)
    GROUP BY r.person
),

judged AS (
    SELECT
        f.* EXCLUDE (unknown_since),
        least(f.unknown_since, w.missing_from) AS unknown_since,
        s.status,
        s.plan_ended,
        s.decided_on,
        k.looked_on,
        o.now_at,
        concat_ws('; ', b.reasons, CASE WHEN a.person IS NOT NULL AND s.status = 'neither' THEN 'acute use' END)
            AS exclusions
    FROM placed AS f
    LEFT JOIN missing AS w ON w.person = f.person AND w.kind = f.kind AND w.fell_on = f.fell_on
    INNER JOIN dose_status AS s ON s.patient_key = f.patient_key AND s.from_on = f.fell_on AND s.to_on = f.fell_on
    LEFT JOIN looked AS k ON k.person = f.person AND k.kind = f.kind AND k.fell_on = f.fell_on
    LEFT JOIN barred AS b ON b.person = f.person AND b.kind = f.kind AND b.fell_on = f.fell_on
    LEFT JOIN acute AS a ON a.person = f.person AND a.kind = f.kind AND a.fell_on = f.fell_on
    LEFT JOIN now AS o ON o.person = f.person
    WHERE NOT coalesce(w.is_too_early, false)
)

SELECT
    j.practice_code,
    j.patient_key,
    CASE WHEN j.unknown_since IS NULL THEN j.kind ELSE 'unknown' END AS kind,
    j.fell_on,
    j.seen_on,
    j.fall_percent,
    j.fall_percent > p.red_fall_percent AS is_red,
    j.is_abrupt,
    j.back_on,
    j.from_milli,
    j.to_milli,
    j.unknown_since,
    j.status,
    j.plan_ended,
    j.decided_on,
    j.exclusions <> '' AS excluded,
    j.exclusions,
    j.age_band <> '0-17' AS is_adult,
    j.looked_on,
    j.left_on,
    j.left_reason,
    j.now_at,
    j.fall_percent > p.red_fall_percent AND j.looked_on IS NULL AND j.now_at IS NOT NULL AS is_open
FROM judged AS j
CROSS JOIN policy AS p
WHERE (j.from_milli >= p.watch_milli OR j.status <> 'neither')
    AND (j.unknown_since IS NULL OR j.fall_percent > p.red_fall_percent)
ORDER BY j.practice_code, j.person, j.fell_on, j.kind

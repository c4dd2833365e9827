-- One row per person and span of days that is asked about, the day of a fall or stop and the 12 months of fall_month:
-- what the dose was part of at some time of it (plan, best interest or neither), whether every such plan has ended since
-- (plan_ended), and the last decision by then. A plan counts to four weeks after its end, a decision from its day on
-- unless a shared plan began later.
-- Made by people.
WITH span AS (
    SELECT n.patient_key, f.fell_on AS from_on, f.fell_on AS to_on
    FROM fall_found AS f
    INNER JOIN person AS n ON n.person = f.person
    UNION
    SELECT m.patient_key, last_day(m.month), c.month_end
    FROM patient_month AS m
    CROSS JOIN policy AS p
    INNER JOIN calendar AS c ON c.month = CAST(m.month + INTERVAL 12 MONTH AS DATE)
    WHERE m.is_adult AND NOT m.excluded AND m.current_ome_milli >= p.lowest_beyond_milli
),

planned AS (
    SELECT
        s.patient_key,
        s.from_on,
        s.to_on,
        bool_or(l.consent = 'best interest') AS in_best_interest,
        max(CASE WHEN l.consent = 'shared' THEN l.start_on END) AS shared_on,
        bool_and(coalesce(l.ended_on <= c.reach, l.status NOT IN ('active', 'paused'))) AS plan_ended
    FROM span AS s
    CROSS JOIN (SELECT max(month_end) AS reach FROM calendar) AS c
    INNER JOIN plan AS l
        ON l.patient_key = s.patient_key AND l.start_on <= s.to_on AND coalesce(l.ended_on + 28 > s.from_on, true)
    GROUP BY s.patient_key, s.from_on, s.to_on
),

decided AS (
    SELECT s.patient_key, s.from_on, s.to_on, max(d.decided_on) AS decided_on
    FROM span AS s
    INNER JOIN source_best_interest AS d ON d.patient_key = s.patient_key AND d.decided_on <= s.to_on
    GROUP BY s.patient_key, s.from_on, s.to_on
)

SELECT
    s.patient_key,
    s.from_on,
    s.to_on,
    CASE
        WHEN coalesce(l.in_best_interest, false)
            OR (d.decided_on IS NOT NULL AND coalesce(l.shared_on <= d.decided_on, true)) THEN 'best interest'
        WHEN l.patient_key IS NOT NULL THEN 'plan'
        ELSE 'neither'
    END AS status,
    coalesce(l.plan_ended, false) AS plan_ended,
    d.decided_on
FROM span AS s
LEFT JOIN planned AS l ON l.patient_key = s.patient_key AND l.from_on = s.from_on AND l.to_on = s.to_on
LEFT JOIN decided AS d ON d.patient_key = s.patient_key AND d.from_on = s.from_on AND d.to_on = s.to_on

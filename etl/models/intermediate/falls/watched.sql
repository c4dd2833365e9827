-- One row per person whose falls and stops are looked for: whoever has had watch_milli, and from any dose whoever has a
-- plan with a taper or a best-interest decision. is_recorded: has one of these. varies: a fall beyond amber is possible.
-- has_unknown: more may have been taken on some days than is known. has_gaps: for so many days without supply between supplies that it may have come to cover fewer than half of 84 days.
-- Made by people.
WITH recorded AS (
    SELECT n.person
    FROM plan AS l
    INNER JOIN person AS n ON n.patient_key = l.patient_key
    UNION
    SELECT n.person
    FROM source_best_interest AS d
    INNER JOIN person AS n ON n.patient_key = d.patient_key
),

supplied AS (
    SELECT person, min(ome_milli) AS lowest, max(ome_milli) AS highest,
        date_diff('day', min(from_day), max(to_day)) - sum(date_diff('day', from_day, to_day)) AS gap_days
    FROM dose_run
    WHERE kind = 'opioid' AND supplies > 0
    GROUP BY person
)

SELECT
    s.person,
    c.person IS NOT NULL AS is_recorded,
    s.lowest * 100 < s.highest * (100 - p.amber_fall_percent) AS varies,
    s.gap_days > 42 AS has_gaps,
    u.person IS NOT NULL AS has_unknown
FROM supplied AS s
CROSS JOIN policy AS p
LEFT JOIN recorded AS c ON c.person = s.person
LEFT JOIN (SELECT DISTINCT person FROM undosed_span) AS u ON u.person = s.person
WHERE s.highest >= p.watch_milli OR c.person IS NOT NULL

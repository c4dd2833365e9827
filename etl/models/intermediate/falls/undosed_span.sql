-- One row per person and span of days on which more opioid may have been taken than is known: default_days from each
-- issue that was not converted or not understood, and from every day on which one that is kept back may have been; and
-- the days of supplies of unknown dose. to_day is the first day after.
-- Made by people.
SELECT n.person, i.issued_on AS from_day, i.issued_on + p.default_days AS to_day
FROM issue_without_dose AS i
INNER JOIN person AS n ON n.patient_key = i.patient_key
CROSS JOIN policy AS p
WHERE i.status NOT IN ('unclear', 'kept back')
UNION ALL
SELECT k.person, CAST(k.on_day AS DATE), CAST(k.on_day AS DATE) + p.default_days
FROM (
    SELECT DISTINCT person, unnest(generate_series(first_on, last_on, INTERVAL 1 DAY)) AS on_day
    FROM undated_issue
    WHERE may_be_opioid
) AS k
CROSS JOIN policy AS p
UNION ALL
SELECT person, from_day, to_day
FROM dose_run
WHERE kind = 'opioid' AND unknown > 0

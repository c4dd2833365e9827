-- One row per person and month end with a day in the window to it that two opioids, or an opioid and a gabapentinoid,
-- or an opioid and a sedative, or all three kinds cover together.
-- Made by people.
WITH two_opioids AS (
    SELECT a.person, greatest(a.from_day, b.from_day) AS from_day, least(a.to_day, b.to_day) AS to_day
    FROM drug_run AS a
    INNER JOIN drug_run AS b
        ON b.person = a.person AND b.kind = 'opioid' AND b.drug > a.drug
        AND b.from_day < a.to_day AND b.to_day > a.from_day
    WHERE a.kind = 'opioid'
),

with_gabapentinoid AS (
    SELECT a.person, greatest(a.from_day, b.from_day) AS from_day, least(a.to_day, b.to_day) AS to_day
    FROM drug_run AS a
    INNER JOIN drug_run AS b
        ON b.person = a.person AND b.kind = 'gabapentinoid' AND b.from_day < a.to_day AND b.to_day > a.from_day
    WHERE a.kind = 'opioid'
),

with_sedative AS (
    SELECT a.person, greatest(a.from_day, b.from_day) AS from_day, least(a.to_day, b.to_day) AS to_day
    FROM drug_run AS a
    INNER JOIN drug_run AS b
        ON b.person = a.person AND b.kind = 'sedative' AND b.from_day < a.to_day AND b.to_day > a.from_day
    WHERE a.kind = 'opioid'
),

triple AS (
    SELECT a.person, greatest(a.from_day, b.from_day) AS from_day, least(a.to_day, b.to_day) AS to_day
    FROM with_gabapentinoid AS a
    INNER JOIN drug_run AS b
        ON b.person = a.person AND b.kind = 'sedative' AND b.from_day < a.to_day AND b.to_day > a.from_day
),

spell AS (
    SELECT *, 'two opioids' AS together
    FROM two_opioids
    UNION ALL
    SELECT *, 'with gabapentinoid'
    FROM with_gabapentinoid
    UNION ALL
    SELECT *, 'with sedative'
    FROM with_sedative
    UNION ALL
    SELECT *, 'triple'
    FROM triple
),

spread AS (
    SELECT
        s.*,
        p.window_days,
        CAST(unnest(generate_series(
            date_trunc('month', s.from_day), s.to_day + p.window_days - 2, INTERVAL 1 MONTH
        )) AS DATE) AS month
    FROM spell AS s
    CROSS JOIN policy AS p
)

SELECT
    person,
    month,
    bool_or(together = 'two opioids') AS two_opioids,
    bool_or(together = 'with gabapentinoid') AS with_gabapentinoid,
    bool_or(together = 'with sedative') AS with_sedative,
    bool_or(together = 'triple') AS triple
FROM spread
WHERE from_day <= last_day(month) AND to_day > last_day(month) - (window_days - 1)
GROUP BY person, month

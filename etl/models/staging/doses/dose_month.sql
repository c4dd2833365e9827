-- One row per person and month end with supply in the window before it: doses of the window, and what the days of
-- the month itself hold. OME·days and days of
-- opioids as taken; supply days and OME·days of opioids as issued (a day two supplies cover is two supply days).
-- Made by people.
WITH overlap AS (
    SELECT
        s.person, s.kind, s.to_day, s.ome_milli, s.ddd_milli, s.directed_ome_milli, s.supplies,
        c.month, c.month_end,
        date_diff('day', greatest(s.from_day, c.month_end - (p.window_days - 1)), least(s.to_day, c.month_end + 1)) AS days,
        greatest(date_diff('day', greatest(s.from_day, c.month), least(s.to_day, c.month_end + 1)), 0) AS month_days
    FROM dose_run AS s
    CROSS JOIN policy AS p
    INNER JOIN calendar AS c ON c.month_end >= s.from_day AND c.month_end - (p.window_days - 1) < s.to_day
    WHERE s.supplies > 0
),
-- One pass for each kind. Sums are of whole numbers, exact in doubles up to 2^53 and much faster than wide integers.
opioid AS (
    SELECT
        person,
        month,
        sum(CAST(days AS DOUBLE)) AS covered_days,
        sum(CAST(days * ome_milli AS DOUBLE)) AS ome_days,
        sum(CAST(month_days * ome_milli AS DOUBLE)) AS month_ome_days,
        max(least(to_day, month_end + 1)) AS opioid_to,
        max(ome_milli) AS peak_ome_milli,
        -- What directions say on the last day, and on the last day of supply: nought means no regular amount.
        max(CASE WHEN to_day > month_end THEN nullif(directed_ome_milli, 0) END) AS directions_ome_milli,
        nullif(arg_max(directed_ome_milli, to_day), 0) AS last_directed_milli
    FROM overlap
    WHERE kind = 'opioid'
    GROUP BY person, month
),

gabapentinoid AS (
    SELECT
        person,
        month,
        sum(CAST(days AS DOUBLE)) AS gaba_days,
        sum(CAST(days * ddd_milli AS DOUBLE)) AS ddd_days,
        sum(CAST(month_days * ddd_milli AS DOUBLE)) AS month_ddd_days,
        max(least(to_day, month_end + 1)) AS gaba_to
    FROM overlap
    WHERE kind = 'gabapentinoid'
    GROUP BY person, month
),

issued AS (
    SELECT
        person,
        month,
        sum(CAST(days * supplies AS DOUBLE)) AS supply_days,
        sum(CAST(days AS DOUBLE)) AS unique_days,
        sum(CAST(days * ome_milli AS DOUBLE)) AS issued_ome_days,
        max(ome_milli) AS issued_peak_milli
    FROM overlap
    WHERE kind = 'issued'
    GROUP BY person, month
)

SELECT
    coalesce(o.person, i.person, g.person) AS person,
    coalesce(o.month, i.month, g.month) AS month,
    o.* EXCLUDE (person, month),
    i.* EXCLUDE (person, month),
    g.* EXCLUDE (person, month)
FROM opioid AS o
FULL JOIN issued AS i ON i.person = o.person AND i.month = o.month
FULL JOIN gabapentinoid AS g
    ON g.person = coalesce(o.person, i.person) AND g.month = coalesce(o.month, i.month)

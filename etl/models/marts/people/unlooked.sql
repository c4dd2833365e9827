-- One row per area (see area_practice) where somebody's fall, stop or unknown dose was not looked at (see worklist): people of
-- each kind (aside: any of these outside the cohort), the latest day of each, and how many were on no plan and after no
-- decision (fell_alone, stopped_alone). best_interest: who fell or stopped after a decision.
SELECT
    a.level,
    a.area,
    count(fell_on) AS fell,
    max(fell_on) AS fell_on,
    count(*) FILTER (WHERE fell_status = 'neither') AS fell_alone,
    count(stopped_on) AS stopped,
    max(stopped_on) AS stopped_on,
    count(*) FILTER (WHERE stopped_status = 'neither') AS stopped_alone,
    count(unknown_since) AS unknown,
    max(unknown_since) AS unknown_on,
    count(coalesce(aside_on, aside_unknown)) AS aside,
    max(coalesce(aside_on, aside_unknown)) AS aside_on,
    count(*) FILTER (WHERE in_best_interest) AS best_interest,
    max(greatest(fell_on, stopped_on)) FILTER (WHERE in_best_interest) AS best_interest_on
FROM worklist AS w
INNER JOIN area_practice AS a ON a.practice_code = w.practice_code
WHERE fell_on IS NOT NULL OR stopped_on IS NOT NULL OR unknown_since IS NOT NULL
    OR aside_on IS NOT NULL OR aside_unknown IS NOT NULL
GROUP BY a.level, a.area
ORDER BY a.level, a.area

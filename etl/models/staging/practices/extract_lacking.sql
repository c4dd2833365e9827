-- One row per practice, month that an extract of issues covers, and extract that has not come for it: whatever else
-- practices send by month (etl/contract), in that order, and the list sizes that the ICB loads.
WITH loaded AS (
    SELECT practice_code, entity, CAST(unnest(generate_series(period_from, period_to, INTERVAL 1 MONTH)) AS DATE) AS month
    FROM extract_period
    UNION
    SELECT practice_code, 'list_sizes', month
    FROM source_list_sizes
)

SELECT i.practice_code, i.month, e.entity, e.place
FROM coverage AS i
CROSS JOIN (
    VALUES (1, 'patients'), (2, 'list_sizes'), (3, 'reviews'), (4, 'plans'), (5, 'taper_steps'), (6, 'referrals'),
        (7, 'practice_plans'), (8, 'best_interest')
) AS e (place, entity)
LEFT JOIN loaded AS l ON l.practice_code = i.practice_code AND l.month = i.month AND l.entity = e.entity
WHERE l.entity IS NULL

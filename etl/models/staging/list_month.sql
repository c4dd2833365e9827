-- One row per practice and month of the list sizes: people registered, adults, and why the list cannot be one (NULL
-- where it can): then rates of that month are left out. before: the last list that is not 0.
-- A list is held against two neighbours, so that a slip is left out and not the month after it, and a list that stays at
-- its new size is left out once: the two lists before that are not 0, and where there are fewer, those after.
WITH summed AS (
    SELECT
        practice_code,
        month,
        CAST(sum(registered) AS BIGINT) AS registered,
        CAST(coalesce(sum(registered) FILTER (WHERE age_band <> '0-17'), 0) AS BIGINT) AS adults
    FROM source_list_sizes
    GROUP BY practice_code, month
),

compared AS (
    SELECT
        practice_code,
        month,
        arg_max(registered, CASE WHEN registered > 0 THEN month END) OVER earlier AS before,
        max(CASE WHEN registered > 0 THEN month END) OVER earlier AS before_month
    FROM summed
    WINDOW earlier AS (PARTITION BY practice_code ORDER BY month ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),

listed AS (
    SELECT practice_code, month, registered, row_number() OVER (PARTITION BY practice_code ORDER BY month) AS number
    FROM summed
    WHERE registered > 0
),

odd AS (
    SELECT l.practice_code, l.month
    FROM listed AS l
    INNER JOIN listed AS o
        ON o.practice_code = l.practice_code AND o.number <> l.number
        AND o.number BETWEEN greatest(l.number - 2, 1) AND greatest(l.number, 3)
    GROUP BY l.practice_code, l.month, l.number
    HAVING bool_and(l.registered * 2 < o.registered OR l.registered >= o.registered * 2)
        -- Of two lists nobody can tell which is wrong: the later one is left out.
        AND (count(*) = 2 OR l.number = 2)
),

-- Groups that had more than one in a hundred of the list, and now have nobody.
gone AS (
    SELECT c.practice_code, c.month, count(*) AS groups
    FROM compared AS c
    INNER JOIN source_list_sizes AS b ON b.practice_code = c.practice_code AND b.month = c.before_month
    LEFT JOIN source_list_sizes AS n
        ON n.practice_code = c.practice_code AND n.month = c.month AND n.age_band = b.age_band AND n.sex = b.sex
    WHERE b.registered * 100 > c.before AND coalesce(n.registered, 0) = 0
    GROUP BY c.practice_code, c.month
),

counted AS (
    SELECT practice_code, month, count(*) AS people
    FROM patient_month
    WHERE is_adult
    GROUP BY practice_code, month
)

SELECT
    s.practice_code,
    s.month,
    s.registered,
    s.adults,
    c.before,
    CASE
        WHEN s.registered = 0 THEN 'it is 0'
        WHEN s.adults = 0 THEN 'it has no adults'
        WHEN o.month IS NOT NULL AND c.before IS NULL THEN 'it is less than half, or twice or more, of the lists after it'
        WHEN o.month IS NOT NULL AND s.registered < c.before THEN 'it is less than half of the list before'
        WHEN o.month IS NOT NULL THEN 'it is twice the list before or more'
        WHEN g.groups IS NOT NULL THEN 'it has nobody in an age band and sex that had more than 1 in 100 people before'
        WHEN s.adults < p.people THEN 'it has fewer adults than are counted as patients'
    END AS impossible
FROM summed AS s
LEFT JOIN compared AS c ON c.practice_code = s.practice_code AND c.month = s.month
LEFT JOIN odd AS o ON o.practice_code = s.practice_code AND o.month = s.month
LEFT JOIN gone AS g ON g.practice_code = s.practice_code AND g.month = s.month
LEFT JOIN counted AS p ON p.practice_code = s.practice_code AND p.month = s.month

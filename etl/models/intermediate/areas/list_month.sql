-- One row per practice and month of the list sizes: people registered, adults, and why the list cannot be one (NULL
-- where it can): then rates of that month are left out. before: the last list that is sure, or else that is not 0. A list
-- is sure where it agrees with the two beside it, none more than twice another; the others are held against the nearest
-- such list before, or after where none is before, or the middle of all. So a new level counts once three lists agree, but for
-- the month in which it fell to less than half.
WITH summed AS (
    SELECT
        practice_code,
        month,
        CAST(sum(registered) AS BIGINT) AS registered,
        CAST(coalesce(sum(registered) FILTER (WHERE age_band <> '0-17'), 0) AS BIGINT) AS adults
    FROM source_list_sizes
    GROUP BY practice_code, month
),

beside AS (
    SELECT
        practice_code,
        month,
        registered,
        lag(registered, 2) OVER lists AS before_2,
        lag(registered, 1) OVER lists AS before_1,
        lead(registered, 1) OVER lists AS after_1,
        lead(registered, 2) OVER lists AS after_2
    FROM summed
    WHERE registered > 0
    WINDOW lists AS (PARTITION BY practice_code ORDER BY month)
),

agreed AS (
    SELECT
        practice_code,
        month,
        coalesce(before_2 > 0 AND greatest(registered, before_1, before_2) <= 2 * least(registered, before_1, before_2), false)
        OR coalesce(
            before_1 > 0 AND after_1 > 0 AND greatest(registered, before_1, after_1) <= 2 * least(registered, before_1, after_1),
            false
        )
        OR coalesce(after_2 > 0 AND greatest(registered, after_1, after_2) <= 2 * least(registered, after_1, after_2), false)
            AS sure
    FROM beside
),

typical AS (
    SELECT practice_code, count(*) AS lists, median(registered) AS middle
    FROM beside
    GROUP BY practice_code
),

compared AS (
    SELECT
        s.practice_code,
        s.month,
        s.registered,
        a.sure,
        row_number() OVER (PARTITION BY s.practice_code ORDER BY s.month) AS place,
        arg_max(s.registered, CASE WHEN s.registered > 0 THEN s.month END) OVER earlier AS last_list,
        arg_max(s.registered, CASE WHEN a.sure THEN s.month END) OVER earlier AS sure_before,
        arg_min(s.registered, CASE WHEN a.sure THEN s.month END) OVER later AS sure_after,
        y.lists,
        y.middle
    FROM summed AS s
    LEFT JOIN agreed AS a ON a.practice_code = s.practice_code AND a.month = s.month
    LEFT JOIN typical AS y ON y.practice_code = s.practice_code
    WINDOW
        earlier AS (PARTITION BY s.practice_code ORDER BY s.month ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
        later AS (PARTITION BY s.practice_code ORDER BY s.month ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
),

judged AS (
    SELECT
        practice_code,
        month,
        registered,
        place,
        coalesce(sure_before, last_list) AS before,
        CASE
            WHEN registered = 0 THEN 'it is 0'
            WHEN registered * 2 < sure_before THEN 'it is less than half of the list before'
            WHEN sure THEN NULL
            WHEN registered > sure_before * 2 THEN 'it is more than twice the list before'
            WHEN sure_before IS NOT NULL THEN NULL
            WHEN registered * 2 < sure_after THEN 'it is less than half of the lists after'
            WHEN registered > sure_after * 2 THEN 'it is more than twice the lists after'
            WHEN sure_after IS NOT NULL THEN NULL
            WHEN lists = 2 AND (registered * 3 < middle * 2 OR registered * 3 > middle * 4)
                THEN 'it and the other list differ by more than half'
            WHEN registered * 2 < middle THEN 'it is less than half of the middle of all lists'
            WHEN registered > middle * 2 THEN 'it is more than twice the middle of all lists'
        END AS off
    FROM compared
),

-- From which list on a group has more than one in a hundred people.
usual AS (
    SELECT l.practice_code, l.age_band, l.sex, min(j.place) AS from_place
    FROM source_list_sizes AS l
    INNER JOIN judged AS j ON j.practice_code = l.practice_code AND j.month = l.month
    WHERE l.registered * 100 > j.registered AND j.off IS NULL
    GROUP BY l.practice_code, l.age_band, l.sex
),

-- Lists in which such a group has nobody. It does not come back to be believed: a group does not vanish. The first list is
-- held against the second.
gone AS (
    SELECT j.practice_code, j.month, count(*) AS groups
    FROM judged AS j
    INNER JOIN usual AS u ON u.practice_code = j.practice_code
    LEFT JOIN source_list_sizes AS n
        ON n.practice_code = j.practice_code AND n.month = j.month AND n.age_band = u.age_band AND n.sex = u.sex
    WHERE (u.from_place < j.place OR (j.place = 1 AND u.from_place = 2)) AND coalesce(n.registered, 0) = 0
    GROUP BY j.practice_code, j.month
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
    j.before,
    CASE
        WHEN s.registered = 0 THEN j.off
        WHEN s.adults = 0 THEN 'it has no adults'
        WHEN j.off IS NOT NULL THEN j.off
        WHEN g.groups IS NOT NULL AND j.place = 1
            THEN 'it has nobody in an age band and sex that has more than 1 in 100 people after'
        WHEN g.groups IS NOT NULL THEN 'it has nobody in an age band and sex that had more than 1 in 100 people before'
        WHEN s.adults < p.people THEN 'it has fewer adults than are counted as patients'
    END AS impossible
FROM summed AS s
INNER JOIN judged AS j ON j.practice_code = s.practice_code AND j.month = s.month
LEFT JOIN gone AS g ON g.practice_code = s.practice_code AND g.month = s.month
LEFT JOIN counted AS p ON p.practice_code = s.practice_code AND p.month = s.month

-- One row per practice, month and group of registered people, by age band and by sex. List sizes are not known by
-- deprivation.
WITH sized AS (
    SELECT
        practice_code,
        month,
        registered,
        CASE WHEN age_band <> '0-17' THEN registered ELSE 0 END AS adults,
        unnest([{'dimension': 'age_band', 'category': age_band}, {'dimension': 'sex', 'category': sex}]) AS of_list
    FROM source_list_sizes
)

SELECT
    practice_code,
    month,
    of_list.dimension AS dimension,
    of_list.category AS category,
    CAST(sum(registered) AS BIGINT) AS registered,
    CAST(sum(adults) AS BIGINT) AS adults
FROM sized
GROUP BY practice_code, month, of_list.dimension, of_list.category

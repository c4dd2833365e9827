-- One row per area that figures are given of and practice in it: each practice alone, PCN, place, the ICB, and (part) the
-- practices of a PCN in one of its places, where it has several. pcn, place: what all of its practices are of, else NULL.
-- A practice of no PCN or place is of the one without a name.
WITH placed AS (
    SELECT practice_code, coalesce(pcn, '') AS pcn, coalesce(place, '') AS place
    FROM practice
),

spread AS (
    SELECT pcn
    FROM placed
    GROUP BY pcn
    HAVING count(DISTINCT place) > 1
),

icb AS (
    SELECT string_agg(DISTINCT icb, ', ' ORDER BY icb) AS area
    FROM practice
)

SELECT 'practice' AS level, practice_code AS area, pcn, place, practice_code
FROM placed
UNION ALL
SELECT 'pcn', p.pcn, p.pcn, CASE WHEN s.pcn IS NULL THEN p.place END, p.practice_code
FROM placed AS p
LEFT JOIN spread AS s ON s.pcn = p.pcn
UNION ALL
SELECT 'part', p.pcn || ' in ' || p.place, p.pcn, p.place, p.practice_code
FROM placed AS p
INNER JOIN spread AS s ON s.pcn = p.pcn
UNION ALL
SELECT 'place', place, NULL, place, practice_code
FROM placed
UNION ALL
SELECT 'icb', coalesce(i.area, ''), NULL, NULL, p.practice_code
FROM placed AS p
CROSS JOIN icb AS i

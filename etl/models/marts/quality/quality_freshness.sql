-- One row per practice: the last month received, and how many months it is behind the latest of all.
SELECT
    p.practice_code,
    p.name,
    p.data_to,
    CAST(date_trunc('month', p.data_to) AS DATE) AS last_month,
    (year(c.latest) - year(p.data_to)) * 12 + month(c.latest) - month(p.data_to) AS months_missing
FROM practice AS p
CROSS JOIN (SELECT max(month) AS latest FROM calendar) AS c
ORDER BY p.practice_code

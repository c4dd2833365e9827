-- Every day of issue of a counted product has exactly one supply.
-- Made by people.
SELECT a.n AS issued, b.n AS supplied
FROM (SELECT count(*) AS n FROM issue_day) AS a
CROSS JOIN (SELECT count(*) AS n FROM supply) AS b
WHERE a.n <> b.n

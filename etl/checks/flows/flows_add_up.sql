-- Who entered a state less who left it is how many more people are in it; so many are those of the area where its practices
-- are the same at both ends.
SELECT measure, threshold, level, area, span, from_month, to_month
FROM flow
WHERE to_people - from_people <> entered - "left" OR moved_in > entered OR moved_out > "left"
UNION ALL
SELECT f.measure, f.threshold, f.level, f.area, f.span, f.from_month, f.to_month
FROM flow AS f
INNER JOIN measure_area AS a
    ON a.measure = f.measure AND a.threshold = f.threshold AND a.level = f.level AND a.area = f.area
    AND (
        (a.month = f.from_month AND a.practices = f.practices AND (a.numerator, a.denominator) <> (f.from_people, f.from_whole))
        OR (a.month = f.to_month AND a.practices = f.practices AND (a.numerator, a.denominator) <> (f.to_people, f.to_whole))
    )

-- The practices of an area add up to the area.
SELECT measure, threshold, category, month
FROM measure_area
GROUP BY measure, threshold, category, month
HAVING sum(numerator) FILTER (WHERE level = 'practice') <> sum(numerator) FILTER (WHERE level = 'icb')
    OR sum(numerator) FILTER (WHERE level = 'pcn') <> sum(numerator) FILTER (WHERE level = 'icb')
    OR sum(numerator) FILTER (WHERE level = 'place') <> sum(numerator) FILTER (WHERE level = 'icb')

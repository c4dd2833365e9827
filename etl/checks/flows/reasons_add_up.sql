-- Everybody who entered or left a state has one reason.
WITH told AS (
    SELECT measure, threshold, level, area, span, from_month, to_month,
        sum(people) FILTER (WHERE way = 'entered') AS entered, sum(people) FILTER (WHERE way = 'left') AS gone
    FROM flow_reason
    GROUP BY measure, threshold, level, area, span, from_month, to_month
)

SELECT f.measure, f.threshold, f.level, f.area, f.span, f.from_month, f.to_month
FROM flow AS f
FULL JOIN told AS t
    ON t.measure = f.measure AND t.threshold = f.threshold AND t.level = f.level AND t.area = f.area
    AND t.span = f.span AND t.from_month = f.from_month AND t.to_month = f.to_month
WHERE coalesce(f.span, '') NOT IN ('month', 'quarter')
    AND (f.measure IS NULL OR f.entered <> coalesce(t.entered, 0) OR f."left" <> coalesce(t.gone, 0))

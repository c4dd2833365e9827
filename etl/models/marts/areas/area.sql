-- One row per area that figures are given of (see area_practice): its PCN and place, where it is of one.
SELECT DISTINCT level, area, pcn, place
FROM area_practice
ORDER BY level, area

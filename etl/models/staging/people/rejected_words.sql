-- One row per reason for rejecting a referral that enough people of the area were given in the same words: as many as
-- a count that may leave. A rare sentence may tell whom it is about.
SELECT lower(trim(rejected_reason)) AS words
FROM source_referrals
CROSS JOIN policy AS p
WHERE rejected_on IS NOT NULL AND rejected_reason IS NOT NULL
GROUP BY lower(trim(rejected_reason))
HAVING count(DISTINCT patient_key) >= max(p.fewest_alike)

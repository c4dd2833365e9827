-- One row per reason for rejecting a referral that at least 8 people of the area were given in the same words. A rare
-- sentence may tell whom it is about.
SELECT lower(trim(rejected_reason)) AS words
FROM source_referrals
WHERE rejected_on IS NOT NULL AND rejected_reason IS NOT NULL
GROUP BY lower(trim(rejected_reason))
HAVING count(DISTINCT patient_key) >= 8

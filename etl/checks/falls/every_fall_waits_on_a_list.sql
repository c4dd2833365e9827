-- Whoever fell or stopped and whom nobody has looked at is on the worklist of the practice where they are now, unless
-- it was acute use.
-- Made by people.
SELECT f.now_at, f.patient_key, f.kind, f.fell_on
FROM fall AS f
LEFT JOIN worklist AS w ON w.practice_code = f.now_at AND w.patient_key = f.patient_key AND w.unlooked
WHERE f.is_open AND f.exclusions <> 'acute use' AND w.patient_key IS NULL

-- One row per plan and turn of the person's dose since its start (see dose_turn), while the person was with the practice.
-- dose_known: not so where more may have been taken than is known in the days after; then there may be no fall.
-- Made by people.
SELECT
    s.practice_code,
    s.plan_id,
    t.turn_on,
    t.seen_on AS to_on,
    t.fall_percent,
    t.unknown_since IS NULL AS dose_known
FROM plan_span AS s
INNER JOIN person AS n ON n.patient_key = s.patient_key
INNER JOIN dose_turn AS t ON t.person = n.person AND t.turn_on >= s.start_on AND t.seen_on - 1 <= s.as_of

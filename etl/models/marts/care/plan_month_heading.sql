-- One row per practice, month and heading of the practice's own plan: what it says, and whether that heading is dealt
-- with. By the record of that month, else the one before; a practice without a record has dealt with none. Items that
-- the Bedfordshire plan asks to consider are dealt with by either choice.
WITH recorded AS (
    SELECT m.practice_code, m.month, m.month_end, r.* EXCLUDE (practice_code)
    FROM practice_month AS m
    LEFT JOIN every_practice_plans AS r ON r.practice_code = m.practice_code AND r.period_from <= m.month
    QUALIFY row_number() OVER (
        PARTITION BY m.practice_code, m.month
        ORDER BY r.period_to >= m.month DESC NULLS LAST,
            CASE WHEN r.period_to >= m.month THEN r.period_to END, r.period_to DESC, r.period_from DESC
    ) = 1
),

heading AS (
    SELECT
        practice_code,
        month,
        unnest([
            {'number': 1, 'heading': 'current plan', 'says': CAST(approved_on AS VARCHAR), 'done':
                approved_on <= month_end AND coalesce(review_due_on, approved_on + INTERVAL 1 YEAR) >= month_end},
            {'number': 2, 'heading': 'search run in 12 months', 'says': CAST(search_run_on AS VARCHAR), 'done':
                search_run_on BETWEEN month - INTERVAL 11 MONTH AND month_end},
            {'number': 3, 'heading': 'who issues', 'says': restricted_issuer, 'done': restricted_issuer IN ('yes', 'no')},
            {'number': 4, 'heading': 'one pharmacy', 'says': single_pharmacy, 'done': single_pharmacy IN ('yes', 'no')},
            {'number': 5, 'heading': 'interval of supply', 'says': supply_interval, 'done':
                supply_interval <> 'not considered'},
            {'number': 6, 'heading': 'early requests', 'says': early_requests, 'done': early_requests IN ('yes', 'no')},
            {'number': 7, 'heading': 'meeting in 12 months', 'says': CAST(last_meeting_on AS VARCHAR), 'done':
                last_meeting_on BETWEEN month - INTERVAL 11 MONTH AND month_end},
            {'number': 8, 'heading': 'minutes filed', 'says': CAST(minutes_filed AS VARCHAR), 'done':
                minutes_filed AND last_meeting_on <= month_end},
            {'number': 9, 'heading': 'patient resources', 'says': resources_offered, 'done': resources_offered IS NOT NULL}
        ]) AS item
    FROM recorded
)

SELECT
    practice_code,
    month,
    item.number AS number,
    item.heading AS heading,
    item.says AS says,
    coalesce(item.done, false) AS is_complete
FROM heading
ORDER BY practice_code, month, number

-- One row per plan and month end from its start: where the taper stands. After death or deduction there is none.
-- fall_known: not so where the dose may have fallen beyond red in 12 months and is not known to have: speed is empty then.
-- Made by people.
WITH turn AS (
    SELECT
        d.practice_code,
        d.plan_id,
        d.month,
        w.turn_on,
        w.dose_known,
        CASE WHEN w.dose_known THEN w.fall_percent END AS fall_percent,
        w.fall_percent > p.red_fall_percent AS is_red
    FROM plan_dose AS d
    CROSS JOIN policy AS p
    INNER JOIN taper_fall AS w
        ON w.practice_code = d.practice_code AND w.plan_id = d.plan_id
        AND w.to_on <= d.month_end + 1 AND w.to_on > d.month_end - 365
),

fastest AS (
    SELECT
        practice_code,
        plan_id,
        month,
        max(fall_percent) AS max_fall_percent_12m,
        max(turn_on) FILTER (is_red AND dose_known) AS last_red_on,
        bool_or(is_red AND NOT dose_known) AND last_red_on IS NULL AS may_be_red
    FROM turn
    GROUP BY practice_code, plan_id, month
),

-- The means around one fall differ for weeks: its day is where they differ most.
red AS (
    SELECT t.practice_code, t.plan_id, t.month, t.turn_on
    FROM turn AS t
    INNER JOIN fastest AS f ON f.practice_code = t.practice_code AND f.plan_id = t.plan_id AND f.month = t.month
    WHERE t.is_red AND t.dose_known AND t.turn_on > f.last_red_on - 28
    QUALIFY row_number() OVER (PARTITION BY t.practice_code, t.plan_id, t.month ORDER BY t.fall_percent DESC, t.turn_on) = 1
),

-- A success after a fall or stop like this is told apart from one without; one that may have had a fall counts as after.
-- Falls and stops are those of everybody (see fall_found); red turns show a few days before the fall they belong to.
harm AS (
    SELECT h.practice_code, h.plan_id, min(h.shown_on) AS first_shown_on
    FROM (
        SELECT f.practice_code, f.plan_id, f.to_on AS shown_on
        FROM taper_fall AS f
        CROSS JOIN policy AS p
        WHERE f.fall_percent > p.red_fall_percent
        UNION ALL
        SELECT s.practice_code, s.plan_id, f.seen_on
        FROM plan_span AS s
        CROSS JOIN policy AS p
        INNER JOIN person AS n ON n.patient_key = s.patient_key
        -- A plan written after a crash does not make a success of it: the baseline is that of before.
        INNER JOIN fall_found AS f ON f.person = n.person AND f.fell_on >= s.start_on - 90
        WHERE f.fall_percent > p.red_fall_percent AND (f.fell_on >= s.start_on OR f.from_milli >= p.watch_milli)
    ) AS h
    GROUP BY h.practice_code, h.plan_id
),

-- Falls and stops of everybody: those that no turn shows, for want of known supply after it, are not within any limit.
seen AS (
    SELECT
        d.practice_code,
        d.plan_id,
        d.month,
        bool_or(f.kind = 'stop' AND f.is_abrupt AND coalesce(f.back_on > d.month_end, true)) AS abrupt_stop,
        bool_or(f.kind = 'stop' AND f.seen_on > d.month_end - 365 AND f.fell_on >= d.start_on) AS has_stopped,
        bool_or(f.kind = 'unknown' AND f.is_red AND f.seen_on > d.month_end - 365 AND f.fell_on >= d.start_on) AS may_be_red
    FROM plan_dose AS d
    INNER JOIN fall AS f ON f.patient_key = d.patient_key AND f.seen_on <= d.month_end + 1
    GROUP BY d.practice_code, d.plan_id, d.month
),

judged AS (
    SELECT
        d.*,
        date_diff('day', d.start_on, d.month_end) AS days_since_start,
        100.0 * d.now_milli / nullif(d.baseline_milli, 0) AS relative_percent,
        coalesce(d.now_milli = 0, false) AS is_stopped,
        coalesce(d.ended_on > d.month_end, d.status IN ('active', 'paused')) AS open,
        d.status = 'paused' AND coalesce(d.paused_on, d.start_on) <= d.month_end AS paused,
        coalesce(l.abrupt_stop, false) AS abrupt_stop,
        coalesce(l.has_stopped, false) AS has_stopped,
        f.max_fall_percent_12m,
        NOT coalesce(f.may_be_red, false) AND (f.last_red_on IS NOT NULL OR NOT coalesce(l.may_be_red, false)) AS fall_known,
        r.turn_on AS red_fell_on,
        coalesce(h.first_shown_on <= d.month_end + 1, false) AS had_harm,
        x.reasons IS NOT NULL AS excluded
    FROM plan_dose AS d
    LEFT JOIN seen AS l ON l.practice_code = d.practice_code AND l.plan_id = d.plan_id AND l.month = d.month
    LEFT JOIN fastest AS f ON f.practice_code = d.practice_code AND f.plan_id = d.plan_id AND f.month = d.month
    LEFT JOIN red AS r ON r.practice_code = d.practice_code AND r.plan_id = d.plan_id AND r.month = d.month
    LEFT JOIN harm AS h ON h.practice_code = d.practice_code AND h.plan_id = d.plan_id
    LEFT JOIN excluded_month AS x ON x.patient_key = d.patient_key AND x.month = d.month
),

stood AS (
    SELECT
        j.practice_code,
        j.patient_key,
        j.plan_id,
        j.month,
        j.start_on,
        j.days_since_start,
        (year(j.month_end + 1) - year(j.start_on)) * 12 + month(j.month_end + 1) - month(j.start_on)
            - CASE WHEN day(j.start_on) > 1 THEN 1 ELSE 0 END AS months_since_start,
        j.baseline_milli,
        j.now_milli,
        j.relative_percent,
        CASE
            WHEN NOT j.now_known THEN 'not known'
            WHEN j.relative_percent IS NULL THEN NULL
            WHEN j.is_stopped THEN 'stopped'
            WHEN j.relative_percent < 50 THEN '1–49%'
            WHEN j.relative_percent <= 100 - p.down_percent THEN '50–84%'
            WHEN j.relative_percent < 100 + p.up_percent THEN '85–114%'
            ELSE '115%+'
        END AS outcome_band,
        j.is_stopped,
        j.open AND NOT j.paused AND NOT j.is_stopped AS active,
        j.open AND j.paused AS paused,
        j.open AND NOT j.paused AND NOT j.is_stopped
            AND j.days_since_start > p.stall_days
            AND coalesce(j.now_least_milli > coalesce(j.target_ome, 0) * 1000, false)
            AND coalesce(j.earlier_milli - j.recent_milli < p.stall_percent / 100.0 * j.baseline_milli, false) AS stalled,
        j.is_stopped AND j.abrupt_stop AS abrupt_stop,
        j.is_stopped AND coalesce(NOT lag(j.is_stopped) OVER (PARTITION BY j.practice_code, j.plan_id ORDER BY j.month), true)
            AS stopped_this_month,
        j.max_fall_percent_12m,
        CASE
            WHEN j.max_fall_percent_12m > p.red_fall_percent OR j.has_stopped THEN 'red'
            WHEN NOT j.fall_known THEN NULL
            WHEN j.max_fall_percent_12m > p.amber_fall_percent THEN 'amber'
            WHEN j.max_fall_percent_12m IS NOT NULL THEN 'within'
        END AS speed,
        j.fall_known,
        j.red_fell_on,
        j.now_ddd_milli,
        j.baseline_ddd_milli,
        j.excluded,
        j.open,
        j.template,
        coalesce(j.relative_percent <= 100 - p.down_percent, false) AS is_down,
        j.now_known,
        -- A least dose is enough to be up.
        coalesce(j.now_least_milli * 100 >= (100 + p.up_percent) * nullif(j.baseline_milli, 0), false) AS escalated,
        j.had_harm AS is_harmed
    FROM judged AS j
    CROSS JOIN policy AS p
)

SELECT
    * EXCLUDE (is_down, is_harmed),
    -- A red fall or a stop since the start, or in the 90 days before it: by now, and by the 16th month.
    bool_or(is_harmed) OVER course AS harmed,
    coalesce(bool_or(is_harmed AND months_since_start <= 16) OVER course, false) AS harmed_by_16m,
    -- Whether the taper had brought the dose down by its 16th month, and whether it was down then: kept from then on.
    coalesce(bool_or(is_down AND months_since_start <= 16) OVER course, false) AS tapered_by_16m,
    max(CASE WHEN months_since_start = 16 THEN is_down END) OVER course AS sustained_16m
FROM stood
WINDOW course AS (PARTITION BY practice_code, plan_id ORDER BY month ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
ORDER BY practice_code, plan_id, month

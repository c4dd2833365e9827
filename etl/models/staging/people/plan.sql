-- One row per plan with a taper, as it stands in the latest extract.
SELECT
    practice_code,
    patient_key,
    plan_id,
    taper_start_on AS start_on,
    status,
    consent,
    template,
    target_ome,
    paused_on,
    pause_reason,
    ended_on
FROM source_plans
WHERE taper_start_on IS NOT NULL

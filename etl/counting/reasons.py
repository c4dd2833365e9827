"""SQL of why people entered and left each state: one reason each, in a declared order."""

from __future__ import annotations

from etl.counting.sides import CODES, SPAN, SPOT, sides
from etl.engines.people import BY_PEOPLE

MOVED_IN, WITHIN_IN, NEW = "moved in", "among those counted before", "newly among those counted"
MOVED_OUT, WITHIN_OUT, GONE = "moved away", "still among those counted", "no longer among those counted"
# The first that holds is the reason. Doses are of opioids, of gabapentinoids where the state goes by these.
CAME = (
    (MOVED_IN, "moved"),
    (WITHIN_IN, "stays"),
    ("acute use became long-term", "was_acute"),
    ("excluded before", "was_excluded"),
    ("newly registered", "NOT was_registered"),
    ("dose not known before", "was_unknown"),
    ("supply began", "was_none"),
    ("dose rose", "rose"),
    (NEW, "NOT by_list"),
)
WENT = (
    ("died", "died"),
    (MOVED_OUT, "moved OR NOT is_registered"),
    ("excluded", "is_excluded"),
    (WITHIN_OUT, "stays"),
    ("dose not known", "is_unknown"),
    ("supply stopped", "is_none"),
    ("dose fell on a plan", "fell AND planned"),
    ("dose fell without a plan", "fell"),
    (GONE, "NOT by_list"),
)
UNKNOWN = "reason not known"
SPANS = "('programme', 'year', 'start')"  # what change is judged over
# Since the programme began: in an area from its own start, not from those of others.
OWN_START = """c.span <> 'programme' OR EXISTS (
    FROM programme_start AS s WHERE s.level = c.level AND s.area = c.area AND s.from_month = c.from_month)"""
PAIR = f"patient_key, {SPAN}"
# What the reasons go by: of doses of opioids and of gabapentinoids, and of the rest.
OF_DOSES = ("was_none", "is_none", "rose", "fell", "was_unknown", "is_unknown")
OF_PEOPLE = ("was_acute", "was_excluded", "was_registered", "is_registered", "is_excluded", "died", "planned")
KNOWN = (*OF_PEOPLE, *(f"{of}_{name}" for of in ("ome", "gaba") for name in OF_DOSES))


def models(parts: int) -> dict[str, tuple[str, str]]:
    """Name → (SQL, what it is made as): the mart of reasons, and the temporary tables it is made of."""
    changed = "\nUNION ALL\n".join(
        f"SELECT * FROM flow_changed_{part} WHERE span IN {SPANS}" for part in range(parts)
    )
    if not parts:
        nothing = (
            "SELECT '' AS measure, 0 AS threshold, '' AS level, '' AS area, '' AS span, "
            "DATE '2000-01-01' AS from_month, DATE '2000-01-01' AS to_month, '' AS way, '' AS reason, "
            "0 AS people WHERE false"
        )
        return {"flow_reason": (nothing, "TABLE")}
    return {
        "flow_moved": (BY_PEOPLE + changed, "TEMP TABLE"),
        "flow_fact": (FACTS, "TEMP TABLE"),
        "flow_reason_counted": (_counted(), "TEMP TABLE"),
        "flow_reason": (REASONS, "TABLE"),
    }


def _case(reasons: tuple[tuple[str, str], ...]) -> str:
    whens = "\n            ".join(f"WHEN {holds} THEN '{name}'" for name, holds in reasons)
    return f"CASE {whens}\n            ELSE '{UNKNOWN}' END"


def _counted() -> str:
    chosen = ",\n        ".join(
        f"CASE WHEN b.by_gabapentinoid THEN c.gaba_{name} ELSE c.ome_{name} END AS {name}"
        for name in OF_DOSES
    )
    known = ", ".join(KNOWN)
    return f"""{BY_PEOPLE}WITH seen AS (
    SELECT c.*, {known}
    FROM flow_moved AS c
    INNER JOIN flow_fact AS f
        ON f.patient_key = c.patient_key AND f.span = c.span AND f.from_month = c.from_month
        AND f.to_month = c.to_month
),

alike AS (
    SELECT part, {SPAN}, {CODES}, {known}, count(*) AS people
    FROM seen
    GROUP BY part, {SPAN}, {CODES}, {known}
),

side AS (
{sides("alike", KNOWN)}
),

moved AS (
    SELECT b.measure, b.threshold, c.level, c.area, c.span, c.from_month, c.to_month, c.people,
        c.entered & b.mark <> 0 AS came, c.stays & b.mark <> 0 AS stays,
        (c.moved_in | c.moved_out) & b.mark <> 0 AS moved, b.by_list,
        {", ".join(OF_PEOPLE)},
        {chosen}
    FROM side AS c
    INNER JOIN flow_bit AS b ON b.part = c.part AND (c.entered | c.gone) & b.mark <> 0
    WHERE {OWN_START}
),

told AS (
    SELECT measure, threshold, {SPOT}, people, CASE WHEN came THEN 'entered' ELSE 'left' END AS way,
        CASE WHEN came THEN {_case(CAME)}
        ELSE {_case(WENT)} END AS reason
    FROM moved
)

SELECT measure, threshold, {SPOT}, way, reason, CAST(sum(people) AS BIGINT) AS people
FROM told
GROUP BY measure, threshold, {SPOT}, way, reason"""


REASONS = f"""-- One row per state measure, threshold, area, pair of months (a year apart, since the
-- programme began or since the first), way (entered, left) and reason: people or plans. One reason each,
-- the first that holds in the order of etl/counting/reasons.py; they add up to the flow. Made from
-- measures/definitions.
SELECT measure, CAST(threshold AS INTEGER) AS threshold, {SPOT}, way, reason,
    CAST(sum(people) AS BIGINT) AS people
FROM flow_reason_counted
GROUP BY measure, threshold, {SPOT}, way, reason
ORDER BY measure, threshold, {SPOT}, way, reason"""


def _doses(of: str, taken: str, unknown: str) -> str:
    """What is known of one kind of dose. Supply that was not there can have begun; it has not risen."""
    return f"""coalesce(w.{taken}, 0) = 0 AS {of}_was_none, coalesce(n.{taken}, 0) = 0 AS {of}_is_none,
    coalesce(coalesce(n.{taken}, 0) > w.{taken}, false) AS {of}_rose,
    coalesce(n.{taken} < w.{taken}, false) AS {of}_fell,
    coalesce(w.{unknown}, false) AS {of}_was_unknown, coalesce(n.{unknown}, false) AS {of}_is_unknown"""


# What is known at both month ends of each person whose states or practice changed. planned: a taper plan was
# active or paused at a month's end from the one to the other.
FACTS = f"""{BY_PEOPLE}WITH pair AS (
    SELECT DISTINCT {PAIR}
    FROM flow_moved
),

placed AS (
    SELECT p.*, n.person, last_day(p.from_month) AS from_end, last_day(p.to_month) AS to_end
    FROM pair AS p
    INNER JOIN person AS n ON n.patient_key = p.patient_key
),

known AS (
    SELECT {PAIR},
        bool_or(r.registered_from <= from_end AND r.registered_to > from_end) AS was_registered,
        bool_or(r.registered_from <= to_end AND r.registered_to > to_end) AS is_registered,
        arg_max(r.left_reason, r.registered_to) FILTER (WHERE r.registered_to <= to_end) = 'died' AS died
    FROM placed AS p
    INNER JOIN registration AS r ON r.person = p.person
    GROUP BY {PAIR}
),

on_plan AS (
    SELECT DISTINCT {PAIR}
    FROM placed AS p
    INNER JOIN plan_month AS m ON m.person = p.person AND m.month BETWEEN p.from_month AND p.to_month
)

SELECT k.patient_key, k.span, k.from_month, k.to_month, k.was_registered, k.is_registered,
    NOT k.is_registered AND coalesce(k.died, false) AS died,
    o.patient_key IS NOT NULL AS planned,
    {_doses("ome", "current_ome_milli", "without_dose")},
    {_doses("gaba", "gaba_ddd_milli", "gaba_unclear")},
    coalesce(w.exclusions, '') = 'acute use' AS was_acute, coalesce(w.excluded, false) AS was_excluded,
    coalesce(n.excluded, false) AS is_excluded
FROM known AS k
LEFT JOIN on_plan AS o
    ON o.patient_key = k.patient_key AND o.span = k.span AND o.from_month = k.from_month
    AND o.to_month = k.to_month
LEFT JOIN patient_month AS w ON w.patient_key = k.patient_key AND w.month = k.from_month
LEFT JOIN patient_month AS n ON n.patient_key = k.patient_key AND n.month = k.to_month"""

"""Who is at high risk though excluded, and what is worth asking a practice about its records."""

from __future__ import annotations

from reporting.access import Scope, Selection, Snapshot
from reporting.disclosure import Cleared
from reporting.queries.release import read, within


def substitution(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """One row a person of the selected practices with an opioid for pain and substitution therapy in the
    window to the end of its data: as the mart `substitution` holds it, with the practice's name. Doses are of
    the opioids for pain alone, in thousandths of a mg."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT s.*, p.name FROM substitution s JOIN practice p ON p.practice_code = s.practice_code
            WHERE {where} ORDER BY p.name, s.practice_code, s.patient_key""",
        parameters,
    )


def questions(snapshot: Snapshot, scope: Scope, selection: Selection) -> Cleared:
    """One row a question worth asking a practice of the selected area: practice_code, name, patient_key (None
    where it is of no single person), kind, on_day, number, words."""
    where, parameters = within(scope, selection)
    return read(
        snapshot,
        scope,
        f"""SELECT q.*, p.name FROM quality_query q JOIN practice p ON p.practice_code = q.practice_code
            WHERE {where} ORDER BY p.name, q.practice_code, q.kind, q.patient_key, q.on_day, q.words""",
        parameters,
    )

"""Why services rejected referrals."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from reporting import figures
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.coverage import coverage
from reporting.exhibits.data.completeness import Listing
from reporting.exhibits.wording import number

MEASURE = "rejected_reasons"


def rejected(snapshot: Snapshot, scope: Scope, selection: Selection) -> Listing:
    """Why services rejected referrals in the last 12 months, commonest reason first."""
    frame = figures.measure_by_month(snapshot, scope, selection, [MEASURE], [selection.threshold]).frame
    latest = frame[frame["month"] == pd.Timestamp(snapshot.info.last_month)]
    latest = latest[latest["numerator"] != 0].sort_values(["numerator", "category"], ascending=[False, True])
    reasons = [str(reason)[:1].upper() + str(reason)[1:] for reason in latest["category"]]
    table = pd.DataFrame(
        {
            "Reason": reasons,
            "Referrals": [number(n) for n in latest["numerator"]],
            "Of": [number(n) for n in latest["denominator"]],
        }
    )
    words = (
        "Of referrals offered in the last 12 months that a service rejected: what the next letter must hold."
    )
    covered = coverage(snapshot, scope, replace(selection, years=1))
    none = covered.nothing() if covered.without("referrals") else "No referral was rejected."
    return Listing("Why services rejected referrals", words, table, none)

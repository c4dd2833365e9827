"""The stages of referral: which service is said to be low, and when none is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from reporting import queries
from reporting.access import Scope, Selection
from reporting.exhibits.exhibit import Exhibit
from reporting.exhibits.referral_stages import stages, stages_headline
from tests.reporting.snapshots import LAST, practice, publish


def offers(service: str, offered: int, made: int) -> list[dict[str, Any]]:
    cohort = {"current_ome_milli": 150_000, "in_cohort_base": True, "high_gaba": False}
    row = {"practice_code": "SYN01", "service": service, "month": LAST, "is_offered": True, **cohort}
    return [
        {
            **row,
            "patient_key": f"{service}{at}",
            "msk_mismatch": False,
            "referred_on": LAST if at < made else None,
        }
        for at in range(offered)
    ]


def shown(tmp_path: Path, *rows: list[dict[str, Any]], scope: Scope) -> Exhibit:
    tables: dict[str, Any] = {
        "practice": [practice("SYN01")],
        "referral": [row for part in rows for row in part],
    }
    return stages(queries.current(publish(tmp_path, tables)), scope, Selection(120))


@pytest.mark.parametrize(
    ("offered", "headline"),
    [
        (3, "No significant difference between services at any stage"),
        (8, "Pain clinic: 0 of 8 offered referrals were made"),
    ],
)
def test_a_service_is_called_low_of_eight_referrals_or_more(
    tmp_path: Path, offered: int, headline: str
) -> None:
    """None of 3 were made, 40 of 40 elsewhere: the interval, up to 56%, lies wholly below 93%."""
    found = shown(
        tmp_path, offers("Circle MSK", 40, 40), offers("Pain clinic", offered, 0), scope=Scope.icb()
    )
    assert found.headline == headline
    assert "of 8 referrals or more" in found.caption


def test_a_low_service_of_withheld_numbers_is_named_without_them() -> None:
    row = {"service": "Pain clinic", "before": "accepted", "stage": "Attended", "role": "concern", "gap": 0.5}
    steps = pd.DataFrame(
        [
            {**row, "value": float("nan"), "numerator": float("nan"), "denominator": 10.0},
            {
                **row,
                "service": "Circle MSK",
                "role": "data",
                "value": 0.9,
                "numerator": 40,
                "denominator": 45,
            },
            {**row, "service": "Path 2", "role": "data", "value": 0.9, "numerator": 40, "denominator": 45},
        ]
    )
    assert stages_headline(steps) == (
        "Pain clinic: fewer accepted referrals were attended than at all services together"
    )

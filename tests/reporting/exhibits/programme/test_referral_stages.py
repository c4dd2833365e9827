"""The stages of referral: which service is said to be low, and when none is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reporting import figures, release
from reporting.access.scope import Scope, Selection
from reporting.exhibits.exhibit import Exhibit
from reporting.exhibits.referrals.page import STAGES
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
    return STAGES(release.current(publish(tmp_path, tables)), scope, Selection(120))


@pytest.mark.parametrize(
    ("offered", "headline"),
    [
        (3, "Differences between services could be chance at every stage"),
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


def test_a_service_without_offers_in_an_area_still_has_its_row(tmp_path: Path) -> None:
    """Where a row is missing because there is nobody, one that is there tells of somebody."""
    elsewhere = [{**row, "practice_code": "SYN02"} for row in offers("Circle MSK", 9, 9)]
    tables: dict[str, Any] = {
        "practice": [practice("SYN01", "Hill"), practice("SYN02", "Dale")],
        "referral": [*offers("Pain clinic", 9, 9), *elsewhere],
    }
    snapshot = release.current(publish(tmp_path, tables))
    found = figures.referral_stages(snapshot, Scope.icb(), Selection(120, pcn="Hill")).frame
    assert found["service"].tolist() == ["Circle MSK", "Pain clinic"]
    assert found["offered"].tolist()[0] == 0


def test_a_share_of_few_offers_is_a_count(tmp_path: Path) -> None:
    found = shown(tmp_path, offers("Circle MSK", 40, 36), offers("Pain clinic", 19, 12), scope=Scope.icb())
    assert found.figure is not None
    said = " ".join(str(note.text) for note in found.figure.layout.annotations)
    assert "<b>90%</b></span> 36" in said
    assert "<b>12 of 19</b></span>" in said and "63%" not in said

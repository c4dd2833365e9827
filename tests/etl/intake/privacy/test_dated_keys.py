"""A date of birth in a pseudonym refuses the file, wherever in it the date stands; chance does not."""

from __future__ import annotations

import random
import uuid

import pytest

from etl.intake.privacy.columns import hits
from etl.store import Store
from tests.etl import extracts
from tests.etl.conftest import Loader, everything
from tests.etl.extracts import Issue, Patient

HEX = [f"P{random.Random(n).getrandbits(60):015X}A" for n in range(12)]
SHORT = [f"PAT{n:04d}" for n in range(12)]
DATES = (
    "1960-05-04", "04-05-1960", "1960_05_04", "4-5-1960", "04-May-1960", "2026-09-07",
    "19600504", "04051960", "040560", "04-05-60", "04MAY1960", "600504",
)  # fmt: skip


@pytest.mark.parametrize("keys", [HEX, SHORT, [str(uuid.UUID(int=n * 7**40)) for n in range(1, 13)]])
@pytest.mark.parametrize("date", DATES)
@pytest.mark.parametrize(
    "written", ["{key}{date}", "{key}_{date}", "{key}-{date}", "{date}{key}", "{date}-{key}"]
)
def test_a_date_beside_a_pseudonym_is_a_date_of_birth(keys: list[str], date: str, written: str) -> None:
    glued = written.format(key=keys[3], date=date)
    assert hits([*keys[:3], glued, *keys[4:]], "key") == {glued: frozenset(["a date of birth"])}


@pytest.mark.parametrize(
    "key", ["19600504PAA66D2C7DDF743FA", "PE3779B97F4A7C15A1960-05-04", "P1960-05-04C6EF372"]
)
def test_one_such_pseudonym_needs_no_others_beside_it(key: str) -> None:
    assert hits([key], "key") == {key: frozenset(["a date of birth"])}


def test_a_whole_column_with_dates_is_no_chance() -> None:
    keys = [f"P{random.Random(n).getrandbits(60):015X}A{1940 + n}0{1 + n % 9}1{n % 9}" for n in range(24)]
    assert set(hits(keys, "key")) == set(keys)


@pytest.mark.parametrize(
    "made",
    [
        lambda r: f"{r.getrandbits(64):016x}",
        lambda r: f"P{r.getrandbits(60):015X}A",
        lambda r: f"{r.getrandbits(256):064X}",
        lambda r: str(uuid.UUID(int=r.getrandbits(128))),
        lambda r: f"SYN01-{r.randrange(10**5):05d}",
        lambda r: f"{r.randrange(10**8):08d}",
        lambda r: (
            f"{r.randrange(2000, 2027)}-{r.randrange(1, 13):02d}-{r.randrange(10**4):04d}"
        ),  # a running number
        lambda r: "".join(
            r.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", k=22)
        ),
    ],
)
def test_chance_makes_no_date_of_birth(made: object) -> None:
    chance = random.Random(5)
    keys = [made(chance) for _ in range(20_000)]  # type: ignore[operator]
    assert not [key for key, told in hits(keys, "key").items() if "a date of birth" in told]


@pytest.mark.parametrize("entity", ["issues", "patients"])
@pytest.mark.parametrize(
    "key", ["PE3779B97F4A7C15A1960-05-04", "PC6EF372FE94F82AA_04-05-1960", "19600504PAA66D2C7DDF743FA"]
)
def test_the_file_is_refused_and_nothing_of_it_kept(put: Loader, store: Store, entity: str, key: str) -> None:
    lines = (
        extracts.issues("plain", [Issue(SHORT[0]), Issue(key)])
        if entity == "issues"
        else extracts.patients("plain", [Patient(SHORT[0]), Patient(key)])
    )
    receipt = put(extracts.csv_text("plain", lines), f"TST01_{entity}_2026-09.csv")
    assert receipt.outcome == "refused"
    assert "line 3, column patient_key: a date of birth" in str(receipt.reasons)
    assert key.encode() not in everything(store)

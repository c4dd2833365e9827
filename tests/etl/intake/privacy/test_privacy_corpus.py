"""How many of 150 disguised identifiers are caught where, and that nothing like them is."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.intake.privacy.columns import hits
from etl.intake.privacy.shown_names import name_kinds
from etl.intake.privacy.text.kinds import kinds
from tests.etl.conftest import ROOT, Loader
from tests.etl.intake.privacy import lookalikes
from tests.etl.intake.privacy.identifiers import DISGUISES, corpus
from tests.etl.intake.privacy.invented import INVENTED

MANY_KEYS = [f"{n:016X}" for n in range(10**15, 10**15 + 5000, 7)]
MANY_CODES = [f"GP{n:02d}" for n in range(40)]
PLACES: dict[str, Callable[[str], bool]] = {
    "free text": lambda text: bool(kinds(text)),
    "key": lambda text: text in hits([text, *MANY_KEYS], "key"),
    "one of two keys": lambda text: text in hits([text, "PAT00001"], "key"),
    "code": lambda text: text in hits([text, *MANY_CODES], "code"),
    "date": lambda text: text in hits([text, "2026-09-01"], "date"),
    "file name": lambda text: bool(name_kinds(f"{text}_issues_2026-09.csv")),
    "end of its name": lambda text: bool(name_kinds(f"TST01 issues 2026-09 {text}.xlsx")),
}
# One bare number in a code column may be a code: 1 of 11 passes the check digit. Half of them refuse it.
EXEMPT = {
    "code": [
        "NHS number, no separators",
        "CHI number, no separators",
        "Health and Care number, no separators",
    ]
}


@pytest.mark.parametrize("place", PLACES)
def test_every_disguise_is_seen_through(place: str) -> None:
    missed = [str(planted) for planted in corpus() if not PLACES[place](planted.text)]
    assert missed == EXEMPT.get(place, [])


def test_the_corpus_is_ten_kinds_in_fifteen_disguises() -> None:
    planted = list(corpus())
    assert len({(p.kind, p.disguise) for p in planted}) == 150


@pytest.mark.parametrize("kind", INVENTED)
def test_of_identifiers_invented_at_random_few_are_missed(kind: str) -> None:
    chance = random.Random(7)
    disguised = [put_on(INVENTED[kind](chance)) for _ in range(200) for put_on in DISGUISES.values()]
    missed = [text for text in disguised if not kinds(text)]
    assert len(missed) <= 0.02 * len(disguised), missed[:20]


MORE = [
    "NHS9434765919", "tabs x 28 943 476 5919", "9.434765919E+09", "9,434,765,919", "943 and 476 and 5919",
    "943&nbsp;476&nbsp;5919", "943%20476%205919", "nhs no 123 456 7890", "+44 (0)7700 900 123",
    "0044 7700 900123", "O77OO 9OO123", "tel 960001", "jane dot doe at example dot com",
    "jane (at) example.co.uk", "d.o.b. 3/2/51", "born 3rd February 1951", "Born in 1951",
    "03/02/1951 (date of birth)", "QQ123456C", "ab123456c", "MR SMITH", "mr smith",
    "Ms O'Brien", "Dr Patel", "MRS ZYWICKI", "initials JS", "Surname SMITH", "٩٤٣٤٧٦٥٩١٩", "Mr Ѕmith",
    "М20 8HR", "943\\476\\5919", "943    476      5919",
    "(943)476-5919", "+4 4 7 7 5 4 3 2 6 9 6 1", "DOB 2 8 Aug 1 9 5 0", "born l8/4/69", "DOBJun13,1949",
    "Date.of.birth.15/5/07", "MrA.Khan", "DrO'Brien", "b0b@gmail.c0m",
    "Prof. van der Berg", "mr and mrs smith", "ring 960001", "see doctor Dr Smith", "Nurse: Mrs Mary Jones",
]  # fmt: skip
PASS = [
    *lookalikes.PRODUCTS, "B12 5mg", "D3 5ml", "Take 1 on Mon", "see Dr's letter", "3881611000001107",
    "321241004", "E45 2BD", "OxyContin SR20 2bd", "10 mg 20 mg 30 mg 40mg", "take one at 10 14 18 and 22",
    "review 07/09/26 10:30", "one at 8.am.then one at 6.pm", "Per Dr letter 3/2/2026",
    "Name, Dosage and Quantity", "5 ml 2bd", "1@8am.1@6pm", "ask doctor or nurse",
    "Practice Name: Church Street Surgery", "Search name: Opioids",
]  # fmt: skip


@pytest.mark.parametrize("text", MORE)
def test_further_ways_of_writing_are_seen_through(text: str) -> None:
    assert kinds(text)


@pytest.mark.parametrize("text", PASS)
def test_what_only_looks_like_an_identifier_passes(text: str) -> None:
    assert not kinds(text)


def test_real_product_names_in_any_case_pass() -> None:
    names = lookalikes.real_products(ROOT.parent / "shared" / "products" / "names.csv")
    written = [form for name in names for form in (name, name.upper(), name.lower(), name.title())]
    assert [name for name in written if kinds(name)] == []


def test_a_hundred_thousand_clean_rows_are_all_loaded(put: Loader) -> None:
    names = lookalikes.real_products(ROOT.parent / "shared" / "products" / "names.csv")
    lines = [lookalikes.HEADER, *lookalikes.rows(100_000, names)]
    text = "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines)
    receipt = put(text)
    assert (receipt.outcome, receipt.rows_loaded, receipt.rows_quarantined) == ("accepted", 100_000, 0)


HOSTILE = [
    "9" * 20_000_000, "9 " * 10_000_000, "a@" * 10_000_000, "mr a b c " * 2_000_000, "born " * 4_000_000,
    "LU1 " * 5_000_000, "a." * 10_000_000 + "@", "jane at " + "a dot " * 3_000_000, "&#9;" * 5_000_000,
    "name: " * 3_000_000, "dob " + "a " * 10_000_000, "\u200b9" * 10_000_000, "O" * 20_000_000,
    "x' " * 7_000_000,
]  # fmt: skip


def test_a_hostile_cell_of_20_mb_takes_seconds_of_the_processor_and_not_hours() -> None:
    for text in HOSTILE:
        begun = time.process_time()
        kinds(text)
        assert time.process_time() - begun < 3, text[:10]


def test_the_sample_of_the_project_is_clean() -> None:
    names = [path.name for path in Path(ROOT / "data" / "sample").iterdir()]
    assert [name for name in names if name_kinds(name)] == []

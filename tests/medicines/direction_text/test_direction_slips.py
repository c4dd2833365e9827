"""The law of one slip: a direction with one typing error has the same reading or none.

The mutator tries every slip at every letter; each that reads otherwise with confidence is listed below.
"""

import pytest

from medicines import directions, dose
from medicines.direction_text.vocabulary.word_table import ROWS
from medicines.directions import Direction
from tests.medicines.cases import shared, worked
from tests.medicines.slips import keys, slips

Reading = tuple[float | None, float | None, bool, float | None, int | None] | None
PATCH, QUANTITY, DAYS = "Fentanyl 25micrograms/hour transdermal patches", 20, 30
MOST = 0.001
LISTED = {
    "i bd": "two Roman numerals of different length are both right",
    "iii bd": "two Roman numerals of different length are both right",
    "1 od": "od and eod are both abbreviations in use",
    "1 tablet twie a day": "the text before the slip is a misspelt twice, and this is one too",
    "2  daily": "without the cross it says two a day",
}


def reading(read: Direction) -> Reading:
    """What counts as a reading; None where there is none."""
    if not read.parseable:
        return None
    return (
        read.units_per_day_min,
        read.units_per_day_max,
        read.prn,
        read.patch_interval_hours,
        read.patches_at_once,
    )


@pytest.mark.parametrize(
    "rows", [worked("directions"), shared("cases/directions.csv")], ids=["own", "shared"]
)
def test_one_slip_leaves_the_reading_or_none(rows: list[dict[str, str]]) -> None:
    tried, otherwise = 0, set()
    for row in rows:
        meant = reading(directions.read(row["directions"], row["form"]))
        for _, mutated in slips(row["directions"]):
            tried += 1
            found = reading(directions.read(mutated, row["form"]))
            if found is not None and found != meant:
                otherwise.add(mutated)
    assert otherwise <= set(LISTED)
    assert len(otherwise) <= MOST * tried


MOST_BY_KEYS = 0.003
"""Signs that may stand between clauses ("2 daily,(1 mane 1 nocte)") and digits that make another plain text
("1 q12h" for "1 2h") remain: they cannot be told from what people write."""


def test_a_key_beside_a_digit_or_a_space_hardly_ever_makes_another_dose() -> None:
    tried, otherwise = 0, []
    for row in [*worked("directions"), *shared("cases/directions.csv")]:
        meant = reading(directions.read(row["directions"], row["form"]))
        for mutated in keys(row["directions"]):
            tried += 1
            found = reading(directions.read(mutated, row["form"]))
            regular = found is not None and not found[2]  # an optional dose is no dose
            otherwise += [mutated] if regular and found != meant else []
    assert tried and len(otherwise) <= MOST_BY_KEYS * tried, otherwise


PATCH_TEXTS = [
    "as directed", "use as directed by the pain clinic", "apply one patch", "apply two patches as directed",
    "do not use", "no patch", "half a patch as directed", "one or two patches", "apply one 25mcg patch",
    "apply one to each arm", "nil", "apply 2 weekly",
]  # fmt: skip


@pytest.mark.parametrize(
    "text", [*PATCH_TEXTS, *(r["directions"] for r in worked("directions") if r["form"] == "patch")]
)
def test_one_slip_leaves_the_dose_of_a_patch_by_quantity_or_none(text: str) -> None:
    meant = dose.line(PATCH, text, QUANTITY, DAYS)
    found = {
        mutated: line.units
        for _, mutated in slips(text)
        if (line := dose.line(PATCH, mutated, QUANTITY, DAYS)).units not in (None, meant.units)
    }
    assert found == {}


OPTIONAL = sorted({row["words"] for row in ROWS if row["kind"] == "optional"})
NOT_OPTIONAL = {
    "1 qds no demand": "demand alone is denied",
    "1 qds by pain": "by and a word for a clinic or team",
    "1 qds for by pain": "by and a word for a clinic or team",
}


def test_a_misspelt_when_required_is_never_passed_over() -> None:
    texts = {f"1 qds {mutated}" for words in OPTIONAL for _, mutated in slips(words)}
    regular = {text for text in texts if (read := directions.read(text, "tablet")).parseable and not read.prn}
    assert regular <= set(NOT_OPTIONAL)


@pytest.mark.parametrize(
    "words",
    [
        "not regularly", "avoid regular use", "before dressing changes", "prior to travel",
        "according to pain", "as last resort", "during physiotherapy", "as.required", "as (needed)",
        ". Required for pain", "for emergency use", "in between MST", "between doses", "or as directed",
        "on dialysis days", "most nights",
    ],
)  # fmt: skip
def test_a_misspelt_circumstance_is_never_a_regular_dose(words: str) -> None:
    for text in [words, *(mutated for _, mutated in slips(words))]:
        read = directions.read(f"1 bd {text}", "tablet")
        assert not read.parseable or read.prn, text


@pytest.mark.parametrize(
    "most",
    [
        "max 6 a day", "maximum 6 in 24 hours", "no more than 6 a day", "not more than 6 daily",
        "upto 6 daily", "up to 6 a day", "do not exceed 6 in 24 hours", "maximum of 6 daily",
        "at most 6 a day", "6 a day max", "never more than 6 a day", "max dose 6 daily", "limit 6 a day",
        "up to a maximum of 6 a day",
    ],
)  # fmt: skip
def test_a_misspelt_most_is_never_a_dose(most: str) -> None:
    for text in [most, *(mutated for _, mutated in slips(most))]:
        read = directions.read(f"take as directed - {text}", "tablet")
        assert not read.parseable or read.prn, text


@pytest.mark.parametrize(
    "text",
    [
        "TW0 bd", "0NE bd", "1O mg bd", "3O MG BD", "l bd", "l0mg bd", "Z bd", "S tabs bd", "1 8D", "1 TD5",
        "1 every 1z hours", "one B hourly", "day5 1", "1 every 2 day5", "48hr5", "on3 daily", "1² bd", "² bd",
        "① bd", "1 b0", "T0 bd", "2 t1mes a day", "O.5 tab bd", "1 ON3 bd", "2.S bd", "7.Sml bd", "0d 1",
    ],
)  # fmt: skip
def test_letters_mixed_with_digits_are_no_number(text: str) -> None:
    assert not directions.read(text, "tablet").parseable
    assert not directions.read(text.lower(), "oral_solution").parseable


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("2tabs bd", 4), ("10mgs bd", 20), ("1bd", 2), ("1q4h", 6), ("2 at 8am", 2), ("take1 tds", 3),
        ("1 x3 daily", 3), ("1-2qdsprn", 8), ("2tablets twicedaily", 4), ("1 12hrly", 2),
    ],
)  # fmt: skip
def test_ordinary_words_glued_to_numbers_stay_read(text: str, most: float | None) -> None:
    assert directions.read(text, "tablet").units_per_day_max == most

"""Plain directions are read beside every label that pharmacies print, and broken-off ones are not."""

import pytest

from medicines import directions
from medicines.direction_text.regimen import answer
from medicines.directions import Direction

LABELS = """
Warning: This medicine may make you sleepy
Warning: This medicine may make you sleepy. If this happens, do not drive or use tools or machines
Warning: Do not drink alcohol
Do not take indigestion remedies 2 hours before or after you take this medicine
Warning: Do not stop taking this medicine unless your doctor tells you to stop
Warning: Read the additional information given with this medicine
Protect your skin from sunlight - even on a bright but cloudy day. Do not use sunbeds
Do not take anything containing aspirin while taking this medicine
Dissolve or mix with water before taking
This medicine may colour your urine. This is harmless
Caution: flammable. Keep your body away from fire or flames after you have put on the medicine
Do not take more than 8 in 24 hours
Take with or just after food, or a meal
Take 30 to 60 minutes before food
Take this medicine when your stomach is empty. This means an hour before food or 2 hours after food
Suck or chew this medicine
Swallow this medicine whole. Do not chew or crush
Dissolve this medicine under your tongue
Take with a full glass of water
Spread thinly on the affected skin only
Do not take more than 2 at any one time. Do not take more than 8 in 24 hours
Contains aspirin. Do not take anything else containing aspirin while taking this medicine
Contains aspirin
Contains an aspirin-like medicine
Do not take with any other paracetamol products
May cause addiction, dependence and withdrawal
May cause drowsiness. If affected do not drive or operate machinery. Avoid alcoholic drink
Can cause addiction. For three days use only
Can cause addiction
Do not stop this medicine suddenly
""".strip().splitlines()
"""The wordings of cautionary and advisory labels (BNF, appendix 3) and of the warnings on opioids."""

REGIMENS = {"1 qds": 4, "TAKE TWO FOUR TIMES A DAY": 8, "one twice a day": 2, "1 mane 2 nocte": 3}
ENDS = {
    "Take two tablets in the morning and one at night": {"Take two tablets in the morning": 2},
    "Take ONE twice a day. Also take TWO at bedtime": {"Take ONE twice a day": 2},
    "1 tablet every 6 hours": {},
    "take half a tablet four times a day": {},
    "take 20mg of it every twelve hours": {},
    "one every other day": {},
    "2 tablets three times a week": {},
    "take two 10mg tablets twice daily": {},
    "one in the morning and take three at night": {"one in the morning": 1},
    "take one twice a day with two at night": {"take one twice a day": 2},
}
"""Directions, and the readings that may be left where they are cut off: those of whole clauses before."""


def number(read: Direction) -> float | None:
    return read.units_per_day_max if read.parseable else None


@pytest.mark.parametrize("label", LABELS)
def test_a_label_changes_no_reading(label: str) -> None:
    for regimen, most in REGIMENS.items():
        for joint in (". ", " - ", "\n"):
            read = directions.read(f"{regimen}{joint}{label}", "tablet")
            assert (read.units_per_day_min, read.units_per_day_max, read.prn) == (most, most, False), regimen
    patch = directions.read(f"apply one patch every 72 hours. {label}", "patch")
    assert patch.patch_interval_hours == 72


@pytest.mark.parametrize("text", ENDS)
def test_a_text_cut_off_has_the_same_reading_or_none(text: str) -> None:
    whole = number(directions.read(text, "tablet"))
    allowed = {None, whole, *ENDS[text].values()}
    for end in range(1, len(text)):
        assert number(directions.read(text[:end], "tablet")) in allowed, text[:end]


@pytest.mark.parametrize(
    "text",
    [
        "1 bd and", "1 bd with", "1 bd also", "1 bd plus", "1 bd then", "1 bd or", "1 bd and a further",
        "1 bd and take", "1 mane,", "1 mane and 2", "1 mane and two tablets", "1 bd for", "1 bd up to",
        "1 bd max", "1 bd &", "1 bd as", "1 bd if", "one every", "1 bd. also take tw",
        "1 bd and 1 at", "1 bd /", "1 bd and on",
        "one tablet at breakfast one tablet at lunchtime one tablet at teatime and then two tablets bedtim",
        "take one tablet in the morning, one tablet at lunchtime, one tablet at teatime with three furthe",
    ],
)  # fmt: skip
def test_a_text_that_breaks_off_gives_no_regular_dose(text: str) -> None:
    read = directions.read(text, "tablet")
    assert not read.parseable or read.prn


def test_a_long_text_that_ends_in_a_whole_clause_is_read() -> None:
    text = "Take one tablet in the morning and two at night with or after food and a full glass of water"
    assert len(text) > 90
    assert number(directions.read(text, "tablet")) == 3


@pytest.mark.parametrize(
    ("text", "form", "reason"),
    [
        ("1 bd prm", "tablet", answer.NOT_A_WORD),
        ("1 bd and", "tablet", answer.CUT_OFF),
        ("change patches weekly", "patch", answer.MANY),
        ("5ml (10mg) mane and 5ml (20mg) nocte", "oral_solution", answer.AMOUNTS),
        ("take two every 4-6 hours max 8", "tablet", answer.TWO_WAYS),
    ],
)
def test_what_is_not_read_says_why(text: str, form: str, reason: str) -> None:
    assert directions.read(text, form).reason == reason


@pytest.mark.parametrize(
    "text",
    [
        "30mg daily in three divided doses", "60mg daily in 3 divided doses", "90 mg a day in divided doses",
        "one capsule at 8am and one at 6pm", "take one caplet three times a day", "2 caplets twice daily",
        "ONE TABLET AT 7AM AND ONE AT 7PM", "1 (one) tablet twice a day", "2 tabs (two) at night",
    ],
)  # fmt: skip
def test_what_is_plain_is_read(text: str) -> None:
    assert directions.read(text, "tablet").parseable

"""What holds for every direction: notes change nothing, a second regimen is never lost, no text is a trap."""

import re
import time
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medicines import directions
from medicines.caches import forget
from medicines.direction_text.vocabulary import tokens as direction_tokens
from medicines.directions import Direction
from tests.medicines.cases import worked

REGIMENS = {
    "1 bd": 2.0,
    "TWO TO BE TAKEN THREE TIMES A DAY": 6.0,
    "take 1 tablet every 6 hours": 4.0,
    "one and a half twice daily": 3.0,
    "1 om 2 on": 3.0,
    "1-0-1": 2.0,
    "half a tablet at night": 0.5,
    "one on alternate days": 0.5,
    "3 daily": 3.0,
    "1 at 8am and 1 at 8pm": 2.0,
}
NOTES = [
    "Do not drive if drowsy",
    "This medicine may make you sleepy. If this happens, do not drive or use tools or machines",
    "Do not stop taking this medicine unless your doctor tells you to stop",
    "Do not drink alcohol",
    "NOT to be taken with alcohol",
    "Swallow whole. Do not chew or crush",
    "Contains paracetamol",
    "With or after food",
    "with a full glass of water",
    "for back pain",
    "for sciatica",
    "Review due 12/03/2026",
    "Medication review 6/52",
    "started by pain clinic 3/4/2024",
    "Dr Smith 12.3.25",
    "Call 01234 567890 for review",
    "Weekly dispensing",
    "MDS weekly",
    "Supply 28 days",
    "28 days supply",
    "(56 tablets)",
    "No early requests",
    "at least 4 hours apart",
    "new dose",
    "dose increased 12/3/24",
    "do not increase",
    "May be crushed",
    "Please book a review",
]
OPTIONAL = [
    "prn",
    "when required",
    "as needed",
    "if required",
    "sos",
    "p.r.n.",
    "if in pain",
    "when necessary",
]
JOINTS = [" then ", ", then ", " or ", " increasing to ", " reduced to ", ". After 1 week ", " for 3 days, ",
          " => ", " until 12/3/24 then ", " next week ", " (", " / ", "; ", ". ", " "]  # fmt: skip
LONGEST = 0.05
FORMS = ["tablet", "capsule", "oral_solution", "patch", "mg", None]
TRAPS = [
    "", " ", "a" * 10_000_000, "1 bd " * 2_000_000, "\x00\x01", "\u202e1 bd", "1 bd\u200f", "9" * 10_000,
    "1" * 400, "1" * 500, "(" * 250, "()" * 250, "(1" * 160, "1-" * 240, "1/" * 240, "1 or " * 100,
    "half " * 90, "x 1 " * 120, "every 1 " * 60, "max " * 120, "supply " * 70, "for 1 " * 80, "- " * 240,
    "= 1 " * 120, "with 1mg " * 50, "increased from 1 " * 29, "not then " * 50, "mon," * 120, "1m1l1t1n" * 60,
    "01234 567890 " * 38, "1/1/24 " * 70, "l5/s1 " * 80, "b." * 240, "onetwothree" * 45, "½" * 160,
    "1 tablet (30mg) " * 31, "take" * 120, "\ud800", "%s%s%n", "<script>alert(1)</script>", "'; drop table x",
]  # fmt: skip


def amounts(read: Direction) -> tuple[bool, float | None, float | None, bool]:
    return read.parseable, read.units_per_day_min, read.units_per_day_max, read.prn


@pytest.mark.parametrize("note", NOTES)
@settings(deadline=None)
@given(st.sampled_from(sorted(REGIMENS)), st.sampled_from([". ", " - ", "\n"]))
def test_a_note_changes_no_reading(note: str, regimen: str, joint: str) -> None:
    expected = (True, REGIMENS[regimen], REGIMENS[regimen], False)
    assert amounts(directions.read(f"{regimen}{joint}{note}", "tablet")) == pytest.approx(expected)


AROUND = (
    "1", "2", "tablet", "one tablet", "bd", "daily", "every", "hours", "days", "at night", "8am", "am", "5ml",
    "10mg", "patch", "max", "up to", "prn", "if", "not", "or", "to", "and", "with", "for", "for 7 days", "x",
    "supply", "review", "total", "drink", "half", "twenty", "first", "once", "weekly", "a", "change", "apart",
    ",", ".", "-", ":", "=", "(", ")", "jones",
)  # fmt: skip
NEVER = re.compile("(?!)")


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(NOTES), min_size=2, max_size=4, unique=True), st.sampled_from(sorted(REGIMENS))
)
def test_several_notes_change_no_reading(notes: list[str], regimen: str) -> None:
    read = directions.read(". ".join([regimen, *notes]), "tablet")
    assert read.units_per_day_max == pytest.approx(REGIMENS[regimen])


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(sorted(REGIMENS)), st.sampled_from(JOINTS), st.sampled_from(sorted(REGIMENS)))
def test_a_second_regimen_is_never_lost(first: str, joint: str, second: str) -> None:
    read = directions.read(f"{first}{joint}{second}{')' if '(' in joint else ''}", "tablet")
    low, high = sorted((REGIMENS[first], REGIMENS[second]))
    if low != high:
        assert not read.parseable or read.units_per_day_max not in (low, high)


@settings(deadline=None)
@given(st.sampled_from(sorted(REGIMENS)), st.sampled_from(OPTIONAL), st.booleans())
def test_a_word_for_when_required_makes_the_lowest_nought(regimen: str, word: str, first: bool) -> None:
    text = f"{word} {regimen}" if first and not word.startswith("if") else f"{regimen} {word}"
    read = directions.read(text, "tablet")
    assert read.prn and read.units_per_day_min in (0.0, None)
    assert amounts(directions.read(f"{regimen} {word}", "tablet"))[:2] == (True, 0.0)


@settings(deadline=None)
@given(
    st.sampled_from(
        ["1 bd", "1-2 qds", "one every 4-6 hours", "2 every 6 hours prn", "2 up to four times a day"]
    ),
    st.integers(min_value=1, max_value=20),
)
def test_a_maximum_is_never_exceeded(regimen: str, most: int) -> None:
    read = directions.read(f"{regimen} max {most} in 24 hours", "tablet")
    assert not read.parseable or (read.units_per_day_max or 0) <= most
    without = directions.read(regimen, "tablet").units_per_day_max or 0
    assert not read.parseable or read.units_per_day_max == min(without, most)


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=400))
def test_every_so_many_hours_is_that_share_of_a_day_or_a_gap_that_nobody_keeps(hours: int) -> None:
    kept = hours <= 12 or hours in (16, 18) or (hours % 12 == 0 and hours <= 336)
    for text in (f"1 every {hours} hours", f"1 {hours} hourly", f"1 {hours}-hourly", f"1 q{hours}h"):
        most = directions.read(text, "tablet").units_per_day_max
        assert most == (pytest.approx(24 / hours) if kept else None), text


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=14))
def test_every_so_many_days_is_the_wear_time_of_a_patch(days: int) -> None:
    for text in (f"apply one patch every {days} days", f"1 patch every {24 * days} hours"):
        assert directions.read(text, "patch").patch_interval_hours == 24 * days


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(AROUND), max_size=6),
    st.sampled_from(("(review {})", "review {} .", "gp review due {} ,", "( see dr , review {} )")),
    st.lists(st.sampled_from(AROUND), max_size=6),
    st.sampled_from(FORMS),
)
def test_the_number_of_a_review_is_read_by_no_rule(
    before: list[str], note: str, after: list[str], form: str | None
) -> None:
    texts = [" ".join([*before, note.format(number), *after]) for number in (2, 60)]
    alike = [directions.read(text, form) for text in texts]
    forget()
    with patch.object(direction_tokens, "UNREAD", NEVER):
        apart = [directions.read(text, form) for text in texts]
    forget()
    assert alike == apart == [alike[0]] * 2


WRAPPED = {"1 bd for 1 week then review and 2 bd"}  # reads as 2 bd once its first line ends the sentence


@pytest.mark.parametrize("case", worked("directions"), ids=lambda case: case["directions"])
def test_a_line_break_leaves_the_reading_or_none(case: dict[str, str]) -> None:
    meant = numbers(directions.read(case["directions"], case["form"]))
    words = case["directions"].split(" ")
    for at in range(1, len(words)):
        wrapped = f"{' '.join(words[:at])}\n{' '.join(words[at:])}"
        read = directions.read(wrapped, case["form"])
        assert not read.parseable or numbers(read) == meant or case["directions"] in WRAPPED, wrapped


def numbers(read: Direction) -> tuple[object, ...]:
    return (
        read.units_per_day_min,
        read.units_per_day_max,
        read.prn,
        read.patch_interval_hours,
        read.patches_at_once,
    )


def seconds(text: str, form: str | None) -> float:
    """Processor time of one reading, the best of three."""
    spent = []
    for _ in range(3):
        forget()
        start = time.process_time()
        directions.read(text, form)
        spent.append(time.process_time() - start)
    return min(spent)


@pytest.mark.parametrize("trap", range(len(TRAPS)))
def test_no_text_is_a_trap(trap: int) -> None:
    for form in FORMS:
        read = directions.read(TRAPS[trap], form)
        assert seconds(TRAPS[trap], form) < LONGEST
        assert (read.parseable, read.units_per_day_max, read.patch_interval_hours) == (False, None, None)


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="12½./-()&+,:;?x= \nbdqtmonpr", min_size=450, max_size=500))
def test_no_long_text_takes_long(text: str) -> None:
    assert seconds(text, "tablet") < LONGEST

"""A direction text becomes a daily amount, or is said not to be readable; it is never guessed."""

import pytest

from medicines import directions
from medicines.direction_text.regimen import answer
from medicines.tables import rows
from tests.medicines.cases import number, worked

CASES = worked("directions")


@pytest.mark.parametrize("case", CASES, ids=[case["directions"] for case in CASES])
def test_a_direction_is_read_as_worked(case: dict[str, str]) -> None:
    read = directions.read(case["directions"], case["form"])
    assert (int(read.parseable), int(read.prn)) == (int(case["parseable"]), int(case["prn"]))
    assert read.units_per_day_min == pytest.approx(number(case["min"]), abs=1e-4)
    assert read.units_per_day_max == pytest.approx(number(case["max"]), abs=1e-4)
    assert (read.unit or "") == case["unit"]
    assert read.patch_interval_hours == number(case["interval"])
    assert read.patches_at_once == number(case["patches"])


def test_a_reading_shows_the_words_it_rests_on() -> None:
    assert directions.read("Take TWO tablets three times a day with water", "tablet").words == (
        "two tablets",
        "three times a day",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Apply ONE patch every 72 hours to dry skin", ("one patch", "every 72 hours")),
        ("Apply one patch for 7 days", ("one patch", "for 7 days")),
        ("change weekly", ("weekly",)),
        ("apply one every Monday and Thursday", ("one", "every monday and thursday")),
    ],
)
def test_a_patch_reading_shows_its_words_too(text: str, words: tuple[str, ...]) -> None:
    assert directions.read(text, "patch").words == words


@pytest.mark.parametrize("case", CASES, ids=[case["directions"] for case in CASES])
def test_every_reading_has_words_and_every_other_a_reason(case: dict[str, str]) -> None:
    read = directions.read(case["directions"], case["form"])
    assert bool(read.words) == read.parseable
    assert read.reason == "" if read.parseable else read.reason in answer.REASONS


@pytest.mark.parametrize(
    ("text", "form", "reason"),
    [
        ("", "tablet", answer.NOTHING),
        (None, "tablet", answer.NOTHING),
        ("1 bd " * 200, "tablet", answer.NOT_TEXT),
        ("1 bd\x00", "tablet", answer.NOT_TEXT),
        ("1 bd then 2 bd", "tablet", answer.CHANGES),
        ("5ml qds", "tablet", answer.MISFIT),
        ("2 tablets tds", "oral_solution", answer.MISFIT),
        ("1 tablet bd", "patch", answer.MISFIT),
        ("2 puffs qds", "capsule", answer.MISFIT),
        ("1 bd or 2 bd", "tablet", answer.TWO_WAYS),
        ("2 qds max 6 daily", "tablet", answer.TWO_WAYS),
        ("one patch every 48-72 hours", "patch", answer.TWO_WAYS),
        ("as directed", "tablet", answer.NOT_STATED),
        ("take two", "tablet", answer.NOT_STATED),
        ("apply one patch", "patch", answer.NOT_STATED),
        ("500 tds", "tablet", answer.BEYOND),
        ("one patch twice a day", "patch", answer.BEYOND),
    ],
)
def test_what_is_not_read_says_why(text: str | None, form: str, reason: str) -> None:
    read = directions.read(text, form)
    assert (read.parseable, read.reason) == (False, reason)


@pytest.mark.parametrize("text", ["5ml qds", "10 mls twice a day", "2 x 5ml spoonfuls at night"])
@pytest.mark.parametrize("form", ["tablet", "capsule", "patch"])
def test_millilitres_fit_only_liquids(text: str, form: str) -> None:
    assert directions.read(text, "oral_solution").unit == "ml"
    read = directions.read(text, form)
    assert (read.parseable, read.units_per_day_max, read.reason) == (False, None, answer.MISFIT)


@pytest.mark.parametrize("thing", [["1 bd"], {"1 bd": 1}, b"1 bd", 1.0, float("nan")])
def test_what_is_no_text_is_not_read(thing: object) -> None:
    read = directions.read(thing, "tablet")  # type: ignore[arg-type]
    assert (read.parseable, read.units_per_day_max, read.reason) == (False, None, answer.NOT_TEXT)


def test_an_unreadable_direction_has_no_numbers() -> None:
    read = directions.read("reduce by one every week", "tablet")
    assert (read.units_per_day_min, read.units_per_day_max, read.patch_interval_hours, read.words) == (
        None,
        None,
        None,
        (),
    )


def test_every_word_has_a_version_and_means_one_thing() -> None:
    words = rows("direction_words")
    assert {row["version"] for row in words} == {"2026.11"}
    assert len({row["words"] for row in words}) == len(words)

"""A policy that cannot be used is refused with file, section and field."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from measures import policy
from measures.policy import PolicyError

TEXT = policy.SAMPLE.read_text(encoding="utf-8")


def test_the_shipped_policy_is_the_documented_default() -> None:
    rules = policy.load(policy.PATH)
    assert (rules.thresholds.values, rules.thresholds.default) == ((90, 120), 120)
    assert (rules.thresholds.operator, rules.thresholds.words) == (">", "above")
    assert rules.thresholds.band_edges == (50, 90, 120, 200, 300)
    assert (rules.suppression.suppress_below, rules.suppression.round_to, rules.peers.count) == (8, 5, 10)
    assert {service.name for service in rules.services} >= {"Circle MSK", "Path 2 Recovery"}


def test_the_sample_has_the_shipped_policy_and_a_start_and_a_target_of_its_own() -> None:
    shipped, sample = policy.load(policy.PATH), policy.load(policy.SAMPLE)
    assert (shipped.programme, shipped.targets) == ((), ())
    assert sample.programme and sample.targets
    assert replace(sample, programme=(), targets=()) == shipped


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('icb = "Example ICB"', "", "icb is missing. Give the board's name."),
        ('icb = "Example ICB"', 'icb = " "', "icb is missing. Give the board's name."),
        ("[peers]", "[friends]", "unknown section 'friends'. Remove it or correct its name."),
        ("[peers]\ncount = 10\nnamed = false", "", "section [peers] is missing."),
        ("named = false", "named = 0", "[peers] named is 0; it must be true or false."),
        ("stall_days = 42", "", "[taper] has no field 'stall_days'."),
        (
            "stall_days = 42",
            "stall_days = 42\nstall_weeks = 6",
            "[taper] has an unknown field 'stall_weeks'.",
        ),
        (
            "stall_days = 42",
            "stall_days = -1",
            "[taper] stall_days is -1; it must be a whole number, 0 or more.",
        ),
        (
            "stall_days = 42",
            "stall_days = 4.2",
            "[taper] stall_days is 4.2; it must be a whole number, 0 or more.",
        ),
        ("stall_days = 42", "stall_days = true", "[taper] stall_days is True; it must be a whole number"),
        (
            "high_dose_ddd = 2.0",
            'high_dose_ddd = "2"',
            "[gabapentinoid] high_dose_ddd is '2'; it must be a number",
        ),
        ('operator = ">"', 'operator = "<"', "[thresholds] operator is '<'; it must be '>' or '>='"),
        ("default = 120", "default = 100", "[thresholds] default 100 is not one of values [90, 120]"),
        (
            "values = [90, 120]",
            "values = [90, 120, 150]",
            "[thresholds] band_edges must hold every threshold",
        ),
        (
            "values = [90, 120]",
            "values = []",
            "[thresholds] values must be whole numbers of mg a day above 0",
        ),
        ("values = [90, 120]", "values = [90, 120, 120]", "[thresholds] values must not repeat"),
        ("values = [90, 120]", "values = [120]", "[thresholds] values must hold 90 and 120"),
        (
            'definition = "carried_forward"',
            'definition = "mean"',
            "[dose] definition is 'mean'; it must be one of ['carried_forward', 'sum_of_days_supply'",
        ),
        ("values = [90, 120]", "values = 120", "[thresholds] values is 120; it must be a list."),
        ("round_to = 5", "round_to = 0", "[suppression] round_to is 0; it must be 1 to 16"),
        ("round_to = 5", "round_to = 17", "[suppression] round_to is 17; it must be 1 to 16"),
        ("band_edges = [50, 90", "band_edges = [90, 50", "[thresholds] band_edges must rise and not repeat"),
        (
            "band_edges = [50, 90",
            'band_edges = ["50", 90',
            "[thresholds] band_edges must be whole numbers of mg",
        ),
        ('type = "musculoskeletal"', "", "[[services]] 1 has no field 'type'."),
        ('type = "pain clinic"', 'type = ""', "[[services]] 3 type is ''; it must be some text."),
        ('source = "NHSBSA', '# source = "NHSBSA', "[[benchmarks]] 1 has no field 'source'."),
        ('source = "NHSBSA', 'source = "  " # "', "[[benchmarks]] 1 source is '  '; it must be some text."),
        ("value = 1.10", "value = inf", "[[benchmarks]] 1 value is inf; it must be a number, 0 or more."),
        (
            'began = "2025-04"',
            'began = "April"',
            "[[programme]] 1 began is 'April'; write the month as",
        ),
        ("[[programme]]", "[programme]", "[programme] is one entry of a list. Write its header as [[prog"),
        ("[thresholds]", "[thresholds", "not readable as TOML"),
    ],
)
def test_a_bad_policy_is_named_with_section_and_field(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in TEXT
    path = tmp_path / "policy.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        policy.load(path)
    said = str(error.value).removeprefix(f"{path}: ")
    assert re.sub(r"^line \d+: ", "", said).startswith(words)
    gone = ("icb is missing", "section [peers] is missing", "not readable")  # of which there is no line
    if new.strip() or not words.startswith(gone):
        assert said.startswith("line ") or words.startswith("not readable")


def test_a_policy_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"no such file\. Restore it"):
        policy.load(tmp_path / "policy.toml")


NALOXONE = """
[naloxone]
offered_to = "cohort with a gabapentinoid or sedative"
supplied_by = "practices and others"
valid_months = 12
"""


def test_who_is_offered_naloxone_is_unset_until_the_icb_says_so(tmp_path: Path) -> None:
    assert policy.load().naloxone is None
    path = tmp_path / "policy.toml"
    path.write_text(TEXT + NALOXONE, encoding="utf-8")
    rules = policy.load(path)
    assert rules.naloxone == policy.Naloxone(
        "cohort with a gabapentinoid or sedative", "practices and others", 12
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"cohort with a gabapentinoid or sedative"', '"everybody"', "[naloxone] offered_to is 'everybody'"),
        ('"practices and others"', '"nobody"', "[naloxone] supplied_by is 'nobody'; it must be one of"),
        ("valid_months = 12", "valid_months = 0", "[naloxone] valid_months is 0; it must be 1 to 60"),
        ("valid_months = 12", "", "[naloxone] has no field 'valid_months'"),
        ("valid_months = 12", "valid_months = 12\nbrand = 'x'", "[naloxone] has an unknown field 'brand'"),
    ],
)
def test_a_half_decided_offer_of_naloxone_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(TEXT + NALOXONE.replace(old, new), encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        policy.load(path)
    assert words in str(error.value)

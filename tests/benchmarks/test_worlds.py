"""The whole path over small worlds of a known truth: extracts, load, build, every page and slide.

A world or two of each show a claim that breaks; how often is what `python -m benchmarks worlds` measures.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.worlds import worlds
from benchmarks.worlds.claims import claimed, parts
from benchmarks.worlds.headlines import called_out
from benchmarks.worlds.worlds import Judged
from reporting import figures, release

PRACTICES = 6
AT_MOST = 0.05
YEAR = 12  # months: enough where no change since a year ago is asked for
Made = Callable[..., Path]


@pytest.fixture(scope="module")
def made(once: Callable[[str, Callable[[Path], object]], Path]) -> Made:
    """The folder of a published world, made once a run."""

    def folder(world: str, seed: int, months: int = worlds.MONTHS) -> Path:
        def publish(folder: Path) -> None:
            worlds.published(world, seed, PRACTICES, folder, months)

        return once(f"{world}-{seed}", publish)

    return folder


@pytest.fixture(scope="module")
def steady(made: Made) -> list[Judged]:
    return [worlds.judged(made("steady", seed)) for seed in (1, 2)]


def test_in_steady_worlds_hardly_a_headline_claims_anything(steady: list[Judged]) -> None:
    said = [one for world in steady for one in world.said]
    wrong = [f"{one.where}: {one.words}" for one in said if claimed(one.words)]
    assert len(said) > 90
    assert len(wrong) <= AT_MOST * len(said), "\n".join(wrong)


def test_every_page_and_slide_is_asked(steady: list[Judged]) -> None:
    where = [one.where for one in steady[0].said]
    assert len(where) == len(set(where)) > 50
    for page in ("overview", "high_dose", "tapering", "referrals", "plans", "safeguards", "equity"):
        assert page in where
    assert sum(name.startswith("slide ") for name in where) == 11


def test_a_fall_of_a_fifth_is_told_on_page_and_slide(made: Made) -> None:
    falling = worlds.judged(made("falling", 1))
    for where in worlds.FALLING:
        assert worlds.tells_of_fewer(falling.claim(where)), where


def test_every_rapid_fall_and_stop_is_on_a_list(made: Made) -> None:
    folder = made("rapid-falls", 1, YEAR)
    assert len(worlds.truth_of(folder)["falls"]) == 16
    assert worlds.unlisted(folder) == ()


def test_a_practice_of_three_times_the_rate_is_named_and_no_other(made: Made) -> None:
    folder = made("one-high-practice", 1, YEAR)
    names = figures.practices(release.current(folder / "store"), worlds.ICB[0]).frame
    high = names.set_index("practice_code")["name"][worlds.truth_of(folder)["high_practice"]]
    named = [one for one in called_out(folder / "store") if worlds.HIGH in one]
    assert [one.split(":")[0] for one in named] == [high]


@pytest.mark.parametrize(
    "headline",
    [
        "Above 120 mg: 1.09 per 1,000 adults, 7 fewer people than a year ago: 56 new, 63 left; "
        "could be chance",
        "Could be chance: from 63 to 56 people above 120 mg",
        "205 people are on a high-dose opioid: 7 fewer than at the start, which could be chance; 9 came down "
        "too fast",
        "Adults above 120 mg a day: no sure change; referrals attended: no sure change",
        "Half waited more than 52 days; differences between services could be chance",
        "On a high-dose opioid above 120 mg: 60 new, 75 left: 40 died or moved and the dose of 35 fell",
        "No practice is surely high or low in people seen (9 in 10 sure)",
        "2 of 5 best-interest reductions have every safeguard; no fast fall or stop seen, 1 not known",
        "Age: differences between groups that are shown could be chance",
        "79 of 153 people with a plan came down step by step; 29 too fast or possibly so",
        "31 of 238 people fell too fast in a year, 19 on no plan; 1 stopped suddenly; of 2 it is not known",
    ],
)
def test_counts_and_doubts_claim_nothing(headline: str) -> None:
    assert claimed(headline) == []


@pytest.mark.parametrize(
    ("headline", "claim"),
    [
        (
            "Above 120 mg: 0.90 per 1,000 adults, 11 fewer people than a year ago: nobody new, 11 left; "
            "more than chance",
            "11 fewer people than a year ago",
        ),
        (
            "205 people are on a high-dose opioid: 44 fewer than at the start; 51 came down too fast",
            "205 people are on a high-dose opioid: 44 fewer than at the start",
        ),
        ("Really fell: from 249 to 205 people above 120 mg",) * 2,
        ("Quayside is high (9 in 10 sure); 1 is below the 99.8% limit", "Quayside is high (9 in 10 sure)"),
        ("Half waited more than 41 days; really longer: Circle MSK", "really longer: Circle MSK"),
        ("Reviewed by named or cover: 13% (4 of 30); issued by named fell in a year",
         "issued by named fell in a year"),
        ("Help Kingfisher first: below all practices together on several items",
         "Help Kingfisher first: below all practices together on several items"),
        ("Deprivation: quintile 2 higher than everybody else", "Deprivation: quintile 2 higher"),
        ("Adults above 120 mg a day soared", "Adults above 120 mg a day soared"),
        ("Gabapentinoid use: 58 daily doses per 1,000 people a month, really changed", "really changed"),
    ],
)  # fmt: skip
def test_what_is_said_to_differ_or_in_words_not_listed_is_a_claim(headline: str, claim: str) -> None:
    assert claim in "; ".join(claimed(headline))


def test_what_chance_could_have_made_is_left_out_with_its_counts() -> None:
    headline = (
        "High dose above 120 mg in Example ICB, 1 more plan than in Mar 2026; could be chance; A is high"
    )
    assert parts(headline) == ["High dose above 120 mg in Example ICB", "A is high"]

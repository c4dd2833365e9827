"""Worlds of a known truth: what their extracts say is what is declared."""

import json
import statistics
from datetime import date, timedelta
from pathlib import Path

import pytest

from etl import sample
from etl.load import load
from etl.sample import worlds
from etl.sample.chance import Chance
from etl.sample.people import steady
from etl.sample.people.person import Person
from etl.sample.practices import practices
from etl.sample.worlds import PEOPLE, WORLDS
from etl.store import Store

END = date(2026, 9, 30).toordinal()
START = END - 26 * 30
SEEDS = range(1, 9)


def people_of(name: str, seed: int) -> list[Person]:
    world = WORLDS[name]
    return [
        someone
        for practice in worlds.alike(practices(8, seed), world)
        for someone in steady.high_dose(Chance(seed, practice.code), practice, world, START, END)
        if someone.group != "excluded"
    ]


def above(people: list[Person], day: int) -> int:
    """How many were above 120 mg OME a day on average of the 90 days to a day: on its middle."""
    return sum(someone.ome(day - steady.WINDOW) > 120 for someone in people)


def means(name: str) -> tuple[float, float, float]:
    """People above 120 early in the data, a year before the end and at the end, of several worlds."""
    counted = [
        [above(people, day) for day in (START + 90, END - 365, END)]
        for people in (people_of(name, seed) for seed in SEEDS)
    ]
    first, before, now = (statistics.mean(column) for column in zip(*counted, strict=True))
    return first, before, now


def test_in_a_steady_world_as_many_people_are_there_at_any_time() -> None:
    """Each mean of eight counts of about 200 by chance has a standard error of 5."""
    assert means("steady") == pytest.approx((PEOPLE,) * 3, abs=20)


def test_in_a_falling_world_a_fifth_fewer_are_there_after_a_year() -> None:
    _, before, now = means("falling")
    assert now / before == pytest.approx(0.8, abs=0.06)


def test_one_practice_has_three_times_the_rate_of_the_others() -> None:
    rates = sorted(p.rate for p in worlds.alike(practices(9, 2), WORLDS["one-high-practice"]))
    assert len(set(rates)) == 2 and rates[-1] == pytest.approx(3 * rates[-2])
    assert len({p.rate for p in worlds.alike(practices(9, 2), WORLDS["steady"])}) == 1


def test_a_world_is_loaded_whole_and_its_truth_passed_over(tmp_path: Path) -> None:
    sample.write(practices=4, months=3, seed=5, out=tmp_path / "world", world="rapid-falls")
    receipts = load([tmp_path / "world"], Store(tmp_path / "store", create=True))
    assert {r.outcome for r in receipts} <= {"accepted", "partial"}
    truth = json.loads((tmp_path / "world" / "truth.json").read_text(encoding="utf-8"))
    assert len(truth["falls"]) == WORLDS["rapid-falls"].falls
    assert {fall["kind"] for fall in truth["falls"]} == {"fall", "stop"}


def test_known_falls_are_seen_in_what_was_prescribed() -> None:
    found = worlds.alike(practices(8, 3), WORLDS["rapid-falls"])
    falls = worlds.rapid_falls(found, WORLDS["rapid-falls"], 3, START, END)
    for fall in falls:
        before, after = (fall.someone.ome(fall.day + days) for days in (-1, 1))
        assert before > 120 and after < before / 2
        assert (after == 0) == (fall.kind == "stop")
        assert date.fromordinal(END) - date.fromordinal(fall.day) > timedelta(days=60)


def test_the_same_seed_writes_the_same_world_and_another_seed_another(tmp_path: Path) -> None:
    made = {}
    for name, seed in (("one", 3), ("two", 3), ("three", 4)):
        sample.write(practices=2, months=3, seed=seed, out=tmp_path / name, world="falling")
        made[name] = {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
    assert made["one"] == made["two"]
    assert made["one"] != made["three"]


def test_a_world_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"There is no world “flat”\. There are: steady, falling"):
        sample.write(practices=2, months=3, seed=1, out=tmp_path, world="flat")

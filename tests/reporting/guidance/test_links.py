"""The file of links is whole, safe to click and dated; a text that names a resource leads to it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from reporting.guidance import links
from reporting.guidance.links import LinksError, load, named_in, parts

ONE = """[[link]]
key = "one"
title = "One Guide"
also = ["The One"]
owner = "Somebody"
readers = ["patients"]
address = "https://one.example.org/guide"
address_is = "seen"
reviewed_on = 2026-11-30
opened = false
"""
ASKED_FOR = (
    "Opioids Aware", "MHRA opioid safety", "GMC decision making and consent", "BMA", "NICE NG215",
    "Pain Toolkit", "Live Well with Pain", "Brainman", "Headspace", "Active 10", "OUH templates",
    "take-home naloxone", "NHS 111 option 2", "Samaritans",
)  # fmt: skip


def loaded(folder: Path, text: str) -> tuple[links.Link, ...]:
    path = folder / "links.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_every_link_has_an_owner_a_reader_and_a_day_of_review() -> None:
    for link in load():
        assert link.owner and link.readers
        assert dt.date(2026, 11, 1) <= link.reviewed_on <= dt.date.today()


@pytest.mark.parametrize("name", ASKED_FOR)
def test_every_resource_asked_for_has_a_link(name: str) -> None:
    assert len(named_in(name)) == 1


def test_an_address_from_memory_says_so_wherever_it_is_shown() -> None:
    doubtful = {link.key for link in load() if not link.confirmed}
    assert {"gmc", "bma", "active-10", "samaritans"} <= doubtful
    assert all(links.TO_CONFIRM in link.words for link in load() if link.key in doubtful)


def test_the_toolkit_for_people_without_capacity_is_not_the_link() -> None:
    assert not any("best-interests" in link.address or "toolkit" in link.address for link in named_in("BMA"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('owner = "Somebody"', "", "link 1 has no owner."),
        ("reviewed_on = 2026-11-30", "", "link 1 has no reviewed_on."),
        ('title = "One Guide"', 'title = " "', "title is ' '; it must be some text."),
        ('owner = "Somebody"', 'owner = "Somebody "', "owner is 'Somebody '; it must be some text."),
        ("opened = false", 'opened = "no"', "opened is 'no'; it must be true or false."),
        ("opened = false", "opened = false\nnote = 1", "link 1 has an unknown field 'note'."),
        ("2026-11-30", "2999-01-01", "it must be a day, not in the future."),
        ("2026-11-30", '"2026-11-30"', "reviewed_on is '2026-11-30'; it must be a day"),
        ("2026-11-30", "2026-11-30T09:00:00", "it must be a day"),
        ('"seen"', '"sure"', "address_is is 'sure'; it must be one of seen, to be confirmed."),
        ('["patients"]', "[]", "it must be a list of some of clinicians, managers, patients."),
        ('["patients"]', '["people"]', "readers is ['people']"),
        ('["The One"]', '"The One"', "also is 'The One'; it must be a list of names"),
        ('["The One"]', '["One guide"]', "the name 'One guide' stands there twice."),
        ("https://", "http://", "it must be a whole https address."),
        ("https://one.example.org/guide", "javascript:alert(1)", "it must be a whole https address."),
        ("https://one.example.org/guide", "https://", "it must be a whole https address."),
        ("https://one.example.org/guide", "https://x@one.example.org", "it must be a whole https address."),
        ("https://one.example.org/guide", "https://one.example.org/a b", "it must be a whole https address."),
        ("https://one.example.org/guide", "https://one.example.org/'", "it must be a whole https address."),
        ("[[link]]", "[[links]]", "unknown section 'links'."),
        ("[[link]]", "[link]", "there is no [[link]]."),
        ("title =", "title", "not readable as TOML"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_field(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert loaded(tmp_path, ONE)[0].title == "One Guide"
    with pytest.raises(LinksError) as refused:
        loaded(tmp_path, ONE.replace(old, new, 1))
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("same", "what"),
    [
        ({"two": "one"}, "key"),
        ({"Another": "one GUIDE"}, "name"),
        ({"A second": "The One"}, "name"),
        ({"other.example.org": "one.example.org/guide/"}, "address"),
    ],
)
def test_two_links_with_one_key_name_or_address_are_refused(
    tmp_path: Path, same: dict[str, str], what: str
) -> None:
    second = ONE.replace('"one"', '"two"').replace("One Guide", "Another").replace("The One", "A second")
    second = second.replace("one.example.org/guide", "other.example.org")
    assert len(loaded(tmp_path, ONE + second)) == 2
    for old, new in same.items():
        second = second.replace(old, new)
    with pytest.raises(LinksError, match=f"the {what} .* stands there twice"):
        loaded(tmp_path, ONE + second)


def test_a_file_that_is_gone_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LinksError, match="Restore it from the project's config folder"):
        load(tmp_path / "links.toml")


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Faculty of Pain Medicine, Opioids Aware; NICE NG193", ["opioids-aware", "ng193"]),
        ("The Faculty of Pain Medicine advises against forced reductions.", ["opioid-optimisation"]),
        ("GMC and BMA on disagreement", ["gmc", "bma"]),
        (
            "MHRA Drug Safety Update on gabapentin (2017) and pregabalin (2021)",
            ["mhra-gabapentin", "mhra-pregabalin"],
        ),
        ("brainman stops his opioids", ["brainman"]),
        ("Headspaces, BMAT, the OUHs", []),
        ("", []),
    ],
)  # fmt: skip
def test_the_longest_name_counts_and_only_whole_words(text: str, keys: list[str]) -> None:
    assert [link.key for link in named_in(text)] == keys
    assert "".join(part for part, _ in parts(text)) == text

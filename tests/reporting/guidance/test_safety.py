"""Words beside falls, stops and tapers: steps of process, crisis lines always, never a dose."""

from __future__ import annotations

import re

import pytest

from reporting.guidance import safety
from reporting.guidance.safety import PATH, SafetyError, brief, situations, spoken
from reporting.ui.guidance import check_html, linked, safety_html

KINDS = ("fall", "stop", "taper", "sedatives", "pregnancy", "palliative", "substitution")
DOSE = re.compile(
    r"\d+(\.\d+)?\s*(mg|mcg|micrograms?|ml|%|per cent)|"
    r"\b(increase|reduce|lower|raise|halve|double) (the|it|by)|\btarget\b|\btitrat|\bgo back\b|previous dose",
    re.IGNORECASE,
)
MUST_SAY = {
    "fall": (
        "intended",
        "another supply",
        "withdrawal",
        "mood",
        "thoughts of self-harm",
        "prescriber decides",
    ),
    "stop": ("today", "elsewhere", "Tolerance may be lost", "prescriber", "naloxone"),
    "taper": ("Nobody should stop suddenly", "pause is care", "contact"),
    "sedatives": ("sedation", "slow breathing", "carer", "naloxone policy"),
    "pregnancy": ("Not known here", "maternity", "Nobody should stop suddenly"),
    "palliative": ("Another pathway", "code"),
    "substitution": ("list of their own", "letters", "service"),
}


def test_every_kind_of_situation_has_words() -> None:
    assert tuple(situations()) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_situation_says_what_it_must_and_never_a_dose(kind: str) -> None:
    one = situations()[kind]
    everything = " ".join((one.title, one.says, *one.check))
    assert [words for words in MUST_SAY[kind] if words not in everything] == []
    assert DOSE.search(everything) is None


@pytest.mark.parametrize("kind", KINDS)
def test_crisis_lines_and_every_other_situation_stand_beside_each(kind: str) -> None:
    shown = safety_html(kind)
    assert 'href="https://111.nhs.uk"' in shown and ">Samaritans 116 123</a>" in shown
    assert situations()[kind].title in shown
    assert all(one.title in check_html(kind) for one in situations().values())
    for words in (spoken(kind), brief(kind)):
        assert "NHS 111, option 2" in words and "116 123" in words


def test_what_stands_open_on_a_page_is_short() -> None:
    for one in situations().values():
        assert len(one.says) <= 160


def test_an_unknown_situation_or_none_is_refused() -> None:
    for asked, words in (((), "Name at least one"), (("falls",), "There is no situation 'falls'")):
        with pytest.raises(SafetyError, match=words):
            safety.safety(*asked)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('title = "Fast fall"\n', "", "[fall] has no field 'title'."),
        ('title = "Fast fall"', 'title = " "', "[fall] title is ' '"),
        ('title = "Fast fall"', 'title = "Fast fall"\nnote = "x"', "[fall] has an unknown field 'note'."),
        ("reviewed_on = 2026-11-30", 'reviewed_on = "soon"', "[fall] reviewed_on is 'soon'"),
        ('links = ["opioids-aware", "ng215"]', "links = []", "[fall] links is []"),
        ('links = ["opioids-aware", "ng215"]', 'links = ["ng999"]', "[fall] names a link 'ng999'"),
    ],
)
def test_a_fault_in_the_file_names_situation_and_field(old: str, new: str, words: str) -> None:
    with pytest.raises(SafetyError) as refused:
        safety.read(PATH.read_text(encoding="utf-8").replace(old, new, 1))
    assert words in str(refused.value)


def test_a_linked_text_stays_escaped_and_opens_beside_the_page() -> None:
    shown = linked("<b>Pain Toolkit</b> & GMC")
    assert shown.startswith(
        '&lt;b&gt;<a href="https://www.paintoolkit.org" target="_blank" rel="noopener noreferrer"'
    )
    assert shown.endswith('GMC</a> <span class="unsure">(address unconfirmed)</span>')
    assert "&amp;" in shown

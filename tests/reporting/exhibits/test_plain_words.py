"""What pages and slides say at first sight is in the words of docs/style.md, and reads easily."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from measures import measure
from reporting import people
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.exhibits.board.pages import data_quality, the_quarter
from reporting.exhibits.exhibit import Exhibit, Head
from reporting.exhibits.overview import cards
from tests.reporting.exhibits.test_little_data import HEADS
from tests.reporting.makers import MAKERS

ICB = Scope.icb()
ASKED = (Selection(120), Selection(90, pcn="Eastvale"), Selection(120, practice="SYN02"))
# Words that stand only behind “About this chart”.
HIDDEN = re.compile(
    r"\b(cohort|significan\w+|special.cause|control limits?|arcsine|Wilson|shrinkage|posterior|outliers?|"
    r"peers?|confidence|interval\b|funnel|red fall|red speed|99\.8)\b",
    re.IGNORECASE,
)
# Words of the field that every reader of these pages knows, and names: counted as two syllables.
KNOWN = re.compile(
    r"gabapentinoids?|opioids?|biopsychosocial|practices?|safeguards?|clinicians?|indications?|medicines?|"
    r"referrals?|prescriptions?|deprivation|best-interest|documented|physiotherapy|psychological|"
    r"rehabilitation|[A-Z][a-z]+(?: [A-Z][a-z]+)*"
)
READING_AGE, SCHOOL_BEGINS = 12, 5
LONGEST = 22  # words of a headline


def said(snapshot: Snapshot) -> Iterator[tuple[str, str, str]]:
    """Where, headline, and what stands under it."""
    for selection in ASKED:
        where = selection.practice or selection.pcn or "ICB"
        for make in HEADS:
            head: Head = make(snapshot, ICB, selection)
            yield f"{make.__module__} {where}", head.headline, head.introduction
        overview = cards.head(snapshot, ICB, selection)
        yield f"overview {where}", overview.headline, overview.introduction
        for maker in (*MAKERS, the_quarter, data_quality):
            made: Exhibit = maker(snapshot, ICB, selection)
            yield f"{made.key} {where}", made.headline, made.subtitle


@pytest.fixture(scope="module")
def all_said(snapshot: Snapshot) -> list[tuple[str, str, str]]:
    return list(said(snapshot))


def test_no_word_of_statistics_stands_at_first_sight(all_said: list[tuple[str, str, str]]) -> None:
    found = [
        f"{where}: {word[0]!r} in {text!r}"
        for where, *texts in all_said
        for text in texts
        if (word := HIDDEN.search(text))
    ]
    assert not found, "\n".join(found)


def test_nobody_reads_of_a_cohort(snapshot: Snapshot) -> None:
    """Not behind “About this chart” either, nor in a table or a definition: it is “people on a high dose”."""
    texts = list(people.SAID.values())
    for one in measure.load():
        texts += [one.name, one.short_name, one.question, one.numerator_words, one.denominator_words, one.why,
                  one.caveats]  # fmt: skip
    for maker in MAKERS:
        made: Exhibit = maker(snapshot, ICB, ASKED[0])
        texts += [made.caption, made.alt, *map(str, made.table.columns)]
    reasons = [people.SAID.get(why, why) for why in people.WHY]
    assert [text for text in (*texts, *reasons) if re.search(r"\bcohort", text, re.IGNORECASE)] == []


def test_a_headline_is_read_at_twelve(all_said: list[tuple[str, str, str]]) -> None:
    found = [
        f"{where}: age {reading_age(headline):.1f}: {headline}"
        for where, headline, _ in all_said
        if reading_age(headline) > READING_AGE or len(headline.split()) > LONGEST
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("headline", "at_most", "above"),
    [
        ("44 fewer people are above 120 mg a day than at the start", 10, 3),
        ("No statistically significant deterioration of multidisciplinary participation", 50, 14),
    ],
)
def test_reading_age_tells_plain_from_hard(headline: str, at_most: float, above: float) -> None:
    assert above < reading_age(headline) <= at_most


def reading_age(text: str) -> float:
    """By Flesch and Kincaid’s grade (0.39 words a sentence + 11.8 syllables a word − 15.59), five years later
    as school begins at five. Parts set off by “;” and “:” are read as sentences."""
    parts = [part for part in re.split(r"[;:.!?](?:\s|$)", KNOWN.sub("paper", text)) if part.strip()]
    words = [word for part in parts for word in re.findall(r"[A-Za-z’'-]+|[\d.,]+%?", part)]
    grade = 0.39 * len(words) / max(len(parts), 1) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59
    return grade + SCHOOL_BEGINS


def _syllables(word: str) -> int:
    """Groups of vowels, without a silent e; a number is read as one."""
    letters = re.sub(r"(?<=[a-z]{2})e(?:s|d)?$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", letters)))

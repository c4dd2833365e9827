"""The compare page as a person uses it, over the sample."""

from __future__ import annotations

from pathlib import Path

from tests.pages.conftest import Opened
from tests.pages.test_dashboard import charts, words_everywhere

PRACTICE = "Quayside (SYN01)"


def test_one_practice_beside_its_like(opened: Opened, sample_store: Path) -> None:
    app = opened("practice/compare", store=sample_store, practice=PRACTICE)
    shown = words_everywhere(app)
    assert shown.count("<h1>") == 1 and "Quayside has more people on a high-dose opioid" in shown
    assert "Who the similar practices are" in shown and "Windmill Rise (SYN21)" in shown
    assert len(charts(app)) == 1


def test_the_address_holds_how_many_and_who_is_left_out(opened: Opened, sample_store: Path) -> None:
    app = opened(
        "practice/compare",
        store=sample_store,
        practice=PRACTICE,
        similar="5 practices",
        without="Windmill Rise (SYN21)",
    )
    shown = words_everywhere(app)
    assert app.selectbox(key="similar").value == 5 and app.multiselect(key="without").value == ["SYN21"]
    assert "the 5 most similar practices" in shown and "Windmill Rise (SYN21)" not in shown


def test_without_a_practice_each_is_offered(opened: Opened, sample_store: Path) -> None:
    shown = words_everywhere(opened("practice/compare", store=sample_store, similar="7 practices"))
    assert "Which practice?" in shown and "Quayside (SYN01)</a>" in shown


def test_too_few_practices_and_wrong_numbers_are_sentences(opened: Opened) -> None:
    app = opened("practice/compare", practice="Alder Street (SYN01)", similar="7 practices")
    shown = words_everywhere(app)
    assert "cannot be compared yet" in shown and "Similar practices cannot be found" in shown
    assert "The address asked for Compared with “7 practices”" in shown

"""What pages and slides say: resources as links, words that protect people, none that harm."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from html import escape, unescape
from pathlib import Path

import pytest

from reporting.guidance import links, safety
from reporting.guidance.links import LinksError, known, named_in
from reporting.guidance.safety import PATH as SAFETY
from reporting.guidance.safety import spoken
from reporting.ui.guidance import safety_html
from tests.pages.conftest import ROOT, Opened
from tests.pages.test_dashboard import DATA, PROGRAMME, words_everywhere

PRACTICE = ("practice/compare", "practice/patients", "practice/calculator")
PAGES = (*PROGRAMME, "programme/equity", *PRACTICE, "board/pack", *DATA)
Shown = Callable[[str], str]
SHOWS_FALLS = ("programme/tapering", "programme/safeguards", "practice/patients", "practice/compare")
NEVER = re.compile(
    r"\b(slow(ed|s|ing)? (it |them )?down|restor(e|es|ed|ing)(?! it from (a backup|the project))|success\w*"
    r"|resum(e|es|ed|ing)|behind|faster|addicts?|abus\w+|drug[- ]seeking|non-?complian\w+"
    r"|(stopped|doing) well|failed to (stop|taper|come down))\b",
    re.IGNORECASE,
)
ANCHOR = re.compile(r'<a href="(https://[^"]+)"[^>]*>.*?</a>', re.DOTALL)
OWNER = re.compile(r'<td data-of="Owner">.*?</td>')  # beside its link, in the list of all links
ADDRESSES = {link.address for link in known().values()}


@pytest.fixture
def shown(opened: Opened, sample_store: Path) -> Shown:
    """The HTML of a page over the sample, for one practice where it asks for one."""

    def of(page: str) -> str:
        asked = {"practice": "Quayside (SYN01)"} if page in PRACTICE else {}
        app = opened(page, sample_store, **asked)
        app.session_state["what-to-check"] = True  # one click away
        return words_everywhere(app.run())

    return of


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_no_resource_without_its_link_and_no_word_that_harms(shown: Shown, page: str) -> None:
    html = shown(page)
    linked = set(map(unescape, ANCHOR.findall(html)))
    assert linked <= ADDRESSES
    unlinked = re.sub(r"<[^>]+>", " ", ANCHOR.sub(" ", OWNER.sub(" ", html)))
    assert [link.title for link in named_in(unescape(unlinked))] == []
    assert NEVER.findall(re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)) == []


@pytest.mark.parametrize("page", SHOWS_FALLS)
def test_a_page_that_shows_falls_stops_or_tapers_says_once_what_to_check(shown: Shown, page: str) -> None:
    html = shown(page)
    assert html.count('class="safety"') == html.count('class="check"') == 1
    assert "https://111.nhs.uk" in html and "Samaritans 116 123" in html
    for words in ("Fast fall", "stop suddenly", "self-harm", "naloxone", "maternity", "Palliative care"):
        assert words in html


def test_links_that_cannot_be_read_are_a_sentence(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise LinksError("config/links.toml: link 3 has no owner.")

    remembered = (links.known, links._names, links.parts, safety_html, safety.situations)
    with monkeypatch.context() as patched:
        patched.setattr(links, "load", refuse)
        for one in remembered:
            one.cache_clear()
        html = words_everywhere(opened("programme/tapering"))
    assert "The links cannot be read" in html and "link 3 has no owner" in html
    assert "https://111.nhs.uk" in words_everywhere(opened("programme/tapering"))


def test_every_link_is_shown_with_its_day_of_review(shown: Shown) -> None:
    html = shown("data/definitions").split("Guidance and help")[-1]
    for link in known().values():
        assert f'href="{escape(link.address)}"' in html and escape(link.owner) in html
    assert html.count(f"{min(link.reviewed_on for link in known().values()):%Y-%m-%d}, not opened yet") > 10


def test_a_taper_shows_guidance_for_clinicians_and_help_for_people(shown: Shown) -> None:
    html = shown("programme/tapering")
    for key in ("opioids-aware", "gmc", "bma", "ng215", "ouh", "pain-toolkit", "live-well", "brainman",
                "headspace", "active-10", "mhra-opioids", "naloxone"):  # fmt: skip
        assert f'href="{escape(known()[key].address)}"' in html, key


def test_the_calculator_and_the_definitions_link_their_sources(shown: Shown) -> None:
    for page in ("practice/calculator", "data/definitions"):
        assert 'href="https://www.fpm.ac.uk/opioids-aware"' in shown(page)


@pytest.mark.parametrize(
    "text", ["Slow it down", "a success", "restored", "addicts", "Behind plan", "non-compliant"]
)
def test_a_word_that_harms_is_found(text: str) -> None:
    assert NEVER.search(text)


def test_no_text_of_reporting_or_of_a_measure_holds_a_word_that_harms() -> None:
    texts = [*_written(), *spoken("fall", "stop", "taper").splitlines()]
    assert len(texts) > 1_000
    assert [text for text in texts if NEVER.search(text)] == []


def _written() -> Iterator[str]:
    """Every text that reporting, the measures and the asks of slides may show, docstrings left out."""
    for path in sorted((ROOT / "reporting").rglob("*.py")):
        yield from _texts(path)
    for path in (SAFETY, ROOT / "reporting" / "slides" / "asks.toml"):
        yield from _values(tomllib.loads(path.read_text(encoding="utf-8")))
    for path in sorted((ROOT / "measures" / "definitions").glob("*.toml")):
        yield from _values(tomllib.loads(path.read_text(encoding="utf-8")))


def _texts(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def _values(value: object) -> Iterator[str]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _values(one)
    elif isinstance(value, str):
        yield value

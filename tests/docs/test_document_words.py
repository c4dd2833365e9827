"""The words of the documents are those of the data, the policy and the settings."""

from __future__ import annotations

import re
from dataclasses import fields

import duckdb
import pytest

from measures.policy import Dose, Taper
from tests.docs.documents import ROOT, code_spans, documents

GLOSSARY = ROOT / "docs" / "glossary.md"
WORDS_OF = {
    "patient_month": "unnest(string_split(exclusions, '; '))",
    "supply": "unnest([basis, ended_by])",
    "taper_month": "unnest([outcome_band, speed])",
}


def test_every_flag_of_a_mart_is_in_the_glossary(sample_release: duckdb.DuckDBPyConnection) -> None:
    found = sample_release.execute(
        "SELECT DISTINCT column_name FROM information_schema.columns WHERE data_type = 'BOOLEAN'"
    ).fetchall()
    flags = {name for (name,) in found}
    assert len(flags) > 20
    assert sorted(flags - code_spans(GLOSSARY)) == []


@pytest.mark.parametrize("mart", WORDS_OF)
def test_every_word_a_mart_says_is_in_the_glossary(
    sample_release: duckdb.DuckDBPyConnection, mart: str
) -> None:
    found = sample_release.execute(f"SELECT DISTINCT {WORDS_OF[mart]} AS word FROM {mart}").fetchall()
    words = {word for (word,) in found if word}
    assert len(words) > 3
    assert sorted(words - code_spans(GLOSSARY)) == []


def test_every_number_the_models_go_by_is_in_the_glossary() -> None:
    settings = {field.name for group in (Dose, Taper) for field in fields(group)}
    assert sorted(settings - code_spans(GLOSSARY)) == []


def test_every_server_setting_has_its_reason() -> None:
    text = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    sections = re.split(r"^\[([\w.]+)\]\n", text, flags=re.M)[1:]
    settings = [
        f"{section}.{name}"
        for section, body in zip(sections[::2], sections[1::2], strict=True)
        if not section.startswith("theme")
        for name in re.findall(r"^(\w+) =", body, re.M)
    ]
    said = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert len(settings) > 8
    assert [name for name in settings if f"`{name}" not in said] == []


def test_documents_speak_of_no_machine_but_the_readers() -> None:
    places = re.compile(r"(?<![\w.])(?:/home|/root|/work|/tmp|\.\./shared)/")
    assert [d.name for d in documents() if places.search(d.read_text(encoding="utf-8"))] == []

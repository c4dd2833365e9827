"""The tables of docs/security.md name files and tests that exist, and call nothing met without a proof."""

from __future__ import annotations

import re

import pytest

from tests.docs.documents import NODE, ROOT, code_spans, missing_tests

PAGE = ROOT / "docs" / "security.md"
TEXT = PAGE.read_text(encoding="utf-8")
TABLES = ("OWASP ASVS 4.0.3, level 2", "DSPT", "DTAC")
STATES = {"met", "partly", "not", "elsewhere"}
A_FILE = re.compile(r"(\.streamlit|benchmarks|config|deploy|docs|etl|reporting|tests)/[\w./@-]+")
NOT_HERE = {".streamlit/secrets.toml"}  # written by whoever runs it, and never committed


def section(text: str, title: str) -> str:
    return text.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(text: str, title: str) -> list[list[str]]:
    """The rows of a section's table: requirement, state, by what, proved by or missing."""
    table = [line for line in section(text, title).splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table[2:]]


def faults(text: str, title: str) -> list[str]:
    """The rows whose state is none, or is not borne out by what they say."""
    found = []
    for requirement, state, by, proof in rows(text, title):
        proved = bool(NODE.findall(proof))
        open_words = NODE.sub("", proof).strip(" `;:")
        if state not in STATES:
            found.append(f"{requirement}: {state} is no state")
        elif state == "met" and not (proved and by):
            found.append(f"{requirement}: met by {by or 'nothing'}, and no test proves it")
        elif state == "partly" and not open_words:
            found.append(f"{requirement}: partly, and what is missing is not said")
    return found


@pytest.mark.parametrize("title", TABLES)
def test_every_row_has_a_state_that_its_words_bear_out(title: str) -> None:
    assert len(rows(TEXT, title)) >= 5
    assert faults(TEXT, title) == []


def test_every_test_named_exists_and_every_file() -> None:
    assert len(set(NODE.findall(TEXT))) > 40 and TEXT.count("::") == len(NODE.findall(TEXT))
    assert missing_tests(TEXT) == []
    named = {span for span in code_spans(PAGE) if A_FILE.fullmatch(span)} - NOT_HERE
    assert len(named) > 15
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def test_a_row_that_claims_too_much_is_found() -> None:
    text = (
        "\n## DSPT\n\n| Standard | State | By | Proof |\n| --- | --- | --- | --- |\n"
        "| 1 | met | `deploy` | |\n| 2 | done | x | |\n| 3 | partly | x | `tests/docs/a.py::test_b` |\n"
        "| 4 | met | x | `tests/docs/a.py::test_b` |\n| 5 | not | | |\n"
    )
    assert [fault.split(":")[0] for fault in faults(text, "DSPT")] == ["1", "2", "3"]


def test_it_says_first_that_nobody_outside_has_tested_it() -> None:
    opening = TEXT.split("\n## ")[0]
    assert "Nobody outside has tested or signed them" in opening and "no penetration test" in opening

"""The hazard log is whole: every risk is that of its table, every control has a test that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.documents import NODE, ROOT, missing_tests

LOG = ROOT / "docs" / "clinical-safety.md"
TEXT = LOG.read_text(encoding="utf-8")
FIELDS = ("Cause", "Effect", "Before", "After", "Remaining")
MUST_BE_THERE = (
    "Under-read", "Over-read", "rapid cut", "False reassurance", "False improvement", "forced tapers",
    "switching", "when required", "Stale", "Wrong person", "Supply elsewhere", "Excluded people",
    "naloxone", "Pregnancy", "Withdrawal and self-harm",
)  # fmt: skip
UNACCEPTABLE = 5


def hazards(text: str) -> dict[str, str]:
    """“H1 Under-read dose” → its section."""
    parts = re.split(r"^### (H\d+ .+)$", text.split("\n## Residual risk")[0], flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def matrix(text: str) -> dict[tuple[str, str], int]:
    """(severity, likelihood) → risk, as the log's own table has it."""
    table = re.search(r"^\| \| Minor .+?(?=\n\n)", text, re.M | re.S)
    assert table is not None
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table[0].splitlines()]
    return {
        (severity, row[0]): int(risk)
        for row in rows
        for severity, risk in zip(head[1:], row[1:], strict=True)
    }


def controls(section: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each control of a hazard, and the tests that prove it."""
    rows = re.findall(r"^\| (.+?) \| ?(.*?) ?\|$", section, re.M)[1:]
    return [(control, NODE.findall(proof)) for control, proof in rows if not control.startswith("---")]


def test_every_test_the_log_names_exists() -> None:
    assert len(NODE.findall(TEXT)) > 60
    assert missing_tests(TEXT) == []


def test_a_test_that_does_not_exist_is_found() -> None:
    here = Path(__file__).relative_to(ROOT).as_posix()
    named = (
        f"`{here}::test_every_test_the_log_names_exists` `{here}::test_gone` `tests/docs/test_no.py::test_x`"
    )
    assert missing_tests(named) == [f"{here}::test_gone", "tests/docs/test_no.py::test_x"]


def test_no_name_of_a_test_is_written_so_that_it_is_not_looked_up() -> None:
    assert TEXT.count("::") == len(NODE.findall(TEXT))


def test_every_hazard_asked_for_is_in_the_log_and_numbered_in_turn() -> None:
    names = list(hazards(TEXT))
    assert [words for words in MUST_BE_THERE if not any(words in name for name in names)] == []
    assert [int(name.split()[0][1:]) for name in names] == list(range(1, len(names) + 1))


@pytest.mark.parametrize("name", hazards(TEXT))
def test_a_hazard_has_cause_effect_and_a_proof_of_every_control(name: str) -> None:
    section = hazards(TEXT)[name]
    said = dict(re.findall(r"^- \*\*(\w+)\*\*: (.+)$", section, re.M))
    assert tuple(said) == FIELDS and all(len(words) > 8 for words in said.values())
    found = controls(section)
    assert any(proof for _, proof in found)
    assert [words for words, proof in found if not proof and not words.startswith("Procedure: ")] == []


@pytest.mark.parametrize("name", hazards(TEXT))
def test_a_risk_is_that_of_the_table_and_controls_never_raise_it(name: str) -> None:
    risks = []
    for when in ("Before", "After"):
        rated = re.search(rf"^- \*\*{when}\*\*: (\w+) × ([\w ]+) = (\d)$", hazards(TEXT)[name], re.M)
        assert rated is not None
        assert int(rated[3]) == matrix(TEXT)[rated[1], rated[2]]
        risks.append(int(rated[3]))
    assert risks[1] <= risks[0] and risks[1] < UNACCEPTABLE


def test_the_log_says_that_nobody_has_signed_it_and_which_risks_stay_high() -> None:
    assert "No clinical safety officer has reviewed or signed it" in TEXT
    high = [
        name.split()[0] for name, section in hazards(TEXT).items() if re.search(r"After.+= 4$", section, re.M)
    ]
    residual = TEXT.split("## Residual risk")[1].split("stay at 4")[0]
    assert re.findall(r"H\d+", residual) == high

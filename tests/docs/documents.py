"""What the documents hold: links, headings, commands, names in code."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```.*?^```", re.S | re.M)
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(
    r"(benchmarks|config|data|deploy|docs|etl|measures|medicines|pages|reporting|tests)/[\w./*-]+"
)
NODE = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
COMMAND = re.compile(r"(?:python3|py|python) (?:run\.py|-m [\w.]+)[^`\n]*")


def documents() -> list[Path]:
    """Every document of the project that people read."""
    at_the_top = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")]
    return [*at_the_top, *sorted((ROOT / "docs").rglob("*.md"))]


def broken_links(document: Path) -> list[str]:
    """The links of a document whose file or heading is not there; addresses of the web are left alone."""
    found = []
    for link in LINK.findall(FENCE.sub("", document.read_text(encoding="utf-8"))):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path) if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            found.append(link)
    return found


def anchors(document: Path) -> set[str]:
    """The names headings can be linked by: small letters, hyphens for spaces, no other punctuation."""
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    headings = re.findall(r"^#{1,6} (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(document: Path) -> set[str]:
    """The commands a document tells people to type."""
    found = COMMAND.findall(document.read_text(encoding="utf-8"))
    return {command.rstrip(" .,;:)") for command in found}


def code_spans(document: Path) -> set[str]:
    """What stands in backticks."""
    return set(re.findall(r"`([^`\n]+)`", FENCE.sub("", document.read_text(encoding="utf-8"))))


def missing_paths(document: Path) -> list[str]:
    """The files and folders in backticks that are not there; paths that begin in a folder of the project."""
    paths = {span for span in code_spans(document) if PATH.fullmatch(span)}
    return sorted(path for path in paths if not any(ROOT.glob(path.rstrip("/"))))


@cache
def names_in(path: str) -> set[str]:
    """The tests a file has, read without running it; those marked to be skipped are none."""
    file = ROOT / path
    if not file.is_file():
        return set()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {f.name for f in functions if not any("skip" in ast.unparse(d) for d in f.decorator_list)}


def missing_tests(text: str) -> list[str]:
    """The tests a text names that do not exist."""
    return [f"{path}::{name}" for path, name in NODE.findall(text) if name not in names_in(path)]

"""Documents made from the files that decide: the contract and layouts, and the measures."""

from __future__ import annotations

from pathlib import Path

from etl.docs import extracts, measures

ROOT = Path(__file__).resolve().parents[2]


def pages() -> dict[str, str]:
    """Every generated document: its path below the project, and its text as it should be."""
    return {"docs/extracts.md": extracts.page(), "docs/measures.md": measures.page()}


def stale(root: Path = ROOT) -> list[str]:
    """The generated documents that are missing or differ from what the project's files say."""
    return [path for path, text in pages().items() if _kept(root / path) != text]


def write(root: Path = ROOT) -> None:
    """Puts every generated document in place."""
    for path, text in pages().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="\n")


def _kept(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None

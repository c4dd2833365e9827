"""Layouts and contracts put right, for tests of what a correction does."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import etl.contract
import etl.layouts

Change = Callable[[str], str]


@contextmanager
def corrected(tmp_path: Path, module: object, name: str, old: str, new: str) -> Iterator[None]:
    """While it lasts, the file `name` of etl.layouts or etl.contract says `new` in place of `old`."""
    before: Path = module.FOLDER  # type: ignore[attr-defined]
    folder = tmp_path / f"corrected {name}"
    shutil.copytree(before, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"), dirs_exist_ok=True)
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    module.FOLDER = folder  # type: ignore[attr-defined]
    _forget()
    try:
        yield
    finally:
        module.FOLDER = before  # type: ignore[attr-defined]
        _forget()


def _forget() -> None:
    etl.layouts.layouts.cache_clear()
    etl.contract.entities.cache_clear()

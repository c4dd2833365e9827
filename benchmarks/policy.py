"""A policy for stores of any months: the project's, without the start of the sample's programme."""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from pathlib import Path

from measures.policy import PATH

START = re.compile(r"^\[\[programme\]\]$.*?(?=^#|^\[)", re.MULTILINE | re.DOTALL)


def without_start() -> str:
    """The path of a copy that goes when this process ends; DASHBOARD_POLICY may name it."""
    text, found = START.subn("", PATH.read_text(encoding="utf-8"))
    if found != 1:
        raise ValueError(f"{PATH} has {found} starts of the programme where one is taken out.")
    path = Path(tempfile.mkdtemp(prefix="policy")) / PATH.name
    path.write_text(text, encoding="utf-8")
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    return str(path)

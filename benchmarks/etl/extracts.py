"""Synthetic extracts in the shape a raw scan can read too: every CSV bare and in UTF-8, no workbooks."""

from __future__ import annotations

import math
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Issues of 30 months that a practice's CSV extracts hold on average, workbooks left out; only sets the size.
ISSUES_A_PRACTICE = 4_400
MONTHS = 30
LEAST_PRACTICES = 8
SEED = 1


def write_extracts(folder: Path, issues: int) -> Path:
    """Write extracts of about so many prescription issues below folder; gives the folder to load."""
    practices = max(LEAST_PRACTICES, math.ceil(issues / ISSUES_A_PRACTICE))
    sent, plain = folder / "sent", folder / "plain"
    asked = {"--practices": practices, "--months": MONTHS, "--seed": SEED, "--out": sent}
    words = [str(word) for pair in asked.items() for word in pair]
    subprocess.run([sys.executable, "-m", "etl", "sample", *words], cwd=ROOT, check=True, stdout=sys.stderr)
    plain.mkdir()
    for name, content in _csv_files(sent):
        (plain / name).write_bytes(_in_utf8(content))
    return plain


def _csv_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.iterdir()):
        if path.suffix == ".csv":
            yield path.name, path.read_bytes()
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as packed:
                yield from ((name, packed.read(name)) for name in packed.namelist() if name.endswith(".csv"))


def _in_utf8(content: bytes) -> bytes:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252").encode("utf-8")
    return content

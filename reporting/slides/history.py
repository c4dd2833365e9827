"""What a store remembers of its packs: the words of each quarter, and in its audit what was exported."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock

from reporting.access import audit
from reporting.access.scope import Edition, Selection
from reporting.slides.pack import PackError
from reporting.slides.quarter import Quarter
from reporting.slides.slide import About

FOLDER, ASKS, LOCK = "packs", "asks.json", "lock"
LONGEST_ASK = 400
WAIT = 10  # seconds


def area_key(selection: Selection, edition: Edition = "internal") -> str:
    """“icb”, “place:North”, “pcn:Alder” or “practice:SYN01”: the narrowest part that is selected; of the
    published edition “icb, published”, since words for inside may hold an exact count."""
    narrowest = "icb"
    for kind in ("place", "pcn", "practice"):
        if value := getattr(selection, kind):
            narrowest = f"{kind}:{value}"
    return narrowest if edition == "internal" else f"{narrowest}, published"


def asks(
    store: Path, quarter: Quarter, selection: Selection, edition: Edition = "internal"
) -> dict[str, str]:
    """Slide key → the words kept for this quarter, area and edition; empty where nobody changed any.

    Raises PackError where the file of words cannot be read.
    """
    return dict(_every(store).get(str(quarter), {}).get(area_key(selection, edition), {}))


def save_ask(
    store: Path, quarter: Quarter, selection: Selection, key: str, text: str, edition: Edition = "internal"
) -> None:
    """Keep these words for one slide of the quarter, area and edition; empty for the usual ones again.
    Words kept for other slides, by whomever, stay.

    Raises OSError where the store cannot be written, PackError where the words kept before cannot be read,
    ValueError for a text of more than 400 characters.
    """
    if len(text) > LONGEST_ASK:
        raise ValueError(f"The words of {key} have {len(text)} characters; a slide holds {LONGEST_ASK}.")
    folder = _folder(store)
    with FileLock(folder / LOCK, timeout=WAIT):
        every = _every(store)
        words = every.setdefault(str(quarter), {}).setdefault(area_key(selection, edition), {})
        words.pop(key, None)
        if text:
            words[key] = text
        beside = folder / f"{ASKS}.{os.getpid()}"
        beside.write_text(json.dumps(every, ensure_ascii=False, indent=1), encoding="utf-8")
        beside.replace(folder / ASKS)


def record(
    store: Path,
    about: About,
    files: Sequence[str],
    sha256: str,
    *,
    who: str,
    role: str = "",
    scope: str = "",
    rows: int = 0,
) -> None:
    """Record a pack or reports in the audit of the store, before it leaves. files: their names, last that of
    the whole, whose hash is given. rows: of the tables in it. Raises AuditError: then it must not leave."""
    audit.record(
        store, "pack exported", who=who, role=role, scope=scope, release=about.release, file=files[-1],
        files=list(files), edition=about.edition, quarter=about.quarter, area=about.area, rows=rows,
        sha256=sha256,
    )  # fmt: skip


def _every(store: Path) -> dict[str, dict[str, dict[str, str]]]:
    """Quarter → area → slide key → words."""
    path = store / FOLDER / ASKS
    try:
        kept: dict[str, dict[str, dict[str, str]]] = json.loads(path.read_text(encoding="utf-8"))
        texts = [words for areas in kept.values() for area in areas.values() for words in area.values()]
        if all(isinstance(words, str) for words in texts):
            return kept
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError):
        pass
    raise PackError(
        f"The words kept for packs cannot be read: “{path}” is damaged. Restore it from a backup, or move it "
        "away to begin with the usual words."
    )


def _folder(store: Path) -> Path:
    folder = store / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return folder

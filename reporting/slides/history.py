"""What a store remembers of its packs: the words of each quarter, and what was exported."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock

from reporting.access.scope import Selection
from reporting.slides.pack import PackError
from reporting.slides.quarter import Quarter
from reporting.slides.slide import About

FOLDER, ASKS, HISTORY, LOCK = "packs", "asks.json", "history.jsonl", "lock"
LONGEST_ASK = 400
WAIT = 10  # seconds


@dataclass(frozen=True)
class Exported:
    """One pack that was exported: when (UTC, to the second), by whom, of which release, quarter and area, and
    which files; in which edition, "" of exports before there were two."""

    when: str
    who: str
    release: str
    quarter: str
    area: str
    files: tuple[str, ...]
    edition: str = ""

    @staticmethod
    def of(about: About, who: str, files: tuple[str, ...]) -> Exported:
        """The export of these files, now."""
        return Exported(now(), who, about.release, about.quarter, about.area, files, about.edition)


def area_key(selection: Selection) -> str:
    """“icb”, “place:North”, “pcn:Alder” or “practice:SYN01”: the narrowest part that is selected."""
    for kind in ("practice", "pcn", "place"):
        if value := getattr(selection, kind):
            return f"{kind}:{value}"
    return "icb"


def asks(store: Path, quarter: Quarter, selection: Selection) -> dict[str, str]:
    """Slide key → the words kept for this quarter and area; empty where nobody changed any.

    Raises PackError where the file of words cannot be read.
    """
    return dict(_every(store).get(str(quarter), {}).get(area_key(selection), {}))


def save_ask(store: Path, quarter: Quarter, selection: Selection, key: str, text: str) -> None:
    """Keep these words for one slide of the quarter and area; empty for the usual ones again. Words kept for
    other slides, by whomever, stay.

    Raises OSError where the store cannot be written, PackError where the words kept before cannot be read,
    ValueError for a text of more than 400 characters.
    """
    if len(text) > LONGEST_ASK:
        raise ValueError(f"The words of {key} have {len(text)} characters; a slide holds {LONGEST_ASK}.")
    folder = _folder(store)
    with FileLock(folder / LOCK, timeout=WAIT):
        every = _every(store)
        words = every.setdefault(str(quarter), {}).setdefault(area_key(selection), {})
        words.pop(key, None)
        if text:
            words[key] = text
        beside = folder / f"{ASKS}.{os.getpid()}"
        beside.write_text(json.dumps(every, ensure_ascii=False, indent=1), encoding="utf-8")
        beside.replace(folder / ASKS)


def record(store: Path, exported: Exported) -> None:
    """Add a pack to the history. Raises OSError where the store cannot be written."""
    folder = _folder(store)
    with FileLock(folder / LOCK, timeout=WAIT), (folder / HISTORY).open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(exported), ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def exports(store: Path) -> list[Exported]:
    """Every pack exported, latest first; a line that a crash cut off is left out."""
    try:
        lines = (store / FOLDER / HISTORY).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [one for line in reversed(lines) if (one := _exported(line)) is not None]


def now() -> str:
    """The time of day as it is kept, in UTC."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")


def _exported(line: str) -> Exported | None:
    try:
        said = json.loads(line)
        return Exported(**{**said, "files": tuple(said["files"])})
    except (ValueError, TypeError, KeyError):
        return None


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

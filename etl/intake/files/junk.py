"""Files that lie beside those that were meant, of file managers or of a sample: never read, and told of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_FOLDERS = {
    "__macosx": "__MACOSX", ".spotlight-v100": ".Spotlight-V100", ".trashes": ".Trashes",
    ".fseventsd": ".fseventsd", ".temporaryitems": ".TemporaryItems",
}  # fmt: skip
_NAMES = {
    ".ds_store": ".DS_Store", "desktop.ini": "desktop.ini", "thumbs.db": "Thumbs.db",
    "ehthumbs.db": "ehthumbs.db", ".localized": ".localized", ".directory": ".directory",
    "icon\r": "Icon of macOS", "readme.md": "README.md", "truth.json": "truth.json of a world",
}  # fmt: skip
_DOUBLE = "._"  # AppleDouble: what macOS knows of the file of that name
_OPEN = "~$"  # Excel's own while a workbook is open


def junk_kind(path: str) -> str:
    """What a file manager's own file is called in a message; "" for any other file. `path`: with its folders,
    below what was handed in. Never a name that somebody chose."""
    parts = [part for part in re.split(r"[/\\]", path.casefold()) if part]
    for part in parts:
        if part in _FOLDERS:
            return _FOLDERS[part]
    name = parts[-1] if parts else ""
    if name.startswith(_OPEN):
        return "~$ files of Excel"
    return _NAMES.get(name, "._ files of macOS" if name.startswith(_DOUBLE) else "")


def passed_over(kinds: Iterable[str]) -> str:
    """“passed over: 2 × .DS_Store, 1 × Thumbs.db” of kinds; nothing of none."""
    told = ", ".join(f"{n} × {kind}" for kind, n in sorted(Counter(filter(None, kinds)).items()))
    return f"passed over: {told}" if told else ""

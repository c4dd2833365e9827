"""Layouts saved in a store: each save is a version of its own, with who looked it through and when."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from etl.layouts import SAVED, forms, layouts, layouts_of, parsed
from etl.layouts.forms import NAME, NAMED
from etl.layouts.layout import Layout, LayoutError
from etl.layouts.writing import toml
from etl.store.durable import write


def save(store: Path, text: str, name: str, reviewed_by: str, reviewed_on: dt.date) -> Layout:
    """Saves a layout beside those that come with the product. Raises LayoutError where it cannot be read, has
    no reviewer, or takes the name of one that comes with the product."""
    name = name.strip()
    if not NAME.fullmatch(name):
        raise LayoutError(f"name: {NAMED}")
    if any(layout.name == name for layout in layouts()):
        raise LayoutError(f"name: {name} comes with the product. Choose another")
    if not reviewed_by.strip():
        raise LayoutError("reviewed_by: say who looked the layout through")
    version = 1 + max((one.version for one in layouts_of(store) if one.name == name), default=0)
    try:
        raw = forms.toml(text)
    except LayoutError as error:
        raise LayoutError(f"{name}: {error}") from None
    raw |= {"name": name, "reviewed_by": reviewed_by.strip(), "reviewed_on": reviewed_on.isoformat()}
    whole = toml({**raw, "version": version})
    layout = parsed(whole, name)
    path = store / SAVED / f"{name}.{version:04d}.toml"
    path.parent.mkdir(exist_ok=True)
    write(path, whole.encode())
    return layout


def exported(store: Path, name: str) -> bytes:
    """The newest version of a saved layout, as a file to share. Raises LayoutError where there is none."""
    found = sorted((store / SAVED).glob(f"{name}.*.toml")) if NAME.fullmatch(name) else []
    if not found:
        raise LayoutError(f"there is no layout {name[:40]!r} in this store")
    return found[-1].read_bytes()


def saved(store: Path) -> list[Layout]:
    """The layouts saved in a store, each in its newest version."""
    return [layout for layout in layouts_of(store) if layout.version]

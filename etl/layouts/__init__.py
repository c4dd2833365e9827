"""How each clinical system's export maps onto the contract: one TOML file a system, no code."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from etl.layouts.layout import EntityLayout, Layout, LayoutError, LeaveOut
from etl.layouts.reading import FOOTER, normal, parsed, read

__all__ = ["FOOTER", "EntityLayout", "Layout", "LayoutError", "LeaveOut", "layouts", "layouts_of", "normal",
           "parsed", "read"]  # fmt: skip
FOLDER = Path(__file__).resolve().parent
SAVED = "layouts"  # the folder of a store with its own


@cache
def layouts() -> tuple[Layout, ...]:
    """Every layout that comes with the product, by file name."""
    return tuple(read(path) for path in sorted(FOLDER.glob("*.toml")))


def layouts_of(store: Path) -> tuple[Layout, ...]:
    """The layouts saved in a store, each in its newest version, before those that come with the product: who
    saved one has looked at it. Raises LayoutError, also for one that takes the name of those."""
    newest: dict[str, Layout] = {}
    for path in sorted((store / SAVED).glob("*.toml")):
        layout = read(path)
        if any(layout.name == own.name for own in layouts()):
            raise LayoutError(f"{path.name}: the name {layout.name} comes with the product. Remove this file")
        if layout.name not in newest or newest[layout.name].version < layout.version:
            newest[layout.name] = layout
    return (*newest.values(), *layouts())

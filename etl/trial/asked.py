"""What the page asks of a trial: a file read in its own process, a draft, layouts saved in the store."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from etl import child
from etl.contract import entities
from etl.layouts import Layout, LayoutError, saving
from etl.trial.columns import Column
from etl.trial.draft import draft, suggested
from etl.trial.trial import Trial
from etl.uploads import Upload, written

BROKE_OFF = "The process that read the file broke off. Nothing of it was kept."


@dataclass(frozen=True)
class Tried:
    """What came of one file: a trial of each extract in it, or why there is none."""

    trials: tuple[Trial, ...] = ()
    problem: str = ""


def tried(store: Path, upload: Upload, layout: str = "") -> Tried:
    """One upload tried; by the text of a layout alone where one is given. Nothing of it is kept."""
    try:
        with written([upload]) as (file,):
            asked = ["try", "--json", "--store", str(store), str(file.path)]
            if layout:
                own = file.path.parent / "draft.toml"
                own.write_text(layout, encoding="utf-8")
                asked += ["--layout", str(own)]
            ended = child.run(asked, lambda _: None)
            hidden = file.path.parent
    except OSError as error:
        return Tried(problem=f"The disk refused ({error.strerror}). Nothing was read.")
    if ended.printed.strip():
        return Tried(tuple(map(_trial, json.loads(ended.printed))))
    return Tried(problem=ended.sentence(store, hidden) or BROKE_OFF)


def _trial(raw: dict[str, object]) -> Trial:
    listed = raw["columns"]
    assert isinstance(listed, list)
    columns = tuple(
        Column(**{**told, "shapes": tuple(told["shapes"]), "forms": tuple(told["forms"])}) for told in listed
    )
    return Trial(**{**raw, "columns": columns})  # type: ignore[arg-type]


def choices(trial: Trial, entity: str) -> tuple[dict[str, str], dict[str, str]]:
    """For one kind of extract: heading → the column it may be, and each contract column → what it is."""
    told = {c.name: c.description for c in entities()[entity].columns.values()}
    return suggested(trial, entity), told


def drafted(trial: Trial, name: str, entity: str, chosen: Mapping[str, str]) -> str:
    """The text of a layout by these choices. Raises nothing: saving checks it."""
    return draft(trial, name, entity, chosen)


def kinds() -> list[str]:
    """The kinds of extracts there are."""
    return list(entities())


def save(store: Path, text: str, name: str, by: str) -> str:
    """Saves a layout as looked through today; why not, or "" where it is saved."""
    try:
        saving.save(store, text, name, by, dt.date.today())
    except LayoutError as error:
        return str(error)
    return ""


def saved(store: Path) -> list[tuple[Layout, bytes]]:
    """The layouts of a store, each with its file to share."""
    return [(layout, saving.exported(store, layout.name)) for layout in saving.saved(store)]

"""What the page asks of a trial: a file read in its own process, a draft, layouts saved in the store."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

from etl.contract import entities
from etl.layouts import Layout, LayoutError, forms, parsed, saving
from etl.trial.columns import Column
from etl.trial.draft import repeated, suggested
from etl.trial.trial import Trial
from etl.upload import command_process
from etl.upload.temporary_files import Upload, uploaded_files

BROKE_OFF = "The process that read the file broke off. Nothing of it was kept."


@dataclass(frozen=True)
class TrialOutcome:
    """What came of one file: a trial of each extract in it, or why there is none."""

    trials: tuple[Trial, ...] = ()
    problem: str = ""


def try_file(store: Path, upload: Upload, layout: str = "") -> TrialOutcome:
    """One upload tried; by the text of a layout alone where one is given. Nothing of it is kept."""
    try:
        with uploaded_files([upload]) as (file,):
            asked = ["try", "--json", "--store", str(store), str(file.path)]
            if layout:
                own = file.path.parent / "draft.toml"
                own.write_text(layout, encoding="utf-8")
                asked += ["--layout", str(own)]
            ended = command_process.run(asked, lambda _: None)
            hidden = file.path.parent
    except OSError as error:
        return TrialOutcome(problem=f"The disk refused ({error.strerror}). Nothing was read.")
    if ended.printed.strip():
        return TrialOutcome(tuple(map(_trial, json.loads(ended.printed))))
    return TrialOutcome(problem=ended.sentence(store, hidden) or BROKE_OFF)


def _trial(raw: dict[str, object]) -> Trial:
    listed = raw["columns"]
    assert isinstance(listed, list)
    columns = tuple(
        Column(**{**told, "shapes": tuple(told["shapes"]), "forms": tuple(told["forms"])}) for told in listed
    )
    return Trial(**{**raw, "columns": columns})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Offer:
    """What there is to choose for one kind of extract: heading → what it is or may be; contract column →
    what it is; the headings that come more than once; contract column → the values it may have."""

    suggested: dict[str, str]
    columns: dict[str, str]
    repeated: tuple[str, ...]
    allowed: dict[str, tuple[str, ...]]


def offer(trial: Trial, entity: str, base: str) -> Offer:
    """What there is to choose. `base`: the text of the layout that reads the file, "" where none does."""
    columns = entities()[entity].columns.values()
    return Offer(
        suggested(trial, entity, base),
        {c.name: c.description for c in columns},
        tuple(repeated(trial)),
        {c.name: c.allowed for c in columns if c.allowed},
    )


def kinds() -> list[str]:
    """The kinds of extracts there are."""
    return list(entities())


def save_layout(store: Path, text: str, name: str, by: str) -> str:
    """Saves a layout as looked through today; why not, or "" where it is saved."""
    try:
        saving.save(store, text, name, by, dt.date.today())
    except LayoutError as error:
        return _sentence(error)
    return ""


def import_layout(store: Path, data: bytes, name: str, by: str) -> tuple[str, str]:
    """Saves a layout from a file of another ICB, under its own name where none is given: the name, and why
    it is not saved, or ""."""
    if len(data) > 4 * forms.LARGEST:
        return name, f"The file is larger than {forms.LARGEST // 1000} KB, which no layout is."
    try:
        text = data.decode("utf-8")
        name = name.strip() or parsed(text, "the file").name
    except UnicodeDecodeError:
        return name, "The file is no text in UTF-8."
    except LayoutError as error:
        return name, _sentence(error)
    return name, save_layout(store, text, name, by)


def _sentence(error: LayoutError) -> str:
    words = str(error)
    return f"{words[:1].upper()}{words[1:]}."


def saved_layouts(store: Path) -> tuple[list[tuple[Layout, bytes]], str]:
    """The layouts of a store, each with its file to share, and which one cannot be read, or ""."""
    try:
        return [(layout, saving.exported(store, layout.name)) for layout in saving.saved(store)], ""
    except LayoutError as error:
        return [], _sentence(error)

"""A draft of a layout from a trial, as TOML to be looked through and saved."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from etl.contract import entities
from etl.trial.columns import NO_NAME
from etl.trial.trial import Trial

IGNORE = ""  # the target of a column that is not read


def draft(
    trial: Trial,
    name: str,
    entity: str = "",
    chosen: Mapping[str, str] | None = None,
) -> str:
    """A layout for a file. `chosen`: heading → contract column, "" for one that is not read; without it, what
    the headings suggest. A column is given to the first heading that claims it."""
    entity = entity or trial.entity
    chosen = suggested(trial, entity) if chosen is None else chosen
    told = {heading: target for heading, target in chosen.items() if target}
    ignored = ["" if heading == NO_NAME else heading for heading, target in chosen.items() if not target]
    dated = [c.name for c in entities()[entity].columns.values() if c.type in ("date", "month")]
    forms = [form for column in trial.columns if told.get(column.heading) in dated for form in column.forms]
    lines = [
        f"name = {_text(re.sub(r'[^a-z0-9_]+', '_', name.casefold()).strip('_0123456789')[:40] or 'mine')}",
        f"description = {_text(f'{entity} as in {trial.file}')}",
        'encodings = ["utf-8", "cp1252"]',
        f"delimiter = {_text(trial.delimiter or ',')}",
        f"dates = {_list(list(dict.fromkeys(forms)) or ['%d/%m/%Y'])}",
        'blank = [""]',
        'yes = ["Yes", "Y", "true"]',
        'no = ["No", "N", "false"]',
        "",
        f"[entities.{entity}]",
        f"ignore = {_list(ignored)}",
        *(
            ["quantity_with_unit = true"]
            if "quantity" in told.values() and "unit" not in told.values()
            else []
        ),
        *_wanting(entity, told),
        "",
        f"[entities.{entity}.columns]",
        *(f"{_text(heading)} = {_text(target)}" for heading, target in told.items()),
    ]
    return "\n".join(lines) + "\n"


def suggested(trial: Trial, entity: str) -> dict[str, str]:
    """Heading → the contract column it may be, each column once."""
    columns, taken, found = entities()[entity].columns, set[str](), dict[str, str]()
    for column in trial.columns:
        target = column.target if column.known else column.nearest
        fits = target in columns and target not in taken and column.heading not in found
        found[column.heading] = target if fits else found.get(column.heading, IGNORE)
        taken |= {target} if fits else set()
    return found


def _wanting(entity: str, told: Mapping[str, str]) -> list[str]:
    needed = [
        c.name for c in entities()[entity].columns.values() if c.required and c.name not in told.values()
    ]
    return [f"# No column for {name} yet." for name in needed if name != "practice_code"]


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def _list(words: list[str]) -> str:
    return json.dumps(words, ensure_ascii=False)

"""A draft of a layout from a trial, as TOML to be looked through and saved."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from etl.contract import Entity, entities
from etl.layouts import FOLDER, EntityLayout, LayoutError, forms, layouts, normal, parsed, saving
from etl.layouts.writing import toml
from etl.trial.columns import NO_NAME
from etl.trial.trial import Trial

IGNORE = ""  # the target of a column that is not read
LEFT_OUT = "left out by {}"  # the reason in a receipt
_OWN = (
    "version",
    "reviewed_by",
    "reviewed_on",
    "contract_names",
    "entities",
)  # of the layout a draft is from


@dataclass(frozen=True)
class Choices:
    """What a person has decided of a file's columns."""

    entity: str
    columns: Mapping[str, str]  # heading → contract column, "" for one that is not read
    groups: tuple[str, ...] = ()  # headings that come side by side again and again, each time for other rows
    leave_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # heading → values of such rows
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # contract column → word → value


def draft(trial: Trial, name: str, chosen: Choices | None = None, base: str = "") -> str:
    """A layout for a file. `base`: the text of the layout that reads it already, of which all is kept that is
    not chosen otherwise. Without choices, what the headings suggest."""
    chosen = chosen or Choices(trial.entity, suggested(trial, trial.entity, base))
    entity = entities()[chosen.entity]
    known = forms.toml(base) if base else {}
    report = _report(known, entity)
    shared = {field: value for field, value in known.items() if field not in _OWN}
    raw = {**(shared or _written(trial, chosen)), "name": _plain(name)}
    raw["description"] = f"{entity.name} as in {trial.file}"
    layout = _parsed(base, entity)
    if report is None or layout is None:
        report = _new(trial, chosen)
    else:
        changed = {h: target for h, target in chosen.columns.items() if target != now(layout, h)}
        used = {layout.called(_bare(heading)) for heading in chosen.columns if heading not in changed}
        for heading, target in changed.items():
            _put(report, layout, heading, target, used)
    _add(report, chosen)
    return toml({**raw, "entities": {entity.name: report}}) + _wanting(entity, report, chosen)


def base_of(store: Path, trial: Trial) -> str:
    """The text of the layout that reads a file; "" where none does."""
    if any(layout.name == trial.layout for layout in layouts()):
        return (FOLDER / f"{trial.layout}.toml").read_text(encoding="utf-8")
    try:
        return saving.exported(store, trial.layout).decode()
    except LayoutError:
        return ""


def suggested(trial: Trial, entity: str, base: str = "") -> dict[str, str]:
    """Heading → what it is by the layout that reads the file; else the contract column it may be, each column
    once."""
    report = _parsed(base, entities()[entity])
    columns, taken, found = entities()[entity].columns, set[str](), dict[str, str]()
    for column in trial.columns:
        if report is not None and (told := now(report, column.heading)) is not None:
            found[column.heading] = told
            taken.add(told)
            continue
        target = column.target if column.known else column.nearest
        fits = target in columns and target not in taken and column.heading not in found
        found[column.heading] = target if fits else found.get(column.heading, IGNORE)
        taken |= {target} if fits else set()
    return found


def now(report: EntityLayout | None, heading: str) -> str | None:
    """What a layout makes of a heading, in the words of a trial; None where it does not know it."""
    own = report.called(_bare(heading)) if report else ""
    if report is None or own not in report.known:
        return None
    named = [name for name in report.columns.get(own, ()) if name]
    return named[0] if named else " + ".join(sorted(report.filled(own)))


def repeated(trial: Trial) -> list[str]:
    """The headings that come more than once."""
    named = [column.heading for column in trial.columns if column.heading != NO_NAME]
    return [heading for heading in dict.fromkeys(named) if named.count(heading) > 1]


def _parsed(base: str, entity: Entity) -> EntityLayout | None:
    return parsed(base, "the layout").entities.get(entity.name) if base else None


def _report(known: Mapping[str, Any], entity: Entity) -> dict[str, Any] | None:
    """What a layout says of an entity; None where it says nothing."""
    if entity.name in known.get("entities", {}):
        return dict(known["entities"][entity.name])
    if known.get("contract_names"):
        return {"may_hold": list(entity.retired), "columns": {name: name for name in entity.columns}}
    return None


def _written(trial: Trial, chosen: Choices) -> dict[str, Any]:
    """How a file is written that no layout reads."""
    dated = {c.name for c in entities()[chosen.entity].columns.values() if c.type in ("date", "month")}
    forms_seen = [form for c in trial.columns if chosen.columns.get(c.heading) in dated for form in c.forms]
    return {
        "encodings": ["utf-8", "cp1252"],
        "delimiter": trial.delimiter or ",",
        "dates": list(dict.fromkeys(forms_seen)) or ["%d/%m/%Y"],
        "blank": [""],
        "yes": ["Yes", "Y", "true"],
        "no": ["No", "N", "false"],
    }


def _new(trial: Trial, chosen: Choices) -> dict[str, Any]:
    told = {heading: target for heading, target in chosen.columns.items() if target}
    report: dict[str, Any] = {"ignore": [_bare(h) for h, target in chosen.columns.items() if not target]}
    if "quantity" in told.values() and "unit" not in told.values():
        report["quantity_with_unit"] = True
    return {**report, "columns": told}


def _put(report: dict[str, Any], layout: EntityLayout, heading: str, target: str, used: Set[str]) -> None:
    """Gives a heading another target, and takes it from wherever else the report names it. `used`: headings
    that stand in the file and keep theirs; any other gives its target up."""
    bare = _bare(heading)
    own = bare if bare in layout.also else layout.called(bare)
    before = _targets(report)
    report["columns"] = {
        h: told for h, told in report.get("columns", {}).items() if told != target or normal(h) in used
    }
    for field_name in ("columns", "split", "leave_out"):
        others = {h: told for h, told in report.get(field_name, {}).items() if normal(h) != own}
        report |= {field_name: others} if field_name in report else {}
    for field_name in ("ignore", "may_hold"):
        report |= {field_name: [h for h in report.get(field_name, []) if normal(h) != own]}
    gone = before - _targets(report)
    report["also"] = {
        column: [other for other in others if normal(other) != own]
        for column, others in report.get("also", {}).items()
        if column not in gone
    }
    report["first_of"] = {
        column: (
            {h: says for h, says in told.items() if normal(h) != own}
            if isinstance(told, dict)
            else [h for h in told if normal(h) != own]
        )
        for column, told in report.get("first_of", {}).items()
    }
    if target:
        report["columns"][own] = target
    else:
        report["ignore"].append(own)


def _targets(report: Mapping[str, Any]) -> set[str]:
    told = report.get("columns", {}).values()
    return {name for names in told for name in ([names] if isinstance(names, str) else names)}


def _add(report: dict[str, Any], chosen: Choices) -> None:
    """Groups, rows to leave out and words for values, beside those that the report has."""
    if chosen.groups:
        report["groups"] = list(dict.fromkeys(map(normal, [*report.get("groups", []), *chosen.groups])))
    for heading, values in chosen.leave_out.items():
        report["ignore"] = [h for h in report.get("ignore", []) if normal(h) != normal(heading)]
        rule = {"because": LEFT_OUT.format(heading), "values": list(values)}
        report["leave_out"] = {**report.get("leave_out", {}), heading: rule}
    for column, words in chosen.words.items():
        told = report.get("values", {})
        report["values"] = {**told, column: {**told.get(column, {}), **words}}


def _wanting(entity: Entity, report: Mapping[str, Any], chosen: Choices) -> str:
    """A line for each required column that nothing fills."""
    told = {*chosen.columns.values(), *report.get("fixed", {}), *report.get("first_of", {})}
    told = {name for target in told for name in target.split(" + ")}
    needed = [c.name for c in entity.columns.values() if c.required and c.name not in told]
    return "".join(f"# No column for {name} yet.\n" for name in needed if name != "practice_code")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9_]+", "_", name.casefold()).strip("_0123456789")[:40] or "mine"


def _bare(heading: str) -> str:
    return "" if heading == NO_NAME else normal(heading)

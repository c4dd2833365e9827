"""Overrides against the worked cases of medicines/tables/gold and the reader's own understanding."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from medicines import describe, directions, products
from medicines.directions import Direction
from medicines.overrides.override import Override, Overrides, one_spelling
from medicines.products import Product
from medicines.tables import rows

FORMS = ("tablet", "oral_solution", "patch", "mg")
Cell = str | float | None


def warnings(overrides: Overrides) -> tuple[str, ...]:
    """One warning for each override that contradicts a worked case, or changes what was understood."""
    found = []
    for row in overrides.rows:
        words = next(_contradictions(row), None) or _change(row)
        if words:
            found.append(f"{row.kind} “{row.text}”: {words}")
    return tuple(found)


def _contradictions(row: Override) -> Iterator[str]:
    if row.kind == "product":
        yield from _of_products(row)
    else:
        yield from _of_directions(row)
    yield from _of_doses(row)


def _of_products(row: Override) -> Iterator[str]:
    for case in _cases("products", "name", "product").get(_key(row), ()):
        names = (
            "class",
            "ingredient",
            "strength",
            "strength_unit",
            "form",
            "release",
            "status",
            "ome_per_unit",
        )
        mine = row.product
        answers = [_cell(getattr(mine, "class_" if name == "class" else name)) for name in names]
        expected = [_cell(case[name]) for name in names]
        if answers != expected:
            wanted = ", ".join(str(case[name]) for name in names[1:6] if case[name])
            yield _contradiction(wanted or case["class"], describe.product(mine))


def _of_directions(row: Override) -> Iterator[str]:
    for case in _cases("directions", "directions", "directions").get(_key(row), ()):
        mine = row.direction(case["form"] or None)
        expected = Direction(
            units_per_day_min=_number(case["min"]),
            units_per_day_max=_number(case["max"]),
            unit=case["unit"] or None,
            prn=case["prn"] == "1",
            patch_interval_hours=_number(case["interval"]),
            patches_at_once=int(case["patches"]) if case["patches"] else None,
            parseable=case["parseable"] == "1",
        )
        if _said(mine) != _said(expected):
            yield _contradiction(describe.direction(expected), describe.direction(mine))


def _of_doses(row: Override) -> Iterator[str]:
    """Worked doses rest on the plain reading of their texts, so another reading contradicts them."""
    for case in _cases("doses", row.kind, row.kind).get(_key(row), ()):
        form = products.read(case["product"]).form or None
        plainly = directions.read(row.text, form)
        changed = (
            row.product != products.read(row.text)
            if row.kind == "product"
            else _said(row.direction(form)) != _said(plainly)
        )
        if changed:
            answer = f"{case['ome']} mg OME a day" if case["ome"] else case["status"]
            yield _contradiction(f"{case['product']}, {case['directions']}: {answer}", row.reading)


def _contradiction(expected: str, mine: str) -> str:
    return f"contradicts a worked case. The case: {expected}. The override: {mine}. One of them is wrong."


def _change(row: Override) -> str:
    """In what the override differs from a reading that was understood; "" where it does not."""
    if row.kind == "product":
        before = products.read(row.text)
        understood, after = before.status != "unmapped", row.product
        changed = understood and _medicine(before) != _medicine(after)
        words = (describe.product(before), describe.product(after))
    else:
        found = [(directions.read(row.text, form), row.direction(form)) for form in FORMS]
        pairs = [(old, new) for old, new in found if old.parseable and _said(old) != _said(new)]
        changed = bool(pairs)
        words = (describe.direction(pairs[0][0]), describe.direction(pairs[0][1])) if pairs else ("", "")
    return f"was understood without it as {words[0]}; the override makes it {words[1]}." if changed else ""


def _medicine(read: Product) -> Product:
    return replace(read, reason="")


def _said(read: Direction) -> tuple[object, ...]:
    """What a direction says, without the words it was read from; amounts to 4 decimals."""
    low, high = (None if v is None else round(v, 4) for v in (read.units_per_day_min, read.units_per_day_max))
    if not read.parseable:
        return (False,)
    return (low, high, read.unit, read.prn, read.patch_interval_hours, read.patches_at_once)


def _key(row: Override) -> str | None:
    return one_spelling(row.kind, row.text)


@cache
def _cases(table: str, column: str, kind: str) -> dict[str | None, list[dict[str, str]]]:
    found: dict[str | None, list[dict[str, str]]] = {}
    for case in rows(f"gold/{table}"):
        found.setdefault(one_spelling(kind, case[column]), []).append(case)
    return found


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _cell(value: object) -> Cell:
    """A value of a reading or a cell of a case, alike where they say the same."""
    if value is None or value == "":
        return None
    try:
        return round(float(str(value)), 6)
    except ValueError:
        return str(value)

"""Practices by items as a table: a mark a cell, PCNs that open, a head that stays in sight."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from reporting.exhibits.matrix import Cell, Group, Matrix, Row
from reporting.exhibits.wording import counted

MOST_OPEN = 60  # practices; of more, PCNs open on demand
OPEN, OPEN_ON_A_PHONE = 5, 1  # PCNs that stand open then, and on a phone always
UPRIGHT_FROM = 10  # items; of so many the headings stand upright on a wide screen too
BAR = 30  # px, of the item with most gaps


def matrix_html(found: Matrix, name: str, *, phone: bool = False) -> str:
    """The table of the PCNs that stand open, and what its marks mean. name: what it is, for those who cannot
    see it. Its links take the filters when they are used, so that a table that is the same for another filter
    is not placed again."""
    bodies = "".join(_body(group, found) for group in _open(found, phone=phone))
    together = _counts(found) if found.practices > 1 else ""
    key = "".join(f"<li>{_mark(mark)} {escape(words)}</li>" for mark, words in found.marks)
    return _matrix(
        found,
        f'<ul class="matrix-key">{key}</ul>'
        f'<table><caption class="said">{escape(name)}</caption>{_columns(found)}'
        f"<thead>{_headings(found)}{together}</thead>{bodies}</table>",
    )


def closed_words(found: Matrix, *, phone: bool = False) -> str:
    """“36 more PCNs: gaps 210, 175 practices, 3 not sent”; "" where all stand open."""
    groups = _closed(found, phone=phone)
    return f"{counted(len(groups), 'more PCN', 'more PCNs')}: {_told(found, groups)}" if groups else ""


def closed_html(found: Matrix, *, phone: bool = False) -> str:
    """The other PCNs, a table each. They are most of a large table, and the browser checks every cell of what
    it is given, so they are for when somebody asks."""
    groups = _closed(found, phone=phone)
    of_many = found.practices > MOST_OPEN
    made = "".join(_details(group, found, is_open=not of_many) for group in groups)
    return _matrix(found, f'<div class="closed">{made}</div>')


def _matrix(found: Matrix, html: str) -> str:
    upright = " upright" if len(found.items) >= UPRIGHT_FROM else ""
    return f'<div class="matrix{upright}" style="--items:{len(found.items)}">{html}</div>'


def _closed(found: Matrix, *, phone: bool) -> tuple[Group, ...]:
    first = _open(found, phone=phone)
    return tuple(group for group in found.groups if group not in first)


def _open(found: Matrix, *, phone: bool) -> tuple[Group, ...]:
    """All; of many practices, and on a phone, the chosen practice’s PCN and the first of those with a gap."""
    if found.practices <= MOST_OPEN and (not phone or len(found.groups) == 1):
        return found.groups
    gaps = [group for group in found.groups if group.gaps][: OPEN_ON_A_PHONE if phone else OPEN]
    chosen = [group for group in found.groups if any(row.code == found.selected for row in group.rows)]
    return tuple(group for group in found.groups if group in gaps or group in chosen)


def _columns(found: Matrix) -> str:
    return f'<colgroup><col class="name">{"<col>" * len(found.items)}<col class="total"></colgroup>'


def _headings(found: Matrix) -> str:
    heads = "".join(f'<th scope="col"><span>{escape(item)}</span></th>' for item in found.items)
    total = f'<th scope="col" class="total"><span>{escape(found.total)}</span></th>'
    return f'<tr><th scope="col"><span class="said">Practice</span></th>{heads}{total}</tr>'


def _counts(found: Matrix) -> str:
    """How many practices have a gap in each item, with a bar."""
    most = max([*found.counts, 1])
    cells = "".join(
        f'<td><i class="tall" style="height:{round(BAR * n / most)}px" aria-hidden="true"></i>{n}</td>'
        for n in found.counts
    )
    total = sum(found.counts)
    name = f'<th scope="row">{escape(found.counted)}</th>'
    return f'<tr class="counts">{name}{cells}<td class="total">{total}</td></tr>'


def _body(group: Group, found: Matrix) -> str:
    counts = "".join(f"<td>{_of(words)}</td>" for words in group.counts)
    rows = "".join(_row(row, found) for row in group.rows)
    head = (
        f'<tr class="pcn"><th scope="rowgroup">{escape(group.name)}</th>{counts}'
        f'<td class="total">{group.gaps}</td></tr>'
    )
    return f"<tbody>{head if found.practices > 1 else ''}{rows}{_others(group, found)}</tbody>"


def _of(words: str) -> str:
    """“4 of 5”, of which a phone has room for the 4."""
    gaps, _, of = escape(words).partition(" ")
    return f'{gaps} <span class="rest">{of}</span>' if of else gaps


def _told(found: Matrix, groups: Sequence[Group]) -> str:
    """“gaps 12, 7 practices, 1 not sent” of PCNs together."""
    gaps, practices = sum(group.gaps for group in groups), sum(group.practices for group in groups)
    absent = sum(len(group.not_sent) for group in groups)
    words = f"{found.total.lower()} {gaps}, {counted(practices, 'practice', 'practices')}"
    return f"{words}, {absent} not sent" if absent else words


def _details(group: Group, found: Matrix, *, is_open: bool) -> str:
    """A PCN that opens to a table of its own, with the same columns."""
    return (
        f"<details{' open' if is_open else ''}><summary>{escape(group.name)} "
        f"<span>{escape(_told(found, [group]))}</span></summary>"
        f'<table><caption class="said">{escape(group.name)}</caption>{_columns(found)}'
        f'<thead class="said">{_headings(found)}</thead>{_body(group, found)}</table></details>'
    )


def _row(row: Row, found: Matrix) -> str:
    chosen = ' class="chosen"' if row.code == found.selected else ""
    meant = dict(found.marks)
    cells = "".join(f"<td>{_cell(cell, meant)}</td>" for cell in row.cells)
    return (
        f'<tr{chosen}><th scope="row">{_link(row.code, row.name, found)}</th>{cells}'
        f'<td class="total">{row.gaps}</td></tr>'
    )


def _cell(cell: Cell, meant: dict[str, str]) -> str:
    """A mark and its meaning in hidden words; or words, framed where they are marked."""
    said = f'<span class="said">{escape(meant[cell.mark])}</span>' if cell.mark in meant else ""
    if not cell.words:
        return f"{_mark(cell.mark)}{said}"
    return f'<b class="{cell.mark}">{escape(cell.words)}</b> {said}' if said else escape(cell.words)


def _others(group: Group, found: Matrix) -> str:
    """The practices without a gap in one line, and those that sent nothing in another."""
    lines = []
    if group.clear:
        links = ", ".join(_link(code, name, found) for code, name in group.clear)
        lines.append(f"{escape(found.clear)}: {links}")
    if group.not_sent:
        names = ", ".join(f"{name}, {why}" if why else name for name, why in group.not_sent)
        lines.append(f"<strong>Not sent: {escape(names)}</strong>")
    across = len(found.items) + 2
    return f'<tr class="others"><td colspan="{across}">{" ".join(lines)}</td></tr>' if lines else ""


def _link(code: str, name: str, found: Matrix) -> str:
    address = f"{found.opens}?{urlencode({'practice': code})}"
    return f'<a href="{escape(address)}" target="_self" data-keeps="filters">{escape(name)}</a>'


def _mark(mark: str) -> str:
    return f'<i class="{escape(mark)}" aria-hidden="true"></i>'

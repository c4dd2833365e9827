"""Files made to do harm, small where they are written and large where they are read."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile

from tests.etl import extracts
from tests.etl.extracts import Issue

ISSUES = extracts.issues("plain", [Issue(), Issue("PAT0002")])
CSV = extracts.csv_text("plain", ISSUES).encode()
BOOK = extracts.workbook(ISSUES)
XLSX = "TST01_issues_2026-09.xlsx"
ZIP = "TST01_issues_2026-09.zip"
TEXT = "TST01_issues_2026-09.csv"
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method, compresslevel=1) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return target.getvalue()


def parts() -> dict[str, bytes]:
    """The parts of a good workbook."""
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def book(**changed: bytes) -> bytes:
    """A good workbook with other parts, or parts more: sheet, strings, styles, names, types, or by path."""
    paths = {"sheet": SHEET, "strings": STRINGS, "styles": "xl/styles.xml", "names": "xl/workbook.xml",
             "types": "[Content_Types].xml"}  # fmt: skip
    held = parts() | {paths.get(name, name): data for name, data in changed.items()}
    if "strings" in changed:
        rels = "xl/_rels/workbook.xml.rels"
        said = b'<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        said += b'relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
        held[rels] = held[rels].replace(b"</Relationships>", said)
        held["[Content_Types].xml"] = held["[Content_Types].xml"].replace(
            b"</Types>", f'<Override PartName="/{STRINGS}" ContentType="{TYPE}"/></Types>'.encode()
        )
    return zipped(*held.items())


def sheet(cells: bytes, dimension: str = "A1:M3") -> bytes:
    """A sheet with the good extract's rows, and these after them."""
    plain = re.sub(rb'<dimension ref="[^"]*"', f'<dimension ref="{dimension}"'.encode(), parts()[SHEET])
    return plain.replace(b"</sheetData>", cells + b"</sheetData>")


def noise(size: int, share: float = 0.05, seed: int = 1) -> bytes:
    """Letters of which a share cannot be foreseen, so that packing them does not make them vanish."""
    block = 4096
    drawn = random.Random(seed)
    letters = bytes(range(97, 123))
    told = int(block * share)
    blocks = (bytes(drawn.choices(letters, k=told)) + b"x" * (block - told) for _ in range(size // block + 1))
    return b"".join(blocks)[:size]


def with_sizes(data: bytes, told: int, local: bool) -> bytes:
    """A ZIP of one member whose directory, and perhaps the member's own header, says it unpacks to `told`."""
    changed = bytearray(data)
    struct.pack_into("<L", changed, changed.find(b"PK\x01\x02") + 24, told)
    if local:
        struct.pack_into("<L", changed, 22, told)
    return bytes(changed)


def overlapping() -> bytes:
    """A ZIP whose second member is the first one's bytes again, under its name in the directory alone."""
    data = zipped(("a_2026-09.csv", CSV), ("b_2026-09.csv", CSV))
    changed = bytearray(data)
    second = data.rfind(b"PK\x01\x02")
    struct.pack_into("<L", changed, second + 42, 0)
    return bytes(changed).replace(b"b_2026-09.csv", b"a_2026-09.CSV")


def crowded() -> bytes:
    """A ZIP whose directory says 60,000 files."""
    entry = b"PK\x01\x02" + b"\0" * 24 + struct.pack("<H", 1) + b"\0" * 16 + b"a"
    listed = entry * 60_000
    return (
        b"PK\x03\x04"
        + listed
        + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 60_000, 60_000, len(listed), 4, 0)
    )


def in_two_forms() -> bytes:
    """A ZIP whose end says there is another, longer directory."""
    data = zipped(("a_2026-09.csv", CSV))
    at = data.find(b"PK\x05\x06")
    return data[:at] + b"PK\x06\x07" + b"\0" * 16 + data[at:]


def linked() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        link = zipfile.ZipInfo("issues_2026-09.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return target.getvalue()


def twice() -> bytes:
    data = zipped(("a_2026-09.csv", CSV), ("b_2026-09.csv", CSV))
    return data.replace(b"b_2026-09.csv", b"a_2026-09.csv")


def locked(data: bytes) -> bytes:
    changed = bytearray(data)
    changed[6] |= 1  # the flag for "encrypted", in the member's header and in the directory
    changed[data.find(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


def declared(part: str, how: str) -> bytes:
    """A workbook, one part of which declares a document type."""
    whole = parts()[part].decode() if part in parts() else "<x/>"
    start, rest = re.fullmatch(r"(?s)(<\?xml[^>]*>\s*)?(.*)", whole).groups()  # type: ignore[union-attr]
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    types = {
        "laughs": f'<!DOCTYPE x [<!ENTITY a0 "lol">{lines}]>',
        "external": '<!DOCTYPE x [<!ENTITY a0 SYSTEM "file:///etc/passwd">]>',
        "remote": '<!DOCTYPE x SYSTEM "http://example.invalid/x.dtd">',
    }
    return book(**{part: ((start or "") + types[how] + rest).encode()})


def wide(part: str) -> bytes:
    text = parts()[part].decode().replace("UTF-8", "UTF-16")
    return book(**{part: text.encode("utf-16")})


def bomb(width: int, references: int) -> bytes:
    """A workbook in which one long shared text stands in many cells."""
    text = f'<sst xmlns="{MAIN}"><si><t>{noise(width, 0.5).decode()}</t></si></sst>'
    drawn = random.Random(1)
    cells = "".join(
        f'<row r="{n}">' + f'<c r="A{n}" t="s" s="{drawn.randrange(2)}"><v>0</v></c>' + "</row>"
        for n in range(4, references + 4)
    )
    return book(strings=text.encode(), sheet=sheet(cells.encode()))


def one_cell(size: int) -> bytes:
    text = noise(size, 0.5).decode()
    return book(sheet=sheet(f'<row r="4"><c r="A4" t="inlineStr"><is><t>{text}</t></is></c></row>'.encode()))


def far(cell: str, row: str = '"1048576"', dimension: str = "A1:M3") -> bytes:
    return book(sheet=sheet(f"<row r={row}><c r={cell}><v>1</v></c></row>".encode(), dimension))


def nested(part: str, depth: int) -> bytes:
    inner = b"<a>" * depth + noise(4_000_000, 0.5) + b"</a>" * depth
    if part == "sheet":
        return book(sheet=sheet(b'<row r="4"><c r="A4">' + inner + b"</c></row>"))
    return book(**{part: f'<x xmlns="{MAIN}">'.encode() + inner + b"</x>"})


def padded(cells: bytes) -> bytes:
    """Cells with so much noise after them that their ratio is nobody's concern."""
    return book(
        sheet=sheet(cells), **{"docProps/app.xml": b"<Properties>" + noise(3_000_000, 1.0) + b"</Properties>"}
    )


def macro_type() -> bytes:
    types = parts()["[Content_Types].xml"]
    return book(types=types.replace(b"spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"))

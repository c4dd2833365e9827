"""Every file made to do harm that the intake is tried with: its name, its bytes, words of its refusal."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from functools import partial

from tests.etl.intake.hostile.harmful import (  # fmt: skip
    BOOK,
    CSV,
    SHEET,
    STRINGS,
    TEXT,
    XLSX,
    ZIP,
    bomb,
    book,
    crowded,
    declared,
    far,
    in_two_forms,
    linked,
    locked,
    macro_type,
    nested,
    noise,
    one_cell,
    overlapping,
    padded,
    parts,
    sheet,
    twice,
    wide,
    with_sizes,
    zipped,
)

Hostile = tuple[str, Callable[[], bytes], str]
DAMAGED = "the ZIP is damaged"
LOCKED = "locked with a password"
OUTSIDE = "a file outside itself"
REACH = "further than can be read"
MUCH = "holds too much"
NOT_EXCEL = "not written as Excel writes it"
DECLARES = "declares a document type or entities"

ARCHIVES: dict[str, Hostile] = {
    "ratio": (ZIP, lambda: zipped(("issues.csv", b"0" * 50_000_000)), "100 times its size"),
    "unpacked size": (ZIP, lambda: zipped(("issues.csv", noise(101_000_000))), MUCH),
    "201 members": (ZIP, lambda: zipped(*((f"{n}.csv", b"x") for n in range(201))), MUCH),
    "60,000 members": (ZIP, crowded, MUCH),
    "says it is small": (ZIP, lambda: with_sizes(zipped(("i.csv", noise(50_000_000))), 100, True), DAMAGED),
    "says it is large": (ZIP, lambda: with_sizes(zipped(("i.csv", CSV)), 90_000, True), DAMAGED),
    "headers disagree": (ZIP, lambda: with_sizes(zipped(("i.csv", CSV)), 100, False), DAMAGED),
    "overlapping": (ZIP, overlapping, "two files of one name"),
    "overlapping, other name": (ZIP, lambda: overlapping().replace(b"9.CSV", b"8.csv"), DAMAGED),
    "two directories": (ZIP, in_two_forms, DAMAGED),
    "something before": (ZIP, lambda: b"PK" + b"\0" * 100 + zipped(("i.csv", CSV)), DAMAGED),
    "something behind": (ZIP, lambda: zipped(("i.csv", CSV)) + b"\0" * 100, DAMAGED),
    "truncated": (ZIP, lambda: zipped(("i.csv", CSV))[:-30], DAMAGED),
    "no byte but its mark": (ZIP, lambda: b"PK\x05\x06", DAMAGED),
    "duplicate names": (ZIP, twice, "two files of one name"),
    "names that differ in case": (ZIP, lambda: zipped(("a.csv", CSV), ("A.CSV", CSV)), "of one name"),
    "slip": (ZIP, lambda: zipped(("../../issues.csv", CSV)), OUTSIDE),
    "slip in Windows": (ZIP, lambda: zipped(("..\\issues.csv", CSV)), OUTSIDE),
    "absolute": (ZIP, lambda: zipped(("/etc/issues.csv", CSV)), OUTSIDE),
    "drive": (ZIP, lambda: zipped(("C:\\issues.csv", CSV)), OUTSIDE),
    "drive, no slash": (ZIP, lambda: zipped(("C:issues.csv", CSV)), OUTSIDE),
    "link": (ZIP, linked, "a link instead of a file"),
    "a name of 300 letters": (ZIP, lambda: zipped(("a" * 300 + ".csv", CSV)), "whose name cannot be one"),
    "no header": (ZIP, lambda: zipped(("i.csv", CSV)).replace(b"PK\x03\x04", b"PK\x03\x05"), DAMAGED),
    "packed another way": (ZIP, lambda: zipped(("i.csv", CSV), method=zipfile.ZIP_BZIP2), DAMAGED),
    "nested": (ZIP, lambda: zipped(("issues.zip", zipped(("issues.csv", CSV)))), "holds another ZIP"),
    "locked": (ZIP, lambda: locked(zipped(("issues.csv", CSV))), LOCKED),
    "a line of 60 MB in it": (ZIP, lambda: zipped(("i.csv", noise(60_000_000))), "line 1 is longer than"),
    "a ZIP called CSV in it": (ZIP, lambda: zipped(("a.csv", zipped(("b.csv", CSV)))), "its name says text"),
}  # fmt: skip

WORKBOOKS: dict[str, Hostile] = {
    "macro": (XLSX, lambda: book(**{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}), "holds a macro"),
    "macro under another name": (XLSX, lambda: book(**{"xl/t.bin": b"\xd0\xcf\x11"}), "a macro or an object"),
    "macro type": (XLSX, macro_type, "holds a macro"),
    "macro sheet": (XLSX, lambda: book(**{"xl/macrosheets/sheet1.xml": b"<x/>"}), "holds a macro"),
    "CSV": (XLSX, lambda: CSV, "not an Excel workbook"),
    "called CSV": (TEXT, lambda: BOOK, "though its name says text"),
    "ZIP of CSV": (XLSX, lambda: zipped(("issues.csv", CSV)), "not an Excel workbook"),
    "locked by Excel": (XLSX, lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise(9_000), LOCKED),
    "locked by Excel, called CSV": (TEXT, lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise(9_000), LOCKED),
    "locked as a ZIP is": (XLSX, lambda: locked(BOOK), LOCKED),
    "truncated": (XLSX, lambda: BOOK[: len(BOOK) // 2], "the workbook is damaged"),
    "a byte wrong": (XLSX, lambda: BOOK[:60] + bytes([BOOK[60] ^ 0xFF]) + BOOK[61:], "workbook is damaged"),
    "ratio": (XLSX, lambda: book(sheet=sheet(b" " * 50_000_000)), "100 times its size"),
    "unpacked size": (XLSX, lambda: book(sheet=sheet(noise(201_000_000, 0.02))), MUCH),
    "201 parts": (XLSX, lambda: book(**{f"xl/{n}.xml": b"<x/>" for n in range(200)}), MUCH),
    "in UTF-16": (XLSX, lambda: wide(SHEET), NOT_EXCEL),
    "in UTF-7": (XLSX, lambda: book(sheet=parts()[SHEET].replace(b"UTF-8", b"UTF-7")), NOT_EXCEL),
    "last cell": (XLSX, lambda: far('"XFD1048576"'), REACH),
    "last cell, dimension right": (XLSX, lambda: far('"XFD1048576"', dimension="A1:XFD1048576"), REACH),
    "last cell, other quotes": (XLSX, lambda: far("'XFD1048576'"), REACH),
    "last cell, small letters": (XLSX, lambda: far('"xfd1048576"'), REACH),
    "last cell, blanks": (XLSX, lambda: book(sheet=sheet(b'<row><c r = "XFD1048576"><v>1</v></c></row>')),
                          "far more memory"),
    "last row": (XLSX, lambda: far('"M1048576"'), REACH),
    "last column": (XLSX, lambda: far('"XFD4"', '"4"'), REACH),
    "column beyond the last": (XLSX, lambda: far('"ZZZZZZ4"', '"4"'), REACH),
    "row beyond the last": (XLSX, lambda: far('"A99999999999"'), REACH),
    "1,100,000 rows": (XLSX, lambda: padded(b"<row/>" * 1_100_000), REACH),
    "10 million styled rows": (XLSX, lambda: padded(b'<row s="1" customFormat="1"/>' * 6_500_000), REACH),
    "one text in many cells": (XLSX, lambda: bomb(30_000, 100_000), "100 million characters"),
    "one text in some cells": (XLSX, lambda: bomb(30_000, 5_000), "100 million characters"),
    "20 MB in a cell": (XLSX, lambda: one_cell(20_000_000), "row 4 holds a cell of more than 100,000"),
    "open tags": (XLSX, lambda: padded(b'<c r="A4" ' * 3_000_000), NOT_EXCEL),
    "open sheets": (XLSX, lambda: padded(b"<sheetData>" * 1_000_000), NOT_EXCEL),
    "open texts": (XLSX, lambda: book(strings=b"<sst>" + b"<si><t>" * 300_000 + noise(300_000) + b"</sst>"),
                   "not an Excel workbook"),
    "deep cells": (XLSX, lambda: nested("sheet", 1_000_000), "."),
    "deep styles": (XLSX, lambda: nested("styles", 1_000_000), NOT_EXCEL),
    "deep properties": (XLSX, lambda: nested("docProps/app.xml", 1_000_000), NOT_EXCEL),
    "a sheet from elsewhere": (XLSX, lambda: book(**{"xl/_rels/workbook.xml.rels": parts()[
        "xl/_rels/workbook.xml.rels"].replace(b"worksheets/sheet1.xml", b"../../../../etc/passwd")}),
        "not an Excel workbook"),
    "no sheet": (XLSX, lambda: zipped(*(p for p in parts().items() if p[0] != SHEET)), "not an Excel"),
    "an empty sheet": (XLSX, lambda: book(sheet=b"<worksheet><sheetData/></worksheet>"), "no layout fits"),
    **{
        f"{how} in {part}": (XLSX, partial(declared, part, how), DECLARES)
        for how in ("laughs", "external", "remote")
        for part in (SHEET, STRINGS, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "_rels/.rels",
                     "docProps/core.xml", "xl/drawings/vmlDrawing1.vml")
    },
}  # fmt: skip

ROW = CSV.split(b"\r\n")[1]
TEXTS: dict[str, Hostile] = {
    "no byte": (TEXT, lambda: b"", "the file is empty"),
    "blanks": (TEXT, lambda: b" \r\n" * 1_000_000, "the file is empty"),
    "a line without end": (TEXT, lambda: CSV + b"x" * 100_000_000, "line 4 is longer than 1,000,000"),
    "a wide line without end": (TEXT, lambda: (CSV.decode() + "x" * 30_000_000).encode("utf-16"), "line 4"),
    "a row over many lines": (TEXT, lambda: CSV + b'"\n",' * 8_000_000, "a row is longer than 1,000,000"),
    "a cell without end": (TEXT, lambda: CSV + b'"' + b"x\r\n" * 10_000_000, "mark in line 4"),
    "100,000 columns": (TEXT, lambda: b",".join(b"c%d" % n for n in range(100_000)), "1000 columns"),
    "100,000 commas in a row": (TEXT, lambda: CSV + b"," * 100_000, "line 4 has more than 1000 columns"),
    "NUL at the end of 40 MB": (TEXT, lambda: CSV + (ROW + b"\r\n") * 300_000 + b"\0", "NUL bytes"),
    "nothing but NUL": (TEXT, lambda: b"\0" * 50_000_000, "NUL bytes"),
    "nothing a practice sends": (TEXT, lambda: b"a,b,c\r\n" * 8_000_000, "no layout fits"),
    "a program": ("TST01_issues_2026-09.exe", lambda: b"MZ", "files ending in .exe are not read"),
}  # fmt: skip

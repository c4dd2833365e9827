"""Workbooks and ZIP files whose bytes depend on their content alone."""

import io
import zipfile
from datetime import date
from xml.sax.saxutils import escape

STAMP = (2026, 10, 2, 6, 0, 0)
EPOCH = date(1899, 12, 30).toordinal()
OPEN_XML = "http://schemas.openxmlformats.org"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
DOCUMENT = f"{OPEN_XML}/officeDocument/2006/relationships"
MAIN = f"{OPEN_XML}/spreadsheetml/2006/main"
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{OPEN_XML}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{SHEETS}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SHEETS}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{SHEETS}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{OPEN_XML}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}">'
    '<sheets><sheet name="Report" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{OPEN_XML}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{DOCUMENT}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="dd\\-mmm\\-yyyy"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}


def zipped(members: dict[str, bytes]) -> bytes:
    """A ZIP of the members in their order, deflated, with one fixed time."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, STAMP)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, compresslevel=9)
    return target.getvalue()


def _letters(column: int) -> str:
    return (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)


def _cell(reference: str, value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return f'<c r="{reference}" s="1"><v>{value.toordinal() - EPOCH}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{reference}"><v>{value}</v></c>'
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def workbook(lines: list[list[object]]) -> bytes:
    """A workbook of one sheet: text, numbers and real dates (formatted dd-mmm-yyyy) as they are given."""
    rows = []
    names = [_letters(i) for i in range(max(len(line) for line in lines))]
    for number, line in enumerate(lines, 1):
        cells = "".join(_cell(f"{name}{number}", value) for name, value in zip(names, line, strict=False))
        if cells:
            rows.append(f'<row r="{number}">{cells}</row>')
    size = f'<dimension ref="A1:{names[-1]}{len(lines)}"/>'
    sheet = f'<worksheet xmlns="{MAIN}">{size}<sheetData>{"".join(rows)}</sheetData></worksheet>'
    parts = PARTS | {"xl/worksheets/sheet1.xml": sheet}
    return zipped({name: (HEAD + text).encode() for name, text in parts.items()})

"""A workbook is more than its cells: every other part of it is searched too."""

from __future__ import annotations

import datetime as dt
import io
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from etl.intake.files.read import IdentifierError, RefusedError
from etl.intake.privacy.workbook import check_workbook
from etl.store import Store
from tests.etl import extracts
from tests.etl.conftest import ROOT, Loader, everything, landed
from tests.etl.extracts import Issue
from tests.etl.intake.privacy.identifiers import Planted, corpus, traces

NHS = "943 476 5919"
NAME = "TST01_issues_2026-09.xlsx"
Change = Callable[[openpyxl.Workbook], object]


def book() -> openpyxl.Workbook:
    """A good extract, as another program writes it."""
    made = openpyxl.Workbook()
    for line in extracts.issues("plain", [Issue(), Issue("PAT0002")]):
        made.active.append(["" if cell is None else cell for cell in line])
    made.active.title = "Report"
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def rewritten(data: bytes, part: str, old: str, new: str) -> bytes:
    """The workbook with other words in one of its parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as result:
        for name in source.namelist():
            held = source.read(name)
            if name == part:
                assert old.encode() in held
                held = held.replace(old.encode(), new.encode(), 1)
            result.writestr(name, held)
    return target.getvalue()


def added(data: bytes, part: str, held: str) -> bytes:
    """The workbook with one part more."""
    target = io.BytesIO(data)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(part, held)
    return target.getvalue()


def comment(made: openpyxl.Workbook) -> None:
    made.active["B2"].comment = Comment(f"this is {NHS}", "Author")


def commenter(made: openpyxl.Workbook) -> None:
    made.active["B2"].comment = Comment("see notes", "Mrs Jones")


def hint(made: openpyxl.Workbook) -> None:
    made.active.add_data_validation(DataValidation(type="whole", prompt=f"as for {NHS}", sqref="B2"))


def link(made: openpyxl.Workbook) -> None:
    made.active["H2"].hyperlink = "mailto:jane.doe@example.co.uk"


PROPERTIES, OUTSIDE = "the document properties", "the sheet outside its cells"
CHANGES: dict[str, tuple[Change, str]] = {
    "comment": (comment, "a comment"),
    "commenter": (commenter, "a comment"),
    "title": (lambda b: setattr(b.properties, "title", f"for {NHS}"), PROPERTIES),
    "creator": (lambda b: setattr(b.properties, "creator", "jane.doe@example.co.uk"), PROPERTIES),
    "keywords": (lambda b: setattr(b.properties, "keywords", "Mrs J Jones"), PROPERTIES),
    "custom property": (
        lambda b: b.custom_doc_props.append(StringProperty(name="For", value=NHS)),
        PROPERTIES,
    ),
    "sheet name": (lambda b: setattr(b.active, "title", NHS), "the name of a sheet or range"),
    "defined name": (lambda b: b.defined_names.add(DefinedName("NHS_9434765919", attr_text="A!B2")), "range"),
    "named value": (lambda b: b.defined_names.add(DefinedName("who", attr_text='"Mrs J Jones"')), "range"),
    "header": (lambda b: setattr(b.active.oddHeader.center, "text", f"for {NHS}"), OUTSIDE),
    "footer": (lambda b: setattr(b.active.evenFooter.left, "text", "DOB 3/2/1951"), OUTSIDE),
    "formula": (lambda b: b.active.append([f'=IF(1,"TST01","{NHS}")']), OUTSIDE),
    "hint": (hint, OUTSIDE),
    "link": (link, "a link"),
}


@pytest.mark.parametrize("where", CHANGES)
def test_every_part_beside_the_cells_is_searched(put: Loader, store: Store, where: str) -> None:
    change, words = CHANGES[where]
    made = book()
    change(made)
    receipt = put(saved(made), NAME)
    assert receipt.outcome == "refused"
    assert words in next(iter(receipt.reasons))
    assert landed(store, "issues") == []
    for planted in (Planted("NHS number", "", NHS), Planted("e-mail address", "", "jane.doe@example.co.uk")):
        assert [trace for trace in traces(planted) if trace in everything(store)] == []


@pytest.mark.parametrize(
    "texts", [f"<si><t>one</t></si><si><t>{NHS}</t></si>", f"<si><t>one</t><rPh><t>{NHS}</t></rPh></si>"]
)
def test_a_text_no_cell_shows_is_searched(texts: str) -> None:
    data = rewritten(
        saved(book()), "xl/worksheets/sheet1.xml", "</row>", '<c r="Z1" t="s"><v>0</v></c></row>'
    )
    check_workbook(added(data, "xl/sharedStrings.xml", "<sst><si><t>one</t></si></sst>"))
    with pytest.raises(IdentifierError, match="a text that no cell shows any more: a valid NHS number"):
        check_workbook(added(data, "xl/sharedStrings.xml", f"<sst>{texts}</sst>"))


def test_a_comment_in_runs_is_read_as_one(put: Loader) -> None:
    made = book()
    made.active["B2"].comment = Comment("943 XX 5919", "Author")
    data = saved(made)
    part = next(
        name for name in zipfile.ZipFile(io.BytesIO(data)).namelist() if "comment" in name and "xml" in name
    )
    held = zipfile.ZipFile(io.BytesIO(data)).read(part).decode()
    run = re.search(r"<(?:\w+:)?t>943 XX 5919</(?:\w+:)?t>", held)
    assert run
    tag = run[0][1 : run[0].index(">")]
    split = f"<r><{tag}>943 4</{tag}></r><r><{tag}>76 5919</{tag}></r>"
    assert "a comment: a valid NHS number" in next(
        iter(put(rewritten(data, part, run[0], split), NAME).reasons)
    )


@pytest.mark.parametrize(
    "part", ["xl/media/image1.png", "xl/macros.bin", "docProps/thumbnail.jpeg", "xl/embeddings/a.xlsx"]
)
def test_what_cannot_be_searched_is_refused(put: Loader, part: str) -> None:
    assert "a picture, a macro or an object" in next(
        iter(put(added(saved(book()), part, "PNG"), NAME).reasons)
    )


def test_a_cell_of_20_mb_is_refused_in_words(put: Loader) -> None:
    typed = "".join(random.Random(1).choices("abcdefgh ", k=20_000_000))
    data = extracts.workbook(extracts.issues("plain", [Issue(directions=typed)]))
    assert "row 2 holds a cell of more than 100,000 characters" in next(iter(put(data, NAME).reasons))


@pytest.mark.parametrize("part", ["docProps/core.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_a_document_type_is_refused_before_it_is_expanded(part: str) -> None:
    with zipfile.ZipFile(io.BytesIO(saved(book()))) as archive:
        root = re.search(r"<[A-Za-z][^ >]*", archive.read(part).decode())
    assert root
    bomb = f'<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>{root[0]}'
    with pytest.raises(RefusedError, match="not written as Excel writes it"):
        check_workbook(rewritten(saved(book()), part, root[0], bomb))


def test_a_sheets_name_gives_way_to_no_disguise() -> None:
    data = extracts.workbook(extracts.issues("plain", [Issue()]))
    missed = []
    for planted in corpus():
        escaped = "".join(f"&#{ord(c)};" for c in planted.text)
        try:
            check_workbook(rewritten(data, "xl/workbook.xml", 'name="Report"', f'name="{escaped}"'))
            missed.append(str(planted))
        except IdentifierError:
            pass
    assert missed == []


def test_workbooks_of_other_programs_and_of_the_sample_pass(put: Loader) -> None:
    made = book()
    made.properties.creator, made.properties.created = "J Smith", dt.datetime(2026, 9, 30, 12, 30)
    made.active["B2"].comment = Comment("checked 30/09/2026 12:30", "Data team")
    assert put(saved(made), NAME).outcome == "accepted"
    for path in sorted(Path(ROOT / "data" / "sample").glob("*.xlsx")):
        check_workbook(path.read_bytes())

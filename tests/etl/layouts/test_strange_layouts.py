"""Layout files written by strangers: used, or refused in one sentence that names the field."""

from __future__ import annotations

import datetime as dt
import time
import tomllib
from pathlib import Path

import pytest

from etl.layouts import FOLDER, Layout, LayoutError, forms, layouts, layouts_of, parsed, read, saving
from etl.layouts.forms import LARGEST
from etl.layouts.writing import toml
from etl.store import Store

GOOD = """
name = "north"
description = "Issues of the north"
encodings = ["utf-8"]
delimiter = ","
dates = ["%d/%m/%Y"]
blank = [""]
yes = ["Yes"]
no = ["No"]

[entities.issues]
ignore = ["Colour"]
forward_fill = ["Person"]

[entities.issues.columns]
"Person" = "patient_key"
"When" = "issued_on"
"What" = "product"
"Sort" = "issue_type"

[entities.issues.values.issue_type]
"once" = "acute"
"""
ISSUES = "[entities.issues]\n"
CASES = [
    # wrong types
    ('name = "north"', "name = 5", "name: must be a text"),
    ('name = "north"', 'name = ["north"]', "name: must be a text"),
    ('encodings = ["utf-8"]', 'encodings = "utf-8"', "encodings: must be a list of texts"),
    ('encodings = ["utf-8"]', 'encodings = ["rot13"]', "encodings: must be some of utf-8"),
    ('delimiter = ","', 'delimiter = [","]', "delimiter: must be a text"),
    ('delimiter = ","', 'delimiter = ""', "delimiter: must be a comma"),
    ('delimiter = ","', 'delimiter = "ab"', "delimiter: must be a comma"),
    ('dates = ["%d/%m/%Y"]', "dates = [1]", "dates: must be a list of texts"),
    ('dates = ["%d/%m/%Y"]', "dates = []", "dates: must say at least one form"),
    ('dates = ["%d/%m/%Y"]', 'dates = ["%d/%m"]', "'%d/%m' is no form of a whole date"),
    ('dates = ["%d/%m/%Y"]', 'dates = ["%j %Y"]', "is no form of a whole date"),
    ('dates = ["%d/%m/%Y"]', 'dates = ["%Q"]', "is no form of a whole date"),
    ('dates = ["%d/%m/%Y"]', 'dates = ["%d/%m/%Y", "%m/%d/%Y"]', "read one text as two days"),
    ('blank = [""]', 'blank = ""', "blank: must be a list of texts"),
    ('yes = ["Yes"]', 'yes = ["no"]', "'no' is a word for yes too"),
    ('yes = ["Yes"]', "yes = [true]", "yes: must be a list of texts"),
    (ISSUES, ISSUES + "version = 2\n", "entities.issues.'version': there is no such field"),
    ('no = ["No"]', 'no = ["No"]\nversion = "2"', "version: must be a whole number"),
    ('no = ["No"]', 'no = ["No"]\nfooter = 5', "footer: must be a text"),
    ('no = ["No"]', 'no = ["No"]\nfinal_line_end = "never"', "must be required or optional"),
    ('no = ["No"]', 'no = ["No"]\npreamble = "x"', "preamble: must be a table of texts"),
    (ISSUES, '[preamble]\npractice = "Practice"\n' + ISSUES, "preamble.practice: has no part in brackets"),
    ('ignore = ["Colour"]', 'ignore = "Colour"', "entities.issues.ignore: must be a list of texts"),
    ('forward_fill = ["Person"]', 'forward_fill = "Person"', "forward_fill: must be a list of texts"),
    ('"Sort" = "issue_type"', '"Sort" = 5', "columns: must be a table of texts"),
    ('"Sort" = "issue_type"', '"Sort" = []', "columns: must be a table of texts"),
    ('"once" = "acute"', '"once" = ["acute"]', "values: must be a table of tables of texts"),
    (ISSUES, ISSUES + 'leave_unlisted = "yes"\n', "leave_unlisted: must be true or false"),
    (ISSUES, ISSUES + "split = { What = 5 }\n", "split: must be a table of texts"),
    (ISSUES, ISSUES + "first_of = { issued_on = 5 }\n", "first_of: must be a table of lists"),
    (ISSUES, ISSUES + 'leave_out = { Gone = "1" }\n', "leave_out: must be a table of tables"),
    (ISSUES, ISSUES + 'leave_out.Gone = { because = "gone", values = "1" }\n', "values: must be a list"),
    (ISSUES, ISSUES + 'leave_out.Gone = { because = "gone" }\n', "says because, and values or keep"),
    # unknown keys and names
    ('no = ["No"]', 'no = ["No"]\nenconding = "x"', "enconding': there is no such field"),
    (ISSUES, ISSUES + 'ignor = ["x"]\n', "'ignor': there is no such field"),
    ("entities.issues", "entities.isues", "entities.isues: no such entity"),
    ('"product"', '"produkt"', "'produkt' is not a column of the contract"),
    ('"once" = "acute"', '"once" = "accute"', "'accute' is none of acute, repeat, repeat dispensing"),
    (ISSUES, ISSUES + "first_of = { unit = { Unit = { issue_type = 'x' } } }\n", "'x' is none of acute"),
    ('forward_fill = ["Person"]', 'forward_fill = ["Nobody"]', "'nobody' is not a column of this report"),
    # duplicates
    ('"Sort" = "issue_type"', '"Sort" = "product"', "two columns go to product"),
    ('"Sort" = "issue_type"', '"what" = "issue_type"', "'what' stands twice but for capitals"),
    ('"Sort" = "issue_type"', '"What" = "issue_type"', "no TOML that can be read"),
    (ISSUES, ISSUES + 'also = { product = ["When"] }\n', "'when' stands for two columns"),
    # patterns
    (ISSUES, ISSUES + 'split = { What = "(" }\n', "is no pattern"),
    (ISSUES, ISSUES + 'pseudonym = "(a+)+$"\n', "repeats a repetition"),
    (ISSUES, ISSUES + 'pseudonym = "(?:a|b*)*"\n', "repeats a repetition"),
    ('"once" = "acute"', '"/((x+)y)+/" = "acute"', "repeats a repetition"),
    ('no = ["No"]', f'no = ["No"]\nfooter = "{"a" * 500}"', "at most 400 characters"),
    # names
    ('name = "north"', 'name = "../../etc/passwd"', "name: must be of small letters"),
    ('name = "north"', 'name = "a/b"', "name: must be of small letters"),
    ('name = "north"', 'name = "CON"', "name: must be of small letters"),
    ('name = "north"', 'name = ""', "name: must be of small letters"),
    ('name = "north"', f'name = "{"n" * 41}"', "name: must be of small letters"),
    # no layout at all
    (GOOD, "", "name is missing"),
    (GOOD, "\x00\x01", "no TOML that can be read"),
    (GOOD, "[" * 100_000, "no TOML that can be read"),
    (GOOD, f"x = {'[' * 50_000}", "no TOML that can be read"),
    (GOOD, "# " + "x" * LARGEST, "larger than 200 KB"),
    (GOOD, GOOD.partition("[")[0] + 'x"', "no TOML that can be read"),
    (GOOD[GOOD.index("[entities") :], "", "it reads no extract"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), CASES, ids=range(len(CASES)))
def test_a_strange_layout_is_refused_in_one_sentence(store: Store, old: str, new: str, words: str) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    began = time.process_time()
    with pytest.raises(LayoutError) as refused:
        parsed(text, "strange.toml")
    sentence = str(refused.value)
    assert words in sentence and sentence.startswith("strange.toml: ")
    assert "\n" not in sentence and len(sentence) < 700
    name = "north" if "name:" not in words else "../north"  # a good one takes the place of the file's own
    with pytest.raises(LayoutError):
        saving.save(store.folder, text, name, "A Pharmacist", dt.date(2026, 10, 5))
    assert layouts_of(store.folder) == layouts()  # nothing is left of it
    assert time.process_time() - began < 2


def test_the_good_one_is_used() -> None:
    assert parsed(GOOD, "north.toml").name == "north"


def test_every_layout_of_the_product_is_of_these_forms() -> None:
    assert {layout.name for layout in layouts()} >= {"emis", "systmone", "plain"}


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b'name = "\xe9"', b"#" * 5 * LARGEST])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "strange.toml"
    path.write_bytes(data)
    with pytest.raises(LayoutError, match=r"no text in UTF-8|larger than"):
        read(path)


def test_a_file_in_the_store_with_a_name_of_the_product_is_named(store: Store) -> None:
    folder = store.folder / "layouts"
    folder.mkdir()
    (folder / "mine.toml").write_text(GOOD.replace('"north"', '"emis"'), encoding="utf-8")
    with pytest.raises(LayoutError, match=r"mine\.toml: the name emis comes with the product"):
        layouts_of(store.folder)


@pytest.mark.parametrize("name", ["../layouts/north", "*", "", "north.0001"])
def test_no_trick_of_a_name_gives_a_file_out(store: Store, name: str) -> None:
    saving.save(store.folder, GOOD, "north", "A Pharmacist", dt.date(2026, 10, 5))
    with pytest.raises(LayoutError, match="there is no layout"):
        saving.exported(store.folder, name)


NASTY = 'description = """\nname = "x"\n[preamble]\n"""\n"name" = "y" # a comment\n'


def test_a_saved_layout_is_what_its_text_says_under_the_name_it_is_given(store: Store) -> None:
    """However its first lines are written."""
    text = NASTY + GOOD.replace('name = "north"\ndescription = "Issues of the north"\n', "", 1)
    layout = saving.save(store.folder, text, "north", "A Pharmacist", dt.date(2026, 10, 5))
    assert (layout.name, layout.description) == ("north", 'name = "x"\n[preamble]\n')
    assert layout.entities == parsed(GOOD, "x").entities
    assert saving.saved(store.folder) == [layout]


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.name)
def test_a_layout_written_again_is_the_same(layout: Layout) -> None:
    text = (FOLDER / f"{layout.name}.toml").read_text(encoding="utf-8")
    assert parsed(toml(forms.toml(text)), layout.name) == layout


def test_odd_characters_are_written_so_that_they_can_be_read() -> None:
    raw = {
        "a b": 'quote " back \\ line \n tab \t \x7f é',
        "é": {"x.y": {}, "[z]": ["=", "#", ""]},
        "n": 3,
        "b": True,
    }
    assert tomllib.loads(toml(raw)) == raw

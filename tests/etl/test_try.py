"""A file may be tried before it is loaded: nothing is stored, no value is shown, and a draft can be saved."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from etl.__main__ import main
from etl.intake.typed.values import shape_of
from etl.layouts import LayoutError, layouts, layouts_of, parsed, saving
from etl.load import load
from etl.store import Store
from etl.trial.draft import Choices, base_of, draft, repeated, suggested
from etl.trial.trial import Trial, trials
from tests.etl.conftest import landed
from tests.etl.layouts.test_exports import FOUND, OTHERS

ODD = (
    "Opioid search;;;;;\r\nPatient pseudo;Date Issued;Medicine;Sig;Qty;Colour\r\n"
    "a7f6c7ac5f8660b3acbbb5b4a8ee7a2f4;07/09/2026;Zomorph 30mg capsules;one twice a day;2 x 28 caps;red\r\n"
    "a0c760890f93af26ee4343cdbae3c4766;21/09/2026;Oramorph 10mg/5ml oral solution;5ml;1 x 300 ml;blue\r\n"
)
KNOWN = (
    "practice_code,patient_key,issued_on,product,quantity\r\nTST01,PAT0001,2026-09-07,Zomorph,56\r\n"
    "TST01,PAT0002,2026-09-08,Zomorph,lots\r\nTotal,,,,2\r\n"
)
TODAY = dt.date(2026, 10, 5)


def file(tmp_path: Path, text: str, name: str = "TST01_issues_2026-09.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


def one(path: Path) -> Trial:
    (trial,) = trials(path, layouts())
    return trial


def everywhere(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_known_file_says_what_would_become_of_its_rows(tmp_path: Path) -> None:
    trial = one(file(tmp_path, KNOWN))
    assert (trial.layout, trial.entity, trial.practice, trial.period) == (
        "plain",
        "issues",
        "TST01",
        "2026-09",
    )
    assert (trial.rows_in, trial.left_out, trial.kept_back) == (
        1, {"a line of totals": 1}, {"quantity is not a number": 1},
    )  # fmt: skip


def test_an_unknown_file_shows_its_header_and_what_each_column_may_be(tmp_path: Path) -> None:
    trial = one(file(tmp_path, ODD))
    assert (trial.delimiter, trial.header_line, trial.above, trial.entity) == (";", 2, 1, "issues")
    told = {column.heading: column.nearest for column in trial.columns}
    assert told == {"Patient pseudo": "patient_key", "Date Issued": "issued_on", "Medicine": "product",
                    "Sig": "directions", "Qty": "quantity", "Colour": ""}  # fmt: skip
    assert trial.columns[1].both_ways == 1  # 7 September, or 9 July


def test_the_command_stores_nothing_and_shows_no_value(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file(tmp_path, ODD.replace("red", "Jane Smith"))
    before = everywhere(tmp_path)
    assert main(["try", str(path), "--store", str(store.folder)]) == 1
    assert main(["try", str(file(tmp_path, KNOWN)), "--store", str(store.folder)]) == 0
    out = capsys.readouterr().out
    assert everywhere(tmp_path) == before
    for value in ("a7f6c7ac", "Zomorph 30", "Jane", "Smith", "PAT0001", "twice a day"):
        assert value not in out


def test_what_names_somebody_is_refused_and_not_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file(tmp_path, ODD.replace("one twice a day", "call 07700 900123").replace("red", "943 476 5919"))
    main(["try", str(path)])
    out = capsys.readouterr().out
    assert "07700" not in out and "5919" not in out


def test_a_file_without_a_header_shows_none_of_its_first_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file(
        tmp_path, "Jane Smith,Elm Road,Zomorph 30mg,2026-09-07\r\nJohn Brown,Oak Road,Zomorph,2026-09-08\r\n"
    )
    main(["try", str(path), "--draft", str(tmp_path / "mine.toml")])
    told = capsys.readouterr().out + (tmp_path / "mine.toml").read_text(encoding="utf-8")
    assert "column 1" in told
    assert not any(word in told for word in ("Jane", "Smith", "Elm", "John", "Zomorph"))


def test_a_draft_loads_its_file_once_it_is_saved(store: Store, tmp_path: Path) -> None:
    path = file(tmp_path, ODD)
    (before,) = load([path], store)
    text = draft(one(path), "mine")
    first = saving.save(store.folder, text, "north_odd", "A Pharmacist", TODAY)
    (after,) = load([path], store)
    assert (before.outcome, after.outcome, after.layout) == ("refused", "accepted", "north_odd")
    assert {(row["quantity"], row["unit"]) for row in landed(store, "issues")} == {
        (56.0, "caps"),
        (300.0, "ml"),
    }
    assert (first.version, first.reviewed_by, first.reviewed_on) == (1, "A Pharmacist", "2026-10-05")


@pytest.mark.parametrize(("layout", "text"), OTHERS)
def test_a_draft_from_a_file_that_is_read_keeps_all_of_its_layout(
    tmp_path: Path, layout: str, text: str
) -> None:
    """Lines above, practice and months, groups, units, rows left out, single ages: the same trial."""
    path = file(tmp_path, text, "TST01_2026-09.csv")
    before = one(path)
    text = draft(before, "mine", base=base_of(tmp_path, before))
    own = parsed(text, "mine")
    (after,) = trials(path, [own])
    assert (before.layout, after.layout) == (layout, "mine")
    assert replace(after, layout=layout, basis=before.basis) == before
    base = next(one for one in layouts() if one.name == layout)
    assert (own.dates, own.blank, own.preamble, own.footer) == (
        base.dates, base.blank, base.preamble, base.footer,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "target", "becomes"),
    [
        ("Patient count", "days_supply", {"patient count": "days_supply"}),  # not read before
        ("Issue type", "", {"issue type": ""}),
        ("Drug", "directions", {"drug": "directions", "dosage": "product"}),  # exchanged
        ("RemovedData", "", {"removeddata": ""}),  # rows are no longer left out by it
    ],
)
def test_a_column_of_a_known_file_may_be_something_else(
    tmp_path: Path, heading: str, target: str, becomes: dict[str, str]
) -> None:
    text = next(text for _, text in FOUND if heading.casefold() in text.casefold())
    path = file(tmp_path, text)
    before = one(path)
    base = base_of(tmp_path, before)
    chosen = {**suggested(before, "issues", base), **becomes}
    own = draft(before, "mine", Choices("issues", chosen), base)
    (after,) = trials(path, [parsed(own, "mine")])
    told = {column.heading: column.target for column in after.columns}
    assert {heading: told[heading] for heading in becomes} == becomes
    assert len(told) == len(before.columns)
    assert ("seem to be exchanged" in after.refusal) == (target == "directions") == bool(after.refusal)


STRANGE = (
    "Person;Medicine;Date Issued;Medicine;Date Issued;Type;Gone\r\n"
    "a7f6c7ac5f8660b3;Zomorph 30mg capsules;07/09/2026;Gabapentin 300mg capsules;08/09/2026;R;0\r\n"
    ";Oramorph oral solution;21/09/2026;;;A;0\r\n"
    "a0c760890f93af26;Zomorph 30mg capsules;21/09/2026;;;A;1\r\n"
)


def test_groups_words_and_rows_to_leave_out_are_chosen(tmp_path: Path) -> None:
    path = file(tmp_path, STRANGE)
    trial = one(path)
    assert repeated(trial) == ["Medicine", "Date Issued"]
    columns = {"Person": "patient_key", "Medicine": "product", "Date Issued": "issued_on",
               "Type": "issue_type", "Gone": ""}  # fmt: skip
    words = {"issue_type": {"R": "repeat", "A": "acute"}}
    groups = ("Medicine", "Date Issued")
    text = draft(trial, "My Layout!", Choices("issues", columns, groups, {"Gone": ("1",)}, words))
    own = parsed(text, "mine")
    assert own.name == "my_layout"
    (after,) = trials(path, [own])
    assert (after.refusal, after.rows_in, after.left_out) == ("", 2, {"left out by Gone": 1})
    assert after.kept_back == {"patient_key is missing": 1}  # nothing is carried down unless it is said
    without = draft(trial, "mine", Choices("issues", columns, groups, {"Gone": ("1",)}))
    (odd,) = trials(path, [parsed(without, "mine")])
    assert any("issue_type is not one of the allowed values" in reason for reason in odd.kept_back)


def test_each_save_is_a_version_and_the_newest_counts(store: Store, tmp_path: Path) -> None:
    text = draft(one(file(tmp_path, ODD)), "mine")
    saving.save(store.folder, text, "odd", "A Pharmacist", TODAY)
    saving.save(store.folder, text.replace("Opioid", "Other"), "odd", "B Analyst", TODAY)
    (found,) = saving.saved(store.folder)
    assert (found.version, found.reviewed_by) == (2, "B Analyst")
    assert parsed(saving.exported(store.folder, "odd").decode(), "odd") == found
    assert len(list((store.folder / "layouts").iterdir())) == 2  # the first stays, to be looked at


@pytest.mark.parametrize(
    ("name", "by", "change", "words"),
    [
        ("emis", "A", ("", ""), "comes with the product"),
        ("../up", "A", ("", ""), "small letters"),
        ("odd", " ", ("", ""), "say who"),
        ("odd", "A", ("ignore =", "ignor ="), "there is no such field"),
        ("odd", "A", ('"quantity"', '"product"'), "two columns go to product"),
    ],
)
def test_a_layout_that_cannot_be_used_is_not_saved(
    store: Store, tmp_path: Path, name: str, by: str, change: tuple[str, str], words: str
) -> None:
    text = draft(one(file(tmp_path, ODD)), "mine")
    text = text.replace(*change) if change[0] else text
    with pytest.raises(LayoutError, match=words):
        saving.save(store.folder, text, name, by, TODAY)
    assert saving.saved(store.folder) == [] and layouts_of(store.folder) == layouts()


def test_a_layout_may_be_tried_from_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, mine = file(tmp_path, ODD), tmp_path / "mine.toml"
    assert main(["try", str(path), "--draft", str(mine)]) == 1
    assert main(["try", str(path), "--layout", str(mine)]) == 0
    assert "2 in, 0 left out, 0 kept back" in capsys.readouterr().out
    assert main(["try", str(path), "--layout", "nowhere"]) == 1


def test_a_layout_goes_from_one_store_to_another_as_a_file(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saving.save(store.folder, draft(one(file(tmp_path, ODD)), "x"), "odd", "A Pharmacist", TODAY)
    assert main(["layouts", "--store", str(store.folder), "--export", "odd"]) == 0
    (tmp_path / "odd.toml").write_text(capsys.readouterr().out, encoding="utf-8")
    other = Store(tmp_path / "other", create=True).folder
    asked = ["layouts", "--store", str(other), "--save", str(tmp_path / "odd.toml")]
    assert main(asked) == 1  # nobody has looked it through here
    assert main([*asked, "--by", "B Analyst"]) == 0
    (layout,) = saving.saved(other)
    assert (layout.name, layout.reviewed_by, layout.version) == ("odd", "B Analyst", 1)
    assert "odd" in capsys.readouterr().out


def test_a_shape_says_how_a_value_is_written_and_not_what() -> None:
    assert shape_of("a7f6 Smith 07/09/2026") == "a9a9 Aaaaa 99/99/9999"


def test_what_a_column_may_be_is_told_by_its_values_too(tmp_path: Path) -> None:
    """“Issued” is near issuer, and “Prescribed by” near prescribed on: dates decide between them."""
    row = "a7f6c7ac5f8660b3;Zomorph 30mg capsules;07/09/2026;56;GP01;R"
    trial = one(file(tmp_path, f"Hashed;Medicine;Issued;Amount;Prescribed by;Kind\r\n{row}\r\n"))
    assert [column.nearest for column in trial.columns] == [
        "patient_key", "product", "issued_on", "quantity", "issuer", "issue_type",
    ]  # fmt: skip

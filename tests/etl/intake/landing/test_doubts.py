"""Files that wait for a person: empty and unusually small months, columns that would be lost."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import etl.intake.search
from etl.intake.files.source import Source
from etl.intake.landing.doubts import ASKED
from etl.intake.search import Searched
from etl.load import load
from etl.store import Receipt, Store
from etl.verify.store import differences
from tests.etl import extracts
from tests.etl.conftest import Loader, landed
from tests.etl.extracts import Issue

PATIENTS = "practice_code,patient_key,age_band,sex,registered_from"


def month(n: int, rows: int, practice: str = "TST01") -> str:
    """A plain issues file of one month of 2026."""
    told = [Issue(f"PAT{k:04d}", date(2026, n, 1 + k % 27), quantity=10 + k) for k in range(rows)]
    return extracts.csv_text("plain", extracts.issues("plain", told, practice))


def name(n: int, practice: str = "TST01") -> str:
    return f"{practice}_issues_2026-{n:02d}.csv"


def people(rows: int) -> str:
    return "\n".join([PATIENTS, *(f"TST01,PAT{k:04d},45-54,female,2019-03-31" for k in range(rows))]) + "\n"


def waits(receipt: Receipt) -> bool:
    (reason,) = receipt.reasons or ("",)
    waiting = receipt.outcome == "refused" and reason.endswith(ASKED)
    assert not waiting or (receipt.entity, receipt.rows_read, receipt.parts) != ("", 0, ())
    return waiting


def test_a_large_file_alone_is_searched_once(put: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is put off for no other file, and so not read again."""
    names = list[str]()
    search = etl.intake.search.search

    def counted(source: Source, *how: Any) -> Searched:
        names.append(source.name)
        return search(source, *how)

    monkeypatch.setattr("etl.load.SMALL", 0)
    monkeypatch.setattr("etl.intake.search.search", counted)
    assert put(month(5, 20), name(5)).outcome == "accepted"
    assert names == [name(5)]


@pytest.mark.parametrize(
    ("rows", "waiting"), [(20, False), (10, False), (9, True), (1, True), (0, True)]
)  # of a usual 20
def test_a_month_of_fewer_than_half_the_usual_rows_waits(
    put: Loader, store: Store, rows: int, waiting: bool
) -> None:
    for n, usual in ((5, 20), (6, 18), (7, 90)):
        assert put(month(n, usual), name(n)).outcome == "accepted"
    receipt = put(month(8, rows), name(8))
    assert waits(receipt) == waiting
    if 0 < rows < 10:
        assert f"{rows} rows of issues of TST01 for 2026-08 are fewer than half of the 20" in str(
            receipt.reasons
        )
    assert len(landed(store, "issues")) == 128 + rows * (not waiting)
    if waiting:
        accepted = put(month(8, rows), name(8), accept_smaller=True)
        assert (accepted.outcome, accepted.rows_loaded) == ("accepted", rows)
        assert any(note.startswith("accepted by a person, though") for note in accepted.notes)
        assert put(month(8, rows), name(8)).outcome == "duplicate"
        assert put(month(8, rows + 1), name(8)).outcome == "accepted"  # sent again: it is no new month
    assert differences(store) == []


@pytest.mark.parametrize(
    ("usual", "rows", "waiting"),
    [
        (9, 4, False),
        (9, 2, False),
        (9, 1, True),
        (9, 0, True),
        (5, 1, True),
        (4, 1, False),
        (4, 0, True),
        (1, 0, True),
    ],
)
@pytest.mark.parametrize("entity", ["issues", "patients", "reviews"])
def test_a_small_practice_may_have_a_quiet_month_but_not_an_empty_one(
    put: Loader, entity: str, usual: int, rows: int, waiting: bool
) -> None:
    """Half as many may be chance; of five or more, none or one is not."""
    makers: dict[str, Callable[[int, int], str]] = {
        "issues": month,
        "patients": lambda _, n: people(n),
        "reviews": reviews,
    }
    made = makers[entity]
    for n in (5, 6, 7):
        assert put(made(n, usual), f"TST01_{entity}_2026-0{n}.csv").outcome == "accepted"
    assert waits(put(made(8, rows), f"TST01_{entity}_2026-08.csv")) == waiting


def reviews(n: int, rows: int) -> str:
    told = [f"TST01,PAT{k:04d},2026-{n:02d}-{1 + k % 27:02d}" for k in range(rows)]
    return "\n".join(["practice_code,patient_key,reviewed_on", *told]) + "\n"


def months(rows: dict[int, int]) -> str:
    """One plain issues file of several months of 2026."""
    texts = [month(n, k).splitlines() for n, k in rows.items()]
    return "\n".join([texts[0][0], *(line for text in texts for line in text[1:])]) + "\n"


@pytest.mark.parametrize(
    ("before", "rows", "told"),
    [
        (30, {6: 60}, "2026-07 (0 rows), 2026-08 (0 rows), 2026-09 (0 rows)"),
        (30, {6: 30, 7: 30, 8: 7, 9: 30}, "2026-08 (7 rows)"),
        (30, {6: 60, 7: 3, 8: 3, 9: 3}, "2026-07 (3 rows), 2026-08 (3 rows), 2026-09 (3 rows)"),
        (0, {6: 60}, "2026-07 (0 rows), 2026-08 (0 rows), 2026-09 (0 rows)"),  # the practice's first file
        (0, {6: 30, 7: 0, 8: 30, 9: 30}, "2026-07 (0 rows)"),
        (0, {6: 9, 7: 9, 8: 1, 9: 9}, "2026-08 (1 rows)"),
        (0, {6: 30, 7: 8, 8: 30, 9: 40}, ""),
        (30, {6: 20, 7: 40, 8: 30, 9: 25}, ""),
        (0, {6: 3, 7: 1, 8: 2, 9: 1}, ""),
    ],
)
def test_each_month_of_a_file_of_several_is_judged(
    put: Loader, store: Store, before: int, rows: dict[int, int], told: str
) -> None:
    """Found: a quarter whose rows were all of its first month came in, and everybody had stopped."""
    for n in (4, 5) if before else ():
        put(month(n, before), name(n))
    receipt = put(months(rows), "TST01_issues_2026-06_2026-09.csv")
    assert waits(receipt) == bool(told)
    if told:
        assert f"within 2026-06 to 2026-09 are empty or unusually small: {told}" in str(receipt.reasons)
        accepted = put(months(rows), "TST01_issues_2026-06_2026-09.csv", accept_smaller=True)
        assert accepted.outcome == "accepted"
    assert differences(store) == []


def test_a_quarter_sent_again_is_judged_by_month_too(put: Loader) -> None:
    assert put(months({6: 30, 7: 30, 8: 30}), "TST01_issues_2026-06_2026-08.csv").outcome == "accepted"
    assert waits(put(months({6: 91}), "TST01_issues_2026-06_2026-08.csv"))


@pytest.mark.parametrize("entity", ["issues", "patients"])
def test_a_first_extract_with_a_header_only_waits(put: Loader, entity: str) -> None:
    text = month(9, 0) if entity == "issues" else people(0)
    receipt = put(text, f"TST01_{entity}_2026-09.csv")
    assert waits(receipt)
    assert f"no row of {entity} of TST01 for 2026-09" in str(receipt.reasons)


@pytest.mark.parametrize(
    ("entity", "header"),
    [
        ("best_interest", "practice_code,patient_key,record_id,decided_on"),
        ("taper_steps", "practice_code,patient_key,plan_id,seq,planned_on"),
        ("referrals", "practice_code,patient_key,referral_id,service,offered_on"),
    ],
)
def test_what_may_truly_be_empty_is_taken_in(put: Loader, entity: str, header: str) -> None:
    assert put(f"{header}\n", f"TST01_{entity}_2026-08.csv").outcome == "accepted"
    assert put(f"{header}\n", f"TST01_{entity}_2026-09.csv").outcome == "accepted"


def test_a_programme_that_grows_never_waits_for_its_beginning(store: Store, tmp_path: Path) -> None:
    """Plans are few at first; loaded at once, the first months are not held against later ones."""
    for n in range(4, 10):
        rows = [f"TST01,PAT{k:04d},PL{k:04d},2026-03-01,active" for k in range(4 * (n - 3) ** 2)]
        text = "\n".join(["practice_code,patient_key,plan_id,started_on,status", *rows]) + "\n"
        (tmp_path / f"TST01_plans_2026-{n:02d}.csv").write_text(text, encoding="utf-8")
    files = sorted(tmp_path.glob("*.csv"))
    assert {r.outcome for r in load(files, store)} == {"accepted"}


def test_patients_are_held_against_whole_extracts_and_not_a_month_of_them(put: Loader) -> None:
    """A first extract of many months lists as many people as one of a month."""
    assert put(people(40), "TST01_patients_2026-01_2026-07.csv").outcome == "accepted"
    assert put(people(38), "TST01_patients_2026-08.csv").outcome == "accepted"
    assert waits(put(people(11), "TST01_patients_2026-09.csv"))


@pytest.mark.parametrize("tiny", [4, 6, 9])
@pytest.mark.parametrize("turned", [False, True])
def test_the_order_of_files_in_one_load_makes_no_difference(
    store: Store, tmp_path: Path, tiny: int, turned: bool
) -> None:
    """The tiny month is the first, one between, or the last; the files come by name, or the other way."""
    for place, n in enumerate(range(4, 10)):
        letter = "FEDCBA"[place] if turned else "ABCDEF"[place]
        path = tmp_path / "in" / f"{letter} {name(n)}"
        path.parent.mkdir(exist_ok=True)
        path.write_text(month(n, 3 if n == tiny else 20 + n), encoding="utf-8")
    receipts = load([tmp_path / "in"], store)
    assert [r.file[0] for r in receipts] == list("ABCDEF")  # each in its place, though one was judged last
    assert [r.period for r in receipts if waits(r)] == [f"2026-{tiny:02d}"]
    assert len({row["issued_on"].month for row in landed(store, "issues")}) == 5
    assert differences(store) == []


def test_the_same_month_twice_in_one_load_refuses_the_second_file(store: Store, tmp_path: Path) -> None:
    """Also where the first was put off until all others were seen."""
    for letter, text in (
        ("a", month(9, 20)),
        ("b", month(9, 20).replace(",56,", ",57,").replace(",10,", ",99,")),
    ):
        path = tmp_path / "in" / f"{letter} {name(9)}"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    first, second = load([tmp_path / "in"], store)
    assert (first.outcome, second.outcome) == ("accepted", "refused")
    assert f"{first.file} of this load holds issues of TST01" in str(second.reasons)
    assert len(landed(store, "issues")) == 20


def test_a_file_sent_again_that_loses_a_column_waits(put: Loader, store: Store) -> None:
    with_cancer = (
        people(2).replace("registered_from", "registered_from,cancer_on").replace("03-31", "03-31,2026-01-02")
    )
    assert put(with_cancer, "TST01_patients_2026-09.csv").outcome == "accepted"
    receipt = put(people(2), "TST01_patients_2026-09.csv")
    assert waits(receipt)
    assert "no column cancer_on, which the file it would replace has" in str(receipt.reasons)
    assert {row["cancer_on"] for row in landed(store, "patients")} == {date(2026, 1, 2)}
    assert put(people(2), "TST01_patients_2026-09.csv", accept_smaller=True).outcome == "accepted"


def test_a_practice_list_that_loses_a_column_waits(put: Loader) -> None:
    listed = "practice_code,name,pcn,place,icb\nTST01,A,N,N,I\nTST02,B,N,N,I\n"
    receipt = put(listed, "practices_2026-09.csv")
    assert waits(receipt)
    assert "no column clinical_system, synthetic" in str(receipt.reasons)


def test_every_order_of_three_small_months_ends_in_the_same_store(listed: Path, tmp_path: Path) -> None:
    found = []
    for n, order in enumerate(itertools.permutations([(7, 2), (8, 24), (9, 30)])):
        folder = tmp_path / str(n)
        folder.mkdir()
        for place, (at, rows) in enumerate(order):
            (folder / f"{place} {name(at)}").write_text(month(at, rows), encoding="utf-8")
        store = Store(folder / "store", create=True)
        receipts = load([extracts.practices(folder), *sorted(folder.glob("* TST01*"))], store)
        found.append(sorted((r.period, r.outcome, r.rows_loaded) for r in receipts))
    assert found == [found[0]] * 6
    assert ("2026-07", "refused", 0) in found[0]


def test_a_month_sent_again_says_whose_rows_leave(put: Loader, store: Store) -> None:
    """Found: a second file of the same month silently took the place of the first."""
    put(month(9, 20), "TST01_issues_2026-09_first.csv")
    receipt = put(month(9, 21), "TST01_issues_2026-09_again.csv")
    assert receipt.outcome == "accepted"
    assert "replaces 20 rows of TST01_issues_2026-09_first.csv" in receipt.notes
    assert differences(store) == []


def test_an_old_extract_under_a_new_month_is_told(put: Loader) -> None:
    put(people(20), "TST01_patients_2026-08.csv")
    receipt = put(people(20), "TST01_patients_2026-09.csv")
    assert receipt.outcome == "accepted"
    assert any(
        note.startswith("the same content is loaded as TST01_patients_2026-08.csv for 2026-08")
        for note in receipt.notes
    )

"""A row that a corrected layout lets through leaves quarantine for landing, once, with its history."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import etl.contract
import etl.layouts
from etl.load import load
from etl.quarantine import as_sent
from etl.quarantine import rows as quarantine_rows
from etl.quarantine.listing import waiting
from etl.quarantine.retry import Attempt, retry
from etl.quarantine.rows import Wanted
from etl.store import Receipt, Store, StoreError, live
from etl.verify.store import differences
from tests.etl import extracts
from tests.etl.conftest import Loader, everything, landed
from tests.etl.extracts import Issue, Patient
from tests.etl.quarantine.layout_changes import corrected
from tests.etl.quarantine.test_bad_rows import GOOD, table

WRITTEN_SO = ("plain.toml", 'dates = ["%Y-%m-%d"]', 'dates = ["%Y-%m-%d", "%d/%m/%Y"]')
WEEKLY = ("issues.toml", '"repeat dispensing"]', '"repeat dispensing", "weekly"]')
NAME = "TST01_issues_2026-09.csv"


def row(n: int, **changes: str) -> dict[str, str]:
    return {**GOOD, "patient_key": f"PAT{n:04d}", **changes}


def again(store: Store, tmp_path: Path, wanted: Wanted = Wanted()) -> list[Attempt]:  # noqa: B008
    """A retry after the layout came to know dates with slashes."""
    with corrected(tmp_path, etl.layouts, *WRITTEN_SO):
        return retry(store, wanted)


def now(store: Store, entity: str = "issues") -> Receipt:
    """The one receipt of an entity that counts."""
    (receipt,) = {r.number: r for part, r in live(store.receipts()).items() if part.entity == entity}.values()
    return receipt


def test_rows_that_fit_now_are_loaded_and_the_others_stay(put: Loader, store: Store, tmp_path: Path) -> None:
    rows = [
        row(1),
        row(2, issued_on="08/09/2026"),
        row(3, issued_on="09/09/2026"),
        row(4, issue_type="weekly"),
    ]
    first = put(table(*rows))
    assert (first.rows_loaded, first.rows_quarantined, first.rows_held) == (1, 3, 3)
    (attempt,) = again(store, tmp_path)
    after = now(store)
    assert attempt.after == after
    assert (after.rows_read, after.rows_loaded, after.rows_quarantined, after.outcome) == (4, 3, 1, "partial")
    assert after.reasons == {"issue_type is not one of the allowed values": 1}
    keys = [(r["patient_key"], r["issued_on"]) for r in landed(store, "issues")]
    assert keys == [(f"PAT000{n}", date(2026, 9, n + 6)) for n in (1, 2, 3)]
    assert [(w.row.line, w.can_be_retried, w.row.tries) for w in waiting(store)] == [(5, True, 1)]
    assert differences(store) == []


def test_the_history_of_a_row_is_kept(put: Loader, store: Store, tmp_path: Path) -> None:
    first = put(table(row(1), row(2, issued_on="08/09/2026")))
    assert retry(store)[0].after is not None  # nothing was put right yet
    assert now(store).rows_quarantined == 1
    again(store, tmp_path)
    after = now(store)
    assert after.retry is not None
    assert (after.retry.first, after.retry.of, after.retry.times) == (first.number, first.number + 1, 2)
    (past,) = quarantine_rows.read_past(store, after.number)
    assert (past.line, past.receipt, past.tries, past.became) == (3, first.number, 2, "loaded")
    assert past.reason == "issued_on is not a date of this layout"
    assert past.retried_on == after.retry.on
    assert differences(store) == []


def test_a_second_retry_adds_nothing(put: Loader, store: Store, tmp_path: Path) -> None:
    put(table(row(1), row(2, issued_on="08/09/2026")))
    again(store, tmp_path)
    assert (again(store, tmp_path), len(landed(store, "issues"))) == ([], 2)
    assert not list(store.quarantine.glob("held.*"))  # nothing is held for longer than it waits


def test_a_value_added_to_the_contract_lets_its_rows_through(
    put: Loader, store: Store, tmp_path: Path
) -> None:
    put(table(row(1), row(2, issue_type="weekly")))
    with corrected(tmp_path, etl.contract, *WEEKLY):
        retry(store)
        assert sorted(r["issue_type"] for r in landed(store, "issues")) == ["repeat", "weekly"]


@pytest.mark.parametrize(
    ("changes", "trace"),
    [
        ({"directions": "ring 07700 900123 first"}, b"07700"),  # withheld
        ({"patient_key": "Ann Other"}, b"Ann Other"),  # no pseudonym
        ({"dmd_code": "9434765919"}, b"9434765919"),  # may be somebody's number, by chance
        ({"patient_key": ""}, b"secret brand"),
    ],
)
def test_a_row_that_could_name_someone_is_never_held(
    put: Loader, store: Store, tmp_path: Path, changes: dict[str, str], trace: bytes
) -> None:
    bad = row(2, issued_on="08/09/2026", product="secret brand", **changes)
    receipt = put(table(row(1), bad))
    assert (receipt.rows_quarantined, receipt.rows_held) == (1, 0)
    assert again(store, tmp_path) == []
    held_bytes = everything(store)
    assert trace not in held_bytes
    assert b"secret brand" not in held_bytes
    assert [w.can_be_retried for w in waiting(store)] == [False]


def test_rows_that_no_layout_can_mend_are_not_held(put: Loader, store: Store) -> None:
    text = table(row(1), row(1), row(2, product="x" * 1001)) + "TST01,PATSHORT\n"
    receipt = put(text)
    assert (receipt.rows_quarantined, receipt.rows_held) == (3, 0)
    assert b"PATSHORT" not in everything(store)


def test_the_gate_is_asked_again(
    put: Loader, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(table(row(1), row(2, issued_on="08/09/2026", directions="see the blue note")))
    words = frozenset(["a word of the blue sort"])
    monkeypatch.setattr(
        "etl.intake.privacy.columns.kinds", lambda text: words if "blue" in text else frozenset()
    )
    again(store, tmp_path)
    after = now(store)
    assert (after.rows_loaded, after.rows_quarantined, after.rows_held) == (1, 1, 0)
    assert list(after.reasons) == ["directions holds a word of the blue sort: the text is withheld"]
    assert b"see the blue note" not in everything(store)
    assert differences(store) == []


def test_what_was_sent_again_since_is_not_touched(put: Loader, store: Store, tmp_path: Path) -> None:
    put(table(row(1), row(2, issued_on="08/09/2026")))
    put(table(row(7), row(8)), "TST01 again 2026-09.csv")
    assert again(store, tmp_path) == []
    assert [r["patient_key"] for r in landed(store, "issues")] == ["PAT0007", "PAT0008"]
    assert not list(store.quarantine.glob("held.*"))
    assert waiting(store) == []


def test_of_a_file_of_several_practices_only_what_counts_is_retried(
    put: Loader, store: Store, tmp_path: Path
) -> None:
    two = {"practice_code": "TST02"}
    put(table(row(1), row(2, issued_on="08/09/2026"), row(3, **two), row(4, issued_on="08/09/2026", **two)),
        "both_2026-09.csv")  # fmt: skip
    put(table(row(5, **two)), "TST02_issues_2026-09.csv")
    assert [w.row.line for w in waiting(store)] == [3]
    (attempt,) = again(store, tmp_path)
    assert attempt.after is not None and attempt.after.retry is not None
    assert (attempt.after.retry.released, attempt.after.retry.replaced) == (1, 1)
    assert [r["patient_key"] for r in landed(store, "issues")] == ["PAT0001", "PAT0002", "PAT0005"]
    assert waiting(store) == []
    assert differences(store) == []


def test_a_practice_of_which_no_row_fitted_gets_its_part(put: Loader, store: Store, tmp_path: Path) -> None:
    put(table(row(1), row(2, practice_code="TST02", issued_on="08/09/2026")), "both_2026-09.csv")
    again(store, tmp_path)
    assert [r["patient_key"] for r in landed(store, "issues", "TST02")] == ["PAT0002"]
    assert differences(store) == []


@pytest.mark.parametrize("earlier", [True, False])
def test_such_a_part_replaces_nothing(put: Loader, store: Store, tmp_path: Path, earlier: bool) -> None:
    own = (table(row(5, practice_code="TST02")), "TST02_issues_2026-09.csv")
    both = (table(row(1), row(2, practice_code="TST02", issued_on="08/09/2026")), "both_2026-09.csv")
    for sent in (own, both) if earlier else (both, own):
        put(*sent)
    again(store, tmp_path)
    assert [r["patient_key"] for r in landed(store, "issues", "TST02")] == ["PAT0005"]
    reasons = [w.row.reason for w in waiting(store)]
    assert reasons == (["its months are held by another extract"] if earlier else [])
    assert differences(store) == []


def test_a_retried_row_that_says_what_is_loaded_already_is_a_copy(
    put: Loader, store: Store, tmp_path: Path
) -> None:
    put(table(row(1), row(1, issued_on="07/09/2026"), row(2, issued_on="08/09/2026")))
    again(store, tmp_path)
    assert now(store).reasons == {"exact copy of an earlier row": 1}
    assert len(landed(store, "issues")) == 2
    assert [w.can_be_retried for w in waiting(store)] == [False]


def test_a_second_row_under_a_key_stays_out(put: Loader, store: Store, tmp_path: Path) -> None:
    told = extracts.patients("plain", [Patient(), Patient(sex="male"), Patient("PAT0002")])
    told[2][10] = "08/09/2026"
    put(extracts.csv_text("plain", told), "TST01_patients_2026-09.csv")
    again(store, tmp_path)
    assert now(store, "patients").reasons == {
        "practice_code, patient_key, registered_from as in an earlier row": 1
    }
    assert [r["sex"] for r in landed(store, "patients")] == ["female", "female"]


def test_details_carried_down_stay_with_their_patient(put: Loader, store: Store, tmp_path: Path) -> None:
    issues = [
        Issue("PATA01"),
        Issue("PATA01", kind="Weekly"),
        Issue("PATB01"),
        Issue("PATC01", kind="Weekly"),
    ]
    put(extracts.csv_text("emis", extracts.issues("emis", issues)))
    with corrected(
        tmp_path, etl.layouts, "emis.toml", '"Acute" = "acute"', '"Acute" = "acute"\n"Weekly" = "repeat"'
    ):
        retry(store)
    keys = [r["patient_key"] for r in landed(store, "issues")]
    assert keys == ["PATA01", "PATB01", "PATC01"]  # of PATA01's two alike, one is a copy
    assert now(store).reasons == {"exact copy of an earlier row": 1}


def test_a_row_whose_patient_is_unknown_never_gets_another(put: Loader, store: Store, tmp_path: Path) -> None:
    issues = [
        Issue("PATA01"),
        Issue("PATB01", kind="Weekly"),
        Issue("PATB01", date(2026, 9, 9), kind="Weekly"),
    ]
    lines = extracts.csv_text("emis", extracts.issues("emis", issues)).splitlines()
    lines[-2] += ",surplus"  # PATB01's first row cannot be read, so the next is nobody's
    put("\n".join(lines))
    with corrected(
        tmp_path, etl.layouts, "emis.toml", '"Acute" = "acute"', '"Acute" = "acute"\n"Weekly" = "repeat"'
    ):
        retry(store)
    assert [r["patient_key"] for r in landed(store, "issues")] == ["PATA01"]


def test_the_same_file_sent_after_a_retry_is_a_duplicate(put: Loader, store: Store, tmp_path: Path) -> None:
    text = table(row(1), row(2, issued_on="08/09/2026"))
    put(text)
    again(store, tmp_path)
    assert put(text).outcome == "duplicate"
    assert len(landed(store, "issues")) == 2


def test_a_practice_left_out_of_the_list_can_be_added(put: Loader, store: Store, tmp_path: Path) -> None:
    put(table(row(1), row(2, practice_code="TST03", issued_on="08/09/2026")), "both_2026-09.csv")
    again(store, tmp_path)
    assert now(store).reasons == {"practice_code is not in the practice list": 1}
    load([extracts.practices(tmp_path, ["TST01", "TST02", "TST03"])], store, accept_smaller=True)
    again(store, tmp_path)
    assert [r["patient_key"] for r in landed(store, "issues", "TST03")] == ["PAT0002"]
    assert differences(store) == []


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        (Wanted(practice="tst01"), ["TST02"]),
        (Wanted(file="TST02_"), ["TST01"]),
        (Wanted(reason="not a DATE"), []),
        (Wanted(reason="allowed values"), ["TST01", "TST02"]),
        (Wanted(entity="patients"), ["TST01", "TST02"]),
        (Wanted(period="2026-09"), []),
        (Wanted(period="2026-08"), ["TST01", "TST02"]),
    ],
)
def test_only_what_is_asked_for_is_retried(
    put: Loader, store: Store, tmp_path: Path, wanted: Wanted, left: list[str]
) -> None:
    for code in ("TST01", "TST02"):
        rows = [row(1, practice_code=code), row(2, practice_code=code, issued_on="08/09/2026")]
        put(table(*rows), f"{code}_issues_2026-09.csv")
    again(store, tmp_path, wanted)
    assert [w.receipt.practice for w in waiting(store)] == left
    assert differences(store) == []


def test_a_layout_that_no_longer_fits_changes_nothing(put: Loader, store: Store, tmp_path: Path) -> None:
    text = extracts.csv_text(
        "systmone", extracts.issues("systmone", [Issue(), Issue("PAT0002", kind="Weekly")])
    )
    put(text)
    with corrected(tmp_path, etl.layouts, "systmone.toml", '"Drug name"', '"Medicine"'):
        (attempt,) = retry(store)
    assert attempt.after is None
    assert "stays as it is" in str(attempt) and "drug name" in str(attempt)
    assert (len(waiting(store)), now(store).retry, differences(store)) == (1, None, [])


KINDS = ("good", "late date", "weekly", "copy", "late copy", "short", "withheld", "other practice")


def line(kind: str, n: int) -> str:
    told = {
        "late date": {"issued_on": "08/09/2026"},
        "weekly": {"issue_type": "weekly"},
        "withheld": {"directions": "tel 07700 900123", "issued_on": "08/09/2026"},
        "other practice": {"practice_code": "TST02", "issued_on": "08/09/2026"},
    }
    cells = list(row(n, **told.get(kind, {})).values())
    if kind in ("copy", "late copy"):
        cells = list(row(0, **({"issued_on": "07/09/2026"} if kind == "late copy" else {})).values())
    return ",".join(cells[:3] if kind == "short" else cells)


def fresh(listed: Path, folder: Path) -> Store:
    shutil.rmtree(folder, ignore_errors=True)
    return Store(shutil.copytree(listed, folder))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=10), tries=st.integers(1, 2))
def test_no_row_is_lost_or_doubled_by_retries(
    listed: Path, tmp_path: Path, kinds: list[str], tries: int
) -> None:
    """A retry leaves what loading the same file anew, by the corrected layout, would have left."""
    kinds = ["copy", *kinds]
    path = tmp_path / "issues_2026-09.csv"
    path.write_text(table() + "\n".join(line(k, n) for n, k in enumerate(kinds)) + "\n", encoding="utf-8")
    store, anew = fresh(listed, tmp_path / "store"), fresh(listed, tmp_path / "anew")
    load([path], store)
    for _ in range(tries):
        again(store, tmp_path)
    with corrected(tmp_path, etl.layouts, *WRITTEN_SO):
        load([path], anew)
    assert differences(store) == []
    assert landed(store, "issues") == landed(anew, "issues")
    assert [w.row.line for w in waiting(store)] == [w.row.line for w in waiting(anew)]
    if kinds.count("withheld") >= 5:  # refused whole
        assert landed(store, "issues") == []
        return
    after = now(store)
    times = {kind: kinds.count(kind) for kind in KINDS}
    loaded = 1 + times["good"] + times["late date"] + times["other practice"]
    assert (after.rows_read, after.rows_loaded) == (len(kinds), loaded)
    assert len(landed(store, "issues")) == loaded
    told = as_sent.read(store, after.number)
    assert (len(told.rows) if told else 0) == times["weekly"] == after.rows_held


def test_rows_of_an_areas_file_are_retried_and_stay_one_part(store: Store, tmp_path: Path) -> None:
    path = extracts.list_sizes(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("2026-08-01", "01/08/2026", 2), encoding="utf-8")
    (first,) = load([path], store)
    assert (first.rows_loaded, first.rows_quarantined) == (22, 2)
    (attempt,) = again(store, tmp_path)
    after = now(store, "list_sizes")
    assert attempt.after == after
    assert (after.rows_loaded, after.rows_quarantined, len(after.parts)) == (24, 0, 1)
    months = [row["month"] for row in landed(store, "list_sizes") if row["practice_code"] == "TST01"]
    assert sorted(set(months)) == [date(2026, month, 1) for month in range(4, 10)]
    assert differences(store) == []


def test_rows_are_not_added_to_a_part_that_is_gone(put: Loader, store: Store, tmp_path: Path) -> None:
    first = put(table(row(1), row(2, issued_on="08/09/2026")))
    (part,) = first.parts
    (store.folder / part.path).unlink()
    with pytest.raises(StoreError, match="missing or damaged"):
        again(store, tmp_path)
    assert now(store) == first

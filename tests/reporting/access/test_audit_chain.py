"""The chain of the audit: any records verify; changes, cuts and moves are found, and nothing hides them."""

from __future__ import annotations

import datetime as dt
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reporting.access import audit, chain
from reporting.access.chain import Head

START = dt.datetime(2026, 11, 29, tzinfo=dt.UTC)
SAME_STORE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXT = st.text(st.characters(), max_size=400)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dt.datetime]]:
    """The moments that are told next; the last stays."""
    moments = [START]
    monkeypatch.setattr(chain, "now", lambda: moments.pop(0) if len(moments) > 1 else moments[0])
    yield moments


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of twelve events in three months."""
    store = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        for day in range(0, 60, 5):
            patch.setattr(chain, "now", lambda day=day: START + dt.timedelta(days=day))
            audit.record(store, "person viewed", who=f"user {day}", page="patients", pseudonym=f"P{day}")
    assert audit.verify(store) is None
    assert [path.stem for path in chain.months(store / "audit")] == ["2026-11", "2026-12", "2027-01"]
    return store


def copied(store: Path) -> Path:
    """The same in a new folder, to be changed."""
    return Path(shutil.copytree(store, Path(tempfile.mkdtemp(dir=store.parent)) / "store"))


def lines(store: Path) -> list[tuple[str, int, bytes]]:
    """Every line with its file and number."""
    return [
        (path.name, n, line)
        for path in chain.months(store / "audit")
        for n, line in enumerate(path.read_bytes().splitlines(keepends=True), start=1)
    ]


def put(store: Path, changed: list[tuple[str, int, bytes]]) -> None:
    """Lines in place of those that were there."""
    for path in chain.months(store / "audit"):
        path.write_bytes(b"".join(line for name, _, line in changed if name == path.name))


def found(store: Path) -> tuple[str, int]:
    """Where the first break is; then another event, which must not hide that there is one."""
    first = audit.verify(store)
    assert first is not None
    audit.record(store, "signed out", who="ann")
    audit.record(store, "signed out", who="ann")
    assert audit.verify(store) is not None, "a later event hid the break"
    shutil.rmtree(store.parent)
    return first.file, first.line


@given(records=st.lists(st.tuples(TEXT, TEXT, st.booleans(), st.integers(-90, 90)), max_size=8))
@SAME_STORE
def test_any_sequence_of_records_verifies_and_comes_back(
    records: list[tuple[str, str, bool, int]], clock: list[dt.datetime]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store, now = Path(folder), START
        for who, text, durable, days in records:  # the clock goes back as well
            now += dt.timedelta(days=days)
            clock[:] = [now]
            audit.record(store, "download", who=who, durable=durable, filters=text, rows=3)
            assert audit.verify(store) is None
        back = [(event.who, event.details["filters"]) for event in audit.events(store)]
        assert back == [
            (audit.plain(who) or "not known", audit.plain(text)) for who, text, *_ in records[::-1]
        ]
        numbers = [event.number for event in audit.events(store)]
        assert numbers == list(range(len(records), 0, -1))


@given(data=st.data())
@SAME_STORE
def test_a_changed_byte_is_found_and_named(whole: Path, data: st.DataObject) -> None:
    store = copied(whole)
    path = data.draw(st.sampled_from([*chain.months(store / "audit"), store / "audit" / chain.HEAD]))
    before = path.read_bytes()
    at = data.draw(st.integers(0, len(before) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != before[at]))
    path.write_bytes(before[:at] + bytes([byte]) + before[at + 1 :])
    line = 0 if path.name == chain.HEAD else before[:at].count(b"\n") + 1
    assert found(store) == (path.name, line)


@given(data=st.data())
@SAME_STORE
def test_a_line_removed_is_found_where_it_stood(whole: Path, data: st.DataObject) -> None:
    store = copied(whole)
    every = lines(store)
    first = data.draw(st.integers(0, len(every) - 1))
    many = data.draw(st.integers(1, len(every) - first))
    put(store, every[:first] + every[first + many :])
    if first + many < len(every):  # the line after the gap, where it stands now
        name = every[first + many][0]
        expected = (name, 1 + sum(one[0] == name for one in every[:first]))
    elif first:
        expected = (every[first - 1][0], every[first - 1][1] + 1)
    else:
        expected = (chain.HEAD, 0)
    assert found(store) == expected


@given(data=st.data())
@SAME_STORE
def test_two_lines_swapped_are_found(whole: Path, data: st.DataObject) -> None:
    store = copied(whole)
    every = lines(store)
    one = data.draw(st.integers(0, len(every) - 2))
    other = data.draw(st.integers(one + 1, len(every) - 1))
    changed = [*every]
    changed[one] = (*every[one][:2], every[other][2])
    changed[other] = (*every[other][:2], every[one][2])
    put(store, changed)
    where = found(store)
    assert where == (every[one][:2] if one else every[1][:2])  # the first line alone may follow anything


@given(data=st.data())
@SAME_STORE
def test_a_line_put_in_twice_is_found(whole: Path, data: st.DataObject) -> None:
    store = copied(whole)
    every = lines(store)
    one, at = (data.draw(st.integers(0, len(every) - 1)) for _ in range(2))
    name = every[at][0]
    put(store, [*every[: at + 1], (name, 0, every[one][2]), *every[at + 1 :]])
    twice = (name, every[at][1] + 1)
    if one == at + 1:  # then the first of the two stands right
        twice = (every[one][0], every[one][1] + (every[one][0] == name))
    assert found(store) == twice


@given(data=st.data())
@SAME_STORE
def test_a_tail_that_is_cut_anywhere_is_found(whole: Path, data: st.DataObject) -> None:
    store = copied(whole)
    path = chain.months(store / "audit")[-1]
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(data.draw(st.integers(0, size - 2)))
    assert found(store)[0] != "2026-11.jsonl"


def test_a_line_break_that_is_cut_is_found_and_put_back(whole: Path) -> None:
    store = copied(whole)
    path = chain.months(store / "audit")[-1]
    before = path.read_bytes()
    path.write_bytes(before[:-1])
    assert str(audit.verify(store)).startswith("2027-01.jsonl, line 5")
    audit.record(store, "signed in", who="ann")
    assert path.read_bytes().startswith(before)
    assert audit.verify(store) is None


@given(data=st.data())
@SAME_STORE
def test_a_line_sealed_anew_is_found(whole: Path, data: st.DataObject) -> None:
    store = copied(whole)
    every = lines(store)
    at = data.draw(st.integers(0, len(every) - 1))
    fields = chain.unsealed(every[at][2])
    assert fields is not None
    del fields["hash"]
    forged = chain.sealed({**fields, "who": "somebody else"})
    put(store, [*every[:at], (*every[at][:2], forged), *every[at + 1 :]])
    assert found(store) == (every[min(at + 1, len(every) - 1)][:2])


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_a_month_removed_is_found(whole: Path, gone: int) -> None:
    store = copied(whole)
    months = chain.months(store / "audit")
    months[gone].unlink()
    where = found(store)
    assert where == (("2026-12.jsonl", 1), ("2027-01.jsonl", 1), ("2026-12.jsonl", 7))[gone]


def test_a_head_that_is_gone_is_found_and_stays_so(whole: Path) -> None:
    store = copied(whole)
    (store / "audit" / chain.HEAD).unlink()
    assert "head is missing" in str(audit.verify(store))
    assert found(store) == (chain.HEAD, 0)


def test_all_written_anew_is_found_by_a_head_that_was_noted_elsewhere(whole: Path) -> None:
    known = chain.head_of(whole / "audit")
    assert known is not None
    forged = Path(tempfile.mkdtemp(dir=whole.parent))
    for n in range(14):
        audit.record(forged, "signed in", who=f"nobody {n}")
    assert audit.verify(forged) is None  # whoever may write everything can write everything anew
    assert "written anew" in str(audit.checked(forged, known=known).first_break)
    store = copied(whole)
    put(store, lines(store)[:8])
    last = chain.unsealed(lines(store)[-1][2])
    assert last is not None
    (store / "audit" / chain.HEAD).unlink()
    chain._write_head(store / "audit", Head(8, last["hash"], 8))
    assert audit.verify(store) is None
    assert "lines 9 to 12 were of the chain cut off" in str(audit.checked(store, known=known).first_break)


@given(half=st.binary(min_size=1, max_size=300).filter(lambda one: b"\n" not in one), real=st.booleans())
@SAME_STORE
def test_half_a_line_of_a_process_that_died_is_no_break(whole: Path, half: bytes, real: bool) -> None:
    store = copied(whole)
    path = chain.months(store / "audit")[-1]
    fields = {"seq": 13, "when": "2027-02-01T00:00:00Z", "what": "load", "who": "x", "before": "0" * 64}
    with path.open("ab") as file:
        file.write(chain.sealed(fields)[: len(half)] if real else half)
    assert audit.verify(store) is None
    audit.record(store, "signed in", who="ann")
    assert audit.verify(store) is None
    assert [event.number for event in audit.events(store)][:2] == [13, 12]
    shutil.rmtree(store.parent)


def test_a_line_that_the_head_does_not_count_yet_stays(whole: Path) -> None:
    store = copied(whole)
    head = (store / "audit" / chain.HEAD).read_bytes()
    for _ in range(3):  # killed between line and head, again and again
        audit.record(store, "signed in", who="ann")
        (store / "audit" / chain.HEAD).write_bytes(head)
        assert audit.verify(store) is None
        audit.record(store, "signed in", who="ann")
        head = (store / "audit" / chain.HEAD).read_bytes()
    assert audit.verify(store) is None
    assert next(audit.events(store)).number == 18


def test_a_copy_made_while_people_look_is_whole_if_its_head_was_copied_first(whole: Path) -> None:
    store = copied(whole)
    head = (store / "audit" / chain.HEAD).read_bytes()
    for n in range(5):
        audit.record(store, "page viewed", who="ann", durable=n == 3, page="overview")
    (store / "audit" / chain.HEAD).write_bytes(head)
    with chain.months(store / "audit")[-1].open("ab") as file:
        file.write(b'{"seq":18,"when":"2027-')
    found = audit.checked(store)
    assert found.first_break is None and "counts 5 lines less" in " ".join(found.notes)
    audit.record(store, "signed in", who="ann")
    assert audit.verify(store) is None
    assert next(audit.events(store)).number == 18


def test_page_views_that_went_with_the_power_are_told_of(whole: Path) -> None:
    store = copied(whole)
    for _ in range(3):
        audit.record(store, "page viewed", who="ann", durable=False, page="overview")
    put(store, lines(store)[:-2])  # never synced
    assert "may have gone with the power" in str(audit.verify(store))
    audit.record(store, "signed in", who="ann")
    told = audit.checked(store)
    assert told.first_break is None
    assert "2 page views, not yet synced, went with the power" in " ".join(told.notes)
    put(store, lines(store)[:-1])
    assert found(store)[0].endswith(".jsonl")  # the one after is synced: its loss is a break


def test_whole_months_are_pruned_and_the_rest_verifies(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = copied(whole)
    assert audit.prune(store, "2026-12", "ann") == 1
    assert [path.stem for path in chain.months(store / "audit")] == ["2026-12", "2027-01"]
    assert audit.verify(store) is None
    event = next(audit.events(store))
    assert (event.what, event.who, event.details) == (
        "audit pruned",
        "ann",
        {"before": "2026-12", "months": 1},
    )
    assert audit.prune(store, "2026-12", "ann") == 0
    again = copied(store)
    (again / "audit" / "2026-12.jsonl").unlink()
    assert found(again) == ("2027-01.jsonl", 1)
    for month in ("2099-01", "2026-13", "soon"):
        with pytest.raises(audit.AuditError, match="no month that has begun"):
            audit.prune(store, month, "ann")


def test_all_months_but_this_one_can_be_pruned(tmp_path: Path, clock: list[dt.datetime]) -> None:
    for moment in (dt.datetime(2020, 1, 1), dt.datetime(2020, 5, 1)):
        clock[:] = [moment.replace(tzinfo=dt.UTC)]
        audit.record(tmp_path, "signed in", who="ann")
    clock[:] = [dt.datetime(2020, 6, 1, tzinfo=dt.UTC)]
    assert audit.prune(tmp_path, "2020-06", "ann") == 2
    assert [event.number for event in audit.events(tmp_path)] == [3]
    assert audit.verify(tmp_path) is None


def test_a_prune_that_dies_before_it_removes_leaves_a_whole_chain(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = copied(whole)
    monkeypatch.setattr(chain, "now", lambda: START + dt.timedelta(days=60))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            audit.prune(store, "2027-01", "ann")
    assert len(chain.months(store / "audit")) == 3
    assert audit.verify(store) is None
    (store / "audit" / "2026-11.jsonl").unlink()  # it removes the oldest first
    assert audit.verify(store) is None


def test_a_check_can_begin_with_a_month(whole: Path) -> None:
    store = copied(whole)
    path = store / "audit" / "2026-11.jsonl"
    path.write_bytes(path.read_bytes().replace(b"user 0", b"user 9"))
    assert audit.verify(store) is not None
    later = audit.checked(store, "2026-12")
    assert (later.first_break, later.count) == (None, 11)
    assert audit.checked(store, "2030-01").count == 5  # the last month always is looked at


def test_the_clock_may_go_back_and_the_month_may_change(tmp_path: Path, clock: list[dt.datetime]) -> None:
    for days in (0, 5, -40, 3, 40, -400):
        clock[:] = [START + dt.timedelta(days=days)]
        audit.record(tmp_path, "signed in", who="ann")
    assert audit.verify(tmp_path) is None
    assert [path.stem for path in chain.months(tmp_path / "audit")] == ["2026-11", "2026-12", "2027-01"]
    assert next(audit.events(tmp_path)).when == START - dt.timedelta(days=400)


def test_a_crafted_line_is_named_and_breaks_nothing(whole: Path) -> None:
    crafted: tuple[dict[str, Any], ...] = (
        {}, {"seq": "13"}, {"seq": True, "when": "", "before": ""}, {"seq": 13, "when": 1, "before": "x"},
        {"seq": 13, "when": "2027", "before": "x", "kept_from": "all"},
        {"seq": 13, "when": "x", "before": "y"}, {"seq": 10**30, "when": "2027", "before": "x"},
    )  # fmt: skip
    for fields in crafted:
        store = copied(whole)
        with chain.months(store / "audit")[-1].open("ab") as file:
            file.write(chain.sealed(fields))
        assert len(list(itertools.islice(audit.events(store), 20))) == 12
        assert found(store) == ("2027-01.jsonl", 6)

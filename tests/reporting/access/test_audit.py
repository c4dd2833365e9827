"""What the audit records of events, what it refuses, how it is read, and its command."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reporting.access import audit, chain

ROOT = Path(__file__).parents[3]
FORGED = '","who":"mallory"}\n{"seq":9,"when":"2026-12-01","what":"signed in","who":"mallory","before":"x"}'


HOSTILE = (
    FORGED, "a\r\nb", "a\u2028b\u2029c\x85d", "\ud800 alone", "\x00\x1b[31m", "\u202egpj.exe", "é 世界 👍",
    "x" * 99_999, f'{{"hash":"{chain.NOTHING}"}}', "\\", '"',
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", ["who", "role", "scope", "release", "file", "files"])
def test_no_text_breaks_a_line(tmp_path: Path, text: str, place: str) -> None:
    details: dict[str, Any] = {"files": [text, "b"]} if place == "files" else {"file": text}
    if place in ("who", "role", "scope", "release"):
        details = {place: text}
    audit.record(tmp_path, "pack exported", **{"who": "ann", **details})
    audit.record(tmp_path, "signed out", who="bob")
    assert audit.verify(tmp_path) is None
    (path,) = chain.months(tmp_path / "audit")
    assert path.read_bytes().count(b"\n") == 2
    assert len(path.read_bytes()) < 10_000
    path.read_bytes().decode("ascii")
    bob, ann = audit.events(tmp_path)
    assert (bob.who, ann.what) == ("bob", "pack exported")
    shown = "".join([ann.who, ann.role, ann.scope, ann.release, str(ann.details)])
    assert shown.isprintable() and shown.encode("utf-8")
    assert audit.plain(text) in [
        getattr(ann, place, ""),
        ann.details.get("file"),
        *ann.details.get("files", []),
    ]


def test_what_cannot_be_printed_is_seen_and_a_long_text_says_that_it_is_cut() -> None:
    assert audit.plain("a\nb\ud800") == "a\ufffdb\ufffd"
    assert audit.plain("é 世界") == "é 世界"
    assert len(audit.plain("x" * 1_000)) == audit.LONGEST
    assert audit.plain("x" * 1_000).endswith("x…")


def test_a_line_may_be_longer_than_what_is_read_at_once(tmp_path: Path) -> None:
    files = ["👍" * 1_000] * 100
    for n in range(3):
        audit.record(tmp_path, "pack exported", who="ann", files=files, rows=n)
    assert chain.months(tmp_path / "audit")[0].stat().st_size > 30 * chain.BLOCK
    assert [event.details["rows"] for event in audit.events(tmp_path)] == [2, 1, 0]
    assert audit.verify(tmp_path) is None


def test_a_long_list_says_how_many_more(tmp_path: Path) -> None:
    audit.record(tmp_path, "pack exported", who="ann", files=tuple(f"{n}.png" for n in range(100)))
    files = next(audit.events(tmp_path)).details["files"]
    assert (len(files), files[-1]) == (audit.MOST + 1, "and 60 more")


@pytest.mark.parametrize(
    ("what", "details", "said"),
    [
        ("looked", {}, "no kind of event"),
        ("person viewed", {"dose": 120}, "may hold page, pseudonym, not “dose”"),
        ("signed in", {"email": "a"}, "may hold no details, not “email”"),
        ("download", {"rows": "12"}, "must be of the type int"),
        ("download", {"rows": 1.5}, "must be of the type int"),
        ("download", {"file": 3}, "must be of the type str"),
        ("download", {"file": b"a"}, "must be of the type str"),
        ("pack exported", {"files": "a.png"}, "must be of the type list"),
        ("pack exported", {"files": [{"dose": 3}]}, "must be of the type list"),
    ],
)
def test_what_is_not_declared_is_refused_and_nothing_is_recorded(
    tmp_path: Path, what: str, details: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        audit.record(tmp_path, what, who="ann", **details)
    assert not (tmp_path / "audit").exists()


def test_no_kind_declares_a_value_of_a_person_but_the_pseudonym() -> None:
    declared = {name for kind in audit.EVENTS.values() for name in kind}
    assert declared == {
        "why", "page", "area", "filters", "people", "pseudonym", "file", "files", "edition", "quarter",
        "rows", "sha256", "stage", "refused", "quarantined", "how", "of", "before", "months",
    }  # fmt: skip


def test_somebody_without_a_name_is_not_known(tmp_path: Path) -> None:
    audit.record(tmp_path, "sign-in refused", who="", why="no e-mail address")
    assert next(audit.events(tmp_path)).who == "not known"


def test_events_are_found_by_person_kind_and_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for day, who, what in (
        ("2026-11-30", "Ann@icb.example", "signed in"),
        ("2026-12-01", "ann@icb.example", "person viewed"),
        ("2026-12-02", "bob@icb.example", "person viewed"),
    ):
        moment = dt.datetime.fromisoformat(f"{day}T23:59:59.999999+00:00")
        monkeypatch.setattr(chain, "now", lambda moment=moment: moment)
        audit.record(tmp_path, what, who=who, role="icb", scope="all practices", release="r1")

    def numbers(**asked: Any) -> list[int]:
        return [event.number for event in audit.events(tmp_path, **asked)]

    assert numbers() == [3, 2, 1]
    assert numbers(who="ANN") == [2, 1]
    assert numbers(what=["person viewed"]) == [3, 2]
    assert numbers(since=dt.date(2026, 12, 1)) == [3, 2]
    assert numbers(until=dt.date(2026, 12, 1)) == [2, 1]
    assert numbers(
        who="ann", what=["person viewed"], since=dt.date(2026, 12, 1), until=dt.date(2026, 12, 1)
    ) == [2]
    first = list(audit.events(tmp_path))[-1]
    assert (first.role, first.scope, first.release) == ("icb", "all practices", "r1")
    assert first.when == dt.datetime(2026, 11, 30, 23, 59, 59, 999999, tzinfo=dt.UTC)
    assert list(audit.events(tmp_path / "nowhere")) == []


def test_kinds_are_found_among_many_and_no_text_is_taken_for_one(tmp_path: Path) -> None:
    kinds = ["signed in", "load", "page viewed", "download", "signed out"]
    for n in range(60):
        audit.record(tmp_path, kinds[n * n % 5], who='"what":"download"', durable=False)
    every = list(audit.events(tmp_path))
    assert len(every) == 60
    for asked in (["download"], ["signed in", "page viewed"], ["signed in", "signed in"], kinds, ["load"]):
        assert list(audit.events(tmp_path, what=asked)) == [one for one in every if one.what in asked]


def test_a_line_that_was_changed_is_not_shown_as_an_event(tmp_path: Path) -> None:
    for who in ("ann", "bob"):
        audit.record(tmp_path, "signed in", who=who)
    (path,) = chain.months(tmp_path / "audit")
    path.write_bytes(path.read_bytes().replace(b'"ann"', b'"eve"'))
    assert [event.who for event in audit.events(tmp_path)] == ["bob"]


def command(*words: str) -> tuple[int, str]:
    ended = subprocess.run(
        [sys.executable, "-m", "reporting.access.audit", *words], cwd=ROOT, capture_output=True, text=True
    )
    return ended.returncode, ended.stdout + ended.stderr


def test_the_command_says_how_many_events_and_names_the_first_break(tmp_path: Path) -> None:
    store = ("--store", str(tmp_path))
    code, said = command("verify", *store)
    assert (code, said) == (1, f"There is no audit in the store “{tmp_path}”.\n")
    (tmp_path / "audit").mkdir()
    assert command("verify", *store)[0] == 1  # an empty one proves nothing
    for n in range(3):
        audit.record(tmp_path, "signed in", who=f"user {n}")
    code, said = command("verify", *store)
    assert code == 0
    assert said.startswith("3 events from 20") and "every line is as it was written\nhead 3:" in said
    head = said.split()[-1]
    audit.record(tmp_path, "signed out", who="ann")
    assert command("verify", *store, "--head", head)[0] == 0
    wrong = f"3:{'0' * 64}"
    assert command("verify", *store, "--head", wrong)[1].startswith("not whole: ")
    assert command("verify", *store, "--from", "2020-01")[0] == 0
    (path,) = chain.months(tmp_path / "audit")
    path.write_bytes(path.read_bytes().replace(b"user 1", b"user 2"))
    code, said = command("verify", *store)
    assert (code, said) == (
        1, f"not whole: {path.name}, line 2: the line was changed: its hash is not that of its text\n"
    )  # fmt: skip


def test_the_command_prunes_and_refuses_wrong_months(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = ("--store", str(tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr(chain, "now", lambda: dt.datetime(2024, 5, 1, tzinfo=dt.UTC))
        audit.record(tmp_path, "signed in", who="ann")
    assert command("prune", *store, "--before", "2024-05")[1] == "nothing to remove\n"
    assert command("prune", *store, "--before", "2024-06") == (0, "1 months before 2024-06 were removed\n")
    assert command("verify", *store)[0] == 0
    assert command("prune", *store, "--before", "2099-01")[0] == 1
    for wrong in (["prune", "--before", "May"], ["verify", "--head", "3"], ["verify", "--from", "2026"], []):
        code, said = command(*wrong)
        assert code == 2 and "Traceback" not in said


def test_a_command_is_run_by_whom_the_dashboard_says_or_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(audit.WHO, "ann@icb.example")
    assert audit.account() == "ann@icb.example"
    monkeypatch.delenv(audit.WHO)
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "analyst")
    monkeypatch.delenv("SUDO_USER", raising=False)
    assert audit.account() == "analyst"
    monkeypatch.setenv("SUDO_USER", "ann")
    assert audit.account() == "ann as analyst"


def test_the_audit_needs_neither_streamlit_nor_the_database() -> None:
    found = subprocess.run(
        [sys.executable, "-c", "import sys; import reporting.access.audit; print(*sys.modules)"],
        cwd=ROOT, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True,
    ).stdout.split()  # fmt: skip
    assert not {"streamlit", "duckdb", "pandas", "plotly", "etl"} & set(found)

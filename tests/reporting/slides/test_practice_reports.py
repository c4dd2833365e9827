"""Two pages for each practice: of its own exact counts, beside others added up, three suggestions."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from reporting import release
from reporting.access import audit
from reporting.access.scope import Scope, Selection, Snapshot
from reporting.charts.canvas import Figure
from reporting.exhibits.compare.similar import TEN
from reporting.exhibits.compare.standing import standings
from reporting.exhibits.compare.suggestions import ANYWAY, STEPS, suggestions
from reporting.slides import practice_reports
from reporting.slides.__main__ import main
from reporting.slides.pack import PackError
from reporting.slides.practice_reports import CONTENTS, Practice, frames, practices, write_reports
from reporting.slides.quarter import Quarter
from tests.reporting.exhibits.practice.test_compare import CODES, NAMES, tables
from tests.reporting.snapshots import counts, practice, publish

Q3 = Quarter(2026, 3)
ALL = Selection(120)
ALDER = Practice("SYN01", "Alder")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("reports"), stories())


@pytest.fixture(scope="module")
def compared(store: Path) -> Snapshot:
    return release.current(store)


def stories() -> dict[str, list[dict[str, object]]]:
    """Alder beside seven like it, with tapers, referrals and safeguards; another sent nothing."""
    made = tables()
    made["measure_month"] = [r for r in made["measure_month"] if r["measure"] != "red_speed"]
    made["measure_month"] += counts("red_speed", "SYN01", [(2, 20)])
    made["measure_month"] += counts("safeguards_complete", "SYN01", [(17, 20)], 0)
    made["measure_month"] += counts("tapering", "SYN01", [(12, 20)])
    made["measure_month"] += counts("referral_offered", "SYN01", [(3, 20)])
    made["practice"] = [*made["practice"], practice("SYN09", name="Iris", data_from=None, data_to=None)]
    return made


def told(snapshot: Snapshot, one: Practice) -> str:
    """Every text, number and figure of both pages."""
    return "\n".join(
        f"{frame.eyebrow} {frame.headline} {frame.subtitle} {frame.notes} {frame.caption} {frame.footer} "
        f"{exhibit.alt} {exhibit.table.to_csv()} "
        + (
            json.dumps(json.loads(frame.figure.to_json()))
            if isinstance(frame.figure, Figure)
            else frame.figure
        )
        for exhibit, frame in frames(snapshot, Q3, ALL, one)
    )


def test_two_pages_say_where_a_practice_stands_and_what_it_might_do(compared: Snapshot) -> None:
    (_, first), (_, second) = frames(compared, Q3, ALL, ALDER)
    assert first.eyebrow == "Alder (SYN01) · Practice report, July to September 2026 (Q2 2026/27)"
    assert first.headline == (
        "Alder has more people on a high-dose opioid than similar practices; 2 measures need a look"
    )
    assert dict(first.notes)["Compared with"].startswith("6 practices of the ICB, nearest by list size")
    notes = dict(second.notes)
    assert notes["Tapers"] == "12 of 20 at least 15% down; 2 of 20 fell too fast."
    assert notes["Referrals"] == "3 of 20 offered one."
    assert [title for title in notes if title.startswith("Suggestion")] == [
        f"Suggestion {n}" for n in (1, 2, 3)
    ]
    assert first.footer.startswith("For this practice alone. ") and first.synthetic
    assert first.edition == second.edition == "internal"
    assert (first.number, second.number) == ("1 of 2", "2 of 2")


def test_suggestions_follow_from_the_figures_safety_first(compared: Snapshot) -> None:
    scope = Scope("practice", frozenset({"SYN01"}))
    found = standings(compared, scope, Selection(120, practice="SYN01"), TEN)
    assert [one.words for one in suggestions(compared, found)] == [
        "Consider calling each person whose dose fell fast, to ask how they are: 2 fell by more than 30% "
        "between 28-day means.",
        "Consider completing the safeguards before any further step: all are recorded for 17 of 20 "
        "reductions.",
        f"{STEPS['high_dose_prevalence']}: on a high-dose opioid 5.00 per 1,000, 40 of 8,000, higher than "
        "similar.",
    ]  # fmt: skip


def test_every_suggestion_considers_and_names_no_dose() -> None:
    for step in (*STEPS.values(), *(step for step, _ in ANYWAY)):
        assert step.startswith("Consider ") and " mg" not in step


def test_a_practice_without_anything_apart_still_gets_three(compared: Snapshot) -> None:
    scope = Scope("practice", frozenset({"SYN04"}))
    found = standings(compared, scope, Selection(120, practice="SYN04"), TEN)
    assert len({one.step for one in suggestions(compared, found)}) == 3


@pytest.mark.parametrize("code", CODES[:7])
def test_no_report_names_another_practice_or_shows_its_figure(compared: Snapshot, code: str) -> None:
    names = dict(zip(CODES, NAMES, strict=True))
    words = told(compared, Practice(code, names[code]))
    for other in set(CODES) - {code}:
        assert other not in words and names[other] not in words
    standing, _ = frames(compared, Q3, ALL, Practice(code, names[code]))[0]
    assert isinstance(standing.figure, Figure)
    assert not [trace for trace in standing.figure.data if trace.name == "others" and len(trace.x)]


def test_of_others_a_report_tells_no_sum_of_fewer_than_eight(tmp_path: Path, compared: Snapshot) -> None:
    """Three of the similar practices' people more or less, of fewer than eight in all, change nothing."""
    store = publish(tmp_path / "other", stories())
    with duckdb.connect(str(next((store / "releases").glob("*.duckdb")))) as con:
        changed = """UPDATE measure_month SET numerator = numerator + 1
            WHERE practice_code IN ('SYN02', 'SYN03') AND measure = 'referral_offered'"""
        con.execute(changed)
    assert told(release.current(store), ALDER) == told(compared, ALDER)


def test_an_archive_holds_every_report_and_says_why_one_is_missing(compared: Snapshot) -> None:
    made, done = io.BytesIO(), list[tuple[int, int]]()
    name = write_reports(made, compared, Scope.icb(), Q3, ALL, lambda *how: done.append(how))
    assert name == "example-icb-2026q3-practice-reports-internal-synthetic.zip"
    whole = zipfile.ZipFile(made)
    assert done == [(n, 9) for n in range(1, 10)]
    listed = pd.read_csv(io.BytesIO(whole.read(CONTENTS)), encoding="utf-8-sig", keep_default_na=False)
    assert [*listed["File"][listed["File"] != ""], CONTENTS] == whole.namelist()
    assert set(listed.loc[listed["File"] == "", "Code"]) <= {"SYN08", "SYN09"}
    assert listed.set_index("Code").loc["SYN09", "Why not"] == "no complete data by then"
    paper = whole.read(str(listed.set_index("Code").loc["SYN01", "File"]))
    assert paper.startswith(b"%PDF") and paper.count(b"/Type /Page\n") == practice_reports.PAGES


def test_reports_by_command_line_and_what_stops_them(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["--store", str(store), "--quarter", "2026Q3", "--reports", "--scope", "pcn:Eastvale"]
    out = tmp_path / "out"

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr(practice_reports, "frames", stop)
        assert main([*asked, "--out", str(out)]) == 1
    assert "Stopped. No file was kept." in capsys.readouterr().err
    assert not list(out.iterdir()) and not list(audit.events(store))
    monkeypatch.setattr(practice_reports, "frames", lambda *_: [])
    assert main([*asked, "--out", str(out)]) == 0, capsys.readouterr().err
    assert [path.name for path in out.iterdir()] == [
        "eastvale-2026q3-practice-reports-internal-synthetic.zip"
    ]
    (event,) = audit.events(store)
    (made,) = out.iterdir()
    assert (event.details["area"], event.details["file"]) == ("Eastvale", made.name)
    assert event.details["sha256"] == hashlib.sha256(made.read_bytes()).hexdigest()


def test_no_practice_is_a_sentence(compared: Snapshot) -> None:
    with pytest.raises(PackError, match="No practice matches"):
        practices(compared, Scope.icb(), Selection(120, pcn="Atlantis"))

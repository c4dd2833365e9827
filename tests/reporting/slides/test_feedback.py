"""Two pages for each practice: of its own protected counts, beside others added up, three suggestions."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from reporting import release
from reporting.access import Scope, Selection, Snapshot
from reporting.charts.canvas import Figure
from reporting.exhibits.likeness import TEN
from reporting.exhibits.standing import standings
from reporting.exhibits.suggestions import ANYWAY, STEPS, suggestions
from reporting.slides import feedback, kept
from reporting.slides.__main__ import main
from reporting.slides.feedback import CONTENTS, Practice, frames, practices, write_feedback
from reporting.slides.pack import PackError
from reporting.slides.quarter import Quarter
from tests.reporting.exhibits.test_compare import CODES, NAMES, tables
from tests.reporting.snapshots import count_again, counts, practice, publish

Q3 = Quarter(2026, 3)
ALL = Selection(120)
ALDER = Practice("SYN01", "Alder")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("feedback"), stories())


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
        "Alder has more people on a high dose than similar practices; 1 measure needs a look"
    )
    assert dict(first.notes)["Compared with"].startswith("6 practices of the ICB, nearest by list size")
    notes = dict(second.notes)
    assert notes["Tapers"] == "10 of 20 at least 15% down; [c] of 20 fell too fast."
    assert notes["Referrals"] == "[c] of 20 offered one."
    assert [title for title in notes if title.startswith("Suggestion")] == [
        f"Suggestion {n}" for n in (1, 2, 3)
    ]
    assert "[c] confidential: 1 to 7" in first.footer and first.synthetic
    assert (first.number, second.number) == ("1 of 2", "2 of 2")


def test_suggestions_follow_from_the_figures_safety_first(compared: Snapshot) -> None:
    scope = Scope("practice", frozenset({"SYN01"})).leaving()
    found = standings(compared, scope, Selection(120, practice="SYN01"), TEN)
    assert [one.words for one in suggestions(compared, found)] == [
        "Consider looking up whether anybody’s dose fell fast: [c] fell by more than 30% between 28-day "
        "means.",
        "Consider completing the safeguards before any further step: all are recorded for 15 of 20 "
        "reductions.",
        f"{STEPS['high_dose_prevalence']}: high-dose prevalence 5.00 per 1,000, 40 of 8,000, higher than "
        "similar.",
    ]  # fmt: skip


def test_every_suggestion_considers_and_names_no_dose() -> None:
    for step in (*STEPS.values(), *(step for step, _ in ANYWAY)):
        assert step.startswith("Consider ") and " mg" not in step


def test_a_practice_without_anything_apart_still_gets_three(compared: Snapshot) -> None:
    scope = Scope("practice", frozenset({"SYN04"})).leaving()
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


def test_counts_that_are_published_alike_make_the_same_report(tmp_path: Path, compared: Snapshot) -> None:
    store = publish(tmp_path / "other", stories())
    with duckdb.connect(str(next((store / "releases").glob("*.duckdb")))) as con:
        con.execute("""UPDATE measure_month SET numerator = numerator + 1 WHERE practice_code = 'SYN01'
            AND measure IN ('tapering', 'reviewed_6_months', 'high_dose_prevalence', 'red_speed')
            AND threshold = 120""")  # 13 for 12 would be another: 12 is published as 10
        con.execute("""UPDATE measure_month SET numerator = numerator - 2 WHERE practice_code = 'SYN01'
            AND measure = 'tapering'""")
        count_again(con)
    assert told(release.current(store), ALDER) == told(compared, ALDER)


def test_an_archive_holds_every_report_and_says_why_one_is_missing(compared: Snapshot) -> None:
    made, done = io.BytesIO(), list[tuple[int, int]]()
    name = write_feedback(made, compared, Scope.icb(), Q3, ALL, lambda *how: done.append(how))
    assert name == "example-icb-2026q3-practice-reports-synthetic.zip"
    whole = zipfile.ZipFile(made)
    assert done == [(n, 9) for n in range(1, 10)]
    listed = pd.read_csv(io.BytesIO(whole.read(CONTENTS)), encoding="utf-8-sig", keep_default_na=False)
    assert [*listed["File"][listed["File"] != ""], CONTENTS] == whole.namelist()
    assert set(listed.loc[listed["File"] == "", "Code"]) <= {"SYN08", "SYN09"}
    assert listed.set_index("Code").loc["SYN09", "Why not"] == "no complete data by then"
    paper = whole.read(str(listed.set_index("Code").loc["SYN01", "File"]))
    assert paper.startswith(b"%PDF") and paper.count(b"/Type /Page\n") == feedback.PAGES


def test_reports_by_command_line_and_what_stops_them(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["--store", str(store), "--quarter", "2026Q3", "--reports", "--scope", "pcn:Eastvale"]
    out = tmp_path / "out"

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as stopped:
        stopped.setattr(feedback, "frames", stop)
        assert main([*asked, "--out", str(out)]) == 1
    assert "Stopped. No file was kept." in capsys.readouterr().err
    assert not list(out.iterdir()) and not kept.history(store)
    monkeypatch.setattr(feedback, "frames", lambda *_: [])
    assert main([*asked, "--out", str(out)]) == 0, capsys.readouterr().err
    assert [path.name for path in out.iterdir()] == ["eastvale-2026q3-practice-reports-synthetic.zip"]
    assert kept.history(store)[0].area == "Eastvale"


def test_no_practice_is_a_sentence(compared: Snapshot) -> None:
    with pytest.raises(PackError, match="No practice matches"):
        practices(compared, Scope.icb(), Selection(120, pcn="Atlantis"))

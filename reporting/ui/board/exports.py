"""Making packs and practice reports in the background: buttons, progress with a way to stop, the files."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import streamlit as st

from reporting.access.audit import AuditError
from reporting.access.scope import Selection
from reporting.exhibits.wording import counted
from reporting.slides import history
from reporting.slides.files import FORMATS, files, zipped
from reporting.slides.pack import Order, PackError, about, found, slides
from reporting.slides.pictures.renderer import BrowserFailed
from reporting.slides.practice_reports import PAGES, practices, reports_about, write_reports
from reporting.slides.quarter import Quarter
from reporting.ui import layout, session, watch
from reporting.ui.data.job import Job, Progress
from reporting.ui.downloads import no_picture
from reporting.ui.session import View

EVERY = 0.5  # seconds between looks at what is at work
WORK, MADE = "pack-work", "pack-made"
BROKE_OFF = "It broke off, and the terminal of the server says why. No file was kept."
STOPPED = "Stopped. No file was kept."
TYPES = {
    "zip": ("application/zip", "Everything (ZIP)"),
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "PowerPoint"),
    "pdf": ("application/pdf", "PDF"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Numbers (XLSX)"),
}


@dataclass(frozen=True)
class Made:
    """What an export gave: its files, or why there is none. of: what was asked for, and of which release."""

    of: tuple[object, ...]
    files: dict[str, bytes]
    problem: str = ""


def export(view: View, order: Order) -> None:
    """The buttons that make the pack and the reports; while one is made, how far it is and a way to stop."""
    _collect()
    layout.section("Export", "PNG of each slide, PDF, PowerPoint and the numbers of every slide.")
    if WORK in st.session_state:
        _watch()
        return
    if problem := _problem():
        layout.note(problem)
    pack = found(view.snapshot, view.scope, order)
    words = counted(len(pack.slides), "slide", "slides")
    of = (order, view.snapshot.release)
    stop = bool(no_picture()) or not pack.slides
    if st.button(f"Make {words}, {order.edition} edition", type="primary", disabled=stop, key="pack-make"):
        _start("The pack", of, partial(_pack, view, order, session.store(), session.who()))
    _files(of)
    if view.scope.role == "icb":
        _reports(view, order.quarter)


def reports(view: View, quarter: Quarter) -> None:
    """The button that makes the reports of the practices that whoever asks may see."""
    _collect()
    if WORK in st.session_state:
        _watch()
        return
    if problem := _problem():
        layout.note(problem)
    _reports(view, quarter)


def _reports(view: View, quarter: Quarter) -> None:
    selection = view.selection.among()
    try:
        count = len(practices(view.snapshot, view.scope, selection))
    except PackError as none:
        layout.section("Practice reports", str(none))
        return
    layout.section(
        "Practice reports",
        f"{PAGES} pages for each practice of the area: where it stands beside similar practices, its trend, "
        "tapers and referrals, and three suggestions. Internal to each practice: its own counts are exact, "
        "of others only sums of five practices or more.",
    )
    of = (quarter, selection, view.snapshot.release)
    if st.button(
        f"Make {counted(count, 'report', 'reports')}", disabled=bool(no_picture()), key="reports-make"
    ):
        work = partial(_practice_reports, view, quarter, selection, session.store(), session.who())
        _start("The practice reports", of, work)
    _files(of)


def _start(title: str, of: tuple[object, ...], work: Callable[[Progress], dict[str, bytes]]) -> None:
    st.session_state.pop(MADE, None)
    st.session_state[WORK] = Job(title, partial(_made, of, work))
    st.rerun()


def _made(of: tuple[object, ...], work: Callable[[Progress], dict[str, bytes]], told: Progress) -> Made:
    try:
        return Made(of, work(told))
    except AuditError as error:
        return Made(of, {}, f"No file was made. {watch.not_recorded(error)}")
    except (PackError, BrowserFailed, OSError) as error:
        return Made(of, {}, f"No file was made. {error}")


def _pack(view: View, order: Order, store: Path, who: str, told: Progress) -> dict[str, bytes]:
    drawn = slides(view.snapshot, view.scope, order, partial(_tell, told, "slide"))
    what = about(view.snapshot, view.scope, order)
    made = files(drawn, what, FORMATS)
    name, whole = zipped(made, what)
    rows, sha256 = sum(len(slide.table) for slide in drawn), hashlib.sha256(whole).hexdigest()
    history.record(
        store,
        what,
        (*made, name),
        sha256,
        rows=rows,
        who=who,
        role=view.scope.role,
        scope=view.scope.words,
    )
    return {name: whole, **{name: data for name, data in made.items() if not name.endswith((".png", ".csv"))}}


def _practice_reports(
    view: View, quarter: Quarter, selection: Selection, store: Path, who: str, told: Progress
) -> dict[str, bytes]:
    whole = io.BytesIO()
    name = write_reports(
        whole, view.snapshot, view.scope, quarter, selection, partial(_tell, told, "practice")
    )
    what = reports_about(view.snapshot, view.scope, quarter, selection)
    sha256 = hashlib.sha256(whole.getbuffer()).hexdigest()
    history.record(store, what, (name,), sha256, who=who, role=view.scope.role, scope=view.scope.words)
    return {name: whole.getvalue()}


def _tell(told: Progress, what: str, done: int, of: int) -> None:
    told(done / of, f"{what} {done} of {of}")


def _collect() -> None:
    """Take over what work that has ended gave."""
    job: Job[Made] | None = st.session_state.get(WORK)
    if job is None or not job.finished:
        return
    del st.session_state[WORK]
    stopped = Made((), {}, STOPPED if job.cancelled else BROKE_OFF)
    st.session_state[MADE] = job.result if job.result is not None else stopped


def _problem() -> str:
    """Why the last export gave no file, until another is begun."""
    made: Made | None = st.session_state.get(MADE)
    return made.problem if made is not None else ""


@st.fragment(run_every=EVERY)
def _watch() -> None:
    """How far the work is; when it has ended, the whole page anew."""
    job: Job[Made] | None = st.session_state.get(WORK)
    if job is None or job.finished:
        st.rerun()
    layout.progress(job.title, job.words, job.share)
    if st.button("Stop", key="pack-stop", disabled=job.cancelled):
        job.cancel()


def _files(of: tuple[object, ...]) -> None:
    made: Made | None = st.session_state.get(MADE)
    if made is None or made.of != of:
        return
    with st.container(horizontal=True, gap="small"):
        for name, data in made.files.items():
            kind, label = TYPES[name.rsplit(".", 1)[-1]]
            st.download_button(label, data, name, kind, key=f"made-{kind}", on_click="ignore")

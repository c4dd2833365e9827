"""The parts of the upload page: choosing files, what is at work, what became of the files, publishing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from etl.upload.service import upload_service
from reporting import figures
from reporting.access.sign_in import Loading
from reporting.exhibits.exhibit import Head
from reporting.exhibits.wording import counted
from reporting.ui import layout, session
from reporting.ui.data.job import Job
from reporting.ui.data.receipts import counted_in, needing, receipts
from reporting.ui.session import View

if TYPE_CHECKING:
    from etl.upload.service import LoadOutcome, Published, UploadService

TYPES = ["csv", "txt", "xlsx", "zip"]
EVERY = 0.5  # seconds between looks at what is at work
LOADING, BUILDING, TAKEN, PUBLISHED, BROKE, ROUND = (
    f"upload-{name}" for name in ("loading", "building", "taken", "published", "broke", "round")
)
BROKE_OFF = "It broke off, and the terminal of the server says why. Files that came in before stay."
LIMIT = (
    "Up to {most} MB a file, and as many files as you like. For a larger one, on the computer of the store: "
    "python -m etl load PATH."
)
NO_SIGN_IN = (
    "No sign-in is set up, so only invented practices come in: a practice list must mark each as synthetic, "
    "and extracts must be theirs. docs/deploy.md says how to set up sign-in."
)
HELD = "You may look at other pages meanwhile and come back."
NEXT = "More can be added when the release is built."


def collect() -> None:
    """Take over what work that has ended gave."""
    held = st.session_state
    if LOADING in held and held[LOADING][0].finished:
        job, place = held.pop(LOADING)
        _keep(job.result, place)
    if BUILDING in held and held[BUILDING].finished:
        held[PUBLISHED] = held.pop(BUILDING).result


def head() -> Head:
    """What there is to say first: what to do, what is at work, or how it ended."""
    held = st.session_state
    if LOADING in held:
        return Head("The files are being taken in", HELD)
    if BUILDING in held:
        return Head(
            "A release is being built", f"{HELD} The pages show the last release until this one is checked."
        )
    if PUBLISHED in held and held[PUBLISHED] and held[PUBLISHED].release:
        return Head("Published: every page shows the new release", f"Release {held[PUBLISHED].release}.")
    if TAKEN in held and held[TAKEN].files:
        return _outcome(held[TAKEN])
    return Head(
        "Upload what the practices sent",
        "Each file is searched for anything that could name a person before any of it is kept. Nothing on "
        "the pages changes until you publish.",
    )


def service_for(view: View, may: Loading) -> UploadService:
    """The service of the store, for whoever asks; one who loads for several practices says for which."""
    if may.practices is None:
        return upload_service(session.store(), synthetic_only=may.synthetic_only, who=session.who())
    names, codes = _names(view), sorted(may.practices)
    words = {code: f"{names[code]} ({code})" if code in names else code for code in codes}
    if len(codes) == 1:
        layout.note(f"You load for {words[codes[0]]}. Files of any other practice are refused.")
        return upload_service(session.store(), codes[0], who=session.who())
    chosen = st.selectbox("Whose files", codes, format_func=words.__getitem__)
    return upload_service(session.store(), chosen, who=session.who())


def choose(at: UploadService) -> None:
    """Files to choose or drop, and the button that takes them in; in their place, what is at work."""
    if busy():
        layout.section("1. Add files", "" if LOADING in st.session_state else NEXT)
        if LOADING in st.session_state:
            _watch()
        return
    layout.section("1. Add files", LIMIT.format(most=st.get_option("server.maxUploadSize")))
    chosen = st.file_uploader(
        "Extracts: CSV, TXT, XLSX or ZIP",
        TYPES,
        accept_multiple_files=True,
        key=f"upload-files-{st.session_state.get(ROUND, 0)}",
    )
    label = f"Take in {counted(len(chosen), 'file', 'files')}" if chosen else "Take in"
    if at.synthetic_only:
        st.html(f'<p class="source">{escape(NO_SIGN_IN)}</p>')
    if st.button(label, type="primary", disabled=not chosen, key="upload-take-in"):
        st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
        _let_go(chosen)
        _start(at, chosen)


def outcomes(at: UploadService, view: View) -> None:
    """What became of the files of the last load, with what waits for a person."""
    if st.session_state.get(BROKE):
        layout.note(BROKE_OFF)
    taken: LoadOutcome | None = st.session_state.get(TAKEN)
    if taken is None:
        return
    layout.section("2. What became of them", _told_words(taken))
    if taken.problem:
        layout.note(taken.problem)
    place = receipts(taken.files, _names(view), not busy())
    if place is not None:
        upload = taken.files[place].upload
        assert upload is not None
        _start(at, [upload], place)


def publishing(at: UploadService, view: View, may: Loading) -> None:
    """Publishing as the last step, for those who may."""
    if LOADING in st.session_state:
        return
    new = _new(at, view) if may.publishes else 0
    layout.section("3. Publish" if TAKEN in st.session_state else "2. Publish", _waiting(new, may))
    if BUILDING in st.session_state:
        _watch()
    elif may.publishes:
        _publish(at, new)


def _publish(at: UploadService, new: int) -> None:
    """The button, and why the last attempt failed."""
    failed: Published | None = st.session_state.get(PUBLISHED)
    if PUBLISHED in st.session_state and not (failed and failed.release):
        layout.note(failed.problem if failed else BROKE_OFF)
    if st.button("Publish", type="primary" if new else "secondary", key="upload-publish"):
        st.session_state.pop(PUBLISHED, None)
        st.session_state[BUILDING] = Job("Building", at.publish)
        st.rerun()


def busy() -> bool:
    """Whether this session's load or build is at work."""
    return LOADING in st.session_state or BUILDING in st.session_state


@st.fragment(run_every=EVERY)
def _watch() -> None:
    """How far the work is; when it has ended, the whole page anew."""
    held = st.session_state
    job: Job[Any] | None = held[LOADING][0] if LOADING in held else held.get(BUILDING)
    if job is None or job.finished:
        st.rerun()
    layout.progress(job.title, job.words, job.share)


def _let_go(chosen: list[UploadedFile]) -> None:
    """Take uploads out of the server's own keeping, where they would stay until the page is closed."""
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        for file in chosen:
            context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def _start(at: UploadService, uploads: list[Any], place: int | None = None) -> None:
    """Begin to take in; place: of the file among those told of whose smaller rows were accepted."""
    st.session_state.pop(PUBLISHED, None)
    work = partial(at.load, uploads, accept_smaller=place is not None)
    st.session_state[LOADING] = Job("Taking in", work), place
    st.rerun()


def _keep(found: LoadOutcome | None, place: int | None) -> None:
    """What a load gave: in place of the file that was accepted, or of all that was told before."""
    held = st.session_state
    held[BROKE] = found is None
    before: LoadOutcome | None = held.get(TAKEN)
    if found is None:
        return
    if place is not None and before is not None:
        put = (*before.files[:place], *found.files, *before.files[place + 1 :])
        found = replace(found, files=before.files if found.problem else put)
    held[TAKEN] = found


def _outcome(taken: LoadOutcome) -> Head:
    """“4 of 7 files are in, 3 need somebody”."""
    inside, every = counted_in(taken.files)
    need = needing(taken.files)
    said = f"{inside} of {counted(every, 'file', 'files')} {'is' if inside == 1 else 'are'} in"
    needed = f"{said}, {need} {'needs' if need == 1 else 'need'} somebody" if need else said
    return Head(needed, "The pages stay as they are until you publish.")


def _told_words(taken: LoadOutcome) -> str:
    if not needing(taken.files):
        return "Nothing needs doing." if taken.files else ""
    return (
        "What needs somebody comes first, with a message that can be copied for the practice. Nothing is "
        "kept of a file that was not taken in."
    )


def _new(at: UploadService, view: View) -> int:
    """How many files have come in since the release that is shown was built."""
    numbers = figures.quality(view.snapshot, view.scope, "quality_receipt").frame["number"]
    return at.unpublished(int(numbers.max()) if len(numbers) else 0)


def _waiting(new: int, may: Loading) -> str:
    """What publishing would change, or who publishes."""
    if not may.publishes:
        return "The ICB publishes what has come in. Until then the pages stay as they are."
    if BUILDING in st.session_state:
        return ""
    if not new:
        return "Every file that came in is in the release you see."
    have = "has" if new == 1 else "have"
    return (
        f"{counted(new, 'file', 'files').capitalize()} {have} come in since this release was built. "
        "Publishing builds a new one, checks it, and then shows it on every page."
    )


def _names(view: View) -> dict[str, str]:
    frame = figures.practices(view.snapshot, view.scope).frame
    return dict(zip(frame["practice_code"], frame["name"], strict=True))

"""The import of a large file, which takes seconds: it goes on, row by row, while one looks at something else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from orchflow.errand import Cancelled, WaitingErrand
from orchflow.errors import OrchflowError
from orchflow.format import plain, quantity
from orchflow.people.permissions import Actor
from orchflow.planning.exchange.report import ImportReport
from orchflow.planning.history import was_stored
from orchflow.screens.plan.plan_bring_in import bring_in_aside
from orchflow.screens.plan.plan_report import decide, imported, show_report
from orchflow.screens.plan.plan_state import LARGE_IMPORT, LargeImport
from orchflow.store.request import new_request
from orchflow.ui import notices
from orchflow.ui.states import problem
from orchflow.workspace import Workspace

LARGE = 100_000
"""The number of bytes from which on an import is waited for."""


def look_at(ws: Workspace, actor: Actor, data: bytes, name: str, options: Mapping[str, Any]) -> None:
    """Begin to find out what importing a large file would do."""
    _begin(ws, actor, data, name, {**options, "remember": None}, dry_run=True)


def _begin(
    ws: Workspace, actor: Actor, data: bytes, name: str, options: Mapping[str, Any], *, dry_run: bool
) -> None:
    request = new_request()
    errand = WaitingErrand(bring_in_aside, ws, actor, data, name, options, dry_run, request)
    LARGE_IMPORT.set(LargeImport(name, data, options, dry_run, errand, request))


def import_line(ws: Workspace, actor: Actor) -> None:
    """How far the import is that is going on, or what it came to; what was brought in is said as any act is."""
    going = LARGE_IMPORT.get()
    if going is None:
        return
    if going.errand.ended:
        _ended(ws, actor, going)
    else:
        with st.container(key="plan-import"):
            st.fragment(_progress, run_every=0.5)(going)


def _progress(going: LargeImport) -> None:
    if going.errand.ended:
        st.rerun()
    rows, of = going.errand.rows
    how_far = f"{rows:,} of {quantity(of, 'row')}" if of else "reading the file"
    with st.container(horizontal=True, vertical_alignment="center"):
        doing = "Looking at" if going.dry_run else "Importing"
        st.progress(
            rows / (of or 1), f"{doing} {plain(going.name)}: {how_far}. You can leave this page meanwhile."
        )
        st.button(
            "Cancel", key="import-cancel", type="tertiary", icon=":material/close:", on_click=going.errand.cancel
        )  # fmt: skip


def _ended(ws: Workspace, actor: Actor, ended: LargeImport) -> None:
    try:
        report = ended.errand.result()
    except Cancelled:
        LARGE_IMPORT.clear()
        _cancelled(ws, actor, ended)
        return
    except OrchflowError as error:
        with st.container(horizontal=True, vertical_alignment="center", key="plan-import"):
            problem(error)
            _close()
        return
    if not ended.dry_run:
        LARGE_IMPORT.clear()
        notices.done(imported(ended.name, report), report.request)
        return
    with st.container(horizontal=True, vertical_alignment="center", key="plan-import"):
        work = f"{report.created:,} new, {report.updated:,} changed, {report.count('refused'):,} refused"
        st.markdown(f":material/upload_file: **{plain(ended.name)}** was looked at: {work}", width="content")
        if st.button("See what would change", key="import-see", type="primary"):
            _see(ws, actor, ended, report)
        _close()


def _cancelled(ws: Workspace, actor: Actor, ended: LargeImport) -> None:
    """Say that nothing is stored, or that all of it was in the moment before."""
    if ended.dry_run or not was_stored(ws.store, actor, ended.request):
        notices.done(f"The import of {ended.name} was cancelled; nothing was written")
        return
    ws.store.tell()
    notices.warn(f"{ended.name} had been imported when it was cancelled", "Undo takes all of it back.")
    notices.undoable(f"Imported {ended.name}", ended.request)


def _close() -> None:
    st.button(
        "Close", key="import-close", type="tertiary", icon=":material/close:", on_click=LARGE_IMPORT.clear
    )


@st.dialog("Import a plan", width="large", icon=":material/upload:")
def _see(ws: Workspace, actor: Actor, looked: LargeImport, report: ImportReport) -> None:
    """What importing the file would do, and the button that does it."""
    st.caption(plain(looked.name))
    show_report(report)
    options = dict(looked.options)
    if decide(report, options) and LARGE_IMPORT.get() is looked:
        _begin(ws, actor, looked.data, looked.name, options, dry_run=False)
        st.rerun()

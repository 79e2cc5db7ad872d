"""Connect a platform: a form that is tried, kept in the settings, and followed by the first load."""

from __future__ import annotations

import streamlit as st

from orchflow.errors import Invalid, OrchflowError
from orchflow.format import plain
from orchflow.ingest.background import start_run
from orchflow.ingest.connect import DoesNotWork, connect, try_connection
from orchflow.ingest.connection import KINDS, PlatformKind
from orchflow.ingest.run import SourceStatus, source_status
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.data import sources_state as state
from orchflow.screens.data.source_cards import progress_bar
from orchflow.screens.data.source_form import KEPT, fields, refusal, trial
from orchflow.screens.session import require, workspace
from orchflow.ui.states import problem


def connect_button(actor: Actor, label: str, *, key: str, primary: bool = False) -> None:
    """The way to the form, for administrators."""
    kind = "primary" if primary else "secondary"
    if actor.may(Permission.ADMIN) and st.button(label, icon=":material/cable:", key=key, type=kind):  # type: ignore[arg-type]
        state.forget_connection()
        connect_dialog()


@st.dialog("Connect Orchestrator AI", width="medium", icon=":material/cable:")
def connect_dialog() -> None:
    """The form; once it is kept, the first load."""
    actor = require(Permission.ADMIN)
    name = state.CONNECTED.get()
    if name:
        _first_load(actor, name)
    else:
        _form(actor)


def _form(actor: Actor) -> None:
    kind: PlatformKind = st.radio(
        "Way", list(KINDS), format_func=KINDS.__getitem__, key=state.CONNECT_KIND.name, horizontal=False, label_visibility="collapsed"
    )  # fmt: skip
    failed = state.FAILED.get()
    with st.form("connect-form", border=False):
        wanted = fields(kind)
        with st.container(horizontal=True):
            tried = st.form_submit_button("Try it", key="connect-try", icon=":material/fact_check:")
            kept = st.form_submit_button(
                "Connect", key="connect-keep", type="primary", icon=":material/cable:"
            )
            anyway = bool(failed) and st.form_submit_button("Connect all the same", key="connect-anyway")
    st.caption(KEPT)
    try:
        if tried:
            state.FAILED.clear()
            with st.spinner("Trying"):
                checks = try_connection(workspace(), actor, wanted)
            trial(checks, "Connect")
        elif kept or anyway:
            state.FAILED.clear()
            with st.spinner("Connecting" if anyway else "Trying"):
                connect(workspace(), actor, wanted, untried=anyway)
            state.CONNECTED.set(wanted.name)
            st.rerun(scope="fragment")
        elif failed:
            trial(failed, "Connect")
    except Invalid as error:
        refusal(error)
    except DoesNotWork as error:
        state.FAILED.set(error.checks)
        st.rerun(scope="fragment")
    except OrchflowError as error:
        problem(error)


def _first_load(actor: Actor, name: str) -> None:
    """The source is kept: load it now, and see how far that is."""
    state.forget_form()
    st.success(
        f"**{plain(name)} is connected.** Its schedule runs from now on.", icon=":material/check_circle:"
    )
    status = _status(name)
    if status is None or status.state == "never":
        st.caption("Load what there is now; it goes on when this is closed.")
        if st.button(
            "Load now", key="connect-load", type="primary", icon=":material/play_arrow:", width="stretch"
        ):
            try:
                start_run(workspace(), actor, name)
            except OrchflowError as error:
                problem(error)
            else:
                st.rerun(scope="fragment")
        return
    st.fragment(_loading, run_every=1.0 if status.state == "running" else None)(name)


def _loading(name: str) -> None:
    """How far the first load is, redrawn every second."""
    status = _status(name)
    if status is None:
        return
    if status.progress is not None:
        progress_bar(status.progress)
        st.caption("It goes on when this is closed.")
        return
    if status.state == "failed":
        problem(OrchflowError(status.error or "The load failed", status.hint))
    else:
        st.success("**Loaded.** The figures are there.", icon=":material/task_alt:")
    if st.button("Done", key="connect-done", type="primary", width="stretch"):
        state.forget_connection()
        st.rerun(scope="app")


def _status(name: str) -> SourceStatus | None:
    return next((status for status in source_status(workspace()) if status.name == name), None)

"""Connect a platform: a form that is tried, kept in the settings, and followed by the first load."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from orchflow.errors import Invalid, OrchflowError
from orchflow.format import plain, quantity
from orchflow.ingest.background import start_run
from orchflow.ingest.connect import LABELS, Connection, PlatformKind, connect, kinds, try_connection
from orchflow.ingest.run import SourceStatus, source_status
from orchflow.ingest.source import Check
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.data import sources_state as state
from orchflow.screens.data.source_cards import progress_bar, show_check
from orchflow.screens.session import require, workspace
from orchflow.ui.states import problem

SCHEDULES = {
    "*/15 * * * *": "Every quarter of an hour", "15 * * * *": "Every hour", "30 5 * * *": "Every morning at 5:30",
    "": "Only when asked",
}  # fmt: skip
EXAMPLES = {
    "orchestrator_api": "https://orchestrator.example:6700",
    "orchestrator_db": "postgresql://reader@db.example:5432/postgres",
}


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
    ways = kinds()
    kind: PlatformKind = st.radio(
        "Way", list(ways), format_func=ways.__getitem__, key=state.CONNECT_KIND.name, horizontal=False, label_visibility="collapsed"
    )  # fmt: skip
    with st.form("connect-form", border=False):
        wanted = _fields(kind)
        with st.container(horizontal=True):
            tried = st.form_submit_button("Try it", key="connect-try", icon=":material/fact_check:")
            kept = st.form_submit_button(
                "Connect", key="connect-keep", type="primary", icon=":material/cable:"
            )
    st.caption(
        "The settings are kept in orchflow.yaml. The password is kept apart, in a file that only the server may read, and is "
        "never shown again; write ${NAME} to take it from the server's environment instead."
    )
    try:
        if tried:
            with st.spinner("Trying"):
                checks = try_connection(workspace(), actor, wanted)
            _told(checks)
        if kept:
            connect(workspace(), actor, wanted)
            state.CONNECTED.set(wanted.name)
            st.rerun(scope="fragment")
    except Invalid as error:
        wrong = "  \n".join(f"**{plain(one.field)}** {plain(one.message)}" for one in error.problems)
        st.error(wrong, icon=":material/error:")
    except OrchflowError as error:
        problem(error)


def _fields(kind: PlatformKind) -> Connection:
    """The fields of the form as they are written."""
    taken = {source.name for source in workspace().settings.sources}
    free = next(name for name in ("platform", *(f"platform-{n}" for n in range(2, 999))) if name not in taken)
    url = st.text_input(LABELS["url"], key=state.CONNECT_URL.name, placeholder=EXAMPLES[kind])
    email, organization, web_url = "", "*", ""
    if kind == "orchestrator_api":
        left, right = st.columns(2)
        email = left.text_input(LABELS["email"], key=state.CONNECT_EMAIL.name, placeholder="flow@example.com",
                                help="A service user with the role admin on the organisation *")  # fmt: skip
    password = (right if kind == "orchestrator_api" else st).text_input(
        LABELS["password"], key=state.CONNECT_PASSWORD.name, type="password", autocomplete="off"
    )
    left, right = st.columns(2)
    name = left.text_input(
        LABELS["name"], free, key="connect-name", help="Lower-case letters, digits, - and _"
    )
    schedule = right.selectbox(
        LABELS["schedule"], list(SCHEDULES), 1, format_func=SCHEDULES.__getitem__, key="connect-schedule"
    )
    if kind == "orchestrator_api":
        organization = left.text_input(
            LABELS["organization"], "*", key="connect-organization", help="* for all"
        )
        web_url = right.text_input(
            LABELS["web_url"], key="connect-web", placeholder="optional, for links into the platform"
        )
    else:
        web_url = st.text_input(
            LABELS["web_url"], key="connect-web", placeholder="optional, for links into the platform"
        )
    return Connection(
        kind, name.strip(), url.strip(), email.strip(), password, organization.strip() or "*", schedule or None, web_url.strip()
    )  # fmt: skip


def _told(checks: Sequence[Check]) -> None:
    """What trying came to: first in a sentence, then point by point."""
    bad = sum(check.ok is False for check in checks)
    if bad:
        st.error(f"**It does not work yet:** {quantity(bad, 'point')} to put right.", icon=":material/error:")
    else:
        st.success("**It works.** Nothing is kept yet: press Connect.", icon=":material/check_circle:")
    for check in checks:
        show_check(check)


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

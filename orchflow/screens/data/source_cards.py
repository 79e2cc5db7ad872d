"""One card for each source: its state, its last run and its schedule, with checking and running it."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from orchflow.config.sources import FILES, KIND_NAMES
from orchflow.crontab import in_words
from orchflow.errors import OrchflowError
from orchflow.format import duration, moment, number, plain
from orchflow.ingest.background import start_run
from orchflow.ingest.progress import Progress
from orchflow.ingest.run import SourceStatus, check_source, source_status
from orchflow.ingest.source import Check, Kind
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.data import sources_state as state
from orchflow.screens.session import require, workspace, zone
from orchflow.ui.page import heading
from orchflow.ui.states import problem

STATES = {
    "ok": ("Up to date", "green", ":material/check_circle:"),
    "partial": ("Read in part", "orange", ":material/rule:"),
    "running": ("Running", "blue", ":material/sync:"),
    "failed": ("Failed", "red", ":material/error:"),
    "never": ("Never ran", "gray", ":material/pending:"),
}
NOT_READ = ("Not read", "gray", ":material/pause_circle:")
MARKS = {
    True: ":green[:material/check_circle:]",
    False: ":red[:material/error:]",
    None: ":orange[:material/warning:]",
}


def cards(were_going: bool) -> None:
    """One card for each source; redrawn every second while one of them runs."""
    viewer = require(Permission.SOURCES_VIEW)
    statuses = source_status(workspace())
    if were_going and not any(status.state == "running" for status in statuses):
        st.rerun()
    for status in statuses:
        with st.container(border=True, key=f"source-{status.name}", gap="xsmall"):
            card(viewer, status)


def card(viewer: Actor, status: SourceStatus) -> None:
    label, colour, icon = STATES[status.state] if status.configured else NOT_READ
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            heading(status.name, width="content")
            st.badge(label, icon=icon, color=colour)  # type: ignore[arg-type]
        if status.configured:
            with st.container(horizontal=True, width="content"):
                buttons(viewer, status)
    kind = KIND_NAMES.get(status.kind, status.kind) if status.configured else "Not in orchflow.yaml"
    times = [kind, f"last run {moment(status.last_run_at, zone())}" if status.last_run_at else "no run yet"]
    if status.state == "failed" and status.last_success_at:
        times.append(f"last success {moment(status.last_success_at, zone())}")
    if status.configured:
        times.append(schedule_of(status.schedule, status.next_run_at))
    st.caption(
        " · ".join(map(plain, times)), help=f"As cron: `{status.schedule}`" if status.schedule else None
    )
    if status.configured:
        st.caption(" · ".join(map(plain, seldom(status))))
    if status.progress is not None:
        progress_bar(status.progress)
    elif status.state == "failed":
        problem(OrchflowError(status.error or "The last run failed", status.hint))
    elif status.state == "partial":
        st.warning(plain(status.hint), icon=":material/warning:")
    elif status.hint:
        st.caption(plain(status.hint))
    if status.reconcile_trouble and status.state in ("ok", "never"):
        told = f"The last comparison was not whole: {status.reconcile_trouble}"
        st.warning(plain(told), icon=":material/difference:")
    for check in state.CHECKS.of(status.name).get() or ():
        show_check(check)


def progress_bar(now: Progress) -> None:
    """How far a run is."""
    told = f"{now.job or 'starting'}: {number(now.read)} read, {number(now.new)} new, {number(now.rejected)} rejected"
    st.progress(now.jobs_done / max(now.jobs, 1), f"{plain(told)} · {plain(duration(now.seconds * 1000))}")


def buttons(viewer: Actor, status: SourceStatus) -> None:
    """Check and run; a run goes on when the page is left."""
    if not viewer.may(Permission.INGEST_RUN):
        return
    if st.button(
        "Check", key=f"check-{status.name}", icon=":material/fact_check:", disabled=status.state == "running"
    ):
        with st.spinner("Checking"):
            state.CHECKS.of(status.name).set(check_source(workspace(), status.name))
    if st.button(
        "Run now", key=f"run-{status.name}", icon=":material/play_arrow:", type="primary",
        disabled=status.state == "running", help="Reads what is new; the page can be left meanwhile",
    ):  # fmt: skip
        begin(viewer, status.name)
    if st.button(
        "Read all again", key=f"full-{status.name}", icon=":material/restart_alt:", disabled=status.state == "running",
        help="Reads everything from the beginning: what was corrected or came late is taken over, what is right stays. "
        "It takes as long as the first run.",
    ):  # fmt: skip
        begin(viewer, status.name, "full")
    if status.kind not in FILES and st.button(
        "Compare", key=f"reconcile-{status.name}", icon=":material/difference:", disabled=status.state == "running",
        help="Compares what was loaded with what the platform has now, and reads only what differs: rows corrected or recorded "
        "late are taken over, deleted ones leave every figure and are listed under Removed.",
    ):  # fmt: skip
        begin(viewer, status.name, "reconcile")


def begin(viewer: Actor, name: str, kind: Kind = "new") -> None:
    state.CHECKS.of(name).clear()
    start_run(workspace(), viewer, name, kind)
    st.rerun()


def schedule_of(schedule: str | None, next_run_at: datetime | None) -> str:
    if schedule is None:
        return "no schedule, runs when asked"
    return f"reads {in_words(schedule)}, next {moment(next_run_at, zone())}"


def seldom(status: SourceStatus) -> list[str]:
    """When a source was last read whole and compared with its platform, and when it is next."""
    told = [asked_for("read again from the beginning", status.full_at, status.next_full_at)]
    if status.kind not in FILES:
        told.append(asked_for("compared with the platform", status.reconciled_at, status.next_reconcile_at))
    return told


def asked_for(what: str, last_at: datetime | None, next_at: datetime | None) -> str:
    last = f"{what} {moment(last_at, zone())}" if last_at else f"never {what}"
    return f"{last}, next {moment(next_at, zone())}" if next_at else f"{last}, no schedule"


def show_check(check: Check) -> None:
    hint = f"  \n{plain(check.hint)}" if check.hint else ""
    st.markdown(f"{MARKS[check.ok]} **{plain(check.name)}** {plain(check.message)}{hint}")

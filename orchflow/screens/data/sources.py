"""Sources: where the figures come from, how their last runs went, what was refused and how good the data is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import pandas as pd
import streamlit as st

from orchflow import clock
from orchflow.errors import OrchflowError
from orchflow.ingest.background import start_run
from orchflow.ingest.quality import DAYS, SourceQuality, list_rejects, retry, unmatched_users
from orchflow.ingest.run import SourceStatus, check_source, source_status
from orchflow.ingest.source import Check
from orchflow.ingest.status import newest_event, recent_runs
from orchflow.metrics.filters import Filters
from orchflow.metrics.privacy import Privacy
from orchflow.metrics.read import figures
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.data import sources_state as state
from orchflow.screens.figure_facts import facts_of
from orchflow.screens.session import currency, require, workspace, zone
from orchflow.ui import charts, palette
from orchflow.ui.cards import figure_row
from orchflow.ui.format import duration, moment, number, plain
from orchflow.ui.page import page
from orchflow.ui.states import boundary, empty, problem
from orchflow.ui.table import Column, data_table

FIGURES = ("lag", "gaps", "duplicates", "open_rejects", "unattributed_share", "unpriced_share")
EXAMPLE = """\
sources:
  - name: orchestrator
    kind: orchestrator_db            # everything, straight from PostgreSQL, read only
    url: ${ORCHESTRATOR_DATABASE}    # postgresql://user:password@host:5432/database
    schedule: "*/15 * * * *"         # every quarter of an hour
  - name: platform
    kind: orchestrator_api           # where the database is out of reach
    url: https://orchestrator.example:6700
    email: flow@example.com
    password: ${ORCHESTRATOR_PASSWORD}
    schedule: "5 * * * *"
  - name: invoices
    kind: usage_file                 # CSV, JSON lines or Parquet
    path: /data/usage/*.csv
    mapping: {occurred_at: timestamp, cost: amount_usd, agent: bot}
"""
STATES = {
    "ok": ("Up to date", "green", ":material/check_circle:"),
    "running": ("Running", "blue", ":material/sync:"),
    "failed": ("Failed", "red", ":material/error:"),
    "never": ("Never ran", "gray", ":material/pending:"),
}
KINDS = {
    "orchestrator_db": "Orchestrator AI, database",
    "orchestrator_api": "Orchestrator AI, API",
    "usage_file": "Files of usage",
}
MARKS = {
    True: ":green[:material/check_circle:]",
    False: ":red[:material/error:]",
    None: ":orange[:material/warning:]",
}
RUN_COLUMNS = {
    "started_at": Column("Started", "moment"), "source": Column("Source", hidden=True), "job": Column("Job"),
    "trigger": Column("Asked by"), "state": Column("State"), "finished_at": Column("Ended", "moment"),
    "rows_read": Column("Read", "count"), "rows_new": Column("New", "count"), "rows_changed": Column("Changed", "count"),
    "rows_rejected": Column("Rejected", "count"), "rows_duplicate": Column("Duplicate", "count"),
    "watermark_before": Column("From", hidden=True), "watermark_after": Column("To", hidden=True), "error": Column("Error"), "hint": Column("What to do"),
}  # fmt: skip
REJECT_COLUMNS = {
    "source": Column("Source", hidden=True), "job": Column("Job"), "dataset": Column("Dataset"), "reason": Column("Reason", width="medium"),
    "raw": Column("Row as it came", width="large"), "first_seen_at": Column("First seen", "moment"),
    "last_seen_at": Column("Last seen", "moment"), "attempts": Column("Tries", "count"),
}  # fmt: skip
DAY_COLUMNS = {"day": Column("Day", "day"), "events": Column("Events", "count"), "gap": Column("Gap", "flag")}


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    ws = workspace()
    statuses = source_status(ws)
    page(
        "Sources", "Where the figures come from", as_of=newest_event(ws), computed_at=clock.now(), zone=zone()
    )
    if not statuses:
        empty("No source yet", "Put one into orchflow.yaml as below and start again.", icon="database")
        st.code(EXAMPLE, language="yaml")
        return
    going = any(status.state == "running" for status in statuses)
    st.fragment(cards, run_every=1.0 if going else None)(going)
    name = choose(statuses)
    view = st.segmented_control(
        "View",
        state.VIEWS,
        default=state.VIEWS[0],
        required=True,
        key=state.VIEW.name,
        bind="query-params",
        label_visibility="collapsed",
    )
    with boundary():
        {"Runs": runs, "Rejected rows": rejects, "Quality": quality}[view or state.VIEWS[0]](actor, name)
    with st.expander("Add a source", icon=":material/add:"):
        st.caption(
            "Sources stand in orchflow.yaml; secrets come from the environment. Start again after a change."
        )
        st.code(EXAMPLE, language="yaml")


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
    label, colour, icon = STATES[status.state]
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            st.subheader(plain(status.name), anchor=False, width="content")
            st.badge(label, icon=icon, color=colour)  # type: ignore[arg-type]
        if status.configured:
            with st.container(horizontal=True, width="content"):
                buttons(viewer, status)
    kind = (
        KINDS.get(status.kind, status.kind)
        if status.configured
        else "No longer in orchflow.yaml; its rows stay"
    )
    times = [kind, f"last run {moment(status.last_run_at, zone())}" if status.last_run_at else "no run yet"]
    if status.state == "failed" and status.last_success_at:
        times.append(f"last success {moment(status.last_success_at, zone())}")
    if status.configured:
        times.append(schedule_of(status.schedule, status.next_run_at))
    st.caption(" · ".join(map(plain, times)))
    if status.progress is not None:
        now = status.progress
        told = f"{now.job or 'starting'}: {number(now.read)} read, {number(now.new)} new, {number(now.rejected)} rejected"
        st.progress(
            now.jobs_done / max(now.jobs, 1), f"{plain(told)} · {plain(duration(now.seconds * 1000))}"
        )
    elif status.state == "failed":
        problem(OrchflowError(status.error or "The last run failed", status.hint))
    elif status.hint:
        st.warning(plain(status.hint), icon=":material/warning:")
    for check in state.CHECKS.of(status.name).get() or ():
        show_check(check)


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
        state.CHECKS.of(status.name).clear()
        start_run(workspace(), viewer, status.name)
        st.rerun()


def schedule_of(schedule: str | None, next_run_at: datetime | None) -> str:
    if schedule is None:
        return "no schedule, runs when asked"
    return f"schedule {schedule}, next {moment(next_run_at, zone())}"


def show_check(check: Check) -> None:
    hint = f"  \n{plain(check.hint)}" if check.hint else ""
    st.markdown(f"{MARKS[check.ok]} **{plain(check.name)}** {plain(check.message)}{hint}")


def choose(statuses: Sequence[SourceStatus]) -> str:
    """The source whose details are shown; in the address when there are several."""
    names = [status.name for status in statuses]
    if len(names) == 1:
        return names[0]
    chosen = st.segmented_control(
        "Source",
        names,
        default=names[0],
        required=True,
        key=state.SOURCE.name,
        bind="query-params",
        wrap=True,
    )
    return chosen if chosen in names else names[0]


def runs(actor: Actor, name: str) -> None:
    frame = local_times(recent_runs(workspace(), name, limit=200))
    data_table(
        frame, key="runs", columns=RUN_COLUMNS, alt=f"The last runs of {name}", name=f"runs-{name}",
        nothing=("No run yet", "Press Run now, or give the source a schedule."),
    )  # fmt: skip


def local_times(frame: pd.DataFrame) -> pd.DataFrame:
    """The same rows with their instants in the workspace's zone."""
    times = frame.select_dtypes(include="datetimetz").columns
    return frame.assign(**{column: frame[column].dt.tz_convert(zone()) for column in times})


def rejects(actor: Actor, name: str) -> None:
    """Rows set aside, why, as they came; tried again on demand."""
    frame = local_times(list_rejects(workspace(), actor, name))
    if actor.may(Permission.INGEST_RUN) and not frame.empty:
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("Try again", key="retry", icon=":material/refresh:"):
                count = retry(workspace(), actor, name)
                state.RETRIED.set(f"{count.kept} kept now, {count.rejected} still set aside.")
                st.rerun()
            st.caption(
                "Tries every row below again, for example after its time has come or a limit was raised."
            )
    told = state.RETRIED.take()
    if told:
        st.success(plain(told), icon=":material/check_circle:")
    chosen = data_table(
        frame, key="rejects", columns=REJECT_COLUMNS, alt=f"Rows of {name} that were set aside", name=f"rejects-{name}",
        on_select="rerun", nothing=("No row is set aside", "Every row that was read could be kept."),
    )  # fmt: skip
    if chosen:
        st.json(json.loads(frame.iloc[chosen[0]]["raw"]))


def quality(actor: Actor, name: str) -> None:
    today = clock.today(zone())
    facts = facts_of(actor, Filters(today - timedelta(days=DAYS - 1), today, sources=(name,)), Privacy())
    found = facts.quality
    assert found is not None
    figure_row(figures(facts, FIGURES, trends=False), currency=currency(), zone=zone(), key="quality")
    if found.twins:
        st.warning(
            f"{plain(', '.join(found.twins))} reads the same installation. What both deliver is counted once.",
            icon=":material/content_copy:",
        )
    if found.days.empty:
        empty("No usage yet", "Run the source to see its days.", icon="bar_chart")
    else:
        days(found)
    counted("Values that cannot be right", found.impossible, "events")
    counted("Rows set aside", found.rejects, "rows")
    strangers = unmatched_users(workspace(), actor) if actor.may(Permission.PEOPLE_VIEW) else []
    if strangers:
        with st.expander(
            f"{len(strangers)} users of the platform are nobody here", icon=":material/person_off:"
        ):
            st.caption(
                "Their usage counts. Add them under People with the same e-mail address to match them."
            )
            st.markdown("\n".join(f"- {plain(person)}" for person in strangers))


def days(found: SourceQuality) -> None:
    frame = found.days
    figure = charts.stacked_bars(
        frame.assign(what="Events"), "day", "events", "what", title="Events a day, gaps marked", unit="count"
    )
    figure.update_traces(marker_color=palette.BLUE)
    if found.gaps:
        figure.add_scatter(
            x=list(found.gaps), y=[0] * len(found.gaps), mode="markers", name="Gap",
            marker={"color": palette.BAD, "symbol": "x", "size": 8}, hovertemplate="no usage<extra></extra>",
        )  # fmt: skip
        figure.update_layout(showlegend=True)
    charts.chart(
        figure, pd.DataFrame(frame), key="days", columns=DAY_COLUMNS,
        alt=f"Usage events of {found.source} for each day, {len(found.gaps)} gaps marked",
    )  # fmt: skip


def counted(title: str, rows: Sequence[object], unit: str) -> None:
    if rows:
        frame = pd.DataFrame([vars(row) for row in rows])
        st.subheader(title, anchor=False)
        data_table(
            frame, key=title.lower().replace(" ", "-"), alt=title, downloads=False,
            columns={"what": Column("What", width="large"), "times": Column(unit.capitalize(), "count")},
        )  # fmt: skip

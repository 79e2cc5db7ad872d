"""Sources: where the figures come from, how their last runs went, what was refused and how good the data is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

import pandas as pd
import streamlit as st

from orchflow import clock
from orchflow.format import plain
from orchflow.ingest.quality import list_rejects, retry
from orchflow.ingest.reconcile import list_removed
from orchflow.ingest.recording import LATELY, REMEDY, recording
from orchflow.ingest.run import SourceStatus, source_status
from orchflow.ingest.status import newest_event, recent_runs
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.data import sources_state as state
from orchflow.screens.data.source_backup import backup_line, warehouse_line
from orchflow.screens.data.source_cards import cards
from orchflow.screens.data.source_change import connection
from orchflow.screens.data.source_connect import connect_button
from orchflow.screens.data.source_quality import quality
from orchflow.screens.filled import nothing_yet
from orchflow.screens.session import currency, workspace, zone
from orchflow.ui.choosers import segments
from orchflow.ui.page import page
from orchflow.ui.states import boundary
from orchflow.ui.table import Column, data_table

EXAMPLE = """\
sources:
  - name: orchestrator
    kind: orchestrator_db            # everything, straight from PostgreSQL, read only
    url: ${ORCHESTRATOR_DATABASE}    # postgresql://user:password@host:5432/database
    schedule: "*/15 * * * *"         # every quarter of an hour
    reconcile_schedule: "30 3 * * 0" # compared with the platform on Sundays
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
  - name: cloud
    kind: focus_file                 # bills of clouds in FOCUS 1.0 to 1.2
    path: /data/focus/*/*.csv
"""
RUN_COLUMNS = {
    "started_at": Column("Started", "moment", width=132), "source": Column("Source", hidden=True), "job": Column("Job", width=104),
    "kind": Column("Asked for", width=82), "trigger": Column("Asked by", width=82), "state": Column("State", width=64), "finished_at": Column("Ended", "moment", hidden=True),
    "rows_read": Column("Read", "count", width=72), "rows_new": Column("New", "count", width=72), "rows_changed": Column("Changed", "count", if_any=True, width=78),
    "rows_rejected": Column("Rejected", "count", if_any=True, width=78), "rows_duplicate": Column("Duplicate", "count", if_any=True, width=78),
    "rows_superseded": Column("Superseded", "count", if_any=True, width=78), "rows_gone": Column("Gone", "count", if_any=True, width=78),
    "watermark_before": Column("From", hidden=True), "watermark_after": Column("To", hidden=True), "error": Column("Error", if_any=True, width=260), "hint": Column("What to do", if_any=True, width=420),
}  # fmt: skip
REJECT_COLUMNS = {
    "source": Column("Source", hidden=True), "job": Column("Job"), "dataset": Column("Dataset"), "reason": Column("Reason", width="medium"),
    "raw": Column("Row as it came", width="large"), "first_seen_at": Column("First seen", "moment"),
    "last_seen_at": Column("Last seen", "moment"), "attempts": Column("Tries", "count"),
}  # fmt: skip

REMOVED_COLUMNS = {
    "source": Column("Source", hidden=True), "dataset": Column("Dataset"), "event_id": Column("Row"),
    "occurred_at": Column("Occurred", "moment"), "organization": Column("Organisation"), "agent": Column("Agent"),
    "user_id": Column("User", hidden=True), "model": Column("Model"), "status": Column("Status"),
    "amount": Column("Amount", hidden=True), "currency": Column("Currency", hidden=True),
    "removed_at": Column("Removed", "moment"),
}  # fmt: skip


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    ws = workspace()
    statuses = source_status(ws)
    adds = actor.may(Permission.ADMIN) and bool(statuses)
    page(
        "Sources", "Where the figures come from", as_of=newest_event(ws), computed_at=clock.now(), zone=zone(),
        actions=(lambda: connect_button(actor, "Add a source", key="connect-open")) if adds else None,
    )  # fmt: skip
    with boundary():
        warehouse_line(ws)
        backup_line(actor, ws)
    if not statuses:
        said = "Connect Orchestrator AI, or put files of usage into orchflow.yaml."
        told = said if actor.may(Permission.ADMIN) else "An administrator connects one."
        nothing_yet("sources", "No source yet", told)
        connect_button(actor, "Connect Orchestrator AI", key="connect-open", primary=True)
        by_hand()
        return
    today = clock.today(zone())
    lately = recording(ws.warehouse, today - timedelta(days=LATELY - 1), today)
    if lately.silent:
        st.warning(
            f"In the last {LATELY} days: {plain(lately.words[0].lower() + lately.words[1:])}. {plain(REMEDY)}",
            icon=":material/money_off:",
        )
    going = any(status.state == "running" for status in statuses)
    st.fragment(cards, run_every=1.0 if going else None)(going)
    said = state.SAID.take()
    if said:
        st.success(plain(said), icon=":material/check_circle:")
    name = choose(statuses)
    views = [view for view in state.VIEWS if view != "Connection" or actor.may(Permission.ADMIN)]
    view = segments("View", {view: view for view in views}, state.VIEW)
    if view != "Connection":
        state.OPENED.clear()
    with boundary():
        {
            "Runs": runs,
            "Rejected rows": rejects,
            "Removed": removed,
            "Quality": quality,
            "Connection": connection,
        }[view](actor, name)
    by_hand()


def by_hand() -> None:
    """What may stand in the settings file."""
    with st.expander(
        "By hand: what orchflow.yaml may hold",
        icon=":material/description:",
        key="by-hand",
        on_change="rerun",
    ) as fold:
        if fold.open:
            st.caption("Secrets come from the environment. Start the server again after a change by hand.")
            st.code(EXAMPLE, language=None, wrap_lines=True)


def choose(statuses: Sequence[SourceStatus]) -> str:
    """The source whose details are shown; in the address when there are several."""
    names = [status.name for status in statuses]
    if len(names) == 1:
        return names[0]
    chosen = segments(
        "Source",
        {name: name for name in names},
        state.SOURCE,
        names[0],
        wrap=True,
        label_visibility="visible",
    )
    return chosen if chosen in names else names[0]


def runs(actor: Actor, name: str) -> None:
    frame = local_times(recent_runs(workspace(), name, limit=200))
    chosen = data_table(
        frame, key="runs", columns=RUN_COLUMNS, alt=f"The last runs of {name}", name=f"runs-{name}",
        downloads=actor.may(Permission.EXPORT), on_select="rerun",
        nothing=("No run yet", "Press Run now, or give the source a schedule."),
    )  # fmt: skip
    if chosen:
        told = [text for text in frame.iloc[chosen[0]][["error", "hint"]] if text]
        st.info(
            "  \n".join(map(plain, told)) or "Nothing is to be done about this run.", icon=":material/info:"
        )


def local_times(frame: pd.DataFrame) -> pd.DataFrame:
    """The same rows with their instants in the workspace's zone."""
    times = frame.select_dtypes(include="datetimetz").columns
    return frame.assign(**{column: frame[column].dt.tz_convert(zone()) for column in times})


def removed(actor: Actor, name: str) -> None:
    """Rows that the platform no longer had when what was loaded was compared with it."""
    data_table(
        local_times(list_removed(workspace(), actor, name)), key="removed", columns=REMOVED_COLUMNS | {"cost": Column("Cost", "money", currency=currency(), digits=4)},
        alt=f"Rows of {name} that its platform no longer has", name=f"removed-{name}",
        downloads=actor.may(Permission.EXPORT),
        nothing=("Nothing was removed", "Compare finds what the platform no longer has; a schedule can do so now and then."),
    )  # fmt: skip


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
        downloads=actor.may(Permission.EXPORT),
        on_select="rerun", nothing=("No row is set aside", "Every row that was read could be kept."),
    )  # fmt: skip
    if chosen:
        st.json(json.loads(frame.iloc[chosen[0]]["raw"]))

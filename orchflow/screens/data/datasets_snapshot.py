"""The snapshot for SQL: what is in it, how old it is, and queries that are ready to be put to it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from orchflow.errand import Errand, HereErrand
from orchflow.errors import NotFound, OrchflowError
from orchflow.format import moment, plain, quantity
from orchflow.people.permissions import Actor
from orchflow.reports.ready_queries import ready_queries
from orchflow.reports.snapshot import Snapshot, make_snapshot, newest_snapshot
from orchflow.screens.data.datasets_doors import api
from orchflow.screens.data.datasets_state import QUERY, SNAPSHOT
from orchflow.screens.session import zone
from orchflow.ui.downloads import download_button
from orchflow.ui.page import heading, on_a_phone
from orchflow.ui.states import empty, problem
from orchflow.ui.table import ROW, Column, show_frame
from orchflow.workspace import Workspace

FILE = "orchflow.duckdb"
TABLES = {
    "name": Column("Table", width=125), "rows": Column("Rows", "count", width=75),
    "description": Column("One row is", width="large"),
}  # fmt: skip


def snapshot(ws: Workspace, actor: Actor) -> None:
    """Draw the view of the snapshot."""
    made, errand = newest_snapshot(ws, actor), SNAPSHOT.get()
    with st.container(border=True):
        _made(ws, actor, made, errand)
    left, right = st.columns([1, 1], gap="medium") if not on_a_phone() else (st.container(), st.container())
    with left:
        _queries()
        _open()
    with right:
        _contents(made)


def _made(ws: Workspace, actor: Actor, made: Snapshot | None, errand: Errand[Snapshot] | None) -> None:
    going = errand is not None and not errand.ended
    told = (
        f"Made {moment(made.made_at, zone())} · {quantity(len(made.tables), 'table')} · "
        f"{sum(table.rows for table in made.tables):,} rows · {made.bytes / 1e6:,.1f} MB"
        if made
        else "Not made yet"
    )
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        heading(
            "A DuckDB file for SQL of your own",
            f"A table for each dataset that your role may take away, and nothing else: no passwords, tokens or settings.  \n{plain(told)}",
            level=2,
        )
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            label = "Make it anew" if made else "Make it"
            if st.button(label, key="snapshot-make", icon=":material/refresh:", disabled=going):
                SNAPSHOT.set(HereErrand(make_snapshot, ws, actor))
                st.rerun()
            if made is not None:
                download_button(
                    "Download", lambda: _still(made.path), file_name=FILE, mime="application/vnd.duckdb",
                    key="snapshot-file", type="primary",
                )  # fmt: skip
    if errand is not None:
        st.fragment(_progress, run_every=0.5 if going else None)(errand, going)


def _progress(errand: Errand[Snapshot], going: bool) -> None:
    if not errand.ended:
        tables, of = errand.rows
        st.progress(
            tables / (of or 1), f"{tables} of {quantity(of, 'table')}. You can leave this page meanwhile."
        )
        return
    if going:
        st.rerun()
    try:
        errand.result()
    except OrchflowError as error:
        problem(error)


def _queries() -> None:
    heading("Ready queries", "Copy one, and change it", level=2)
    known = ready_queries()
    chosen = st.selectbox(
        "Query", list(known), key=QUERY.name, label_visibility="collapsed",
    )  # fmt: skip
    query = known[chosen or next(iter(known))]
    lines = query.text.splitlines()
    st.caption(f"One row is {plain(query.description.removeprefix('one row is '))}.")
    st.code("\n".join(lines[1:]), language="sql")


def _open() -> None:
    heading("Open it", "With DuckDB 1.0 or newer; the file says itself what its columns mean", level=2)
    st.code(
        f"duckdb -readonly {FILE}\n\n"
        f"# by the API; one that is older than an hour is made anew\n"
        f'curl -H "Authorization: Bearer $TOKEN" "{api()}/snapshot/file?max_age=60" -o {FILE}\n\n'
        f"# on the server\norchflow snapshot {FILE}",
        language="bash", wrap_lines=True,
    )  # fmt: skip


def _contents(made: Snapshot | None) -> None:
    heading("What is in it", "Each table has the name of its dataset", level=2)
    if made is None:
        empty("Nothing yet", "Make it, and its tables are listed here.")
        return
    frame = pd.DataFrame(
        [{"name": t.name, "rows": t.rows, "description": t.description} for t in made.tables]
    )
    show_frame(
        frame,
        key="snapshot-tables",
        columns=TABLES,
        alt="Tables of the snapshot",
        height=ROW * (len(frame) + 1) + 2,
    )


def _still(path: Path) -> Path:
    if not path.is_file():
        raise NotFound("The snapshot is gone", "Make it anew.")
    return path

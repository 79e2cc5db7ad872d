"""Datasets: what can be taken away, looked at and narrowed; as a file, by the API, by command, or as a database for SQL."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from orchflow import clock
from orchflow.format import day, moment, plain, quantity
from orchflow.people.permissions import Actor
from orchflow.reports.dataset import EMPTY, Dataset, Measure, Selection
from orchflow.reports.datasets import list_datasets
from orchflow.screens.data import datasets_state as state
from orchflow.screens.data.datasets_data import (
    ROWS,
    columns_of,
    counted,
    looked_at,
    type_in_words,
    values_of,
    version_of,
)
from orchflow.screens.data.datasets_doors import doors
from orchflow.screens.data.datasets_files import file_line, files, how_many
from orchflow.screens.data.datasets_snapshot import snapshot
from orchflow.screens.filled import nothing_yet
from orchflow.screens.session import workspace, zone
from orchflow.table_files.writers import title_of
from orchflow.ui.address import check
from orchflow.ui.choosers import segments
from orchflow.ui.filters import Choice, filter_popover
from orchflow.ui.page import heading, on_a_phone, page
from orchflow.ui.states import boundary, empty
from orchflow.ui.table import ROW, Column, show_frame

OF_COLUMNS = {
    "column": Column("Column", width=190), "type": Column("Type", width=110),
    "about": Column("What it holds", width=460), "unit": Column("Unit", width=170),
}  # fmt: skip
LIST = 560
"""Pixels of the list of datasets, which scrolls from there on."""


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    page(
        "Datasets",
        "Everything that can be taken away: as a file, by the API, by command, or as a database for SQL",
        actions=lambda: _chosen_view(),
    )
    with boundary():
        if state.VIEW.get() == "sql":
            snapshot(workspace(), actor)
            return
        known = list_datasets(actor)
        if on_a_phone():
            _detail(actor, _choose(known))
            return
        left, right = st.columns([1, 3.6], gap="medium")
        with left:
            source = _choose(known)
        with right:
            _detail(actor, source)


def _chosen_view() -> None:
    segments("View", state.VIEWS, state.VIEW)


def _choose(known: list[Dataset]) -> Dataset:
    """The dataset that is chosen in the list of those that match the words."""
    by_name = {source.name: source for source in known}
    name = state.NAME.get() if state.NAME.get() in by_name else known[0].name
    check(state.NAME.name, "Dataset", [title_of(each) for each in by_name])
    if on_a_phone():
        picked = st.selectbox(
            "Dataset", list(by_name), format_func=title_of, key=state.NAME.name, bind="query-params",
            label_visibility="collapsed",
        )  # fmt: skip
        return by_name[picked or name]
    words = st.text_input(
        "Find a dataset", type="search", placeholder="Find a dataset", label_visibility="collapsed", key=state.FIND.name,
    )  # fmt: skip
    matching = [
        source.name for source in known if all(part in _searched(source) for part in words.lower().split())
    ]
    if not matching:
        st.caption("No dataset matches these words.")
    options = [each for each in by_name if each in matching or each == name]
    with st.container(height=LIST, border=False, key="datasets-list"):
        chosen = st.radio(
            "Dataset", options, format_func=title_of, key=state.NAME.name, bind="query-params",
            label_visibility="collapsed", width="stretch",
        )  # fmt: skip
    return by_name[chosen or name]


def _searched(source: Dataset) -> str:
    columns = " ".join(column.name for column in columns_of(source.name, workspace()))
    return f"{source.name} {title_of(source.name)} {source.section} {source.description} {columns}".lower()


def _detail(actor: Actor, source: Dataset) -> None:
    ws = workspace()
    version, today = version_of(ws), clock.today(ws.zone)
    head = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        part = _part(actor, source, version)
        asked = (
            actor,
            actor.role,
            source.name,
            part.start,
            part.end,
            tuple(part.where.items()),
            today,
            version,
        )
        found, rows, columns = looked_at(*asked)
        if found.rows is None and asked[2:] == state.COUNTED.get():
            found = found._replace(rows=counted(*asked))
        with st.container(horizontal=True, horizontal_alignment="right", gap="small", key="datasets-files"):
            files(ws, actor, source, part, found)
    file_line()
    with head:
        heading(
            title_of(source.name),
            f"`{source.name}` · {plain(source.description)}  \n{_facts(source, part, found)}",
            level=2,
        )
    shown = segments("Show", state.SHOWN, state.SHOW, width="content")
    if shown == "columns":
        _columns(source)
    elif shown == "doors":
        doors(source, part)
    elif found.rows == 0:
        _no_rows(source, part)
    else:
        show_frame(
            rows, key=f"rows-{source.name}", columns=columns, alt=f"Rows of {source.name}", height=470,
        )  # fmt: skip
        which = "newest" if source.dated else "last changed" if source.chronological else "first"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(
                f"The {which} {min(ROWS, len(rows.frame)):,} of {how_many(found)}. Instants are UTC, as in the files.",
                width="content",
            )
            if found.rows is None:
                st.button(
                    "Count them", type="tertiary", icon=":material/tag:", key="datasets-count", on_click=state.COUNTED.set,
                    args=(asked[2:],), help="All rows are made for it, which takes some seconds where there are millions of calls",
                )  # fmt: skip


def _part(actor: Actor, source: Dataset, version: int) -> Selection:
    """The days and values that the dataset is narrowed to."""
    keys = state.narrowed(source.name)
    start = end = None
    if source.dated:
        picked = st.date_input(
            "Days", value=[], key=state.days_of(source.name).name, bind="query-params", format="YYYY-MM-DD", width=252,
            help="Both included; every day where none is chosen", label_visibility="collapsed",
        )  # fmt: skip
        days = [one for one in picked if isinstance(one, date)] if isinstance(picked, tuple | list) else []
        start, end = (days[0], days[-1]) if days else (None, None)
    options = {
        name: Choice(title_of(name), [*values, EMPTY], {EMPTY: "(none)"})
        for name, values in values_of(actor, actor.role, source.name, version).items()
    }
    chosen = filter_popover(options, keys)
    return Selection(start, end, {name: values for name, values in chosen.items() if values})


def _facts(source: Dataset, part: Selection, found: Measure) -> str:
    """How much there is, and from when, in one line."""
    columns = len(columns_of(source.name, workspace()))
    rows = (
        "**Many** rows"
        if found.rows is None
        else f"**{found.rows:,}** {'row' if found.rows == 1 else 'rows'}"
    )
    told = [rows, quantity(columns, "column")]
    if found.oldest is not None and source.dated:
        told.append(f"{_when(found.oldest)} to {_when(found.newest)}")
    elif found.newest is not None:
        told.append(f"data as of {_when(found.newest)}")
    narrowed = [f"{title_of(name)}: {plain(', '.join(values))}" for name, values in part.where.items()]
    return " · ".join([*told, *narrowed])


def _when(at: object) -> str:
    return moment(at, zone()) if hasattr(at, "hour") else day(at)  # type: ignore[arg-type]


def _no_rows(source: Dataset, part: Selection) -> None:
    if not part.whole:
        empty("No rows match", "Choose other days or filters.")
    elif source.section == "Plan":
        nothing_yet("plan", "No rows", "They come when somebody plans.")
    else:
        nothing_yet("sources", "No rows", "They come with the first load of a source.")


def _columns(source: Dataset) -> None:
    columns = columns_of(source.name, workspace())
    told = [(one.name, type_in_words(one.kind), one.about, one.unit or None) for one in columns]
    frame = pd.DataFrame(told, columns=list(OF_COLUMNS))
    show_frame(
        frame,
        key="columns",
        columns=OF_COLUMNS,
        alt=f"Columns of {source.name}",
        height=min(ROW * (len(told) + 1) + 2, 580),
    )

"""What the Datasets screen shows, kept as long as the data is the same."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.types as kinds
import streamlit as st

from orchflow.people.permissions import Actor, Role
from orchflow.reports.dataset import Column, Measure, Reading, Selection
from orchflow.reports.datasets import DATASETS
from orchflow.screens.session import workspace
from orchflow.table_files.flatten import flat
from orchflow.ui.table import Column as Shown
from orchflow.ui.table import Sheet, sheet
from orchflow.workspace import Workspace

ROWS = 100
"""Rows that are looked at."""

WIDEST = 40
"""Letters of a text for which a column makes room."""

Narrowing = tuple[tuple[str, tuple[str, ...]], ...]


def version_of(ws: Workspace) -> int:
    """Rises with everything that a dataset holds."""
    return sum(ws.warehouse.versions().values()) + ws.store.version("plan") + ws.store.version("rates")


@st.cache_resource(max_entries=32, ttl="10m", show_spinner=False)
def looked_at(
    _actor: Actor, role: Role, name: str, start: date | None, end: date | None, where: Narrowing, today: date, version: int
) -> tuple[Measure, Sheet, dict[str, Shown]]:  # fmt: skip
    """How much of a dataset somebody of `role` may take away, the rows that are looked at, and how their columns are shown."""
    source, ws = DATASETS[name], workspace()
    reading = source.asked(Reading(ws, _actor, Selection(start, end, dict(where))))
    found = source.newest(reading, ROWS).combine_chunks()
    batches = [flat(batch) for batch in found.to_batches()]
    frame = (pa.Table.from_batches(batches) if batches else found).to_pandas()
    shown = {column.name: shown_as(column, frame[column.name]) for column in columns_of(name, ws)}
    return source.measure(reading), sheet(frame, shown), shown


@st.cache_resource(max_entries=32, ttl="10m", show_spinner="Counting …")
def counted(
    _actor: Actor, role: Role, name: str, start: date | None, end: date | None, where: Narrowing, today: date, version: int
) -> int | None:  # fmt: skip
    """How many rows there are of what takes long to count."""
    source = DATASETS[name]
    return source.count(source.asked(Reading(workspace(), _actor, Selection(start, end, dict(where)))))


@st.cache_data(max_entries=64, ttl="10m", show_spinner=False)
def values_of(_actor: Actor, role: Role, name: str, version: int) -> dict[str, list[str]]:
    """Of each column that is offered as a filter, the values there are; those with none or a single one are left out."""
    values = DATASETS[name].values(Reading(workspace(), _actor))
    return {column: some for column, some in values.items() if len(some) > 1}


@st.cache_resource(max_entries=64)
def columns_of(name: str, _ws: Workspace) -> tuple[Column, ...]:
    """The columns of a dataset, which are the same as long as the program is."""
    return DATASETS[name].columns(_ws)


def type_in_words(kind: pa.DataType) -> str:
    """What a column holds, for people."""
    if kinds.is_timestamp(kind):
        return "instant"
    if kinds.is_date(kind):
        return "day"
    if kinds.is_boolean(kind):
        return "yes or no"
    if kinds.is_integer(kind):
        return "whole number"
    if kinds.is_decimal(kind) or kinds.is_floating(kind):
        return "number"
    return "texts" if kinds.is_nested(kind) else "text"


def shown_as(column: Column, values: pd.Series) -> Shown:
    """Under its own name, by which files, API and SQL know it."""
    told = f"{column.about} ({column.unit})" if column.unit else column.about
    kind = column.kind
    if kinds.is_timestamp(kind):
        return Shown(column.name, "moment", told)
    if kinds.is_date(kind):
        return Shown(column.name, "day", told)
    if kinds.is_boolean(kind):
        return Shown(column.name, "flag", told)
    if kinds.is_decimal(kind) or kinds.is_integer(kind) or kinds.is_floating(kind):
        return Shown(column.name, "plain", told)
    return Shown(column.name, "text", told, width=_room(values))


def _room(values: pd.Series) -> int | None:
    """Pixels for the longest of some texts, where the browser, which goes by most of them, would cut it off."""
    longest = int(values.dropna().astype(str).str.len().max() or 0) if values.notna().any() else 0
    return min(longest, WIDEST) * 8 + 20 if longest > len(str(values.name)) else None

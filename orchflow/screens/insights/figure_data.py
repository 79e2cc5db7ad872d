"""What the screen of a figure shows, kept as long as the data and the plan are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa
import streamlit as st

from orchflow.metrics.facts import Facts
from orchflow.metrics.metric import Figure
from orchflow.metrics.opening import OpenedFigure, facts_at, opened
from orchflow.metrics.read import figures
from orchflow.metrics.rows_behind import components
from orchflow.people.permissions import Actor, Role
from orchflow.reports.figure_rows import FigureRows, parts_behind, shown_rows
from orchflow.screens.data.datasets_data import columns_of, shown_as, version_of
from orchflow.screens.session import workspace
from orchflow.table_files.flatten import flat
from orchflow.ui.table import Column, Sheet, sheet

PAGE = 100
"""Rows of a page."""
Asked = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class FigureScreen:
    """The figure with those that it is composed of, everything behind it, and the parts that its rows come in."""

    name: str
    facts: Facts
    version: int
    figures: tuple[Figure, ...]
    opened: OpenedFigure
    parts: tuple[FigureRows, ...]


@dataclass(frozen=True)
class RowsPage:
    """A page of rows, how its columns are shown, how many rows there are in all, and the cursor of the next page."""

    rows: Sheet
    columns: dict[str, Column]
    count: int
    next: str | None


def figure_screen(actor: Actor, key: str, asked: Mapping[str, Sequence[str]], today: date) -> FigureScreen:
    """What the address asks for of the figure `key`."""
    plain = tuple(sorted((name, tuple(values)) for name, values in asked.items()))
    return _screen(actor, actor.user_id, actor.role, key, plain, today, version_of(workspace()))


@st.cache_resource(max_entries=32, ttl="10m", show_spinner=False)
def _screen(
    _actor: Actor, user_id: int | None, role: Role, key: str, asked: Asked, today: date, version: int
) -> FigureScreen:  # fmt: skip
    facts = facts_at(workspace(), _actor, key, dict(asked))
    told = figures(facts, [key, *(part.key for part in components(key) if _actor.may(part.permission))])
    name = "&".join(f"{one}={','.join(values)}" for one, values in asked)
    return FigureScreen(f"{key}?{name}", facts, version, told, opened(facts, key), parts_behind(facts, key))


def rows_page(actor: Actor, screen: FigureScreen, part: FigureRows, cursor: str) -> RowsPage:
    """The rows after `cursor` ("": the first ones); Forbidden where the actor may not look at them."""
    of = "+".join(part.behind.of)
    return _page(
        actor, actor.user_id, actor.role, screen, part, f"{screen.name}/{of}", cursor, screen.version
    )


@st.cache_resource(max_entries=32, ttl="10m", show_spinner=False)
def _page(
    _actor: Actor, user_id: int | None, role: Role, _screen: FigureScreen, _part: FigureRows, name: str, cursor: str, version: int
) -> RowsPage:  # fmt: skip
    read, count = shown_rows(_screen.facts, _part, cursor or None, PAGE)
    table = read.rows.combine_chunks()
    batches = [flat(batch) for batch in table.to_batches()]
    frame = (pa.Table.from_batches(batches) if batches else table).to_pandas()
    columns = {
        one.name: replace(shown_as(one, frame[one.name]), if_any=True)
        for one in columns_of(_part.dataset.name, workspace())
    }
    return RowsPage(sheet(frame, columns), columns, len(frame) if count is None else count, read.next)

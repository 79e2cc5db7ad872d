"""A screen of what people keep about something: one grid for each kind, of which one is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import streamlit as st

from orchflow.costs.fact_names import fact_names
from orchflow.costs.input_file import import_inputs
from orchflow.format import day, plain
from orchflow.inputs.holes import holes
from orchflow.inputs.row_file import ImportReport
from orchflow.inputs.row_names import InputNames, input_names
from orchflow.people.permissions import Actor
from orchflow.screens.data.input_grid import InputGrid, show_grid
from orchflow.screens.session import workspace
from orchflow.ui.choosers import segments
from orchflow.ui.state import Key
from orchflow.ui.states import boundary
from orchflow.workspace import Workspace

MOST_HOLES = 3
Told: TypeAlias = Callable[[Workspace, InputGrid, Sequence[Any]], Any]


@dataclass(frozen=True)
class About:
    """What a screen says of the rows of a grid: `words` by entity below it, `lacking` lines above it, `sums` before the words."""

    words: Mapping[str, str]
    lacking: Told = lambda ws, grid, stored: days_without(grid, stored)
    sums: Told = lambda ws, grid, stored: ""


def show_inputs(
    actor: Actor, grids: Callable[[InputNames], Mapping[str, InputGrid]], view: Key[str], views: Mapping[str, str], about: About
) -> None:  # fmt: skip
    """Draw a choice of grids and the one that is chosen; `views` are their names by the keys of their entities."""
    ws = workspace()
    names = input_names(ws.store, actor)
    shown = {key: grid for key, grid in grids(names).items() if grid.entity.may_view(actor)}
    chosen = segments("What", {key: views[key] for key in views if key in shown}, view)
    with boundary():
        show_one(actor, names, shown[chosen], about)


def show_one(actor: Actor, names: InputNames, grid: InputGrid, about: About) -> None:
    """Draw one grid, with what is said of its rows."""
    ws = workspace()
    stored = grid.entity.list(ws.store, actor)
    if lines := about.lacking(ws, grid, stored):
        st.warning("  \n".join(map(plain, lines)), icon=":material/event_busy:")
    show_grid(ws, actor, grid, names, stored, partial(_taken, ws, actor, grid))
    st.caption(" · ".join(filter(None, [about.sums(ws, grid, stored), about.words.get(grid.entity.key, "")])))


def days_without(grid: InputGrid, stored: Sequence[Any]) -> list[str]:
    """The days that no row of a subject covers between two that do, in words."""
    lacking = holes(grid.entity, stored)
    lines = [
        f"{grid.called(hole.row)}: nothing holds from {day(hole.start)} to before {day(hole.end)}"
        for hole in lacking[:MOST_HOLES]
    ]
    return [*lines, f"and {len(lacking) - MOST_HOLES} more holes"] if len(lacking) > MOST_HOLES else lines


def _taken(
    ws: Workspace, actor: Actor, grid: InputGrid, data: bytes, name: str, dry_run: bool
) -> ImportReport:
    return import_inputs(
        ws.store, actor, grid.entity, data, name, currency=ws.currency, dry_run=dry_run, known=fact_names(ws.warehouse)
    )  # fmt: skip

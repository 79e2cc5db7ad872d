"""Costs: what people keep about them and no source delivers, each in a grid of its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from orchflow import clock
from orchflow.costs.budgets import BUDGETS
from orchflow.costs.entries import COST_ENTRIES
from orchflow.costs.hourly_rates import HOURLY_RATES
from orchflow.costs.input_file import import_inputs
from orchflow.costs.row_file import ImportReport
from orchflow.costs.row_names import input_names
from orchflow.costs.told import a_month, holes, hours_without_rate
from orchflow.currencies import places
from orchflow.format import day, exact_money, number, plain
from orchflow.people.permissions import Actor
from orchflow.screens.data import cost_inputs_state as state
from orchflow.screens.data.cost_grids import cost_grids
from orchflow.screens.data.input_grid import InputGrid, show_grid
from orchflow.screens.session import currency, workspace
from orchflow.ui.choosers import segments
from orchflow.ui.page import page
from orchflow.ui.states import boundary
from orchflow.workspace import Workspace

MOST_HOLES = 3
ABOUT = {
    COST_ENTRIES.key: "An amount of every month or year is spread over its days; one that is due once stands on its day, or is "
    "spread to Ends. A negative amount is a credit.",
    BUDGETS.key: "Versions of one budget have the same name and follow each other: to change one, let it end and add the next.",
    HOURLY_RATES.key: "The rate of a person beats that of their job role, and that the one of everybody else (neither of both). "
    "It prices the hours that are logged on tasks, by the day on which they were logged.",
    "cost_share": "What is missing to 100 % of a cost belongs to nobody, which the ledger shows as a line.",
    "timeline_event": "Events are marked on charts over days.",
    "target": "A target holds from its day on until the next one of the figure; past days keep theirs. It beats the settings.",
    "business_measure": "Costs can be told per unit of a measure, month by month.",
}


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    ws, money = workspace(), currency()
    page("Costs", "What no source delivers: rates, entries, budgets, whose a cost is")
    names = input_names(ws.store, actor)
    grids = {key: grid for key, grid in cost_grids(names, money).items() if actor.may(grid.entity.view)}
    view = segments("What", {key: state.VIEWS[key] for key in state.VIEWS if key in grids}, state.VIEW)
    with boundary():
        grid = grids[view]
        stored = grid.entity.list(ws.store, actor)
        said(ws, grid, stored)
        show_grid(ws, actor, grid, names, stored, partial(taken, ws, actor, grid))
        st.caption(" · ".join(filter(None, [sums(ws, grid, stored), ABOUT[view]])))


def taken(
    ws: Workspace, actor: Actor, grid: InputGrid, data: bytes, name: str, dry_run: bool
) -> ImportReport:
    """Read a file."""
    return import_inputs(ws.store, actor, grid.entity, data, name, currency=ws.currency, dry_run=dry_run)


def said(ws: Workspace, grid: InputGrid, stored: Sequence[Any]) -> None:
    """Which days no row covers, and which hours no rate prices."""
    lacking = holes(grid.entity, stored)
    lines = [
        f"{grid.called(hole.row)}: nothing holds from {day(hole.start)} to before {day(hole.end)}"
        for hole in lacking[:MOST_HOLES]
    ]
    if len(lacking) > MOST_HOLES:
        lines.append(f"and {len(lacking) - MOST_HOLES} more holes")
    if grid.entity is HOURLY_RATES and (without := hours_without_rate(ws.warehouse)):
        hours, first, last = without
        lines.append(
            f"{number(hours, digits=2)} logged hours have no rate ({day(first)} to {day(last)}): add one for everybody else"
        )
    if lines:
        st.warning("  \n".join(map(plain, lines)), icon=":material/event_busy:")


def sums(ws: Workspace, grid: InputGrid, stored: Sequence[Any]) -> str:
    """What entries come to a month, by currency."""
    if grid.entity is not COST_ENTRIES:
        return ""
    amounts = a_month(stored, clock.today(ws.zone))
    told = " + ".join(
        plain(exact_money(round(amount, places(code)), code)) for code, amount in amounts.items()
    )
    return f"**Today's entries come to {told} a month**" if told else ""

"""Costs: what people keep about them and no source delivers, each in a grid of its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from orchflow import clock
from orchflow.costs.budgets import BUDGETS
from orchflow.costs.entries import COST_ENTRIES
from orchflow.costs.hourly_rates import HOURLY_RATES
from orchflow.costs.told import a_month, hours_without_rate
from orchflow.currencies import places
from orchflow.format import day, exact_money, number, plain
from orchflow.people.permissions import Actor
from orchflow.screens.data import cost_inputs_state as state
from orchflow.screens.data.cost_grids import cost_grids
from orchflow.screens.data.input_grid import InputGrid
from orchflow.screens.data.input_screen import About, days_without, show_inputs
from orchflow.screens.session import currency
from orchflow.ui.page import page
from orchflow.workspace import Workspace

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
    page("Costs", "What no source delivers: rates, entries, budgets, whose a cost is")
    show_inputs(
        actor, partial(cost_grids, money=currency()), state.VIEW, state.VIEWS, About(ABOUT, said, sums)
    )


def said(ws: Workspace, grid: InputGrid, stored: Sequence[Any]) -> list[str]:
    """Which days no row covers, and which hours no rate prices."""
    lines = days_without(grid, stored)
    if grid.entity is HOURLY_RATES and (without := hours_without_rate(ws.warehouse)):
        hours, first, last = without
        lines.append(
            f"{number(hours, digits=2)} logged hours have no rate ({day(first)} to {day(last)}): add one for everybody else"
        )
    return lines


def sums(ws: Workspace, grid: InputGrid, stored: Sequence[Any]) -> str:
    """What entries come to a month, by currency."""
    if grid.entity is not COST_ENTRIES:
        return ""
    amounts = a_month(stored, clock.today(ws.zone))
    told = " + ".join(
        plain(exact_money(round(amount, places(code)), code)) for code, amount in amounts.items()
    )
    return f"**Today's entries come to {told} a month**" if told else ""

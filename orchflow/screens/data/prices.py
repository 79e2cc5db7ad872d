"""Prices: the workspace's own price book, the prices that come with the product, and usage that is priced by them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from orchflow.costs.fact_names import fact_names
from orchflow.costs.input_file import import_inputs
from orchflow.costs.price_lists import DaysWithoutPrice, days_without_price
from orchflow.costs.prices import PRICES, PriceRow
from orchflow.currencies import CODES
from orchflow.format import day, number, plain, quantity
from orchflow.inputs.row_file import ImportReport
from orchflow.inputs.row_names import InputNames
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.data import prices_state as state
from orchflow.screens.data.input_grid import InputGrid, show_grid
from orchflow.screens.data.prices_shipped import shipped
from orchflow.screens.data.prices_usage import usage
from orchflow.screens.session import currency, workspace
from orchflow.ui import notices
from orchflow.ui.choosers import segments
from orchflow.ui.page import page
from orchflow.ui.states import boundary
from orchflow.workspace import Workspace

LOOK: Mapping[str, Mapping[str, Any]] = {
    name: {"width": width}
    for name, width in (
        ("provider", 96), ("model", 206), ("kind", 112), ("price", 78), ("per", 86), ("currency", 90), ("valid_from", 106),
        ("valid_to", 100), ("over_tokens", 98), ("time_from", 94), ("time_to", 84), ("service_tier", 98), ("note", 200),
    )
}  # fmt: skip
MOST_HOLES = 3


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    ws = workspace()
    views = {
        key: name for key, name in state.VIEWS.items() if key != "usage" or actor.may(Permission.COSTS_EDIT)
    }
    page(
        "Prices",
        "What models cost for every kind of use, since when, and the usage that is priced by it",
        actions=lambda: segments("View", views, state.VIEW),
    )
    with boundary():
        view = state.VIEW.get()
        if view != "book":  # a sheet says it itself
            notices.show_notice()
        if view == "shipped":
            shipped(ws, actor)
        elif view == "usage" and view in views:
            usage(ws, actor)
        else:
            book(ws, actor, currency())


def book(ws: Workspace, actor: Actor, money: str) -> None:
    """The workspace's own prices, to be edited in place."""

    def take(data: bytes, name: str, dry_run: bool, of: str) -> ImportReport:
        return import_inputs(
            ws.store, actor, PRICES, data, name, currency=of, dry_run=dry_run, known=fact_names(ws.warehouse)
        )

    _without_price(ws)
    grid = InputGrid(
        PRICES, "prices", "price", _called, LOOK, {"currency": money}, files="A row for each price, or a column for each kind of use",
        before_file=lambda: _currency(money), first=("provider", "model", "kind", "price", "currency", "per"),
    )  # fmt: skip
    show_grid(ws, actor, grid, InputNames({}, ws.store, actor), PRICES.list(ws.store, actor), take)
    st.caption(
        f"Own prices beat the shipped ones, kind by kind. Per: for how many tokens (a million where it is left empty), images, "
        f"seconds or requests (one). Currency: {money} where it is left empty. Days and times are UTC, as providers count them; Valid "
        "to and Time to are the first day and minute on which a price no longer holds. Usage keeps what it was priced at until it is "
        "priced again."
    )


def _without_price(ws: Workspace) -> None:
    """Which models have prices, but none on days on which they were used."""
    holes = _holes(ws, str(ws.warehouse.path), ws.warehouse.version("usage", "prices"))
    lines = [
        f"{hole.provider or 'no provider'} {hole.model}: no price holds on {quantity(hole.days, 'day')} with "
        f"{quantity(hole.calls, 'call')} ({day(hole.first_day)} to {day(hole.last_day)})"
        for hole in holes[:MOST_HOLES]
    ]
    if len(holes) > MOST_HOLES:
        lines.append(f"and {len(holes) - MOST_HOLES} more models")
    if lines:
        st.warning("  \n".join(map(plain, lines)), icon=":material/event_busy:")


@st.cache_resource(max_entries=8, ttl="10m", show_spinner=False)
def _holes(_ws: Workspace, path: str, version: int) -> list[DaysWithoutPrice]:
    return days_without_price(_ws)


def _currency(money: str) -> str:
    """That of prices in a file that name none."""
    codes = sorted(CODES)
    return st.selectbox(
        "Currency of new prices that name none", codes, index=codes.index(money), key=state.CURRENCY.name
    )


def _called(row: PriceRow) -> str:
    return f"{row.model}, {row.kind}: {number(row.price, digits=4)} {row.currency} from {day(row.valid_from)}"

"""Prices: the workspace's own price book, the prices that come with the product, and usage that is priced by them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from orchflow.alike import alike, places, why
from orchflow.costs.price_file import PricesReport, import_prices
from orchflow.costs.prices import PRICES, PriceRow
from orchflow.currencies import CODES
from orchflow.errors import OrchflowError, Problem
from orchflow.format import day, number, plain, quantity
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.data import prices_state as state
from orchflow.screens.data.prices_shipped import shipped
from orchflow.screens.data.prices_usage import usage
from orchflow.screens.row_saving import entity_saver
from orchflow.screens.session import currency, workspace, zone
from orchflow.ui import acts, notices
from orchflow.ui.choosers import segments
from orchflow.ui.drafts import Drafts
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.menus import menu
from orchflow.ui.page import page
from orchflow.ui.sheet_review import full_sheet
from orchflow.ui.sheet_stage import SheetRow
from orchflow.ui.states import boundary, closing, problem
from orchflow.ui.table import Column, download_menu
from orchflow.workspace import Workspace

COLUMNS = {
    name: GridColumn(PRICES.fields[name], width=width)
    for name, width in (
        ("provider", 96), ("model", 206), ("kind", 112), ("price", 78), ("per", 86), ("currency", 90), ("valid_from", 106),
        ("valid_to", 100), ("over_tokens", 98), ("time_from", 94), ("time_to", 84), ("service_tier", 98), ("note", 200),
    )
}  # fmt: skip
SHOWN_PROBLEMS = 20
IMPORT, REMOVE = "prices-import", "prices-remove"


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
    stored = PRICES.list(ws.store, actor)
    may_edit = actor.may(PRICES.edit)
    with st.container(horizontal=True, vertical_alignment="center"):
        if may_edit:
            _import_menu(ws, actor, money)
            _remove_menu(ws, actor, stored)
        if actor.may(Permission.EXPORT) and stored:
            shown = {name: Column(column.heading) for name, column in COLUMNS.items()}
            download_menu(
                lambda: pd.DataFrame([{name: getattr(row, name) for name in COLUMNS} for row in stored]),
                key="prices", name="prices", columns=shown,
            )  # fmt: skip
    full_sheet(
        [SheetRow(f"price-{row.id}", row.version, _cells(row), _called(row)) for row in stored], COLUMNS,
        key="prices", zone=zone(), may_edit=may_edit, alt="The price book",
        write=entity_saver(ws.store, actor, PRICES, "price", {"currency": money}), given=["currency", "per"],
        drafts=Drafts(ws.settings.home / "drafts", actor.user_id, "prices") if may_edit else None,
    )  # fmt: skip
    st.caption(
        f"Own prices beat the shipped ones, kind by kind. Per: for how many tokens (a million where it is left empty), images, "
        f"seconds or requests (one). Currency: {money} where it is left empty. Days and times are UTC, as providers count them; Valid "
        "to and Time to are the first day and minute on which a price no longer holds. Usage keeps what it was priced at until it is "
        "priced again."
    )


def _import_menu(ws: Workspace, actor: Actor, money: str) -> None:
    """Take a file, show what it would do, and do it."""
    with menu("Import", icon=":material/upload:", type="tertiary", key=IMPORT) as opened:
        if not opened:
            return
        file = st.file_uploader(
            "A row for each price, or a column for each kind of use",
            type=["csv", "txt", "xlsx"],
            key="prices-file",
        )
        of = st.selectbox(
            "Currency of prices that name none", sorted(CODES), index=sorted(CODES).index(money), key=state.CURRENCY.name
        )  # fmt: skip
        if file is None:
            return
        data = file.getvalue()
        try:
            report = import_prices(ws.store, actor, data, file.name, currency=of, dry_run=True)
        except OrchflowError as error:
            problem(error)
            return
        _told(report)
        work = report.created + report.updated
        if acts.button(
            f"Import {quantity(work, 'price')}" if work else "There is nothing to import",
            type="primary", disabled=not work, key="prices-import-now", icon=":material/upload:",
        ):  # fmt: skip
            with closing():
                done = acts.once(lambda: import_prices(ws.store, actor, data, file.name, currency=of))
                refused = f", {quantity(len(done.problems), 'row')} refused" if done.problems else ""
                notices.done(f"Imported {file.name}: {done.created} new, {done.updated} changed{refused}")


def _remove_menu(ws: Workspace, actor: Actor, stored: Sequence[PriceRow]) -> None:
    if not stored:
        return
    with menu("Remove a price", icon=":material/delete:", type="tertiary", key=REMOVE) as opened:
        if not opened:
            return
        by_id = {row.id: row for row in stored}
        chosen = st.selectbox(
            "Price", list(by_id), format_func=lambda at: _called(by_id[at]), index=None, key="prices-which"
        )
        if chosen is not None and acts.button("Remove it", type="primary", key="prices-remove-now"):
            row = by_id[chosen]
            with closing():
                acts.once(lambda: PRICES.delete(ws.store, actor, row.id, row.version))
                notices.done(f"Removed {_called(row)}")


def _told(report: PricesReport) -> None:
    st.caption(f"{report.created} new, {report.updated} changed, {report.unchanged} as they are.")
    if report.unread:
        st.caption(plain(f"Columns that are not read: {', '.join(report.unread)}"))
    if report.problems:
        groups = alike(report.problems, _reason)
        lines = [
            f"- row {places(group, lambda p: p.row)}, {plain(group[0].field)}: {plain(why(group, _reason))}"
            for group in groups[:SHOWN_PROBLEMS]
        ]
        rest = len(groups) - len(lines)
        st.warning("\n".join([*lines, f"- and {rest} more"] if rest else lines))


def _reason(told: Problem) -> tuple[str, str]:
    return told.field, told.message


def _cells(row: PriceRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in COLUMNS}


def _called(row: PriceRow) -> str:
    return f"{row.model}, {row.kind}: {number(row.price, digits=4)} {row.currency} from {day(row.valid_from)}"

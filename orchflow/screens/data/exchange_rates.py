"""Exchange rates: what currencies are worth in the workspace's, from a day on; and the amounts that lack one."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from orchflow.alike import alike, places, why
from orchflow.costs.exchange_rates import EXCHANGE_RATES, ExchangeRateRow
from orchflow.costs.rates_file import RatesReport, import_rates
from orchflow.currencies import CODES
from orchflow.errors import OrchflowError, Problem
from orchflow.format import day, plain, quantity
from orchflow.metrics.unconverted import every_unconverted
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.row_saving import entity_saver
from orchflow.screens.session import currency, workspace, zone
from orchflow.ui import acts, notices
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
    name: GridColumn(EXCHANGE_RATES.fields[name], width=width)
    for name, width in (("currency", 84), ("into_currency", 64), ("valid_from", 106), ("rate", 98), ("note", 320))
}  # fmt: skip
SHOWN_PROBLEMS = 20
IMPORT, REMOVE = "rates-import", "rates-remove"


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    ws, money = workspace(), currency()
    page("Exchange rates", f"What other currencies are worth in {money}, from a day on")
    with boundary():
        for line in every_unconverted(ws):
            st.warning(plain(line.said), icon=":material/currency_exchange:")
        rates(ws, actor, money)


def rates(ws: Workspace, actor: Actor, money: str) -> None:
    stored = EXCHANGE_RATES.list(ws.store, actor)
    may_edit = actor.may(EXCHANGE_RATES.edit)
    with st.container(horizontal=True, vertical_alignment="center"):
        if may_edit:
            import_menu(ws, actor, money)
            remove_menu(ws, actor, stored)
        if actor.may(Permission.EXPORT) and stored:
            shown = {name: Column(column.heading) for name, column in COLUMNS.items()}
            download_menu(
                lambda: pd.DataFrame([{name: getattr(row, name) for name in COLUMNS} for row in stored]),
                key="rates", name="exchange-rates", columns=shown,
            )  # fmt: skip
    full_sheet(
        [SheetRow(f"rate-{row.id}", row.version, _cells(row), _called(row)) for row in stored], COLUMNS,
        key="exchange-rates", zone=zone(), may_edit=may_edit, alt="Rates of exchange",
        write=entity_saver(ws.store, actor, EXCHANGE_RATES, "rate", {"into_currency": money}), given=["into_currency"],
        drafts=Drafts(ws.settings.home / "drafts", actor.user_id, "exchange-rates") if may_edit else None,
    )  # fmt: skip
    st.caption(
        f"Rate: what 1 of Currency is worth in Into ({money} where that is left empty), from a day on until the next rate of the "
        "two. It is used the other way round as well. A change counts the costs of the days it covers anew."
    )


def import_menu(ws: Workspace, actor: Actor, money: str) -> None:
    """Take a file, show what it would do, and do it."""
    with menu("Import", icon=":material/upload:", type="tertiary", key=IMPORT) as opened:
        if not opened:
            return
        file = st.file_uploader(
            "A row for each rate, or a column for each currency",
            type=["csv", "txt", "xlsx"],
            key="rates-file",
        )
        of = st.selectbox(
            "Columns of currencies tell the worth of", sorted(CODES), index=sorted(CODES).index("EUR"), key="rates-of",
            help="Tables of central banks name it only in their title; EUR for the European Central Bank",
        )  # fmt: skip
        if file is None:
            return
        data = file.getvalue()
        try:
            report = import_rates(ws.store, actor, data, file.name, into=money, of=of, dry_run=True)
        except OrchflowError as error:
            problem(error)
            return
        _told(report)
        work = report.created + report.updated
        if acts.button(
            f"Import {quantity(work, 'rate')}" if work else "There is nothing to import",
            type="primary", disabled=not work, key="rates-import-now", icon=":material/upload:",
        ):  # fmt: skip
            with closing():
                done = acts.once(lambda: import_rates(ws.store, actor, data, file.name, into=money, of=of))
                notices.done(f"Imported {file.name}: {done.created} new, {done.updated} changed")


def remove_menu(ws: Workspace, actor: Actor, stored: Sequence[ExchangeRateRow]) -> None:
    if not stored:
        return
    with menu("Remove a rate", icon=":material/delete:", type="tertiary", key=REMOVE) as opened:
        if not opened:
            return
        by_id = {row.id: row for row in stored}
        chosen = st.selectbox(
            "Rate", list(by_id), format_func=lambda at: _called(by_id[at]), index=None, key="rates-which"
        )
        if chosen is not None and acts.button("Remove it", type="primary", key="rates-remove-now"):
            row = by_id[chosen]
            with closing():
                acts.once(lambda: EXCHANGE_RATES.delete(ws.store, actor, row.id, row.version))
                notices.done(f"Removed {_called(row)}")


def _told(report: RatesReport) -> None:
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


def _cells(row: ExchangeRateRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in COLUMNS}


def _called(row: ExchangeRateRow) -> str:
    return f"{row.currency} into {row.into_currency} from {day(row.valid_from)}"

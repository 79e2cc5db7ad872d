"""Exchange rates: what currencies are worth in the workspace's, from a day on; and the amounts that lack one."""

from __future__ import annotations

import streamlit as st

from orchflow.costs.exchange_rates import EXCHANGE_RATES, ExchangeRateRow
from orchflow.costs.rates_file import import_rates
from orchflow.currencies import CODES
from orchflow.format import day, plain
from orchflow.inputs.row_file import ImportReport
from orchflow.inputs.row_names import input_names
from orchflow.metrics.unconverted import every_unconverted
from orchflow.people.permissions import Actor
from orchflow.screens.data.input_grid import InputGrid, show_grid
from orchflow.screens.session import currency, workspace
from orchflow.ui.page import page
from orchflow.ui.states import boundary

LOOK = {
    name: {"width": width}
    for name, width in (("currency", 84), ("into_currency", 64), ("valid_from", 106), ("rate", 98), ("note", 320))
}  # fmt: skip


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    ws, money = workspace(), currency()
    page("Exchange rates", f"What other currencies are worth in {money}, from a day on")

    def take(data: bytes, name: str, dry_run: bool, of: str | None) -> ImportReport:
        return import_rates(ws.store, actor, data, name, into=money, of=of, dry_run=dry_run)

    with boundary():
        for line in every_unconverted(ws, actor):
            st.warning(plain(line.said), icon=":material/currency_exchange:")
        grid = InputGrid(
            EXCHANGE_RATES, "exchange-rates", "rate", _called, LOOK, {"into_currency": money},
            files="A row for each rate, or a column for each currency", before_file=_worth_of,
        )  # fmt: skip
        stored = EXCHANGE_RATES.list(ws.store, actor)
        show_grid(ws, actor, grid, input_names(ws.store, actor), stored, take)
        st.caption(
            f"Rate: what 1 of Currency is worth in Into ({money} where that is left empty), from a day on until the next rate "
            "of the two. It is used the other way round as well. A change counts the costs of the days it covers anew."
        )


def _worth_of() -> str | None:
    """Whose worth a table with a column for each currency tells."""
    return st.selectbox(
        "Columns of currencies tell the worth of", sorted(CODES), index=sorted(CODES).index("EUR"), key="rates-of",
        help="Tables of central banks name it only in their title; EUR for the European Central Bank",
    )  # fmt: skip


def _called(row: ExchangeRateRow) -> str:
    return f"{row.currency} into {row.into_currency} from {day(row.valid_from)}"

"""The prices that come with the product: found by words, and taken over as own ones."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd
import streamlit as st

from orchflow import clock
from orchflow.costs.price_lists import ShippedPrice, shipped_prices, used_models
from orchflow.costs.prices import PRICES
from orchflow.costs.shipped_prices import shipped_version
from orchflow.errors import Invalid
from orchflow.format import plain, quantity
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.screens.data import prices_state as state
from orchflow.store.edits import Edit
from orchflow.store.field import in_words
from orchflow.ui import acts, notices
from orchflow.ui.states import closing, empty
from orchflow.ui.table import Column, Sheet, sheet, show_frame
from orchflow.workspace import Workspace

COLUMNS = {
    "provider": Column("Provider", width=100), "model": Column("Model", width=230), "kind": Column("Kind of use", width=110),
    "price": Column("Price", "plain", width=90), "per": Column("Per", "count", width=86),
    "valid_from": Column("Valid from", "day", width=105), "valid_to": Column("Valid to", "day", width=105),
    "over_tokens": Column("Input over", "count", if_any=True, width=90), "times": Column("Time (UTC)", if_any=True, width=110),
    "service_tier": Column("Service tier", if_any=True, width=95),
    "origin": Column("From", width=105, help="The library of prices, or the platform's own list"),
}  # fmt: skip
KEPT = (
    "provider", "model", "kind", "price", "per", "currency", "over_tokens", "time_from", "time_to", "service_tier",
)  # fmt: skip


def shipped(ws: Workspace, actor: Actor) -> None:
    """Draw the view."""
    find = st.text_input(
        "Find", placeholder="Words of provider and model, such as anthropic haiku", key=state.FIND.name, bind="query-params",
        label_visibility="collapsed", icon=":material/search:", max_chars=200,
    )  # fmt: skip
    version = shipped_version()
    rows, table = _found(find.strip(), version, tuple(used_models(ws)))
    if not rows:
        empty(
            "No shipped price has these words" if find.strip() else "No model is in use yet",
            "Try other words, or add the price to the price book.",
        )
        return
    chosen = show_frame(
        table,
        key="prices-shipped",
        columns=COLUMNS,
        alt="Shipped prices",
        height=430,
        on_select="rerun",
        many=True,
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if actor.may(PRICES.edit):
            picked = [rows[place] for place in chosen]
            label = f"Use {quantity(len(picked), 'price')} as own" if picked else "Use as own price"
            if acts.button(
                label, key="prices-take", disabled=not picked, type="primary", icon=":material/add:"
            ):
                with closing():
                    _take_over(ws, actor, picked, version)
        st.caption(
            f"{quantity(len(rows), 'price')} of {plain(version)} and of the platform's list, in US dollars{'' if find.strip() else ', of the models in use'}. Tick rows to take them over as own prices "
            "from today on; shipped ones hold wherever there is no own price."
        )


@st.cache_resource(max_entries=32, show_spinner=False)
def _found(
    find: str, version: str, used: tuple[tuple[str | None, str], ...]
) -> tuple[list[ShippedPrice], Sheet]:
    rows = shipped_prices(SYSTEM, find, used)
    frame = pd.DataFrame([asdict(row) for row in rows], columns=list(ShippedPrice.__dataclass_fields__))
    frame["price"] = frame["price"].astype(float)
    frame["kind"] = frame["kind"].map(in_words)
    frame["times"] = [f"{row.time_from}–{row.time_to}" if row.time_from else None for row in rows]
    shown = frame[list(COLUMNS)]
    return rows, sheet(shown.dropna(axis=1, how="all") if len(shown) else shown, COLUMNS)


def _take_over(ws: Workspace, actor: Actor, picked: list[ShippedPrice], version: str) -> None:
    since = {"valid_from": clock.today(ws.zone), "note": f"From {version}"}
    edits = [
        Edit(None, None, {name: getattr(row, name) for name in KEPT} | since, place)
        for place, row in enumerate(picked)
    ]
    report = acts.once(lambda: PRICES.save(ws.store, actor, edits))
    if not report.saved:
        raise Invalid(report.problems)
    said = f"{quantity(report.saved, 'price')} taken over: the price book has them from today on"
    refused = [f"{picked[int(each.row or 0)].model}: {each.message}" for each in report.problems]
    notices.done("; ".join([said, *refused[:1]]), report.request)

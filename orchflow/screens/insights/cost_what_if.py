"""What the last full month would cost otherwise: another volume, other models, more from the cache, other prices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.costs.chart_notes import CHART_NOTES
from orchflow.errors import OrchflowError
from orchflow.insights.what_if import Changes, Key, Outcome, Shift
from orchflow.insights.what_if_use import Base, what_if_base, what_if_of
from orchflow.metrics.filters import Filters, period_in_words
from orchflow.metrics.privacy import Privacy
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.figure_facts import facts_of
from orchflow.screens.insights import cost_analysis_state as state
from orchflow.screens.insights.reader import InsightReader
from orchflow.screens.session import currency, workspace, zone
from orchflow.ui import acts, notices
from orchflow.ui.charts import chart
from orchflow.ui.cost_charts import waterfall
from orchflow.ui.page import heading
from orchflow.ui.states import empty, problem
from orchflow.ui.table import Column, sheet

CHART = "cost/cost-bars"
MOST_NOTED = 500


def show(actor: Actor, filters: Filters, reader: InsightReader) -> None:
    """Draw the panel for the part that the screen has chosen; its days are those of the last full month."""
    today, money = clock.today(zone()), currency()
    versions = (reader.version, workspace().warehouse.version("prices", "rates"))
    base = what_if_start(actor, filters, reader, reader.privacy, versions, today, money)
    if base.missing:
        empty("Nothing to start from", f"{base.missing}.", icon="calculate")
        return
    with st.container(border=True, key="what-if"):
        heading("What if", fmt.plain(_about(base, money)))
        changes = choose(base)
    if not changes.any:
        st.caption("Change something above: the difference is worked out at once, and nothing is stored\\.")
        return
    try:
        outcome = what_if_of(facts_of(actor, filters, reader.privacy, reader.coverage), changes, base)
    except OrchflowError as error:
        problem(error)
        return
    draw(actor, base, outcome, money)


def choose(base: Base) -> Changes:
    """What is to be otherwise."""
    used = sorted(base.use, key=lambda key: (-base.use[key].calls, key))
    others = sorted({*base.use, *base.prices}, key=lambda key: (key not in base.use, key))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        volume = st.number_input(
            "Volume, %", -100, 1000, 0, 5, key=state.VOLUME, width=130, help="More or less use of everything"
        )
        price = st.number_input(
            "Prices, %", -100, 1000, 0, 5, key=state.PRICE, width=130, help="Dearer or cheaper, all models"
        )
        cached = st.number_input(
            "From the cache, %", 0, 100, None, 5, key=state.CACHED, width=150, placeholder="as now", help="Of the tokens that are read"
        )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom"):
        share = st.number_input("Of a model, %", 0, 100, 0, 10, key=state.SHARE, width=130)
        of = st.selectbox("Use of", used, format_func=_named, key=state.SHIFT_OF, width=280)
        to = st.selectbox(
            "goes to",
            others,
            index=None,
            format_func=_named,
            key=state.SHIFT_TO,
            width=280,
            placeholder="Choose a model",
        )
    shifts = (Shift(of, to, Decimal(share) / 100),) if share and of and to else ()
    return Changes(
        {None: 1 + Decimal(volume) / 100} if volume else {}, shifts, {} if cached is None else {None: Decimal(cached) / 100},
        {None: 1 + Decimal(price) / 100} if price else {},
    )  # fmt: skip


def draw(actor: Actor, base: Base, outcome: Outcome, money: str) -> None:
    """The difference by model, each assumption, and the way to note it."""
    moved = [model for model in outcome.models if model.delta]
    steps = [("Now", float(outcome.before), True), *_steps(moved), ("Otherwise", float(outcome.after), True)]
    direction = "less" if outcome.delta < 0 else "more"
    share = f" ({fmt.percent(abs(outcome.delta) / outcome.before, digits=0)})" if outcome.before else ""
    said = f"{fmt.money(abs(outcome.delta), money)} {direction} a month{share}"
    chart(
        waterfall(steps, title=said, currency=money), sheet(_rows(outcome), columns(money)), key="what-if-chart", columns=columns(money),
        title=said if outcome.delta else "No difference", downloads=actor.may(Permission.EXPORT),
        note=fmt.plain(f"{fmt.money(outcome.before, money)} at the prices in force, {fmt.money(outcome.after, money)} otherwise"),
        alt="Waterfall: what each model would add to the cost of the month, or take from it",
    )  # fmt: skip
    st.markdown("\n".join(f"- {fmt.plain(words)}" for words in outcome.assumptions))
    if not actor.may(CHART_NOTES.add):
        return

    def note() -> None:
        text = f"What if: {said}. {'; '.join(outcome.assumptions)}"
        with notices.attempt("Not noted", "Noted on the days of the Cost chart") as request:
            CHART_NOTES.create(
                workspace().store, actor, request=request, chart=CHART, day=base.start, until=base.end,
                text=text if len(text) <= MOST_NOTED else f"{text[: MOST_NOTED - 1]}…",
            )  # fmt: skip

    acts.button(
        "Save it as a note",
        key="what-if-note",
        icon=":material/sticky_note_2:",
        type="tertiary",
        on_click=note,
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def what_if_start(
    _actor: Actor, filters: Filters, _reader: InsightReader, privacy: Privacy, versions: tuple[int, int], today: date, money: str
) -> Base:  # fmt: skip
    """The use of the last full month and the prices in force; `versions` are those of the data and of the prices."""
    return what_if_base(facts_of(_actor, filters, privacy, _reader.coverage))


def columns(money: str) -> dict[str, Column]:
    """How the table of models is shown."""
    amounts = {"before": "Now", "after": "Otherwise", "delta": "Change"}
    return {"model": Column("Model", pinned=True), "provider": Column("Provider")} | {
        name: Column(label, "money", currency=money) for name, label in amounts.items()
    }


def _steps(moved: list[Any]) -> list[tuple[str, float, bool]]:
    """The models that move most, and all others as one."""
    steps = [(model.model[1], float(model.delta), False) for model in moved[:6]]
    rest = sum((model.delta for model in moved[6:]), Decimal(0))
    return [*steps, (f"{len(moved) - 6} others", float(rest), False)] if len(moved) > 6 else steps


def _rows(outcome: Outcome) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (model.model[1], model.model[0], model.before, model.after, model.delta)
            for model in outcome.models
        ],
        columns=["model", "provider", "before", "after", "delta"],
    )


def _about(base: Base, money: str) -> str:
    said = f"From the use of {period_in_words(base.start, base.end)}, priced with the prices in force; reported were {fmt.money(base.reported, money)}"
    return (
        f"{said}, {fmt.money(base.pooled, money)} of it of small groups, which are left out"
        if base.pooled
        else said
    )


def _named(key: Key) -> str:
    return f"{key[1]} ({key[0]})"

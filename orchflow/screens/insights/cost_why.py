"""Why the cost moved against the period before: volume, mix, tokens and rate, in all and by a dimension."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.insights.cost import DIMENSIONS, CostDimension
from orchflow.insights.cost_effects import BY, CostEffects, causes_of, cost_effects
from orchflow.metrics.filters import Filters, period_in_words
from orchflow.metrics.privacy import Privacy
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.figure_facts import facts_of
from orchflow.screens.insights.reader import InsightReader
from orchflow.screens.session import currency, zone
from orchflow.screens.withheld import say_withheld
from orchflow.ui.charts import chart
from orchflow.ui.cost_charts import waterfall
from orchflow.ui.page import heading
from orchflow.ui.states import empty
from orchflow.ui.table import Column, Sheet, data_table, sheet

HELP = {
    "volume": "More or fewer {unit}s, at what one cost on the average before",
    "mix": "Use that went to dearer or cheaper ones, at what each cost before; a new one counts at its own cost",
    "tokens": "More or fewer tokens for one {unit}, at what a token cost before",
    "rate": "A token that costs more or less than before: other prices, or more of what is written than of what is read",
    "apart": "Amounts that came without calls, such as credits",
}
OTHER = "What it cost more, or less, than before"


@dataclass(frozen=True)
class WhyScreen:
    """What is drawn, converted for the browser once."""

    effects: CostEffects
    picture: dict[str, Any]
    steps: Sheet
    rows: Sheet


def show(actor: Actor, filters: Filters, dimension: CostDimension, reader: InsightReader) -> None:
    """Draw the panel for what the screen has chosen; by model where calls are not known by the dimension."""
    dimension = dimension if dimension in BY else "model"
    screen = why_screen(
        actor, filters, dimension, reader, reader.privacy, reader.version, clock.today(zone()), currency()
    )
    effects = screen.effects
    if effects.explained is None:
        empty("Nothing to compare with", _sentence(effects.missing), icon="compare")
        say_withheld(effects.withheld)
        return
    say_withheld(effects.withheld)
    money, shown = currency(), columns(effects, dimension)
    chart(
        screen.picture, screen.steps, key="cost-why", columns=STEPS | {"amount": Column("Amount", "money", currency=money)},
        title=_title(effects, money), note=fmt.plain(_counts(effects)), downloads=actor.may(Permission.EXPORT),
        alt=f"Waterfall: what moved the cost of {period_in_words(effects.period.start, effects.period.end)}, {effects.compared_with}",
    )  # fmt: skip
    with st.container(border=True, key="why-by"):
        heading(
            f"What moved it, by {DIMENSIONS[dimension].lower()}",
            "Each line adds up to its change, each column to that of the whole",
        )
        data_table(
            screen.rows, key="why-rows", name=f"why-by-{dimension}", columns=shown, downloads=actor.may(Permission.EXPORT),
            alt=f"Effects by {dimension}", height=360 if len(screen.effects.explained.keys if screen.effects.explained else ()) > 9 else None,
        )  # fmt: skip


STEPS = {"step": Column("Step"), "about": Column("What it is", width="large")}


@st.cache_resource(max_entries=64, show_spinner=False)
def why_screen(
    _actor: Actor, filters: Filters, dimension: CostDimension, _reader: InsightReader, privacy: Privacy, version: int,
    today: date, money: str,
) -> WhyScreen:  # fmt: skip
    """The effects of these filters; `version` is the data's, `money` the currency of its amounts."""
    effects = cost_effects(facts_of(_actor, filters, privacy, _reader.coverage), dimension)
    steps = _steps(effects)
    frame = pd.DataFrame(
        [(name, about, amount) for name, about, amount, _ in steps], columns=["step", "about", "amount"]
    )
    picture = waterfall(
        [(name, float(amount), whole) for name, _, amount, whole in steps], title="Why the cost moved", currency=money
    )  # fmt: skip
    return WhyScreen(
        effects,
        picture,
        sheet(frame, STEPS | {"amount": Column("Amount", "money", currency=money)}),
        sheet(_rows(effects), columns(effects, dimension)),
    )


def columns(effects: CostEffects, dimension: CostDimension) -> dict[str, Column]:
    """How the table by the dimension is shown."""
    money = currency()
    causes = {
        cause: Column(name, "money", help=HELP[cause].format(unit=effects.unit), currency=money, if_any=cause in ("apart", "tokens"))
        for cause, name in causes_of(effects).items()
    }  # fmt: skip
    return {
        "label": Column(DIMENSIONS[dimension], pinned=True),
        "state": Column("Since or until", if_any=True),
        "change": Column("Change", "money", currency=money),
        **causes,
        "other": Column("Other costs", "money", help=OTHER, currency=money, if_any=True),
    }


def _rows(effects: CostEffects) -> pd.DataFrame:
    states = {"new": "New", "retired": "No longer used"}
    keys = effects.explained.keys if effects.explained else ()
    rows: list[tuple[Any, ...]] = [
        (
            effects.names[key.key], states.get(key.state), key.effects.total,
            *(getattr(key.effects, cause) for cause in HELP), None,
        )
        for key in keys
    ]  # fmt: skip
    rows += [(each.label, None, each.delta, *[None] * len(HELP), each.delta) for each in effects.others]
    return pd.DataFrame(rows, columns=["label", "state", "change", *HELP, "other"])


def _steps(effects: CostEffects) -> list[tuple[str, str, Any, bool]]:
    """Name, what it is, amount, and whether it is a whole."""
    if effects.explained is None:
        return []
    told = effects.explained
    between = [
        (name, HELP[cause].format(unit=effects.unit), getattr(told.effects, cause), False)
        for cause, name in causes_of(effects).items()
        if cause != "apart" or told.effects.apart
    ]
    between += [(each.label, OTHER, each.delta, False) for each in effects.others]
    before = effects.compared_with.removeprefix("a day, ").removeprefix("vs ")
    now = period_in_words(effects.period.start, effects.period.end)
    return [("Before", before, effects.before, True), *between, ("Now", now, effects.now, True)]


def _title(effects: CostEffects, money: str) -> str:
    moved = "rose" if effects.delta > 0 else "fell" if effects.delta < 0 else "stayed"
    by = f" by {fmt.money(abs(effects.delta), money)}" if effects.delta else ""
    of = " of models" if effects.besides and not effects.others else ""
    return f"Why the cost{of} {moved}{by}{' a day' if effects.per_day else ''}"


def _counts(effects: CostEffects) -> str:
    """What is compared, and how often something was done on either side."""
    before, now = (fmt.count(round(count)) for count in (effects.count_before, effects.count))
    said = f"{effects.compared_with} · {before} → {now} {effects.unit}s"
    if effects.unpriced:
        said += f" · {fmt.quantity(effects.unpriced, 'call')} without a price are counted and cost nothing"
    return f"{said} · {effects.besides}" if effects.besides else said


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}." if words else ""

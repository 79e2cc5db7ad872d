"""Risk: what could go wrong and how bad it is now, what wants a review, what happened; and the register in a grid."""

from __future__ import annotations

from functools import partial

import streamlit as st

from orchflow import clock
from orchflow.format import plain
from orchflow.inputs.row_names import input_names
from orchflow.insights.risk import CLASSES
from orchflow.metrics.privacy import privacy_of
from orchflow.people.permissions import Actor, Permission
from orchflow.risks.risks import RISKS
from orchflow.risks.tables import TOPIC
from orchflow.screens.data.input_screen import About, show_one
from orchflow.screens.filled import nothing_yet
from orchflow.screens.insights import risk_state as state
from orchflow.screens.insights.reader import insight_reader
from orchflow.screens.insights.risk_data import (
    RiskScreen,
    coverage_columns,
    in_zone,
    incident_columns,
    overdue_columns,
    register_columns,
    review_columns,
    risk_screen,
    signal_columns,
)
from orchflow.screens.insights.risk_grids import WORDS, risk_grids
from orchflow.screens.session import currency, workspace, zone
from orchflow.store.field import in_words
from orchflow.ui.cards import figure_row
from orchflow.ui.charts import chart
from orchflow.ui.choosers import segments
from orchflow.ui.page import HALF, heading, page
from orchflow.ui.states import boundary
from orchflow.ui.table import Column, data_table

SUBTITLE = "What could go wrong, what is done about it, and what did"
DAYS = {"day": Column("Day", "day"), "risks": Column("Risks"), "count": Column("Count", "count")}


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    ws, today = workspace(), clock.today(zone())
    reader = insight_reader(actor)
    written = ws.store.versions((TOPIC, "people", "costs", "plan"))
    versions = f"{sorted(written.items())} {reader.version} {actor.role}"
    screen = risk_screen(actor, privacy_of(actor), today, versions)
    page("Risk", SUBTITLE, computed_at=screen.report.computed_at, zone=zone())
    figure_row(screen.report.figures, currency=currency(), zone=zone())
    view = segments("Show", state.VIEWS, state.VIEW, wrap=True)
    if view == "stands":
        stands(actor, screen)
        return
    names = input_names(ws.store, actor)
    with boundary():
        show_one(actor, names, risk_grids(names, currency())[view], About(WORDS))


def stands(actor: Actor, screen: RiskScreen) -> None:
    """The map, what the data says, what is late, what is covered, how it went, what happened."""
    report = screen.report
    if not report.known:
        told = (
            "Add the first one under Register, or import a file."
            if actor.may(Permission.INPUTS_EDIT)
            else "A manager keeps the register."
        )
        nothing_yet("risk", "No risk is in the register yet", told)
        return
    table = partial(data_table, downloads=actor.may(Permission.EXPORT))
    one(actor, screen)
    with st.grid(2, min_column_width=HALF):
        chart(
            screen.map, report.register, key="risk-map", columns=register_columns(), height=400,
            alt="Map of open risks by likelihood and impact, from before controls to now",
        )  # fmt: skip
        with st.container(border=True, height="stretch", key="risk-register"):
            heading("Open risks, the highest first", "Select a row to read it\\.")
            picked = table(
                report.register, key="risk-rows", on_select="rerun", name="open-risks", columns=register_columns(), alt="Open risks with their scores", height=380,
                nothing=("No risk is open", "Every risk of the register is closed."),
            )  # fmt: skip
    if picked:
        chosen = str(report.register["number"].iloc[picked[0]])
        if chosen != state.RISK.get():
            state.RISK.set(chosen)
            st.rerun()
    with st.container(border=True, key="risk-signals"):
        heading(
            "Live signals",
            "While one is breached, the likelihood shown is one higher; what was assessed stays",
        )
        table(
            report.signals, key="signals", name="risk-signals", columns=signal_columns(), alt="Live signals of risks and why they stand so",
            nothing=("No open risk has a live signal", "Choose one in the column Live signal of the register."),
        )  # fmt: skip
    with st.grid(2, min_column_width=HALF):
        with st.container(border=True, height="stretch", key="risk-overdue"):
            heading("Reviews overdue")
            table(
                report.overdue, key="overdue", name="overdue-reviews", columns=overdue_columns(), alt="Risks whose review is overdue",
                nothing=("Every review is in time", "Nothing has passed its day of the next review."),
            )  # fmt: skip
        with st.container(border=True, height="stretch", key="risk-coverage"):
            heading(
                "Coverage",
                "Open risks by function of NIST's AI RMF and class of the EU AI Act, as the workspace reads it",
            )
            table(
                report.coverage, key="coverage", name="risk-coverage", columns=coverage_columns(report.coverage),
                alt="Open risks by NIST function and AI Act class",
            )  # fmt: skip
    figure_row(report.also, currency=currency(), zone=zone(), key="risk-also")
    chart(
        screen.trend, report.trend, key="risk-trend", columns=DAYS, height=260,
        alt="Open and high risks at the end of each day of half a year, as they were assessed",
    )  # fmt: skip
    with st.container(border=True, key="risk-incidents"):
        heading("Incidents, the latest first")
        table(
            in_zone(report.incidents), key="incidents-told", name="incidents", columns=incident_columns(), alt="Incidents",
            nothing=("No incident was written down", "Write the first one under Incidents."),
        )  # fmt: skip


def one(actor: Actor, screen: RiskScreen) -> None:
    """The risk that the address asks for: what it is, what is done about it, its reviews."""
    asked = state.RISK.get()
    if not asked:
        return
    rows = {str(row.id): row for row in RISKS.list(workspace().store, actor)}
    with st.container(border=True, key="risk-one"):
        if (row := rows.get(asked)) is None:
            st.markdown(plain(f"There is no risk {asked} any more."))
            return
        facts = [
            in_words(row.category),
            row.agent or row.system,
            in_words(row.treatment),
            in_words(row.status),
            CLASSES[row.ai_act_class],
        ]
        heading(f"{row.id} {row.title}", plain(" · ".join(filter(None, facts))))
        said = {
            "What could happen": row.description,
            "Controls": row.controls,
            "Why closed": row.closed_reason,
        }
        for label, text in said.items():
            if text:
                st.markdown(f"**{label}** {plain(text)}")
        reviews = screen.report.reviews
        data_table(
            reviews[reviews["risk"] == row.id], key="risk-reviews-of", columns=review_columns(), alt=f"Reviews of risk {row.id}",
            nothing=("It was never reviewed", "Add a review under Reviews."),
        )  # fmt: skip
        st.button(
            "Close", icon=":material/close:", type="tertiary", key="risk-one-close", on_click=state.RISK.clear
        )

"""An alert with what may be answered to it, where it stands: in the list and on the page of its rule."""

from __future__ import annotations

import streamlit as st

from orchflow.alerts.answers import acknowledge, give_feedback
from orchflow.alerts.standings import AlertStanding
from orchflow.alerts.tables import Feedback
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.insights import alert_cards, alert_words
from orchflow.screens.insights import alerts_state as state
from orchflow.screens.session import workspace
from orchflow.ui import acts, notices
from orchflow.ui.overview import overview

LONGEST = 2_000


def alert(actor: Actor, standing: AlertStanding, *, linked: bool = True) -> None:
    """Draw it in a card of its own."""
    with st.container(border=True, gap="small", key=f"alert-{standing.id}"):
        overview(alert_cards.alert_card(standing, linked=linked), key=f"alert-card-{standing.id}")
        may = standing.mine or actor.may(Permission.PLAN_EDIT)
        if standing.may_answer:
            _reason(actor, standing)
        elif may and standing.feedback is None:
            _feedback(actor, standing)


def _reason(actor: Actor, standing: AlertStanding) -> None:
    reason = state.REASON.of(standing.id)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            "Reason", key=reason.name, max_chars=LONGEST, placeholder="Why it fired, or what you do about it", label_visibility="collapsed"
        )  # fmt: skip
        acts.button(
            "Acknowledge", key=f"alert-acknowledge-{standing.id}", icon=":material/check:", type="primary",
            on_click=_acknowledge, args=(actor, standing),
        )  # fmt: skip


def _feedback(actor: Actor, standing: AlertStanding) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(":small[:gray[Was it worth telling?]]", width="content")
        for feedback, label in alert_words.FEEDBACK.items():
            acts.button(
                label, key=f"alert-{feedback.value}-{standing.id}", type="tertiary",
                on_click=_say, args=(actor, standing, feedback),
            )  # fmt: skip


def _acknowledge(actor: Actor, standing: AlertStanding) -> None:
    with notices.attempt("Not acknowledged"):
        acknowledge(workspace().store, actor, standing.id or 0, state.REASON.of(standing.id).get())
        notices.done(f"{standing.title} is acknowledged")


def _say(actor: Actor, standing: AlertStanding, feedback: Feedback) -> None:
    with notices.attempt("Not kept"):
        give_feedback(workspace().store, actor, standing.id or 0, feedback)
        notices.done(f"Kept: {alert_words.FEEDBACK[feedback].lower()}")

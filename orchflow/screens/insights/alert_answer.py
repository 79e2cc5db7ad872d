"""What has fired with what may be answered to it, where it stands: in the list and on the page of its rule."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from orchflow.alerts.answers import acknowledge, give_feedback
from orchflow.alerts.folds import Fold
from orchflow.alerts.tables import Feedback
from orchflow.format import quantity
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.insights import alert_cards, alert_words
from orchflow.screens.insights import alerts_state as state
from orchflow.screens.session import workspace
from orchflow.ui import acts, notices
from orchflow.ui.overview import overview

LONGEST = 2_000
WHICH = 190


def alert(actor: Actor, fold: Fold, *, linked: bool = True) -> None:
    """Draw what has fired of one cause in a card of its own; `linked` leads to its rule."""
    number = fold.head.id
    with st.container(border=True, gap="small", key=f"alert-{number}"):
        overview(alert_cards.alert_card(fold, linked=linked), key=f"alert-card-{number}")
        if fold.to_answer:
            _reason(actor, fold)
        elif unsaid := [
            each for each in fold.alerts if each.feedback is None and (each.mine or actor.may(Permission.PLAN_EDIT))
        ]:  # fmt: skip
            _feedback(actor, fold, [each.id or 0 for each in unsaid])


def _reason(actor: Actor, fold: Fold) -> None:
    number, names = fold.head.id, {each.id: alert_words.apart(each) for each in fold.to_answer}
    reason, only = state.REASON.of(number), state.ONLY.of(*names)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
            "Reason", key=reason.name, max_chars=LONGEST, placeholder="Why it fired, or what you do about it", label_visibility="collapsed"
        )  # fmt: skip
        if len(names) > 1:
            st.selectbox(
                "Which of them", [None, *names], format_func=lambda one: names.get(one, f"All {len(names)}"), key=only.name,
                label_visibility="collapsed", width=WHICH,
            )  # fmt: skip
        acts.button(
            "Acknowledge", key=f"alert-acknowledge-{number}", icon=":material/check:", type="primary",
            on_click=_acknowledge, args=(actor, fold),
        )  # fmt: skip


def _feedback(actor: Actor, fold: Fold, unsaid: Sequence[int]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(":small[:gray[Was it worth telling?]]", width="content")
        for feedback, label in alert_words.FEEDBACK.items():
            acts.button(
                label, key=f"alert-{feedback.value}-{fold.head.id}", type="tertiary",
                on_click=_say, args=(actor, unsaid, feedback),
            )  # fmt: skip


def _acknowledge(actor: Actor, fold: Fold) -> None:
    every = {each.id or 0: each for each in fold.to_answer}
    one = every.get(state.ONLY.of(*every).get() or 0)
    with notices.attempt("Not acknowledged"):
        acknowledge(
            workspace().store,
            actor,
            [one.id or 0] if one else list(every),
            state.REASON.of(fold.head.id).get(),
        )
        alone = one or (fold.head if len(every) == 1 else None)
        notices.done(
            f"{alone.title} is acknowledged" if alone else f"{quantity(len(every), 'alert')} are acknowledged"
        )


def _say(actor: Actor, unsaid: Sequence[int], feedback: Feedback) -> None:
    with notices.attempt("Not kept"):
        give_feedback(workspace().store, actor, unsaid, feedback)
        notices.done(f"Kept: {alert_words.FEEDBACK[feedback].lower()}")

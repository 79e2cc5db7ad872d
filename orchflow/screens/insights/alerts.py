"""Alerts: what fired and wants an answer, what did not, and one rule with its log (`?rule=3`)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from orchflow.alerts.beginnings import Beginning, beginnings
from orchflow.alerts.evaluate import run_rules
from orchflow.alerts.rules import ALERT_RULES
from orchflow.alerts.standings import AlertStanding
from orchflow.errors import OrchflowError
from orchflow.format import plain, quantity
from orchflow.people.permissions import Actor
from orchflow.screens.addresses import way
from orchflow.screens.insights import (
    alert_answer,
    alert_cards,
    alert_form,
    alert_rule,
    alert_rules,
    alert_words,
    alerts_data,
)
from orchflow.screens.insights import alerts_state as state
from orchflow.screens.plan.plan_actions import undo_button
from orchflow.screens.session import workspace
from orchflow.store.reading import row_id
from orchflow.ui import acts, notices
from orchflow.ui.choosers import segments
from orchflow.ui.overview import overview
from orchflow.ui.page import boundary, page
from orchflow.ui.states import empty

ABOUT = "Rules over figures, judged after every load of data and by the hour"
ANSWERED_HERE = 6
"""So many causes are answered in the list; the others on the pages of their rules."""


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    every = alerts_data.alerts_now(actor)
    asked = state.RULE.get()
    if not asked:
        everything(actor, every)
        return
    own = [each for each in every if each.rule.id == row_id(asked)]
    if own:
        alert_rule.show(actor, own)
    else:
        page("Alerts", ABOUT)
        empty(
            "There is no such rule",
            "It may have been deleted.",
            way("alerts", "All alerts"),
            icon="notifications",
        )


def everything(actor: Actor, every: Sequence[AlertStanding]) -> None:
    """All alerts: those that fired with their answers, then the others."""
    may_add = actor.may(ALERT_RULES.add)
    page("Alerts", ABOUT, actions=partial(acts_on, actor, bool(every)) if may_add else None)
    if (every or actor.may(ALERT_RULES.edit)) and segments("Show", state.VIEWS, state.VIEW) == "rules":
        with boundary():
            alert_rules.show(workspace(), actor)
        return
    notices.show_notice()
    with boundary():
        if not every:
            to_begin(actor, may_add)
            return
        folds = alerts_data.folds_now(actor)
        overview(alert_cards.strip(every, folds), key="alerts-strip")
        for fold in folds[:ANSWERED_HERE]:
            alert_answer.alert(actor, fold)
        if more := folds[ANSWERED_HERE:]:
            overview(alert_cards.more(more), key="alerts-more")
        overview(alert_cards.lists(every), key="alerts-lists")


def acts_on(actor: Actor, some: bool) -> None:
    """What may be done with all rules."""
    if st.button(
        "New rule", icon=":material/add:", key="alerts-new", type="primary" if some else "secondary"
    ):
        alert_form.write(actor, None)
    undo_button(workspace().store, actor, key="alerts")
    if some:
        st.button(
            "Evaluate now", icon=":material/refresh:", key="alerts-evaluate", on_click=evaluate, args=(actor,)
        )


def evaluate(actor: Actor) -> None:
    """Evaluate the rules that are the reader's to evaluate, and say what moved."""
    try:
        moved = run_rules(workspace(), actor)
    except OrchflowError as error:
        notices.refused(error, "Not evaluated")
        return
    alerts_data.forget()
    notices.done(
        f"Evaluated: {quantity(len(moved), 'alert')} changed" if moved else "Evaluated: nothing changed"
    )


def to_begin(actor: Actor, may_add: bool) -> None:
    """No rules yet: three to begin with."""
    if not may_add:
        empty("There are no rules yet", "A manager or an analyst adds them.", icon="notifications")
        return
    empty(
        "There are no rules yet",
        "Begin with one of these three, or write your own with New rule.",
        icon="notifications",
    )
    offered = beginnings(workspace().settings.targets)
    for column, each in zip(st.columns(len(offered)), offered, strict=True):
        with column, st.container(border=True, height="stretch", key=f"alerts-begin-{each.key}"):
            st.markdown(
                f"**{plain(each.fields['name'])}**  \n:small[:gray[{plain(alert_words.of_fields(each.fields))}]]"
            )
            st.markdown(f":small[{plain(each.why)}]")
            acts.button(
                "Add this rule",
                key=f"alerts-add-{each.key}",
                icon=":material/add:",
                on_click=add,
                args=(actor, each),
            )


def add(actor: Actor, beginning: Beginning) -> None:
    """Make one of the rules to begin with the reader's own, and evaluate it."""
    ws = workspace()
    with notices.attempt("Not added"):
        row = ALERT_RULES.create(ws.store, actor, **beginning.fields)
        run_rules(ws, actor, (row.id,))
        notices.done(f"{row.name} is added")

"""One rule: what it asks, its alerts with their answers, and its log page by page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from orchflow.alerts.evaluate import run_rules
from orchflow.alerts.log import KEPT, MOVES_KEPT, LogEntry, alert_log
from orchflow.alerts.rules import ALERT_RULES, AlertRuleRow
from orchflow.alerts.standings import AlertStanding, unit_of
from orchflow.errors import OrchflowError
from orchflow.format import quantity
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.catalogue import link
from orchflow.screens.insights import alert_answer, alert_cards, alert_form, alert_words, alerts_data
from orchflow.screens.insights import alerts_state as state
from orchflow.screens.plan.plan_actions import undo_button
from orchflow.screens.session import workspace, zone
from orchflow.ui import acts, notices
from orchflow.ui.choosers import switch
from orchflow.ui.menus import menu
from orchflow.ui.overview import overview
from orchflow.ui.page import boundary, heading, page
from orchflow.ui.table import Column, data_table, download_menu

COLUMNS = {
    "at": Column("When", "moment"), "scope": Column("Of"), "state": Column("State"), "words": Column("Arithmetic"),
    "value": Column("Value"), "expected": Column("Against"), "cause": Column("Why"),
}  # fmt: skip


def show(actor: Actor, own: Sequence[AlertStanding]) -> None:
    """Draw the page of the rule whose alerts are `own`."""
    rule = own[0].rule
    st.page_link(
        link("alerts"),
        label="All alerts",
        icon=":material/arrow_back:",
        query_params=state.RULE.address(None),
    )
    may = own[0].mine or actor.may(ALERT_RULES.edit)
    about = f"{alert_words.asked(rule)} · {alert_words.KINDS[rule.kind]} · {own[0].owner or 'nobody'} owns it"
    page(
        rule.name,
        about,
        actions=partial(acts_on, actor, rule) if may and actor.may(ALERT_RULES.add) else None,
    )
    notices.show_notice()
    with boundary():
        for fold in alerts_data.folds_now(actor):
            if any(each.rule.id == rule.id for each in fold.alerts):
                alert_answer.alert(actor, fold, linked=fold.head.rule.id != rule.id)
        quiet = [each for each in own if not each.raised]
        if quiet:
            overview(alert_cards.lists(quiet, told=False), key="alert-rule-quiet")
        if any(each.state != "withheld" for each in own):
            log(actor, rule)


def acts_on(actor: Actor, rule: AlertRuleRow) -> None:
    """What may be done with a rule."""
    if st.button("Change", icon=":material/edit:", key="alert-rule-change"):
        alert_form.write(actor, rule)
    st.button(
        "Evaluate now", icon=":material/refresh:", key="alert-rule-evaluate", on_click=_evaluate, args=(actor, rule)
    )  # fmt: skip
    acts.button(
        "Resume" if rule.paused else "Pause", icon=f":material/{'play_arrow' if rule.paused else 'pause'}:", key="alert-rule-pause",
        type="tertiary", on_click=_pause, args=(actor, rule),
    )  # fmt: skip
    undo_button(workspace().store, actor, key="alert-rule")
    with menu("Delete", icon=":material/delete:", type="tertiary", key="alert-rule-delete") as opened:
        if opened:
            st.markdown("Its alerts and its log go with it\\.")
            acts.button(
                "Delete the rule",
                key="alert-rule-delete-now",
                type="primary",
                on_click=_delete,
                args=(actor, rule),
            )


def log(actor: Actor, rule: AlertRuleRow) -> None:
    """The evaluations of the rule, the newest first."""
    heading(
        "Log", f"Changes and answers are kept for {MOVES_KEPT.days} days, of other evaluations the newest {KEPT}", level=2
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        moves = switch("Only changes and answers", state.MOVES)
        if actor.may(Permission.EXPORT):
            download_menu(
                partial(_frame, actor, rule), key="alert-log", name=f"alert-log-{rule.id}", columns=COLUMNS
            )
    page_of = state.PAGE.of(rule.id, moves)
    at = page_of.get()
    entries, older = alerts_data.log_page(actor, rule.id, at, moves)
    frame = _rows(entries, rule)
    data_table(
        frame, key=f"alert-log-table-{at}", columns=COLUMNS, alt="Evaluations of the rule, the newest first",
        nothing=("Nothing is logged yet", "Evaluate it, or wait for the next load of data."),
    )  # fmt: skip
    if older or at:
        with st.container(horizontal=True, gap="small"):
            st.button("Newer", key="alert-log-newer", disabled=not at, on_click=page_of.set, args=(at - 1,))
            st.button(
                "Older", key="alert-log-older", disabled=not older, on_click=page_of.set, args=(at + 1,)
            )


def _frame(actor: Actor, rule: AlertRuleRow) -> pd.DataFrame:
    return _rows(alert_log(workspace().store, actor, rule.id, limit=None), rule)


def _rows(entries: Sequence[LogEntry], rule: AlertRuleRow) -> pd.DataFrame:
    unit = unit_of(rule)
    told = [
        {
            "at": each.at.astimezone(zone()), "state": alert_words.moved(each), "words": each.words,
            "cause": alert_words.cause_words(each.cause, each.about), "value": alert_words.number(each.value, unit),
            "expected": alert_words.number(each.expected, unit), "scope": each.scope,
        }
        for each in entries
    ]  # fmt: skip
    frame = pd.DataFrame(told, columns=list(COLUMNS))
    return frame if frame["scope"].any() else frame.drop(columns="scope")


def _evaluate(actor: Actor, rule: AlertRuleRow) -> None:
    try:
        moved = run_rules(workspace(), actor, (rule.id,))
    except OrchflowError as error:
        notices.refused(error, "Not evaluated")
        return
    alerts_data.forget()
    notices.done(
        f"Evaluated: {quantity(len(moved), 'alert')} changed" if moved else "Evaluated: nothing changed"
    )


def _pause(actor: Actor, rule: AlertRuleRow) -> None:
    said = f"{rule.name} is {'evaluated again' if rule.paused else 'paused'}"
    with notices.attempt("Not changed", said) as request:
        ALERT_RULES.update(
            workspace().store, actor, rule.id, rule.version, {"paused": not rule.paused}, request
        )


def _delete(actor: Actor, rule: AlertRuleRow) -> None:
    with notices.attempt("Not deleted", f"{rule.name} is deleted") as request:
        ALERT_RULES.delete(workspace().store, actor, rule.id, rule.version, request)
        state.RULE.clear()

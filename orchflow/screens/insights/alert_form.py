"""The form of a rule, in a dialog: what is asked depends on the kind and the figure, and a preview says what it would have done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from orchflow.alerts.burn_windows import BURN_WINDOWS
from orchflow.alerts.preview import preview
from orchflow.alerts.rules import ALERT_RULES, BURNING, OF_PEOPLE, AlertRuleRow, narrowed_by, taken_apart_by
from orchflow.alerts.tables import AlertKind, AlertWindow, ChangeIn, Side
from orchflow.costs.budgets import BUDGETS
from orchflow.errors import OrchflowError
from orchflow.format import plain
from orchflow.guidance.checks.names import names_by_id
from orchflow.metrics.catalogue import GROUPS, METRICS
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.insights import alert_words, alerts_data
from orchflow.screens.session import currency, workspace
from orchflow.ui import acts, notices
from orchflow.ui.states import closing, problem

SIDES = {Side.ABOVE: "above the limit", Side.BELOW: "below the limit"}
CHANGES = {ChangeIn.PERCENT: "percent", ChangeIn.ABSOLUTE: "the figure's unit"}
EQUAL = {None: "As usual: above fires, below does not", True: "It fires", False: "It does not fire"}
NOTE = 80
UNITS = {"percent": "%", "days": "days", "ms": "ms", "ratio": "", "count": ""}
EACH = "Every one, judged by itself"
WHOLE = "Everything together"


def write(actor: Actor, rule: AlertRuleRow | None, figure: str | None = None) -> None:
    """Ask for a rule in a dialog: a new one, to begin with over `figure`, or as it is."""
    st.dialog("Change the rule" if rule else "New rule", icon=":material/notifications:", width="medium")(
        form
    )(actor, rule, figure)


def form(actor: Actor, rule: AlertRuleRow | None, figure: str | None = None) -> None:
    """The form."""
    values = _asked(actor, rule, figure)
    _preview(actor, values)
    if acts.button(
        "Store" if rule else "Add it",
        key=f"alert-form-{rule.id if rule else 0}-store",
        type="primary",
        width="stretch",
    ):
        with closing() as request:
            if rule is None:
                ALERT_RULES.create(workspace().store, actor, request=request, **values)
            else:
                ALERT_RULES.update(workspace().store, actor, rule.id, rule.version, values, request)
            notices.done(f"{values['name']} is {'changed' if rule else 'added'}", request)


def _asked(actor: Actor, rule: AlertRuleRow | None, figure: str | None) -> dict[str, Any]:
    """What is written in the form."""
    before = {name: getattr(rule, name) for name in ALERT_RULES.fields} if rule else {
        name: field.blank for name, field in ALERT_RULES.fields.items()
    } | {"figure": figure}  # fmt: skip
    key = rule.id if rule else figure or 0
    left, right = st.columns(2)
    with right:
        kind = _choice("Kind", _kinds(actor, before["kind"]), before["kind"], f"alert-form-{key}-kind")
    values: dict[str, Any] = {
        "name": left.text_input(
            "Name",
            before["name"] or "",
            max_chars=200,
            key=f"alert-form-{key}-name",
            placeholder="Cost of claims this month",
        )
    }
    values |= {"kind": kind, "figure": None, "dimension": None, "part": None, "budget": None}
    if kind is AlertKind.BUDGET:
        names = dict.fromkeys(row.name for row in BUDGETS.list(workspace().store, actor))
        offered = [None, *names, *([before["budget"]] if before["budget"] not in (None, *names) else [])]
        values["budget"] = st.selectbox(
            "Budget", offered, offered.index(before["budget"]), format_func=lambda name: name or "Every budget",
            key=f"alert-form-{key}-budget", help="Each of its thresholds is raised once in a month",
        )  # fmt: skip
    else:
        left, right = st.columns(2)
        with left:
            values["figure"] = _figure(actor, kind, before["figure"], key)
        with right:
            values |= _narrowing(actor, values["figure"], before, key)
        values |= _limit(kind, values["figure"], before, key)
    values |= _rest(actor, rule, before, key)
    return values


def _kinds(actor: Actor, before: AlertKind) -> dict[AlertKind, str]:
    """The kinds that the reader may ask for, and the one that it has."""
    people = actor.may(Permission.PERSON_FIGURES)
    return {
        kind: label
        for kind, label in alert_words.KINDS.items()
        if people or kind not in OF_PEOPLE or kind is before
    }


def _figure(actor: Actor, kind: AlertKind, before: str | None, key: int | str) -> str:
    """The figure, chosen by its group and label."""
    groups = {own.key: f"{group} · {own.label}" for group, members in GROUPS.items() for own in members}
    offered = [
        name
        for name in groups
        if actor.may(METRICS[name].permission)
        and (kind is not AlertKind.BURN_RATE or name in BURNING)
        and (kind is not AlertKind.ANOMALY or METRICS[name].read is None)
    ]
    at = offered.index(before) if before in offered else 0
    chosen: str = st.selectbox(
        "Figure", offered, at, format_func=groups.__getitem__, key=f"alert-form-{key}-figure-{kind.value}"
    )
    return chosen


def _narrowing(actor: Actor, figure: str, before: Mapping[str, Any], key: int | str) -> dict[str, Any]:
    """The dimension by which it is narrowed, and the value, or every one."""
    known = [None, *narrowed_by(figure)]
    at = known.index(before["dimension"]) if before["dimension"] in known else 0
    dimension = st.selectbox(
        "Of", known, at, format_func=lambda name: WHOLE if name is None else f"By {name}", key=f"alert-form-{key}-by-{figure}"
    )  # fmt: skip
    if dimension is None:
        return {"dimension": None, "part": None}
    names = alerts_data.parts_of(actor, figure, dimension)
    offered: list[str | None] = [*([None] if dimension in taken_apart_by(figure) else []), *names]
    if before["part"] is not None and before["part"] not in offered:
        offered.append(before["part"])
    chosen = st.selectbox(
        f"Which {dimension}", offered, offered.index(before["part"]) if before["part"] in offered else 0,
        format_func=lambda part: EACH if part is None else names.get(part, part), key=f"alert-form-{key}-part-{dimension}",
    )  # fmt: skip
    return {"dimension": dimension, "part": chosen}


def _limit(kind: AlertKind, figure: str, before: Mapping[str, Any], key: int | str) -> dict[str, Any]:
    """The days, the side and the limit."""
    own = METRICS[figure]
    unit = currency() if own.unit == "money" else UNITS.get(own.unit, "")
    values: dict[str, Any] = {"window": AlertWindow.OWN}  # a figure without days has no others
    if kind is AlertKind.BURN_RATE:
        return values | _burn(figure, unit, before, key)
    usual = f"as the figure is told: {own.window}"
    first, second, third = st.columns(3)
    if own.read is None and kind is not AlertKind.ANOMALY:
        with first:
            windows = alert_words.WINDOWS | {AlertWindow.OWN: usual}
            values["window"] = _choice("Over", windows, before["window"], f"alert-form-{key}-window")
    with second:
        values["side"] = _choice("Fires", SIDES, before["side"], f"alert-form-{key}-side")
    label = f"Limit, {unit}" if unit else "Limit"
    if kind is AlertKind.CHANGE:
        values["change_in"] = _choice("Change in", CHANGES, before["change_in"], f"alert-form-{key}-change")
        label = "Limit, %" if values["change_in"] is ChangeIn.PERCENT else label
    if kind is AlertKind.ANOMALY:
        label = label.replace("Limit", "Least difference that matters")
    with third:
        values["limit"] = _number(label, before["limit"], f"alert-form-{key}-limit")
    return values


def _burn(figure: str, unit: str, before: Mapping[str, Any], key: int | str) -> dict[str, Any]:
    """What may be used up in 30 days, over which windows, and the least volume."""
    windows = st.pills(
        "Windows", list(BURN_WINDOWS), selection_mode="multi", default=before["windows"] or list(BURN_WINDOWS),
        format_func=lambda name: BURN_WINDOWS[name].words, key=f"alert-form-{key}-windows",
    )  # fmt: skip
    left, right = st.columns(2)
    with left:
        label = f"May be spent in 30 days, {unit}" if figure == "cost" else "May fail, % of runs"
        limit = _number(label, before["limit"], f"alert-form-{key}-limit")
    least = right.number_input(
        f"Least {BURNING[figure]} in the window", 0, value=before["least_volume"], step=1, key=f"alert-form-{key}-least",
        help="With fewer nothing fires",
    )  # fmt: skip
    return {"windows": windows, "limit": limit, "least_volume": least}


def _rest(
    actor: Actor, rule: AlertRuleRow | None, before: Mapping[str, Any], key: int | str
) -> dict[str, Any]:
    """Whose it is, what to do, and at the edge of the limit."""
    values: dict[str, Any] = {}
    if actor.may(ALERT_RULES.edit):
        known = names_by_id(workspace().store)
        people = {
            number: person.name
            for number, person in sorted(known.items(), key=lambda each: each[1].name.casefold())
            if person.active or number == before["owner_id"]
        }
        offered = list(people)
        own = before["owner_id"] if rule else actor.user_id
        values["owner_id"] = st.selectbox(
            "Owner", offered, offered.index(own) if own in offered else None, format_func=people.__getitem__,
            key=f"alert-form-{key}-owner", help="The figure is read with the owner's rights, and is the owner's to answer",
        )  # fmt: skip
    values["note"] = st.text_area(
        "What to do when it fires", before["note"], height=NOTE, max_chars=2000, key=f"alert-form-{key}-note"
    )  # fmt: skip
    with st.expander("At the edge of the limit"):
        equal = st.selectbox(
            "At exactly the limit", list(EQUAL), list(EQUAL).index(before["at_equal"]), format_func=EQUAL.__getitem__,
            key=f"alert-form-{key}-equal",
        )  # fmt: skip
        margin = st.number_input(
            "Back to normal from the limit, %", 0.0, 100.0, float(before["margin"]), key=f"alert-form-{key}-margin",
            help="So far from the limit, in percent of it, before it can fire again",
        )  # fmt: skip
    return values | {"at_equal": equal, "margin": margin}


def _preview(actor: Actor, values: dict[str, Any]) -> None:
    """What the rule would have done, on demand: ninety days are counted."""
    if not st.button(
        "What would it have done?", icon=":material/history:", key="alert-form-preview", type="tertiary"
    ):
        return
    try:
        told = preview(workspace(), actor, values | {"name": values["name"] or "New rule"})
    except OrchflowError as error:
        problem(error, {name: field.label for name, field in ALERT_RULES.fields.items()})
        return
    st.info(plain(told.said), icon=":material/history:")


def _choice(label: str, names: Mapping[Any, str], before: Any, key: str) -> Any:
    options = list(names)
    return st.selectbox(label, options, options.index(before), format_func=names.__getitem__, key=key)


def _number(label: str, before: Any, key: str) -> float | None:
    held = None if before is None else float(before)
    number: float | None = st.number_input(label, value=held, step=None, format="%.10g", key=key)
    return number

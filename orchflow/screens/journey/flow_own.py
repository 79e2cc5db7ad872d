"""Flows and steps of the workspace's own, and what is changed of those that ship: added, written anew, put in order, deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from orchflow import clock
from orchflow.errors import OrchflowError
from orchflow.format import plain, quantity
from orchflow.guidance.flows import FLOWS, create_flow, delete_flow, update_flow
from orchflow.guidance.order import move_steps
from orchflow.guidance.pages import load_pages
from orchflow.guidance.reading import FlowReading
from orchflow.guidance.rows import StepRow
from orchflow.guidance.steps import STEPS, create_step, delete_step, update_step
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.names import PlanNames
from orchflow.screens.catalogue import link
from orchflow.screens.journey import flow_state as state
from orchflow.screens.plan.plan_actions import undo_button
from orchflow.screens.plan.plan_data import names_now
from orchflow.screens.session import workspace, workspace_roles, zone
from orchflow.store.request import new_request
from orchflow.ui import acts, notices
from orchflow.ui.choosers import distinct
from orchflow.ui.field_input import field_form
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.menus import closing_button, menu
from orchflow.ui.states import empty, problem

Columns = Mapping[str, GridColumn]
WAYS = {"up": "Move earlier", "down": "Move later"}


def flow_menu(actor: Actor, reading: FlowReading) -> None:
    """What else is done with a flow."""
    with menu("Change", icon=":material/edit:", key="flow-change") as opened:
        if not opened:
            return
        _opens("Add a step", "add", "new-step")
        _opens("Name, owner, summary", "edit", "flow")
        _opens("Delete this flow", "delete", "delete-flow")


def _opens(label: str, icon: str, dialog: str) -> None:
    """A button that has a dialog opened once its menu is closed."""
    closing_button(
        label, icon=f":material/{icon}:", width="stretch", key=f"flow-open-{dialog}", on_click=state.OPEN.set,
        args=(dialog,),
    )  # fmt: skip


def dialogs(actor: Actor, reading: FlowReading, step: StepRow | None) -> None:
    """Open the dialog that a menu has asked for."""
    match state.OPEN.take():
        case "new-step":
            step_dialog(actor, reading, None)
        case "step" if step is not None:
            step_dialog(actor, reading, step)
        case "flow":
            flow_dialog(actor, reading)
        case "delete-flow":
            delete_dialog(actor, reading)


def step_menus(actor: Actor, reading: FlowReading, step: StepRow, names: PlanNames) -> None:
    """Who answers for the step, and what else is done with it."""
    with menu("Assign", icon=":material/person:", key="step-assign") as opened:
        if opened:
            people = _people(names)
            st.selectbox(
                "Who answers for it", list(people), format_func=people.__getitem__, placeholder="Nobody",
                index=list(people).index(step.person_id) if step.person_id in people else None,
                key=state.PERSON.of(step.id, step.version).name,
            )  # fmt: skip
            acts.button(
                "Assign",
                type="primary",
                width="stretch",
                key="step-assign-now",
                on_click=_assign,
                args=(actor, step),
            )
    with menu("Step", icon=":material/more_horiz:", key="step-more") as opened:
        if opened:
            _opens("Change this step", "edit", "step")
            for way, label in WAYS.items():
                icon = ":material/arrow_back:" if way == "up" else ":material/arrow_forward:"
                acts.button(
                    label,
                    icon=icon,
                    width="stretch",
                    key=f"step-{way}",
                    on_click=_move,
                    args=(actor, step, way),
                )
            acts.button(
                "Delete this step", icon=":material/delete:", width="stretch", key="step-delete", on_click=_delete_step,
                args=(actor, step), disabled=not step.own,
                help="With its items; Undo brings them back" if step.own else "It ships with the flow; its items can be said not to apply",
            )  # fmt: skip


def _people(names: PlanNames) -> dict[int, str]:
    return distinct({number: name for number, name in names.people.items() if number in names.active})


def _assign(actor: Actor, step: StepRow) -> None:
    person = state.PERSON.of(step.id, step.version).get()
    with notices.attempt("Not assigned", f"Assigned: {step.name}") as request:
        update_step(workspace().store, actor, step.id, step.version, {"person_id": person}, request)


def _move(actor: Actor, step: StepRow, way: str) -> None:
    with notices.attempt(
        "Not moved", f"{step.name}: moved {'earlier' if way == 'up' else 'later'}"
    ) as request:
        move_steps(workspace().store, actor, [step.id], "up" if way == "up" else "down", request=request)


def _delete_step(actor: Actor, step: StepRow) -> None:
    with notices.attempt("Not deleted", f"Deleted the step {step.name}") as request:
        delete_step(workspace().store, actor, step.id, step.version, request)
        state.STEP.clear()


def flow_columns(names: PlanNames) -> dict[str, GridColumn]:
    """The fields of a flow that are written in a form."""
    people = _people(names)
    owner = GridColumn(FLOWS.fields["owner_id"], options=list(people), names=people, nothing="Nobody")
    return {
        "name": GridColumn(FLOWS.fields["name"]),
        "owner_id": owner,
        "summary": GridColumn(FLOWS.fields["summary"]),
    }


def step_columns(names: PlanNames, others: Mapping[str, str]) -> dict[str, GridColumn]:
    """The fields of a step that are written in a form; `others` are the steps that it may wait for."""
    people, roles = _people(names), {key: role.name for key, role in workspace_roles().items()}
    guides = {address: page.head.title for address, page in load_pages().by_address.items()}
    choices: dict[str, dict[str, Any]] = {
        "name": {}, "purpose": {}, "complete_when": {"label": "Done when"},
        "lead": {"options": list(roles), "names": roles},
        "person_id": {"label": "Who answers for it", "options": list(people), "names": people},
        "after": {"options": list(others), "names": others}, "days": {}, "due_day": {},
        "guide": {"options": ["", *guides], "names": guides},
    }  # fmt: skip
    return {name: GridColumn(STEPS.fields[name], **look) for name, look in choices.items()}


def step_dialog(actor: Actor, reading: FlowReading, step: StepRow | None) -> None:
    """Write a step anew, or another one."""
    title = "New step" if step is None else "Change this step"
    st.dialog(title, width="medium", icon=":material/checklist:")(_step_form)(actor, reading, step)


def _step_form(actor: Actor, reading: FlowReading, step: StepRow | None) -> None:
    store = workspace().store
    others = {each.key: each.name for each in reading.steps if step is None or each.id != step.id}
    columns = step_columns(names_now(workspace(), actor), others)
    before: dict[str, Any] = (
        {"after": [reading.steps[-1].key] if reading.steps else [], "days": 1, "guide": ""}
        if step is None
        else {name: getattr(step, name) for name in columns}
        | {"due_day": step.due_day if step.due_by_hand else None}
    )
    st.caption(
        "A due day that is left empty is counted on working days, from the steps before it and the days it takes."
    )
    written = field_form(
        columns, before, key=f"step-{step.id if step else 'new'}", action="Save" if step else "Add"
    )

    def store_it(values: dict[str, Any], request: str) -> str:
        if step is None:
            given = {name: value for name, value in {**before, **values}.items() if value not in (None, "")}
            return create_step(store, actor, request=request, flow_id=reading.flow.id, **given).key
        update_step(store, actor, step.id, step.version, values, request)
        return step.key

    def then(key: str) -> None:
        if key:
            state.STEP.set(key)
        st.rerun()

    _store(written, columns, before, store_it, then, "Step stored")


def flow_dialog(actor: Actor, reading: FlowReading | None) -> None:
    """Write a flow anew, or one of the workspace's own, which is then opened."""
    title = "New flow" if reading is None else "Change this flow"
    st.dialog(title, icon=":material/route:")(_flow_form)(actor, reading)


def _flow_form(actor: Actor, reading: FlowReading | None) -> None:
    store = workspace().store
    columns = flow_columns(names_now(workspace(), actor))
    if reading is None:
        columns["start_day"] = GridColumn(FLOWS.fields["start_day"])
        before: dict[str, Any] = {"owner_id": actor.user_id, "start_day": clock.today(zone())}
    else:
        before = {name: getattr(reading.flow, name) for name in columns}
    written = field_form(columns, before, key="flow-form", action="Save" if reading else "Add")

    def store_it(values: dict[str, Any], request: str) -> str:
        if reading is None:
            given = {**before, **values}
            return create_flow(store, actor, request=request, **given).key
        update_flow(store, actor, reading.flow.id, reading.flow.version, values, request)
        return ""

    def then(key: str) -> None:
        if key:
            st.switch_page(link("flow"), query_params={state.FLOW.name: key})
        st.rerun()

    _store(written, columns, before, store_it, then, "Flow stored")


def _store(
    written: dict[str, Any] | None, columns: Columns, before: Mapping[str, Any],
    store_it: Callable[[dict[str, Any], str], str], then: Callable[[str], None], said: str,
) -> None:  # fmt: skip
    """Store what was written in a form where it differs from `before`; what is refused is said in it."""
    if written is None:
        return
    values = {name: value for name, value in written.items() if (value or None) != (before.get(name) or None)}
    request, made, differs = new_request(), "", bool(values) or "name" not in before
    try:
        if differs:
            made = acts.once(partial(store_it, values, request))
    except OrchflowError as error:
        problem(error, {name: column.heading for name, column in columns.items()})
        return
    if differs:
        notices.done(said, request)
    then(made)


@st.dialog("Delete this flow", icon=":material/delete:")
def delete_dialog(actor: Actor, reading: FlowReading) -> None:
    """Name what is lost and ask."""
    flow, counts = reading.flow, reading.progress.counts
    items = quantity(counts.items + counts.optional, "item")
    st.markdown(f"**{plain(flow.name)}** goes with its {quantity(len(reading.steps), 'step')} and {items}.")
    again = (
        "Undo brings all of it back."
        if flow.own
        else "Undo brings all of it back; it can be begun anew as it ships."
    )
    st.caption(again)
    request = new_request()
    if acts.button("Delete it", type="primary", width="stretch", key="flow-delete-now"):
        try:
            acts.once(lambda: delete_flow(workspace().store, actor, flow.id, flow.version, request))
        except OrchflowError as error:
            problem(error)
            return
        notices.done(f"Deleted {flow.name}", request)
        st.rerun()


def new_flow_button(actor: Actor) -> None:
    """The way to a flow of the workspace's own; and back from what was just done."""
    if actor.may(Permission.PLAN_EDIT_OWN):
        undo_button(workspace().store, actor, key="flows")
    if actor.may(Permission.PLAN_EDIT) and st.button("New flow", icon=":material/add:", key="flow-new"):
        flow_dialog(actor, None)


def no_steps(actor: Actor, reading: FlowReading) -> None:
    """A flow of the workspace's own that has no steps yet."""
    dialogs(actor, reading, None)
    may = actor.may(Permission.PLAN_EDIT)
    empty(
        "No steps yet",
        "Add the first step, then its checklist." if may else "A manager adds them.",
        icon="checklist",
    )
    if may and st.button("Add a step", icon=":material/add:", type="primary", key="flow-first-step"):
        step_dialog(actor, reading, None)

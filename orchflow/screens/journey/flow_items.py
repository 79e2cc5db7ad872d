"""The checklist of a step: narrowed to what the reader looks for, in the grid of the plan, or as a list on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import streamlit as st

from orchflow.format import plain, quantity
from orchflow.guidance.reading import FlowReading
from orchflow.guidance.rows import ItemRow, StepRow, is_overdue
from orchflow.planning.names import PlanNames
from orchflow.planning.tables import ItemState
from orchflow.screens.journey import flow_acts, flow_list
from orchflow.screens.journey import flow_state as state
from orchflow.screens.journey.flow_columns import Reader, item_columns, item_rows
from orchflow.screens.journey.flow_data import StepItems
from orchflow.screens.journey.flow_saving import item_saver
from orchflow.screens.row_saving import row_id
from orchflow.screens.session import workspace, workspace_roles, zone
from orchflow.ui import acts
from orchflow.ui.choosers import distinct, select, several, switch
from orchflow.ui.drafts import Drafts
from orchflow.ui.page import on_a_phone
from orchflow.ui.sheet import sheet
from orchflow.ui.sheet_review import above, review
from orchflow.ui.sheet_state import begun, look, place_made, settle, state_of
from orchflow.ui.states import empty

USUAL = {"required": True}
"""What a new item has where nothing else is said."""
SIZE = 100
"""So many items stand on a page."""


def show(
    reader: Reader, of_step: StepItems, chosen: Sequence[ItemRow], names: PlanNames, today: date
) -> None:  # fmt: skip
    """Draw the items that are `chosen`."""
    if on_a_phone():
        flow_list.show(reader, page_of(chosen), of_step, names, today)
        pager(chosen)
        return
    ws, actor, key = workspace(), reader.actor, sheet_key(reader.step)
    columns = item_columns(names, manages=reader.manages)
    write = item_saver(ws.store, actor, reader.step.id, of_step.items)
    drafts = Drafts(ws.settings.home / "drafts", actor.user_id, key) if reader.works else None
    waits = look(key)
    made = place_made(waits, (f"item-{item.id}" for item in chosen))
    if made is not None:
        state.PAGE.set(made // SIZE + 1)
    shown = page_of(chosen)
    rows = item_rows(reader, shown, of_step)
    here = {item.id for item in shown}
    others = [item for item in chosen if item.id not in here and f"item-{item.id}" in waits.stage.chosen]
    waits.beyond = item_rows(reader, others, of_step)
    above(waits, columns, key=key, write=write, drafts=drafts, zone=zone())
    if not rows and not waits.stage.waiting and not reader.manages:
        nothing(of_step)
        return
    sheet(
        rows, columns, key=key, view=f"{len(chosen)} {state.PAGE.get()} {state.WIDE.get()}", may_edit=reader.works, may_add=reader.manages,
        alt=f"Checklist of {reader.step.name}", drafts=drafts, tall=True, usual=USUAL,
        on_open=lambda row: state.ITEM.set(row_id(row.key)), open_help="Open: evidence, comments, files, history",
        on_act=acts.each(partial(flow_acts.move, actor)) if reader.manages else None,
    )  # fmt: skip
    flow_acts.foot(reader, of_step, columns, len(chosen), key=key)
    pager(chosen)
    review(waits, columns, key=key, write=write)


def page_of(items: Sequence[ItemRow]) -> Sequence[ItemRow]:
    """The items of the page that is looked at."""
    at = min(max(state.PAGE.get(), 1), max(1, -(-len(items) // SIZE)))
    return items[(at - 1) * SIZE : at * SIZE]


def pager(items: Sequence[ItemRow]) -> None:
    """The way to the other pages, where there are any."""
    pages = -(-len(items) // SIZE)
    if pages > 1:
        if state.PAGE.get() > pages:
            state.PAGE.set(pages)
        st.pagination(pages, key=state.PAGE.name, bind="query-params")


def sheet_key(step: StepRow) -> str:
    """What the sheet of a step is called: what waits in it waits for that step."""
    return f"checklist-{step.id}"


def nothing(of_step: StepItems) -> None:
    """Say why there is no item to see."""
    if of_step.items:
        empty("Nothing here", "No item of this step fits. Take a filter away.", icon="filter_alt_off")
    else:
        empty("No checklist yet", "A manager adds what has to be ticked in this step.", icon="checklist")


def chosen_items(
    reading: FlowReading, reader: Reader, items: Sequence[ItemRow], today: date
) -> list[ItemRow]:  # fmt: skip
    """The items that the reader looks for: the line above the checklist and its guide."""
    elsewhere(reading, reader.step)
    roles = {
        role: workspace_roles()[role].name
        for role in dict.fromkeys(_roles(reader, items))
        if role in workspace_roles()
    }
    if state.ROLE.get() not in ("", *roles):
        state.ROLE.clear()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="checklist-narrow"):
        quick = several(
            "Show", state.ONLY, state.QUICKLY, quick=True, label_visibility="collapsed", width="content"
        )
        role = select(
            "Role", distinct(roles), state.ROLE, drawn=len(roles) > 1, index=None, placeholder="Any role", width=190,
        )  # fmt: skip
        if reader.step.guide and not on_a_phone():
            switch("Without guide", state.WIDE)
        if reader.manages and not on_a_phone():
            st.button(
                "Add item",
                icon=":material/add:",
                key="checklist-add",
                on_click=_add,
                args=(sheet_key(reader.step),),
            )
    return [item for item in items if _fits(reader, item, quick, role, today)]


def _roles(reader: Reader, items: Sequence[ItemRow]) -> list[str]:
    return [role for item in items if (role := item.role or reader.step.lead)]


def _fits(reader: Reader, item: ItemRow, quick: Sequence[str], role: str | None, today: date) -> bool:
    still_open = item.state is ItemState.OPEN
    return not (
        ("mine" in quick and not reader.owns(item))
        or ("open" in quick and not still_open)
        or ("overdue" in quick and not is_overdue(item, today))
        or (role is not None and (item.role or reader.step.lead) != role)
    )


def elsewhere(reading: FlowReading, here: StepRow) -> None:
    """Edits that wait in another step are not forgotten."""
    with st.container(key="checklist-elsewhere", gap="small"):
        for step in reading.steps:
            key = sheet_key(step)
            count = state_of(key).stage.waiting if step.id != here.id and begun(key) else 0
            if count:
                st.button(
                    f"{quantity(count, 'unsaved item')} in {plain(step.name)}", icon=":material/edit_note:", type="tertiary",
                    key=f"checklist-go-{step.id}", on_click=state.STEP.set, args=(step.key,),
                )  # fmt: skip


def _add(key: str) -> None:
    settle(key).stage.add({"required": True}, first=True)

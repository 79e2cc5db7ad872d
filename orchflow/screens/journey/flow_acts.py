"""Under the grid of a checklist: how much there is, or what is done with the items that are chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from orchflow.format import plain, quantity
from orchflow.guidance.items import delete_items
from orchflow.guidance.order import move_items
from orchflow.guidance.tasks import make_tasks
from orchflow.people.permissions import Actor
from orchflow.planning.tables import ItemState
from orchflow.screens.journey import flow_state as state
from orchflow.screens.journey.flow_columns import Reader
from orchflow.screens.journey.flow_data import StepItems
from orchflow.screens.journey.flow_saving import set_all
from orchflow.screens.plan.plan_actions import fill_in
from orchflow.screens.plan.plan_data import names_now
from orchflow.screens.row_saving import row_id
from orchflow.screens.session import workspace
from orchflow.ui import acts, notices
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.menus import menu
from orchflow.ui.sheet import chosen_rows, tick
from orchflow.ui.sheet_stage import NEW, SheetRow
from orchflow.ui.sheet_state import forget, settle, state_of


def foot(
    reader: Reader, of_step: StepItems, columns: Mapping[str, GridColumn], shown: int, *, key: str
) -> None:  # fmt: skip
    """One line: the acts stand in it as long as rows are chosen, so that the grid does not move when they appear."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="checklist-foot"):
        chosen = chosen_rows(state_of(key)) if reader.works else []
        if not chosen:
            told = [counted(shown, of_step)]
            told += ["choose rows to tick them together"] * reader.works
            told += ["the empty rows take new items"] * reader.manages
            told += ["nothing is stored before you save"] * reader.works
            st.caption(" · ".join(told))
            return
        stored = [row for row in chosen if not row.key.startswith(NEW)]
        st.markdown(f"**{len(chosen):,} chosen**", width="content")
        for label, icon, value in (
            ("Tick off", "check", ItemState.TICKED), ("Reopen", "restart_alt", ItemState.OPEN),
        ):  # fmt: skip
            acts.button(
                label, icon=f":material/{icon}:", key=f"{key}-{value}", disabled=not stored, on_click=_set,
                type="primary" if value is ItemState.TICKED else "secondary",
                args=(reader.actor, stored, {"state": value.value}, _SAID[value], key),
            )  # fmt: skip
        does_not_apply(reader.actor, stored, key)
        fill_in(chosen, columns, key=key)
        if reader.manages:
            st.menu_button(
                "Move", list(MOVES), format_func=MOVES.__getitem__, icon=":material/swap_vert:", key=state.MOVE.name,
                disabled=not stored, on_click=acts.each(_moved), args=(reader.actor, stored),
                help="Alt+Shift and an arrow key move the rows you are in",
            )  # fmt: skip
            to_tasks(reader.actor, stored, key)
            delete(reader.actor, chosen, of_step, key)
        st.button("Choose none", key=f"{key}-none", type="tertiary", on_click=tick, args=(key, ()))


MOVES = {"up": "Move up", "down": "Move down"}
_SAID = {
    ItemState.TICKED: "Ticked", ItemState.OPEN: "Opened again", ItemState.NOT_APPLICABLE: "Does not apply",
}  # fmt: skip


def move(actor: Actor, way: str, rows: Sequence[SheetRow]) -> None:
    """Move items one place, as the keys or the menu say."""
    if way in MOVES and rows:
        ids = [row_id(row.key) for row in rows]
        with notices.attempt("Not moved", f"Moved {quantity(len(ids), 'item')} {way}") as request:
            move_items(workspace().store, actor, ids, "up" if way == "up" else "down", request=request)


def _moved(actor: Actor, rows: Sequence[SheetRow]) -> None:
    move(actor, state.MOVE.get(), rows)


def counted(shown: int, of_step: StepItems) -> str:
    """How many items there are, and how many of them are shown."""
    every = len(of_step.items)
    return quantity(every, "item") if shown == every else f"{shown:,} of {quantity(every, 'item')}"


def does_not_apply(actor: Actor, rows: Sequence[SheetRow], key: str) -> None:
    """Say of the chosen items that they do not apply here, and why."""
    with menu("Does not apply", icon=":material/block:", disabled=not rows, key=f"{key}-drop") as opened:
        if not opened:
            return
        st.text_input("Why it does not apply here", key=state.REASON.name, max_chars=1000)
        acts.button(
            "Does not apply", type="primary", key=f"{key}-drop-now", width="stretch", on_click=_drop, args=(actor, rows, key)
        )  # fmt: skip


def _drop(actor: Actor, rows: Sequence[SheetRow], key: str) -> None:
    values = {"state": ItemState.NOT_APPLICABLE.value, "reason": state.REASON.get()}
    _set(actor, rows, values, _SAID[ItemState.NOT_APPLICABLE], key)


def to_tasks(actor: Actor, rows: Sequence[SheetRow], key: str) -> None:
    """Make tasks of the chosen items, in a project or where tasks of their step are already."""
    with menu("To tasks", icon=":material/add_task:", disabled=not rows, key=f"{key}-tasks") as opened:
        if not opened:
            return
        projects = names_now(workspace(), actor).projects
        if not projects:
            st.caption("There is no project yet to put them in. Plan has the way to one.")
            return
        st.selectbox(
            "Project", list(projects), format_func=projects.__getitem__, index=None, key=state.PROJECT.of(key).name,
            placeholder="Where tasks of this step are", help="Each becomes a task; when that is done, its item is ticked",
        )  # fmt: skip
        acts.button(
            f"Make {quantity(len(rows), 'task')}", type="primary", key=f"{key}-tasks-now", width="stretch",
            on_click=_make, args=(actor, rows, key),
        )  # fmt: skip


def _make(actor: Actor, rows: Sequence[SheetRow], key: str) -> None:
    ids = [row_id(row.key) for row in rows]
    with notices.attempt("No task was made", f"Made {quantity(len(ids), 'task')}") as request:
        make_tasks(workspace().store, actor, ids, state.PROJECT.of(key).get(), request=request)
        tick(key, ())


def delete(actor: Actor, rows: Sequence[SheetRow], of_step: StepItems, key: str) -> None:
    """Delete the chosen items that are the workspace's own; those that ship are said not to apply."""
    own = {item.id for item in of_step.items if item.own}
    doomed = [row for row in rows if row.key.startswith(NEW) or row_id(row.key) in own]
    with menu(
        "Delete", icon=":material/delete:", key=f"{key}-delete", disabled=not doomed,
        help=None if doomed else "Items that ship with the flow stay; say that they do not apply",
    ) as opened:  # fmt: skip
        if not opened:
            return
        st.markdown("  \n".join(f"**{plain(row.title or 'New item')}**" for row in doomed[:5]))
        kept = len(rows) - len(doomed)
        more = f"and {len(doomed) - 5} more. " if len(doomed) > 5 else ""
        stay = "ships with the flow stays" if kept == 1 else "ship with the flow stay"
        ships = f"{quantity(kept, 'item')} that {stay}. " if kept else ""
        st.caption(f"{more}{ships}They go with what was said about them; Undo brings them back.")
        acts.button(
            f"Delete {quantity(len(doomed), 'item')}", type="primary", key=f"{key}-delete-now", width="stretch",
            on_click=_delete, args=(actor, doomed, key),
        )  # fmt: skip


def _delete(actor: Actor, rows: Sequence[SheetRow], key: str) -> None:
    ids = [row_id(row.key) for row in rows if not row.key.startswith(NEW)]
    with notices.attempt("Not deleted", f"Deleted {quantity(len(ids), 'item')}" if ids else "") as request:
        if ids:
            delete_items(workspace().store, actor, ids, request)
        waits = settle(key)
        waits.stage.chosen.clear()
        for row in rows:
            forget(waits, row.key)


def _set(actor: Actor, rows: Sequence[SheetRow], values: Mapping[str, str], said: str, key: str) -> None:
    set_all(workspace().store, actor, rows, values, said)
    tick(key, ())

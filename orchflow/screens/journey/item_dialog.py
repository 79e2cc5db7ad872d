"""One item of a checklist in a dialog: what it is and what shows it, its self-check, what was said, its files, its past."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.errors import NotFound
from orchflow.guidance.item_details import ItemDetails, item_details
from orchflow.guidance.items import list_items
from orchflow.guidance.pages import load_pages
from orchflow.guidance.rows import ItemRow, is_overdue
from orchflow.people.permissions import Actor
from orchflow.planning.history import RowChange, row_changes
from orchflow.planning.tables import Evidence, ItemState, Through
from orchflow.planning.work.attachments import list_attachments
from orchflow.screens.addresses import linked
from orchflow.screens.journey import item_evidence
from orchflow.screens.journey.item_acts import KIND, work
from orchflow.screens.journey.item_check import check_box
from orchflow.screens.journey.item_planning import columns
from orchflow.screens.plan.task_relations import attachments
from orchflow.screens.plan.task_talk import changed, comments, told_history
from orchflow.screens.session import role_name, workspace, zone
from orchflow.ui import notices
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.states import boundary
from orchflow.workspace import Workspace

PARTS = {"item": "Item", "talk": "Comments", "files": "Files", "history": "History"}
UNTOLD = frozenset({"position", "ticked_by_id", "ticked_at", "ticked_through", "due_by_hand", "key", "own"})
"""What changes along with something that is told."""


def open_item(actor: Actor, item_id: int, closed: Callable[[], None] = lambda: None) -> None:
    """Show the item in a dialog, in every run in which it is to be open; `closed` is called when its reader shuts it."""

    found = list_items(workspace().store, actor, ids=[item_id])
    title = fmt.plain(found[0].text) if found else "Checklist item"

    def item_of_the_dialog() -> None:
        with boundary():
            notices.show_notice("item-notice")
            try:
                details = item_details(workspace(), actor, item_id)
            except NotFound:
                st.caption("There is no such item; it may have been deleted.")
                return
            _show(workspace(), actor, details)

    st.dialog(title, width="medium", on_dismiss=closed)(item_of_the_dialog)()


def _show(ws: Workspace, actor: Actor, details: ItemDetails) -> None:
    item = details.item
    st.markdown(_standing(details))
    part = st.segmented_control(
        "Part", list(PARTS), default="item", required=True, format_func=PARTS.__getitem__, key="item-part",
        label_visibility="collapsed",
    )  # fmt: skip
    match part:
        case "talk":
            comments(ws, actor, KIND, item.id)
        case "files":
            attachments(ws, actor, KIND, item.id, adds=details.works)
        case "history":
            told = partial(_change, columns(ws, actor))
            told_history(row_changes(ws.store, actor, KIND, item.id), told, "made this item")
        case _:
            _details(ws, actor, details)


def _details(ws: Workspace, actor: Actor, details: ItemDetails) -> None:
    item = details.item
    if shown := item_evidence.told(item, _files(ws, actor, item)):
        st.markdown(f":gray[Evidence]  \n{shown}")
    if details.check is not None:
        check_box(ws, actor, details.check)
    work(ws, actor, details)
    if not details.works:
        verb = "ticked" if item.state is ItemState.OPEN else "changed"
        st.caption(f"Can be {verb} by {fmt.plain(details.who)}.")
    st.table(_facts(details), border="horizontal")
    with st.container(gap="xsmall"):
        if guide := load_pages().by_address.get(details.step.guide):
            linked(
                "library", f"{guide.head.title} · {guide.head.minutes} min", ":material/local_library:",
                {"page": guide.address},
            )  # fmt: skip
        if details.task is not None:
            task = details.task
            linked(
                "plan", f"Task #{task.id} in {task.project}: {task.status}", ":material/task_alt:", {"task": str(task.id)}
            )  # fmt: skip
        linked(
            "flow", f"{details.flow_number} {details.flow_name}: {details.step.name}", ":material/route:",
            {"flow": details.flow_key, "step": details.step.key},
        )  # fmt: skip


def _files(ws: Workspace, actor: Actor, item: ItemRow) -> list[str]:
    if item.evidence is not Evidence.FILE:
        return []
    return [file.filename for file in list_attachments(ws.store, actor, entity=KIND, entity_id=item.id)]


def _standing(details: ItemDetails) -> str:
    """The state of the item in a line, judged."""
    item, today = details.item, clock.today(zone())
    match item.state:
        case ItemState.TICKED:
            by = {
                Through.TASK: "when its task was done", Through.CHECK: "by its self-check",
            }.get(item.ticked_through or Through.HAND, f"by {fmt.plain(details.ticked_by or 'somebody who left')}")  # fmt: skip
            return f":green-badge[:material/check: Ticked] :small[:gray[{by}, {fmt.plain(fmt.moment(item.ticked_at, zone()))}]]"
        case ItemState.NOT_APPLICABLE:
            return f":gray-badge[Does not apply] :small[:gray[{fmt.plain(item.reason)}]]"
        case ItemState.EXEMPT:
            return ":gray-badge[Exempt] :small[:gray[as long as the exemption of its self-check holds]]"
    said = [] if item.required else [":gray-badge[Optional]"]
    if is_overdue(item, today) and item.due_day is not None:
        said.append(f":red-badge[Overdue by {fmt.quantity((today - item.due_day).days, 'day')}]")
    elif item.due_day is not None:
        said.append(f":blue-badge[Due {'today' if item.due_day == today else fmt.day(item.due_day)}]")
    if details.waits_for:
        waits = ", ".join(details.waits_for)
        said.append(f":small[:gray[waits for {fmt.plain(waits)}]]")
    return " ".join(said) or ":gray-badge[Open]"


def _facts(details: ItemDetails) -> dict[str, str]:
    item = details.item
    role = role_name(details.role) or "Nobody in particular"
    by_hand = " (set by hand)" if item.due_by_hand else ""
    facts = {
        "Topic": item.topic,
        "Assigned to": details.assignee
        or ("Nobody yet" if details.manages else "Nobody yet; a manager assigns it"),
        "Meant for": role,
        "Due": f"{fmt.day(item.due_day)}{by_hand}",
    }
    return {name: fmt.plain(value) for name, value in facts.items() if value}


def _change(every: dict[str, GridColumn], change: RowChange) -> str:
    return "" if change.field in UNTOLD or change.field not in every else changed(every[change.field], change)

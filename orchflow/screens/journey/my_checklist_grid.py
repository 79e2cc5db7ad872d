"""A checklist in the grid of the plan, for a wide screen: the columns of Flow, with the step of each item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from orchflow.guidance.my_items import MyItem, MyList
from orchflow.guidance.rows import ItemRow
from orchflow.people.permissions import Actor
from orchflow.screens.journey import my_checklist_state as state
from orchflow.screens.journey.flow_columns import item_columns, item_rows
from orchflow.screens.journey.flow_data import StepItems
from orchflow.screens.journey.flow_saving import item_saver
from orchflow.screens.plan.plan_data import names_now
from orchflow.screens.row_saving import row_id
from orchflow.screens.session import workspace, zone
from orchflow.ui.drafts import Drafts
from orchflow.ui.grid_values import plain_column
from orchflow.ui.sheet import sheet
from orchflow.ui.sheet_review import above, review
from orchflow.ui.sheet_stage import SheetRow
from orchflow.ui.sheet_state import look

LEFT_OUT = ("due_is", "hangs")
STEP = plain_column("Step", width=150)


@dataclass(frozen=True)
class Ticker:
    """Whether the reader may tick what is on the list that they look at."""

    ticks: bool

    def lock(self, item: ItemRow) -> str:
        """Why they may not; "" where they may."""
        return "" if self.ticks else "only its assignee, its role or a manager changes this"


def show(actor: Actor, listed: MyList, shown: Sequence[MyItem], *, ticks: bool, manages: bool) -> None:
    """Draw the items of a list that are shown."""
    ws, key = workspace(), f"my-checklist-{listed.person_id}"
    items = tuple(each.item for each in shown)
    every = item_columns(names_now(ws, actor), manages=manages)
    columns = {name: column for name, column in every.items() if name not in LEFT_OUT}
    columns = {"state": columns.pop("state"), "text": columns.pop("text"), "step": STEP, **columns}
    rows = [
        _with_step(row, each)
        for row, each in zip(item_rows(Ticker(ticks), items, StepItems(items, {})), shown, strict=True)
    ]
    write = item_saver(ws.store, actor, 0, items)
    drafts = Drafts(ws.settings.home / "drafts", actor.user_id, key) if ticks else None
    waits = look(key)
    above(waits, columns, key=key, write=write, drafts=drafts, zone=zone())
    sheet(
        rows, columns, key=key, view=f"{state.FLOW.get()} {len(rows)}", may_edit=ticks, may_add=False, may_tick=False,
        alt=f"Checklist of {listed.name}", drafts=drafts, tall=True, open_help="Open the item",
        on_open=lambda row: state.ITEM.set(row_id(row.key)),
    )  # fmt: skip
    if ticks:
        st.caption("Type or paste in any row; nothing is stored before you save")
    review(waits, columns, key=key, write=write)


def _with_step(row: SheetRow, each: MyItem) -> SheetRow:
    return replace(row, values={**row.values, "step": f"{each.flow_number} · {each.step_name}"})

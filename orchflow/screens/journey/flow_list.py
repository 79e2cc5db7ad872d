"""The checklist of a step on a phone: a line for each item, with a box to tick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

import streamlit as st

from orchflow.format import day
from orchflow.guidance.rows import ItemRow, is_overdue
from orchflow.planning.names import PlanNames
from orchflow.planning.tables import Evidence, ItemState
from orchflow.screens.journey import flow_state as state
from orchflow.screens.journey.flow_acts import counted
from orchflow.screens.journey.flow_columns import Reader, item_rows
from orchflow.screens.journey.flow_data import StepItems
from orchflow.screens.journey.flow_saving import set_all
from orchflow.screens.journey.flow_words import EVIDENCE
from orchflow.screens.row_saving import row_id
from orchflow.screens.session import workspace
from orchflow.store.field import in_words
from orchflow.ui import acts
from orchflow.ui.row_list import Line, row_list
from orchflow.ui.sheet_stage import SheetRow


def show(reader: Reader, shown: Sequence[ItemRow], of_step: StepItems, names: PlanNames, today: date) -> None:
    """Draw all of it."""
    rows = {row.key: row for row in item_rows(reader, shown, of_step)}
    lines = [_line(item, row, names, today) for item, row in zip(shown, rows.values(), strict=True)]
    if lines:
        row_list(
            lines, key="checklist-list", label=f"Checklist of {reader.step.name}",
            on_open=lambda key: state.ITEM.set(row_id(key)),
            on_tick=acts.each(partial(_tick, reader, rows, {f"item-{item.id}": item for item in shown})),
        )  # fmt: skip
    st.caption(counted(len(lines), of_step))


def _line(item: ItemRow, row: SheetRow, names: PlanNames, today: date) -> Line:
    still_open = item.state is ItemState.OPEN
    may_tick = not row.lock("state") and item.state in (ItemState.OPEN, ItemState.TICKED)
    who = names.people.get(item.assignee_id or 0, "")
    shows = EVIDENCE.get(item.evidence, "")
    parts = ["" if may_tick else in_words(item.state), who, shows, "" if item.required else "optional"]
    return Line(
        row.key, item.text, " · ".join(filter(None, parts)), day(item.due_day) if item.due_day else "",
        "bad" if is_overdue(item, today) else "plain",
        tick=("" if not may_tick else "open" if still_open else "ticked"),
    )  # fmt: skip


def _tick(reader: Reader, rows: Mapping[str, SheetRow], items: Mapping[str, ItemRow], key: str) -> None:
    """Tick an item or open it again; where something has to be shown, the item itself asks for it."""
    item = items[key]
    if item.state is ItemState.TICKED:
        set_all(workspace().store, reader.actor, [rows[key]], {"state": ItemState.OPEN.value}, "Opened again")
    elif item.evidence is Evidence.NONE:
        set_all(workspace().store, reader.actor, [rows[key]], {"state": ItemState.TICKED.value}, "Ticked")
    else:
        state.ITEM.set(item.id)

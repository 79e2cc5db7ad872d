"""All rules of alerts in a grid: edited in place, imported, exported, removed, with what changed, and undo."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from orchflow.alerts.known_parts import every_part
from orchflow.alerts.rules import ALERT_RULES
from orchflow.costs.budgets import BUDGETS
from orchflow.inputs.row_file import ImportReport, import_rows
from orchflow.inputs.row_names import input_names
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.filters import FILTERED
from orchflow.metrics.metric import PLAN_DIMENSIONS
from orchflow.people.permissions import Actor
from orchflow.screens.data.input_grid import InputGrid, show_grid
from orchflow.workspace import Workspace

ABOUT = "A rule of a file is known by its name. What changes what a rule reads begins its alerts anew; *New rule* asks step by step."


def show(ws: Workspace, actor: Actor) -> None:
    """Draw the grid."""
    budgets = (
        dict.fromkeys(row.name for row in BUDGETS.list(ws.store, actor)) if actor.may(BUDGETS.view) else {}
    )
    stored = ALERT_RULES.list(ws.store, actor)
    with ws.store.read() as session:
        known = every_part(session, ws.warehouse, actor)
    parts = {row.part: row.part for row in stored if row.part is not None} | known  # one may be gone by now
    grid = InputGrid(
        ALERT_RULES, "alert-rules", "rule", lambda row: str(row.name), looks(list(budgets), parts), usual(), first=("name",)
    )  # fmt: skip
    show_grid(ws, actor, grid, input_names(ws.store, actor), stored, partial(taken, ws, actor))
    st.caption(ABOUT)


def looks(budgets: list[str], parts: Mapping[str, str]) -> Mapping[str, Mapping[str, Any]]:
    """How its columns look: what is among a few is chosen."""
    figures = {key: own.label for key, own in METRICS.items()}
    dimensions = list(dict.fromkeys((*FILTERED, *PLAN_DIMENSIONS)))
    return {
        "name": {"width": 230}, "kind": {"width": 112}, "note": {"width": 260}, "part": {"width": 190, "options": list(parts), "names": parts},
        "figure": {"width": 170, "options": list(figures), "names": figures}, "dimension": {"width": 110, "options": dimensions},
        "window": {"width": 104}, "external_id": {"width": 100, "editable": False}, "budget": {"width": 150, "options": budgets},
    }  # fmt: skip


def usual() -> Mapping[str, Any]:
    """What a new row has where nothing else is written."""
    return {
        name: field.blank
        for name, field in ALERT_RULES.fields.items()
        if field.blank not in (None, "", []) and not field.target
    }


def taken(ws: Workspace, actor: Actor, data: bytes, name: str, dry_run: bool) -> ImportReport:
    """Read a file."""
    return import_rows(ws.store, actor, ALERT_RULES, data, name, dry_run=dry_run)

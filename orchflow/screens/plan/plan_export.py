"""Export of the plan, whole or the part that is shown; files are made when somebody clicks."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from orchflow.people.permissions import Actor
from orchflow.planning.exchange.export_file import export_bytes
from orchflow.screens.plan.plan_choices import projects_in
from orchflow.screens.plan.plan_data import PlanData
from orchflow.screens.plan.plan_folder import folder_zip
from orchflow.screens.plan.plan_state import EFFORT, PROJECT
from orchflow.table_files.write import format_of
from orchflow.ui.downloads import download_button
from orchflow.workspace import Workspace

FORMATS = (".xlsx", ".csv", ".json")


def export_button(ws: Workspace, actor: Actor, data: PlanData) -> None:
    """The plan as a file, whole or the part that is shown; made when somebody clicks."""
    if data.empty:
        return
    menu = st.popover(
        "Export", icon=":material/download:", type="tertiary", key="export-open", on_change="rerun"
    )
    if not menu.open:
        return
    with menu:
        effort, inside = EFFORT.get(), PROJECT.get()
        only: list[int] | None = None
        narrowed = inside.isdigit() or effort.isdigit()
        if narrowed and st.toggle("Only what is chosen above", key="export-part", value=True):
            of_effort = [*projects_in(data.names, [int(effort)])] if effort.isdigit() else []
            only = [int(inside)] if inside.isdigit() else of_effort
        past = st.toggle(
            "With the history of tasks", key="export-past", help="So that burndowns can be read elsewhere"
        )
        for suffix in FORMATS:
            form = format_of(suffix)
            download_button(
                form.label, _writer(ws, actor, suffix, only, past=past), file_name=f"plan{suffix}",
                mime=form.mime, key=f"export{suffix}", width="stretch",
            )  # fmt: skip
        download_button(
            "Folders (zip)", lambda: folder_zip(ws.store, actor), file_name="plan.zip", mime="application/zip",
            icon=":material/folder_zip:", key="export-zip", width="stretch",
            help="The whole plan as Markdown files: efforts, projects, goals and tasks",
        )  # fmt: skip
        st.caption("Edit the file and import it again: changes on both sides are shown as conflicts.")


def _writer(
    ws: Workspace, actor: Actor, suffix: str, only: list[int] | None, *, past: bool
) -> Callable[[], bytes]:
    return lambda: export_bytes(ws.store, actor, suffix, projects=only, with_history=past)

"""Export of the plan, whole or the part that is shown; files are made when somebody clicks.

A large plan takes seconds: it is written in a process of its own, and its progress is shown until it can be taken away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from orchflow.errand import Cancelled, Errand
from orchflow.errors import OrchflowError
from orchflow.format import quantity
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.exchange.export_file import FORMATS, export_bytes, export_elsewhere
from orchflow.screens.plan.plan_choices import projects_in
from orchflow.screens.plan.plan_data import PlanData
from orchflow.screens.plan.plan_folder import folder_elsewhere, folder_zip
from orchflow.screens.plan.plan_state import EFFORT, EXPORT, PROJECT
from orchflow.table_files.write import format_of
from orchflow.ui.downloads import download_button
from orchflow.ui.menus import menu, staying_button
from orchflow.ui.states import problem
from orchflow.workspace import Workspace, store_url

LARGE = 1_000
"""The number of rows from which on an export is waited for."""
ZIP = "application/zip"


@dataclass(frozen=True)
class Form:
    """A file that the plan can be taken away as: how it is made here, and how elsewhere while one waits."""

    label: str
    suffix: str
    mime: str
    here: Callable[[], bytes]
    elsewhere: Callable[[], Errand[bytes]]
    icon: str = ":material/download:"
    help: str | None = None

    @property
    def file(self) -> str:
        return f"plan{self.suffix}"


def export_button(ws: Workspace, actor: Actor, data: PlanData) -> None:
    """The plan as a file, whole or the part that is shown; made when somebody clicks."""
    if data.empty or not actor.may(Permission.EXPORT):
        return
    with menu("Export", icon=":material/download:", type="tertiary", key="export-open") as opened:
        if not opened:
            return
        effort, inside = EFFORT.get(), PROJECT.get()
        only: list[int] | None = None
        narrowed = inside.isdecimal() or effort.isdecimal()
        if narrowed and st.toggle("Only what is chosen above", key="export-part", value=True):
            of_effort = [*projects_in(data.names, [int(effort)])] if effort.isdecimal() else []
            only = [int(inside)] if inside.isdecimal() else of_effort
        past = st.toggle(
            "With the history of tasks", key="export-past", help="So that burndowns can be read elsewhere"
        )
        forms = _forms(ws, actor, only, past=past)
        if len(data.frame) >= LARGE:
            _waited_for(forms, (only, past, data.version))
        else:
            for form in forms:
                _download(form, form.here)
        st.caption("Edit the file and import it again: changes on both sides are shown as conflicts.")


def _forms(ws: Workspace, actor: Actor, only: list[int] | None, *, past: bool) -> list[Form]:
    store = ws.store
    place = (store_url(ws.settings), ws.settings.home / "backups", actor.elsewhere())

    def of(suffix: str) -> Form:
        known = format_of(suffix)
        return Form(
            known.label, suffix, known.mime,
            lambda: export_bytes(store, actor, suffix, projects=only, with_history=past),
            lambda: Errand(export_elsewhere, *place, suffix, only, past),
        )  # fmt: skip

    folders = Form(
        "Folders (zip)", ".zip", ZIP, lambda: folder_zip(store, actor), lambda: Errand(folder_elsewhere, *place),
        ":material/folder_zip:", "The whole plan as Markdown files: efforts, projects, goals and tasks",
    )  # fmt: skip
    return [*map(of, FORMATS), folders]


def _download(form: Form, data: Callable[[], bytes], label: str | None = None) -> None:
    download_button(
        label or form.label, data, file_name=form.file, mime=form.mime, icon=form.icon, key=f"export{form.suffix}",
        width="stretch", help=form.help, type="primary" if label else "secondary",
    )  # fmt: skip


def _waited_for(forms: list[Form], wanted: tuple[object, ...]) -> None:
    """One button for each form; the file that is `wanted` is made once and can then be taken away."""
    suffix, made_of, errand = EXPORT.get() or ("", wanted, None)
    if errand is not None and errand.ended and made_of != wanted:
        EXPORT.clear()
        errand = None
    going = errand is not None and not errand.ended
    for form in forms:
        if staying_button(
            form.label, key=f"prepare{form.suffix}", icon=form.icon, width="stretch", help=form.help, disabled=going,
        ):  # fmt: skip
            EXPORT.set((form.suffix, wanted, form.elsewhere()))
            st.rerun()
    if errand is not None:
        form = next(form for form in forms if form.suffix == suffix)
        st.fragment(_progress, run_every=0.5 if going else None)(form, errand, going)


def _progress(form: Form, errand: Errand[bytes], going: bool) -> None:
    """How many rows of the file are written; then the button to take it away, or why there is none."""
    if not errand.ended:
        rows, of = errand.rows
        how_far = f"{rows:,} of {quantity(of, 'row')}" if of else "reading the plan"
        st.progress(rows / (of or 1), f"Writing {form.file}: {how_far}")
        st.caption("Everybody's pages go on meanwhile.")
        if staying_button("Cancel", key="export-cancel", type="tertiary", icon=":material/close:"):
            errand.cancel()
        return
    if going:
        st.rerun()
    try:
        content = errand.result()
    except Cancelled:
        st.caption(f"{form.file} was cancelled; nothing was written.")
        return
    except OrchflowError as error:
        problem(error)
        return
    _download(form, lambda: content, f"Save {form.file} ({len(content) / 1e6:,.1f} MB)")

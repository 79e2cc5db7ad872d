"""A grid of the rows of an entity that people keep: edited in place, imported, exported, removed, with what changed, and undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

import pandas as pd
import streamlit as st

from orchflow.alike import alike, places, why
from orchflow.costs.fact_names import fact_names, offered, unknown_names
from orchflow.errors import OrchflowError, Problem
from orchflow.format import moment, plain, quantity
from orchflow.inputs.changes import ToldChange, latest_changes
from orchflow.inputs.row_file import ImportReport
from orchflow.inputs.row_names import InputNames
from orchflow.inputs.row_table import row_table, titles
from orchflow.people.job_roles import job_roles
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.plan.plan_actions import undo_button
from orchflow.screens.row_saving import entity_saver
from orchflow.screens.session import zone
from orchflow.store.entity import Entity
from orchflow.store.field import Field
from orchflow.ui import acts, notices
from orchflow.ui.drafts import Drafts
from orchflow.ui.grid_values import GridColumn, plain_column
from orchflow.ui.menus import menu
from orchflow.ui.sheet_review import full_sheet
from orchflow.ui.sheet_stage import SheetRow
from orchflow.ui.states import closing, problem
from orchflow.ui.table import Column, download_menu, show_frame
from orchflow.workspace import Workspace

Import: TypeAlias = Callable[[bytes, str, bool], ImportReport]
"""Takes a file's bytes and name, and whether it is only tried."""

SHOWN_PROBLEMS, SHOWN_NOTICES, CHANGES = 20, 5, 400
WIDTHS = {"day": 106, "number": 98, "whole": 84, "choice": 112, "reference": 150, "flag": 80, "line": 130}
OFFERED = 190
"""What is offered stands in a cell as a chip, which takes more room than its words."""


@dataclass(frozen=True)
class InputGrid:
    """What a grid of an entity is made of.

    `key` names it among others, `one` is what people call a row and `called` a certain one. `look` is how the column of a
    field looks where it is not as usual, `usual` what a new row has where nothing else is written. `before_file` draws what
    is asked before a file is taken. `first` are the columns that stand before the others.
    """

    entity: Entity[Any]
    key: str
    one: str
    called: Callable[[Any], str]
    look: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    usual: Mapping[str, Any] = field(default_factory=dict)
    files: str = "CSV or Excel, with the headings that a download has"
    before_file: Callable[[], Any] | None = None
    first: Sequence[str] = ()


def show_grid(
    ws: Workspace, actor: Actor, grid: InputGrid, names: InputNames, stored: Sequence[Any],
    take: Callable[..., ImportReport],
) -> None:  # fmt: skip
    """Draw the menus and the grid of all rows; `take` reads a file (data, name, dry_run, and what `before_file` gave)."""
    entity = grid.entity
    may_edit = entity.may_write(actor)
    columns = columns_of(ws, grid, names)
    with st.container(horizontal=True, vertical_alignment="center", key=f"{grid.key}-tools"):
        if may_edit:
            import_menu(grid, take)
            remove_menu(ws, actor, grid, stored)
        if (
            stored
            and actor.may(entity.view)
            and st.button("History", icon=":material/history:", type="tertiary", key=f"{grid.key}-history")
        ):
            show_history(ws, actor, grid, columns, {row.id: grid.called(row) for row in stored})
        if actor.may(entity.edit):
            undo_button(ws.store, actor, key=grid.key)
        if actor.may(Permission.EXPORT) and stored:
            shown = {name: Column(label) for name, label in titles(entity).items()}
            download_menu(
                partial(row_table, entity, names, stored), key=grid.key, name=entity.many.replace("_", "-"), columns=shown,
            )  # fmt: skip
    full_sheet(
        [SheetRow(f"{grid.one}-{row.id}", row.version, _cells(row, columns), grid.called(row)) for row in stored],
        columns, key=grid.key, zone=zone(), may_edit=may_edit, alt=entity.about.removesuffix("."),
        write=entity_saver(ws.store, actor, entity, grid.one, grid.usual, undo=True), usual=grid.usual,
        given=[name for name, field in entity.fields.items() if field.optional],
        drafts=Drafts(ws.settings.home / "drafts", actor.user_id, grid.key) if may_edit else None,
    )  # fmt: skip
    if told := _unknown(ws, entity, stored):
        st.caption(f":material/help: {told}")


def _unknown(ws: Workspace, entity: Entity[Any], stored: Sequence[Any]) -> str:
    """Which names in the rows no fact has."""
    fields = [name for name, one in entity.fields.items() if one.offers or one.choices]
    rows = [{name: getattr(row, name) for name in fields} for row in stored]
    told = unknown_names(entity, rows, fact_names(ws.warehouse)) if stored else []
    lines = [f"{entity.fields[one.field].label}: {plain(one.message)}" for one in told[:SHOWN_NOTICES]]
    return "  \n".join([*lines, f"and {len(told) - len(lines)} more" if len(told) > len(lines) else ""])


def columns_of(ws: Workspace, grid: InputGrid, names: InputNames) -> dict[str, GridColumn]:
    """The columns of an entity's grid: every field, with what may be chosen in it."""
    return {
        name: GridColumn(one, **{"width": OFFERED if one.offers else WIDTHS.get(one.kind, 120), **_choices(ws, grid.entity, one, names), **grid.look.get(name, {})})
        for name in dict.fromkeys((*grid.first, *grid.entity.fields))
        if "grid" not in (one := grid.entity.fields[name]).off
    }  # fmt: skip


def _choices(ws: Workspace, entity: Entity[Any], one: Field, names: InputNames) -> dict[str, Any]:
    if one.offers:
        return {"options": offered(entity, one, fact_names(ws.warehouse))}
    if one.target is not None:
        named = names.of(one)
        return {"options": list(named.offered), "names": named.names, "called": named.called}
    if one.name == "job_role":
        roles = {key: role.name for key, role in job_roles(ws.store).items()}
        return {"options": list(roles), "names": roles}
    return {}


def _cells(row: Any, columns: Mapping[str, GridColumn]) -> dict[str, Any]:
    cells = {name: getattr(row, name) for name in columns}
    return {
        name: ", ".join(map(str, cell)) if isinstance(cell, list) and columns[name].kind != "labels" else cell
        for name, cell in cells.items()
    }


def import_menu(grid: InputGrid, take: Callable[..., ImportReport]) -> None:
    """Take a file, show what it would do, and do it."""
    key = f"{grid.key}-import"
    with menu("Import", icon=":material/upload:", type="tertiary", key=key) as opened:
        if not opened:
            return
        file = st.file_uploader(grid.files, type=["csv", "txt", "xlsx"], key=f"{key}-file")
        told = (grid.before_file(),) if grid.before_file else ()
        if file is None:
            return
        data = file.getvalue()
        try:
            report = acts.each(take)(data, file.name, True, *told)
        except OrchflowError as error:
            problem(error)
            return
        tell(report, grid.entity)
        if acts.button(
            f"Import {quantity(report.work, grid.one)}" if report.work else "There is nothing to import",
            type="primary", disabled=not report.work, key=f"{key}-now", icon=":material/upload:",
        ):  # fmt: skip
            with closing():
                made = acts.once(lambda: take(data, file.name, False, *told))
                said = f"Imported {file.name}: {made.created} new, {made.updated} changed"
                notices.done(said, made.request)


def tell(report: ImportReport, entity: Entity[Any]) -> None:
    """What an import would do, and which rows it would leave out."""
    st.caption(f"{report.created} new, {report.updated} changed, {report.unchanged} as they are.")
    if report.unread:
        st.caption(plain(f"Columns that are not read: {', '.join(report.unread)}"))
    if report.problems:
        st.warning(_by_row(report.problems, entity))
    if report.notices:
        st.info(_by_row(report.notices, entity))


def _by_row(told: Sequence[Problem], entity: Entity[Any]) -> str:
    groups = alike(told, _reason)
    lines = [
        f"- row {places(group, lambda p: p.row)}, {plain(_label(entity, group[0].field))}: {plain(why(group, _reason))}"
        for group in groups[:SHOWN_PROBLEMS]
    ]
    rest = len(groups) - len(lines)
    return "\n".join([*lines, f"- and {rest} more"] if rest else lines)


def _label(entity: Entity[Any], name: str) -> str:
    return entity.fields[name].label if name in entity.fields else name


def _reason(told: Problem) -> tuple[str, str]:
    return told.field, told.message


def remove_menu(ws: Workspace, actor: Actor, grid: InputGrid, stored: Sequence[Any]) -> None:
    """Choose a row and remove it."""
    if not stored:
        return
    key = f"{grid.key}-remove"
    with menu("Remove", icon=":material/delete:", type="tertiary", key=key) as opened:
        if not opened:
            return
        by_id = {row.id: row for row in stored}
        chosen = st.selectbox(
            grid.one.capitalize(), list(by_id), format_func=lambda at: grid.called(by_id[at]), index=None, key=f"{key}-which"
        )  # fmt: skip
        if chosen is not None and acts.button("Remove it", type="primary", key=f"{key}-now"):
            row = by_id[chosen]
            with closing():
                request = acts.once(lambda: grid.entity.delete(ws.store, actor, row.id, row.version))
                notices.done(f"Removed {grid.called(row)}", request)


@st.dialog("What changed", width="large", icon=":material/history:")
def show_history(
    ws: Workspace, actor: Actor, grid: InputGrid, columns: Mapping[str, GridColumn], called: Mapping[int, str]
) -> None:
    """The latest changes of all rows, also of those that were removed."""
    lines = {
        (change.row_id, change.at, change.action, "" if change.action != "update" else change.field): {
            "at": moment(change.at, zone()),
            "who": change.who,
            "row": called.get(change.row_id, f"{grid.one} {change.row_id}, removed"),
            "what": _what(change, columns),
        }
        for change in latest_changes(ws.store, actor, grid.entity, CHANGES)
    }
    shown = {"at": Column("When"), "who": Column("Who"), "row": Column("Row"), "what": Column("What")}
    show_frame(pd.DataFrame(list(lines.values()), columns=list(shown)), key=f"{grid.key}-changes", columns=shown, alt="What changed", height=420)  # fmt: skip


def _what(change: ToldChange, columns: Mapping[str, GridColumn]) -> str:
    if change.action == "insert":
        return "added"
    if change.action == "delete":
        return "removed"
    column = columns.get(change.field) or plain_column(change.field)
    return f"{column.heading}: {column.shown(change.old)} → {column.shown(change.new)}"

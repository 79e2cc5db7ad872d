"""What can be done to the ticked rows: fill one value in, move them, delete them; and how that is taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from orchflow.errors import Invalid, OrchflowError
from orchflow.format import plain, quantity
from orchflow.people.permissions import Actor
from orchflow.planning.entities import ENTITIES
from orchflow.planning.undo.undo import undo
from orchflow.planning.work.moves import indent_tasks, move_tasks, outdent_tasks
from orchflow.screens.plan.plan_columns import LEVEL_NAMES
from orchflow.screens.plan.plan_data import PlanData
from orchflow.screens.row_saving import row_id
from orchflow.store.engine import Store
from orchflow.store.request import new_request
from orchflow.ui import acts, notices
from orchflow.ui.field_input import field_input
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.menus import closing_button, menu
from orchflow.ui.sheet_stage import NEW, SheetRow
from orchflow.ui.sheet_state import fill, forget, settle

MOVES = {
    "up": "Move up", "down": "Move down", "in": "Indent", "out": "Outdent",
}  # fmt: skip


def tasks_of(rows: Sequence[SheetRow]) -> list[int]:
    """The ids of the stored tasks among rows of the sheet."""
    return [row_id(row.key) for row in rows if row.key.startswith("task-")]


def fill_in(rows: Sequence[SheetRow], columns: Mapping[str, GridColumn], *, key: str) -> None:
    """A popover that lets one value wait in one column of every ticked row."""
    open_columns = {name: column for name, column in columns.items() if column.editable and name != "number"}
    with menu("Fill", icon=":material/format_color_fill:", key=f"{key}-fill") as opened:
        if not opened:
            return
        if not open_columns:
            st.caption("There is no column that you may change.")
            return
        name = st.selectbox(
            "Column", list(open_columns), format_func=lambda column: open_columns[column].heading, key=f"{key}-fill-what",
            index=list(open_columns).index("status") if "status" in open_columns else 0,
        )  # fmt: skip
        value = field_input(replace(open_columns[name], nothing="Empty"), None, key=f"{key}-fill-{name}")
        st.caption(f"Waits in {_many(rows)} until you save.")
        closing_button(
            "Fill in", type="primary", key=f"{key}-fill-now", on_click=fill, args=(key, rows, {name: value}),
            width="stretch",
        )  # fmt: skip


def move(store: Store, actor: Actor, data: PlanData, ids: Sequence[int], way: str) -> None:
    """Move tasks one place or one level; says what was done or why not."""
    if way in ("in", "out"):
        _move(
            f"{MOVES[way]}: {_tasks(ids)}", indent_tasks if way == "in" else outdent_tasks, store, actor, ids
        )
        return
    beside = _neighbour(data, ids, way)
    if beside is None:
        notices.warn("There is no place to go", "The tasks stand at the end of their parent or project.")
        return
    place = {"before" if way == "up" else "after": beside}
    _move(f"{MOVES[way]}: {_tasks(ids)}", move_tasks, store, actor, ids, **place)


def move_to(store: Store, actor: Actor, ids: Sequence[int], project_id: int, name: str) -> None:
    """Move tasks to the end of a project."""
    _move(f"Moved {_tasks(ids)} to {name}", move_tasks, store, actor, ids, project_id=project_id)


def _move(
    said: str, how: Callable[..., object], store: Store, actor: Actor, ids: Sequence[int], **place: int
) -> None:
    with notices.attempt("Not moved", said) as request:
        try:
            how(store, actor, ids, request=request, **place)
        except Invalid as error:  # why they cannot go there, without the names of fields
            why = "; ".join(problem.message for problem in error.problems)
            raise OrchflowError(why, "Nothing was moved.") from error


def _neighbour(data: PlanData, ids: Sequence[int], way: str) -> int | None:
    """The sibling next to which the tasks come: above the first of them or below the last."""
    tasks = data.frame[data.frame["level"].to_numpy() == "task"]
    chosen = set(ids)
    first = data.row("task", ids[0])
    if first is None:
        return None
    siblings = [
        int(number)
        for number, parent, project in zip(tasks["id"], tasks["parent_id"], tasks["project_id"], strict=True)
        if parent == first["parent_id"] and project == first["project_id"]
    ]
    places = [at for at, number in enumerate(siblings) if number in chosen]
    beside = places[0] - 1 if way == "up" else places[-1] + 1
    return siblings[beside] if 0 <= beside < len(siblings) else None


@st.dialog("Delete", icon=":material/delete:")
def confirm_delete(store: Store, actor: Actor, data: PlanData, rows: Sequence[SheetRow], key: str) -> None:
    """Name what is lost and ask."""
    stored = [row for row in rows if not row.key.startswith(NEW)]
    st.markdown("  \n".join(f"**{plain(row.title)}**" for row in stored[:5]))
    if len(stored) > 5:
        st.markdown(f"and {len(stored) - 5} more")
    below, comments = _lost(data, stored)
    parts = [f"{quantity(below, 'row')} below"] if below else []
    parts += [quantity(comments, "comment")] if comments else []
    st.caption(f"Goes with {' and '.join(parts)}. " * bool(parts) + "Undo brings all of it back.")
    if acts.button(f"Delete {_many(stored)}", type="primary", width="stretch", key=f"{key}-delete-now"):
        delete(store, actor, rows, key)
        st.rerun()


def delete(store: Store, actor: Actor, rows: Sequence[SheetRow], key: str) -> None:
    """Delete stored rows under one request, level by level, and let new ones go that were never saved.

    Where a level is refused, what was deleted before is told and can be taken back.
    """
    gone = [row for row in rows if row.key.startswith(NEW)]
    stored = [row for row in rows if not row.key.startswith(NEW)]
    request, deleted = new_request(), 0
    try:
        for level in ("task", "goal", "project", "effort"):
            if of_level := [row for row in stored if row.key.startswith(f"{level}-")]:
                ids = [row_id(row.key) for row in of_level]
                ENTITIES[level].delete_many(store, actor, ids, request)
                gone, deleted = [*gone, *of_level], deleted + len(ids)
                notices.done(f"Deleted {deleted} of {_many(stored)}", request)
    except OrchflowError as error:
        notices.refused(error, f"Only {deleted} of {_many(stored)} deleted" if deleted else "Not deleted")
    else:
        if stored:
            notices.done(f"Deleted {_many(stored)}", request)
        settle(key).stage.chosen.clear()
    state = settle(key)
    for row in gone:
        forget(state, row.key)


def take_back(store: Store, actor: Actor, request: str) -> str:
    """Undo what a request did; what others have changed since is named and left."""
    report = undo(store, actor, request)
    left = "; ".join(f"{problem.row} {problem.field}: {problem.message}" for problem in report.left[:3])
    said = f"Taken back: {quantity(report.done, 'row')}"
    return f"{said}. Left as it is: {left}" if left else said


def undo_button(store: Store, actor: Actor, *, key: str) -> None:
    """The button that takes back the last thing done in this tab."""
    notices.undo_button(partial(take_back, store, actor), key=f"{key}-undo")


def _lost(data: PlanData, rows: Sequence[SheetRow]) -> tuple[int, int]:
    """How many rows stand below the given ones, and how many comments hang on all of them."""
    frame = data.frame
    depth, levels, ids = frame["depth"].tolist(), frame["level"].tolist(), frame["id"].tolist()
    comments = frame["comments"].tolist()
    wanted = {row.key for row in rows}
    below, lost, inside = 0, 0, 10_000
    for at in range(len(frame)):
        if depth[at] <= inside:
            inside = 10_000
        if f"{levels[at]}-{ids[at]}" in wanted:
            inside = min(inside, depth[at])
            lost += comments[at]
        elif inside < 10_000:
            below, lost = below + 1, lost + comments[at]
    return below, lost


def _many(rows: Sequence[SheetRow]) -> str:
    levels = {row.key.split("-", 1)[0] for row in rows}
    word = LEVEL_NAMES.get(levels.pop(), "Row").lower() if len(levels) == 1 else "row"
    return quantity(len(rows), word)


def _tasks(ids: Sequence[int]) -> str:
    return "1 task" if len(ids) == 1 else f"{len(ids)} tasks"

"""The fields of one task as a form: edits are kept while others change the task, and merge with what they wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import streamlit as st

from orchflow.errors import ConflictError, FieldConflict, Invalid, OrchflowError
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import Priority, State
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.tasks import OWN_FIELDS, get_task, update_task
from orchflow.screens.plan import plan_state as state
from orchflow.screens.plan.plan_data import PlanData
from orchflow.screens.plan.plan_view import words
from orchflow.screens.plan.task_words import LABELS, shown
from orchflow.store.request import new_request
from orchflow.ui import acts, notices
from orchflow.ui.format import plain
from orchflow.ui.states import problem
from orchflow.workspace import Workspace


def details(ws: Workspace, actor: Actor, data: PlanData, task: TaskRow) -> None:
    """What the task is; as a form for those who may change it."""
    own = actor.user_id is not None and task.assignee_id == actor.user_id
    manages = actor.may(Permission.PLAN_EDIT)
    may = manages or (own and actor.may(Permission.PLAN_EDIT_OWN))
    failed = state.FAILED.of(task.id).take()
    if isinstance(failed, ConflictError):
        state.CONFLICT.of(task.id).set(failed)
    elif failed is not None:
        problem(failed if not isinstance(failed, Invalid) else _named(failed))
    _conflict(ws, actor, data, task)
    if not may or state.EDITING.get() != task.id:
        _read(data, task)
        if may:
            st.button(
                "Edit",
                icon=":material/edit:",
                key="task-edit",
                on_click=_begin,
                args=(task,),
                shortcut="Alt+E",
            )
        return
    _form(ws, actor, data, task, manages=manages)


def _read(data: PlanData, task: TaskRow) -> None:
    facts = {LABELS[name]: shown(data, name, getattr(task, name)) for name in _FACTS}
    if task.blocked_reason:
        facts = {"Blocked by": plain(task.blocked_reason), **facts}
    filled = {name: value for name, value in facts.items() if value != "–"}
    st.table(filled, border="horizontal")
    empty = [name.lower() for name, value in facts.items() if value == "–"]
    if empty:
        st.caption(f"Without {', '.join(empty)}")
    if task.description:
        with st.container(key="task-description"):
            st.markdown(task.description)
    else:
        st.caption("No description yet.")


_FACTS = (
    "status", "assignee_id", "priority", "points", "sprint_id", "goal_id", "start", "due", "estimated_hours",
    "logged_hours", "labels", "milestone", "role",
)  # fmt: skip


def _begin(task: TaskRow) -> None:
    """Remember the task as it is now: that is what the edits will be compared with."""
    state.EDITING.set(task.id)
    if state.OPENED.of(task.id).get() is None:
        state.OPENED.of(task.id).set(task)


def _end(task_id: int) -> None:
    state.EDITING.clear()
    for kept in (state.OPENED, state.WANTED, state.FAILED, state.CONFLICT):
        kept.of(task_id).clear()
    state.KEYS.forget(f"task-{task_id}-")


def _form(ws: Workspace, actor: Actor, data: PlanData, task: TaskRow, *, manages: bool) -> None:
    opened = state.OPENED.of(task.id).get() or task
    if opened.version != task.version:
        st.info(
            "Somebody has changed this task since you began. Your changes merge with theirs, or you choose.",
            icon=":material/sync:",
        )
    names = data.names
    people: dict[Any, str] = {
        None: "Nobody",
        **{n: name for n, name in names.people.items() if n in names.active or n == opened.assignee_id},
    }
    sprints: dict[Any, str] = {None: "No sprint", **names.sprints}
    goals = data.frame[
        (data.frame["level"].to_numpy() == "goal")
        & (data.frame["project_id"].to_numpy() == opened.project_id)
    ]
    serves: dict[Any, str] = {
        None: "No goal",
        **dict(zip(goals["id"].tolist(), goals["title"].tolist(), strict=True)),
    }
    with st.form(f"task-{task.id}-form", border=False, enter_to_submit=False):
        wanted: dict[str, Any] = {}
        key = state.KEYS.name(f"task-{task.id}-")
        wanted["title"] = st.text_input("Title", opened.title, key=f"{key}title", disabled=not manages)
        left, right = st.columns(2)
        with left:
            wanted["status"] = _pick("Status", data.statuses, opened.status, f"{key}status")
            wanted["priority"] = _pick(
                "Priority",
                {one: words(one) for one in Priority},
                opened.priority,
                f"{key}priority",
                not manages,
            )
            wanted["start"] = st.date_input(
                "Start", opened.start, format="YYYY-MM-DD", key=f"{key}start", disabled=not manages
            )
            wanted["points"] = _amount("Points", opened.points, f"{key}points", not manages)
            wanted["estimated_hours"] = _amount(
                "Estimated hours", opened.estimated_hours, f"{key}estimated", not manages
            )
        with right:
            wanted["assignee_id"] = _pick(
                "Assignee", people, opened.assignee_id, f"{key}assignee", not manages
            )
            wanted["sprint_id"] = _pick("Sprint", sprints, opened.sprint_id, f"{key}sprint", not manages)
            wanted["due"] = st.date_input(
                "Due", opened.due, format="YYYY-MM-DD", key=f"{key}due", disabled=not manages
            )
            wanted["goal_id"] = _pick("Goal", serves, opened.goal_id, f"{key}goal", not manages)
            wanted["logged_hours"] = _amount(
                "Logged hours", opened.logged_hours, f"{key}logged", disabled=False
            )
        wanted["blocked_reason"] = (
            st.text_input("Blocked by", opened.blocked_reason or "", key=f"{key}blocked") or None
        )
        wanted["labels"] = st.multiselect(
            "Labels",
            sorted({*opened.labels, *data.labels}),
            opened.labels,
            accept_new_options=True,
            key=f"{key}labels",
        )
        wanted["milestone"] = st.toggle(
            "Milestone", opened.milestone, key=f"{key}milestone", disabled=not manages
        )
        wanted["description"] = st.text_area(
            "Description (Markdown)", opened.description, height=220, key=f"{key}description"
        )
        with st.container(horizontal=True):
            stored = acts.submit("Save", key=f"task-{task.id}-save", type="primary", icon=":material/save:")
            cancelled = st.form_submit_button("Cancel")
    if cancelled:
        _end(task.id)
        st.rerun()
    if stored:
        _save(ws, actor, data, opened, wanted, manages=manages)


def _save(
    ws: Workspace, actor: Actor, data: PlanData, opened: TaskRow, wanted: Mapping[str, Any], *, manages: bool
) -> None:
    allowed = wanted.keys() if manages else wanted.keys() & OWN_FIELDS
    changes = {name: wanted[name] for name in allowed if not _same(wanted[name], getattr(opened, name))}
    left_block = data.meaning.get(str(wanted["status"])) is not State.BLOCKED
    if left_block and "status" in changes and "blocked_reason" not in changes and opened.blocked_reason:
        changes["blocked_reason"] = None
    if not changes:
        _end(opened.id)
        st.rerun()
    request = new_request()
    try:
        saved = update_task(ws.store, actor, opened.id, opened.version, changes, request)
    except ConflictError as error:
        state.FAILED.of(opened.id).set(error)
        state.WANTED.of(opened.id).set(changes)
        st.rerun()
    except OrchflowError as error:
        state.FAILED.of(opened.id).set(error)
        st.rerun()
    else:
        _end(opened.id)
        merged = "; what others changed meanwhile is kept too" if saved.merged else ""
        notices.done(f"Saved {saved.row.title}{merged}", request)
        st.rerun()


def _conflict(ws: Workspace, actor: Actor, data: PlanData, task: TaskRow) -> None:
    """Choose, for each field that two people changed, what is kept; nothing was written yet."""
    error = state.CONFLICT.of(task.id).get()
    if not isinstance(error, ConflictError):
        return
    with st.form(f"task-{task.id}-choice"):
        st.markdown(":material/call_split: **Somebody else changed the same in the meantime**")
        st.caption("Nothing of yours was written. Choose what to keep.")
        mine = []
        for conflict in error.conflicts:
            if _choice(data, conflict, state.KEYS.name(f"task-{task.id}-choose-{conflict.field}")):
                mine.append(conflict.field)
        if not acts.submit("Save my choice", key=f"task-{task.id}-choose", type="primary"):
            return
    changes = dict(state.WANTED.of(task.id).get() or {})
    for conflict in error.conflicts:
        if conflict.field not in mine:
            changes.pop(conflict.field, None)
    stored = get_task(ws.store, actor, task.id)
    moved = [one.field for one in error.conflicts if not _same(getattr(stored, one.field), one.theirs)]
    if (
        moved
    ):  # they went on changing it while we looked: what was chosen is against something nobody has seen
        again = [
            FieldConflict(one.field, one.base, getattr(stored, one.field), one.mine)
            for one in error.conflicts
        ]
        state.CONFLICT.of(task.id).set(ConflictError(again))
        st.rerun()
    request = new_request()
    if changes:
        try:
            update_task(ws.store, actor, task.id, stored.version, changes, request)
        except OrchflowError as late:
            problem(late)
            return
        notices.done(f"Saved {stored.title}", request)
    _end(task.id)
    st.rerun()


def _choice(data: PlanData, conflict: FieldConflict, key: str) -> bool:
    label = LABELS.get(conflict.field, words(conflict.field))
    if conflict.field == "description":
        st.text_area(
            "Description as stored now",
            str(conflict.theirs or ""),
            disabled=True,
            height=120,
            key=f"{key}-theirs",
        )
        st.text_area(
            "Your description", str(conflict.mine or ""), disabled=True, height=120, key=f"{key}-mine"
        )
        return st.radio(label, ["Stored now", "Yours"], key=key, horizontal=True) == "Yours"
    said = {
        "theirs": f"Stored now: **{shown(data, conflict.field, conflict.theirs)}**",
        "mine": f"Yours: **{shown(data, conflict.field, conflict.mine)}**",
    }
    was = shown(data, conflict.field, conflict.base)
    return st.radio(f"{label} (it was {was})", list(said), format_func=said.__getitem__, key=key) == "mine"


def _pick(label: str, names: Mapping[Any, str], value: Any, key: str, disabled: bool = False) -> Any:
    options = list(names) if value in names else [*names, value]
    return st.selectbox(
        label, options, index=options.index(value), format_func=lambda one: names.get(one, words(one)), key=key,
        disabled=disabled,
    )  # fmt: skip


def _amount(label: str, value: Decimal | None, key: str, disabled: bool) -> float | None:
    return st.number_input(
        label, min_value=0.0, value=None if value is None else float(value), step=None, key=key, disabled=disabled,
        format="%.10g",
    )  # fmt: skip


def _same(new: Any, old: Any) -> bool:
    if isinstance(old, Decimal) and new is not None:
        return Decimal(str(new)) == old
    return bool(new == old) or (new in (None, "") and old in (None, ""))


def _named(error: Invalid) -> Invalid:
    """The same problems, said in the words of the form."""
    return Invalid(
        [replace(one, field=LABELS.get(one.field, words(one.field))) for one in error.problems], error.hint
    )

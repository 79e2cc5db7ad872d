"""What a task is related to: subtasks, dependencies, links and files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from string import punctuation
from typing import Any
from urllib.parse import quote

import streamlit as st

from orchflow.format import number, plain
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.entities import ENTITIES
from orchflow.planning.tables import CLOSED, DependencyKind, LinkKind
from orchflow.planning.work.attachments import (
    LARGEST,
    add_attachment,
    delete_attachment,
    list_attachments,
    read_attachment,
)
from orchflow.planning.work.dependencies import add_dependency, list_dependencies, remove_dependency
from orchflow.planning.work.links import add_link, delete_link, list_links
from orchflow.planning.work.rows import TaskRow
from orchflow.planning.work.tasks import create_task
from orchflow.screens.plan import plan_state as state
from orchflow.screens.plan.plan_data import PlanData
from orchflow.ui import acts, notices
from orchflow.ui.downloads import download_button
from orchflow.ui.field_input import field_form
from orchflow.ui.grid_values import GridColumn
from orchflow.ui.menus import menu
from orchflow.ui.state import Key
from orchflow.ui.states import closing
from orchflow.workspace import Workspace

KINDS = {
    DependencyKind.FINISH_TO_START: "starts after its end", DependencyKind.START_TO_START: "starts after its start",
    DependencyKind.FINISH_TO_FINISH: "ends after its end", DependencyKind.START_TO_FINISH: "ends after its start",
}  # fmt: skip
LINKS = {LinkKind.URL: "Address", LinkKind.DOCUMENT: "Document", LinkKind.AGENT: "Agent"}
LINK = {
    "kind": GridColumn(ENTITIES["link"].fields["kind"], options=list(LINKS), names=LINKS),
    "target": GridColumn(ENTITIES["link"].fields["target"], help=ENTITIES["link"].fields["target"].about),
    "title": GridColumn(ENTITIES["link"].fields["title"]),
}
ICONS = {LinkKind.URL: "link", LinkKind.DOCUMENT: "description", LinkKind.AGENT: "smart_toy"}
LAG = ENTITIES["dependency"].fields["lag_days"]
UNRESERVED = "".join(set(punctuation) - set("<>\\`"))
"""What stands in an address as it is; anything else could end the link that it is written into."""
OFFERED = 60
"""Tasks that are offered to choose from; the search narrows them."""
Open = Callable[[int], None]
Delete = Callable[..., object]


def subtasks(ws: Workspace, actor: Actor, data: PlanData, task: TaskRow, open_task: Open) -> None:
    """The tasks right below, and a field for another one."""
    frame = data.frame
    below = frame[(frame["level"].to_numpy() == "task") & (frame["parent_id"].to_numpy() == task.id)]
    done = sum(state in CLOSED for state in below["state"])
    st.markdown(f"**Subtasks** {f'{done} of {len(below)} done' if len(below) else ''}")
    for number_of, title, status in zip(below["id"], below["title"], below["status"], strict=True):
        _row(title, data.statuses.get(status, status), f"sub-{number_of}", open_task, int(number_of))
    if actor.may(Permission.PLAN_EDIT):
        title = state.SUBTASK.of(task.id, state.SUBTASK_TURN.get())
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text_input(
                "Subtask",
                key=title.name,
                placeholder="Add a subtask",
                label_visibility="collapsed",
                max_chars=ENTITIES["task"].fields["title"].length,
            )
            acts.button("Add", key="sub-add", on_click=_add_subtask, args=(ws, actor, task, title))


def _add_subtask(ws: Workspace, actor: Actor, task: TaskRow, written: Key[str]) -> None:
    title = written.get().strip()
    if not title:
        return
    with notices.attempt("Not added", f"Added {title}") as request:
        place = {"parent_id": task.id, "project_id": task.project_id}
        acts.once(lambda: create_task(ws.store, actor, title=title, request=request, **place))
        state.SUBTASK_TURN.set(state.SUBTASK_TURN.get() + 1)


def dependencies(ws: Workspace, actor: Actor, data: PlanData, task: TaskRow, open_task: Open) -> None:
    """What the task waits for and what waits for it; a ring is refused with its way round."""
    manages = actor.may(Permission.PLAN_EDIT)
    related = list_dependencies(ws.store, actor, task_id=task.id)
    tasks = data.frame[data.frame["level"].to_numpy() == "task"]
    titles = dict(zip(tasks["id"], tasks["title"], strict=True))
    for heading, waits in (("Waits for", True), ("Waited for by", False)):
        those = [dependency for dependency in related if (dependency.task_id == task.id) is waits]
        if those or waits:
            st.markdown(f"**{heading}**")
        for dependency in those:
            other = dependency.depends_on_id if waits else dependency.task_id
            lag = f", {dependency.lag_days:+d} days" if dependency.lag_days else ""
            _row(
                str(titles.get(other, f"#{other}")), f"{KINDS[dependency.kind]}{lag}", f"dependency-{dependency.id}", open_task, other,
                partial(_cross, ws, actor, "Dependency removed", remove_dependency, dependency.id),
            )  # fmt: skip
        if waits and not those:
            st.caption("Nothing.")
    if manages:
        inside = tasks["project_id"].to_numpy() == task.project_id
        _new_dependency(ws, actor, task, titles, tasks["id"][inside].tolist())


def _new_dependency(
    ws: Workspace, actor: Actor, task: TaskRow, titles: Mapping[int, str], near: Sequence[int]
) -> None:
    """Choose another task: one of `near`, or one found among all `titles`."""
    with menu("Add a dependency", icon=":material/add_link:", key="dependency-add") as opened:
        if not opened:
            return
        text = st.text_input("Find the task it waits for", key="dependency-find", placeholder="Title or #12")
        wanted = text.strip().casefold()
        options = [
            number for number in (titles if wanted else near)
            if number != task.id and (wanted in titles[number].casefold() or wanted.removeprefix("#") == str(number))
        ][:OFFERED]  # fmt: skip
        other = st.selectbox(
            "Task", options, format_func=lambda number: f"#{number} {titles[number]}", index=None, key=state.DEPENDS_ON.name,
            placeholder="Choose a task" if options else "None found",
        )  # fmt: skip
        st.selectbox("This task", list(KINDS), format_func=KINDS.__getitem__, key=state.DEPENDENCY.name)
        st.number_input(
            "Days between", int(LAG.least or 0), int(LAG.most or 0), 0, step=1, key=state.LAG.name
        )
        acts.button(
            "Add", type="primary", disabled=other is None, key="dependency-now", width="stretch",
            on_click=_add_dependency, args=(ws, actor, task.id),
        )  # fmt: skip


def _add_dependency(ws: Workspace, actor: Actor, task_id: int) -> None:
    other, kind = state.DEPENDS_ON.get() or 0, state.DEPENDENCY.get() or next(iter(KINDS))
    with notices.attempt("Dependency not added", "Dependency added") as request:
        add_dependency(
            ws.store,
            actor,
            task_id=task_id,
            depends_on_id=other,
            kind=kind,
            lag_days=state.LAG.get(),
            request=request,
        )


def _cross(ws: Workspace, actor: Actor, said: str, delete: Delete, row_id: int) -> None:
    """The button that takes away what hangs on the task; `said`: what it is, and that it is gone."""
    what, gone = said.split(" ", 1)

    def take_away() -> None:
        with notices.attempt(f"{what} not {gone}", said) as request:
            delete(ws.store, actor, row_id, request=request)

    if actor.may(Permission.PLAN_EDIT):
        acts.button(
            "", icon=":material/close:", key=f"{what}-drop-{row_id}".lower(), type="tertiary", help=f"Take the {what.lower()} off",
            on_click=take_away,
        )  # fmt: skip


def links(ws: Workspace, actor: Actor, task: TaskRow) -> None:
    """Ways to documents, agents and addresses."""
    st.markdown("**Links**")
    hung = list_links(ws.store, actor, entity="task", entity_id=task.id)
    for link in hung:
        title = link.title or link.target
        aside = f" :gray[{plain(link.target)}]" if link.title not in (None, "", link.target) else ""
        shown = link_to(link.target, title) if link.kind is LinkKind.URL else f"{plain(title)}{aside}"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":material/{ICONS[link.kind]}: {shown}", width="stretch")
            _cross(ws, actor, "Link taken off", delete_link, link.id)
    if not hung:
        st.caption("None.")
    if actor.may(Permission.PLAN_EDIT):
        with menu("Add a link", icon=":material/add_link:", key="link-add") as opened:
            if opened:
                _new_link(ws, actor, task)


def link_to(address: str, title: str) -> str:
    """A link as Markdown."""
    return f"[{plain(title)}](<{quote(address, safe=UNRESERVED)}>)"


def _new_link(ws: Workspace, actor: Actor, task: TaskRow) -> None:
    written = field_form(LINK, {"kind": LinkKind.URL}, key="link", action="Add")
    if written is not None:
        with closing() as request:
            add_link(ws.store, actor, "task", task.id, **written, request=request)
            notices.done("Link added", request)


def attachments(ws: Workspace, actor: Actor, entity: str, row_id: int, *, adds: bool) -> None:
    """The files of a row (by the name of its table and its id) to take away; a place to drop others for who `adds` some."""
    st.markdown("**Files**")
    hung = list_attachments(ws.store, actor, entity=entity, entity_id=row_id)
    for file in hung:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            download_button(
                plain(file.filename), _bytes(ws, actor, file.id), file_name=file.filename, icon=":material/attach_file:",
                mime="application/octet-stream", key=f"file-{file.id}", type="tertiary",
                help=f"{number(file.size, compact=True)} bytes", width="stretch",
            )  # fmt: skip
            _cross(ws, actor, "File taken off", delete_attachment, file.id)
    if not hung:
        st.caption("None.")
    if adds:
        chosen = state.FILES.of(entity, row_id, state.FILES_TURN.get())
        st.file_uploader(
            "Attach files", key=chosen.name, accept_multiple_files=True, max_upload_size=LARGEST // 2**20
        )
        if chosen.get():
            acts.button(
                "Attach", type="primary", key="file-add", on_click=_attach, args=(ws, actor, entity, row_id, chosen)
            )  # fmt: skip


def _bytes(ws: Workspace, actor: Actor, file_id: int) -> Callable[[], bytes]:
    return lambda: read_attachment(ws.store, ws.settings.home, actor, file_id)[1].read_bytes()


def _attach(ws: Workspace, actor: Actor, entity: str, row_id: int, chosen: Key[list[Any] | None]) -> None:
    files = chosen.get() or []
    with notices.attempt("Not attached", f"Attached {', '.join(file.name for file in files)}") as request:
        for file in files:
            add_attachment(
                ws.store, ws.settings.home, actor, entity, row_id, filename=file.name, content=file,
                content_type=file.type or "application/octet-stream", request=request,
            )  # fmt: skip
        state.FILES_TURN.set(state.FILES_TURN.get() + 1)


def _row(
    title: str, note: str, key: str, open_task: Open, task_id: int, beside: Callable[[], None] = lambda: None
) -> None:
    with st.container(horizontal=True, vertical_alignment="top", gap="small", key=f"row-{key}"):
        with st.container(width="stretch", gap=None):
            st.button(
                plain(title),
                key=f"{key}-open",
                type="tertiary",
                on_click=open_task,
                args=(task_id,),
                wrap=True,
            )
            st.caption(plain(note))
        beside()

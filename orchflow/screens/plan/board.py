"""Board: the work in columns by status, sprint, person or project; cards are moved from one to another."""

from __future__ import annotations

from functools import partial

import streamlit as st

from orchflow import clock
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.names import PlanNames
from orchflow.planning.tables import State
from orchflow.planning.work.board import NOBODY, Columns, arrange
from orchflow.planning.work.workflow import ColumnRow
from orchflow.screens.plan import board_data as screen
from orchflow.screens.plan import board_state as state
from orchflow.screens.plan.board_data import Id
from orchflow.screens.plan.board_dialogs import ask_reason, edit_columns, open_task, show_task
from orchflow.screens.plan.plan_data import names_now
from orchflow.screens.session import workspace, zone
from orchflow.ui import acts, board, notices
from orchflow.ui import format as fmt
from orchflow.ui.filters import Choice, filter_popover
from orchflow.ui.page import page
from orchflow.ui.states import empty
from orchflow.ui.table import download_menu

KEY = "board"
WORDS = {"running": "Running sprints", "all": "Every task", "none": "Backlog (no sprint)"}


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    names = names_now(workspace(), actor)
    page(
        "Board",
        "What is being worked on: drag a card to where it belongs, or open it and choose",
        actions=partial(actions, actor) if actor.may(Permission.PLAN_EDIT_OWN) else None,
    )
    said = notices.show_notice()
    if names.projects:
        cut(actor, names, said)
    else:
        nothing_yet(actor)


def cut(actor: Actor, names: PlanNames, said: str) -> None:
    """The bar of choices, and the board that they leave."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        sprint = choose_sprint(names)
        by = choose_columns()
        people, projects = filters(names)
        finished = st.toggle(
            "Cancelled", key=state.CANCELLED.name, bind="query-params", help="Show cancelled tasks too"
        )
    reading = screen.board_reading(
        actor, sprint, sprints_of(sprint, names), people, projects, state.SEARCH.get().strip()
    )
    tasks, team, workflow, meaning = reading.tasks, reading.team, reading.workflow, reading.meaning
    whole = not (people or projects) and not state.SEARCH.get()
    if not tasks:
        nothing_here(sprint, whole)
        dialogs(actor, names, workflow, team)
        return
    columns = arrange(tasks, by, names, workflow, meaning, cancelled=finished)
    lanes = [screen.lane(column, whole=whole) for column in columns]
    today = clock.today(zone())
    cards = [
        screen.card(task, column.key, names, meaning, by, actor, today)
        for column in columns
        for task in column.tasks[: screen.SHOWN]
    ]
    warn_of_limits(lanes)
    board.board(
        lanes, cards, key=KEY, label=f"Tasks by {state.BY[by].lower()}", said=said, on_open=partial(open_task, actor),
        on_move=acts.each(partial(moved, actor, by, workflow, names)),
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(
            f"{len(tasks):,} tasks. {board.HELP}"
            if any(card.movable for card in cards)
            else f"{len(tasks):,} tasks."
        )
        if actor.may(Permission.EXPORT):
            download_menu(lambda: screen.as_table(tasks, names, workflow), key="board-rows", name="board")
    dialogs(actor, names, workflow, team)


def actions(actor: Actor) -> None:
    notices.undo_button(partial(screen.take_back, actor))
    if actor.may(Permission.PLAN_EDIT):
        st.button(
            "Columns", icon=":material/view_column:", type="tertiary", key="columns-open",
            help="Name the columns and limit the work in progress",
            on_click=partial(state.EDITING_COLUMNS.set, True),
        )  # fmt: skip


def choose_sprint(names: PlanNames) -> str:
    """What the board shows: the running sprints while there are any, else everything."""
    offered = [
        *(["running"] if names.running else []),
        "all",
        "none",
        *(str(number) for number in reversed(names.sprints)),
    ]
    chosen = st.selectbox(
        "Sprint", offered, format_func=lambda one: WORDS.get(one) or names.sprints[int(one)], key=state.SPRINT.name,
        bind="query-params", width=220, label_visibility="collapsed",
    )  # fmt: skip
    return chosen or offered[0]


def choose_columns() -> Columns:
    chosen: Columns | None = st.segmented_control(
        "Columns", list(state.BY), default="status", required=True, format_func=state.BY.__getitem__, key=state.COLUMNS.name,
        bind="query-params", label_visibility="collapsed", wrap=True,
    )  # fmt: skip
    return chosen or "status"


def filters(names: PlanNames) -> tuple[tuple[Id, ...], tuple[int, ...]]:
    """The people and the projects whose tasks are shown; none chosen is all."""
    people = {str(number): name for number, name in names.people.items() if number in names.active}
    projects = {str(number): name for number, name in names.projects.items()}
    st.text_input(
        "Search",
        key=state.SEARCH.name,
        bind="query-params",
        placeholder="Search titles",
        icon=":material/search:",
        width=170,
        label_visibility="collapsed",
    )
    chosen = filter_popover(
        {
            "person": Choice("Person", [NOBODY, *people], {NOBODY: "Nobody", **people}),
            "project": Choice("Project", list(projects), projects),
        },
        state.KEYS,
    )
    return (
        tuple(NOBODY if one == NOBODY else int(one) for one in chosen["person"]),
        tuple(int(one) for one in chosen["project"]),
    )


def sprints_of(chosen: str, names: PlanNames) -> tuple[Id, ...]:
    match chosen:
        case "running":
            return names.running
        case "all":
            return ()
        case "none":
            return (NOBODY,)
        case number:
            return (int(number),)


def warn_of_limits(lanes: list[board.Lane]) -> None:
    over = [f"{lane.name} holds {lane.count} tasks, its limit is {lane.limit}" for lane in lanes if lane.over]
    if over:
        st.warning(
            fmt.plain("; ".join(over)) + "\\. Finish one before the next is begun\\.", icon=":material/speed:"
        )


def moved(actor: Actor, by: Columns, workflow: list[ColumnRow], names: PlanNames, move: board.Move) -> None:
    """What a drop does. A column of blocked work asks for the reason first."""
    column = next((one for one in workflow if one.key == move.to), None) if by == "status" else None
    if column is not None and column.state is State.BLOCKED:
        state.BLOCKING.set(move)
    else:
        screen.store_move(actor, by, move, column.name if column else screen.lane_name(by, move.to, names))


def dialogs(actor: Actor, names: PlanNames, workflow: list[ColumnRow], team: int | None) -> None:
    """One at a time, as Streamlit wants it."""
    blocking, opened = state.BLOCKING.get(), state.OPENED.get()
    if blocking is not None:
        ask_reason(actor, blocking, workflow)
    elif opened is not None:
        show_task(actor, opened)
    elif state.EDITING_COLUMNS.get():
        edit_columns(actor, workflow, team, names)


def nothing_yet(actor: Actor) -> None:
    if actor.may(Permission.PLAN_EDIT):
        empty(
            "No tasks yet", "Lay out the journey or add tasks on the Plan screen; they appear here as cards."
        )
    else:
        empty("No tasks yet", "A manager lays out the plan; its tasks appear here as cards.")


def nothing_here(sprint: str, whole: bool) -> None:
    if not whole:
        empty(
            "No task matches",
            "Clear the search and the filters, or choose another sprint.",
            icon="filter_alt_off",
        )
    elif sprint == "all":
        empty("No tasks yet", "Add tasks on the Plan screen; they appear here as cards.")
    else:
        empty(
            "No tasks in this sprint",
            "Fill it from the backlog on the Sprints screen, or choose another one.",
        )

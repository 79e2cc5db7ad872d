"""Board: the work in columns by status, sprint, person or project; cards are moved from one to another."""

from __future__ import annotations

from functools import partial

import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.names import PlanNames
from orchflow.planning.tables import State
from orchflow.planning.work.board import NOBODY, Columns
from orchflow.planning.work.workflow import ColumnRow
from orchflow.screens.catalogue import link
from orchflow.screens.filled import nothing_yet
from orchflow.screens.plan import board_data as screen
from orchflow.screens.plan import board_state as state
from orchflow.screens.plan.board_data import Id
from orchflow.screens.plan.board_dialogs import ask_reason, edit_columns
from orchflow.screens.plan.nothing_planned import OPEN_PLAN, nothing_planned
from orchflow.screens.plan.plan_actions import undo_button
from orchflow.screens.plan.plan_choices import by_key, choice, people
from orchflow.screens.plan.plan_data import names_now
from orchflow.screens.plan.task_dialog import open_task, task_dialog
from orchflow.screens.session import workspace, zone
from orchflow.ui import acts, board, notices
from orchflow.ui.choosers import segments, select, switch
from orchflow.ui.filters import filter_popover
from orchflow.ui.page import on_a_phone, page
from orchflow.ui.states import Action, empty
from orchflow.ui.table import download_menu

KEY = "board"
WORDS = {"running": "Running sprints", "all": "Every task", "none": "Backlog (no sprint)"}
WORDS_AT_REST = {key: words for key, words in WORDS.items() if key != "running"}


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
        nothing_planned(actor, "board", "No tasks yet", "They appear here as cards.")


def cut(actor: Actor, names: PlanNames, said: str) -> None:
    """The bar of choices, and the board that they leave."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        phone = on_a_phone()
        sprint = choose_sprint(names, 200 if phone else 220)
        by = choose_columns(phone)
        chosen = screen.Cut(sprint, sprints_of(sprint, names), *filters(names, 124 if phone else 170))
    shown = screen.board_screen(actor, chosen, by, names, clock.today(zone()))
    if shown.reading.tasks:
        draw(actor, names, shown, by, said)
    else:
        nothing_here(sprint, chosen.whole)
    dialogs(actor, names, shown.reading.workflow, shown.reading.team)


def draw(actor: Actor, names: PlanNames, shown: screen.BoardScreen, by: Columns, said: str) -> None:
    """The columns with their cards, and how many tasks there are."""
    tasks, workflow, meaning = shown.reading.tasks, shown.reading.workflow, shown.reading.meaning
    today = clock.today(zone())

    def cards_of(key: str, most: int) -> list[board.Card]:
        return [
            screen.card(task, names, meaning, by, actor, today) for task in shown.columns[key].tasks[:most]
        ]

    over = [f"{lane.name} holds {lane.count}, its limit is {lane.limit}" for lane in shown.lanes if lane.over]
    said = ". ".join([said, *over]) if said else ""
    board.board(
        shown.lanes, cards_of, key=KEY, label=f"Tasks by {state.BY[by].lower()}", view=by, version=shown.version, said=said,
        on_open=partial(open_task, actor, opened=state.OPENED), on_move=acts.each(partial(moved, actor, by, workflow, names)),
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        how = board.HELP_ON_A_PHONE if on_a_phone() else board.HELP
        moves = actor.may(Permission.PLAN_EDIT) or actor.may(Permission.PLAN_EDIT_OWN)
        st.caption(f"{fmt.quantity(len(tasks), 'task')}. {how if moves else ''}")
        if actor.may(Permission.EXPORT):
            with st.container(width="content"):
                download_menu(lambda: screen.as_table(tasks, names, workflow), key="board-rows", name="board")


def actions(actor: Actor) -> None:
    undo_button(workspace().store, actor, key="board")
    if actor.may(Permission.PLAN_EDIT):
        st.button(
            "Columns", icon=":material/view_column:", type="tertiary", key="columns-open",
            help="Name the columns and limit the work in progress",
            on_click=partial(state.EDITING_COLUMNS.set, True),
        )  # fmt: skip


def choose_columns(phone: bool) -> Columns:
    """What the columns stand for."""
    if not phone:
        return segments("Columns", state.BY, state.COLUMNS, wrap=True)
    return select("Columns", state.BY, state.COLUMNS, width=130) or state.COLUMNS.default


def choose_sprint(names: PlanNames, width: int) -> str:
    """What the board shows: the running sprints while there are any, else everything."""
    offered = (WORDS if names.running else WORDS_AT_REST) | by_key(dict(reversed(names.sprints.items())))
    return select("Sprint", offered, state.SPRINT, width=width) or next(iter(offered))


def filters(names: PlanNames, width: int) -> tuple[tuple[Id, ...], tuple[int, ...], str, bool]:
    """The people, the projects and the title whose tasks are shown (none chosen is all), and whether cancelled ones are."""
    st.text_input(
        "Search", key=state.SEARCH.name, bind="query-params", placeholder="Search titles", icon=":material/search:",
        width=width, label_visibility="collapsed",
    )  # fmt: skip
    chosen = filter_popover(
        {
            "person": choice("Person", people(names), **{NOBODY: "Nobody"}),
            "project": choice("Project", names.projects),
        },
        state.KEYS,
    )
    cancelled = switch("Cancelled", state.CANCELLED)
    return (
        tuple(NOBODY if person == NOBODY else int(person) for person in chosen["person"]),
        tuple(int(project) for project in chosen["project"]),
        state.SEARCH.get().strip(),
        cancelled,
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


def moved(actor: Actor, by: Columns, workflow: list[ColumnRow], names: PlanNames, move: board.Move) -> None:
    """What a drop does. A column of blocked work asks for the reason first."""
    columns = {column.key: column for column in workflow} if by == "status" else {}
    column = columns.get(move.to)
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
        task_dialog(actor, opened, state.OPENED)
    elif state.EDITING_COLUMNS.get():
        edit_columns(actor, workflow, team, names)


def nothing_here(sprint: str, whole: bool) -> None:
    if not whole:
        empty(
            "No task matches",
            "Clear the search and the filters, or choose another sprint.",
            icon="filter_alt_off",
        )
    elif sprint == "all":
        nothing_yet(
            "board", "No tasks yet", "Add tasks on the Plan screen; they appear here as cards.", OPEN_PLAN
        )
    else:
        empty(
            "No tasks in this sprint",
            "Fill it from the backlog on the Sprints screen, or choose another one.",
            Action("Open Sprints", link("sprints"), ":material/event_repeat:"),
        )

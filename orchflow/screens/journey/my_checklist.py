"""My checklist: what is one's own to do across all flows, overdue first; ticked in place, with its evidence in a dialog."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from orchflow import clock
from orchflow.guidance.my_items import MyItem, MyList
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import Evidence, ItemState
from orchflow.screens.addresses import way
from orchflow.screens.journey import my_checklist_data as data
from orchflow.screens.journey import my_checklist_grid
from orchflow.screens.journey import my_checklist_lines as lines
from orchflow.screens.journey import my_checklist_state as state
from orchflow.screens.journey.item_acts import reopen, tick_plainly
from orchflow.screens.journey.item_dialog import open_item
from orchflow.screens.plan.plan_actions import undo_button
from orchflow.screens.plan.plan_data import names_now
from orchflow.screens.session import role_name, workspace, zone
from orchflow.store.reading import row_id
from orchflow.ui import acts, notices
from orchflow.ui.choosers import segments, select
from orchflow.ui.menus import menu
from orchflow.ui.overview import overview
from orchflow.ui.page import on_a_phone, page
from orchflow.ui.row_list import row_list
from orchflow.ui.states import empty


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    undo = partial(undo_button, workspace().store, actor, key="my-checklist")
    page(
        "My checklist",
        "What is yours to do in the flows, overdue first",
        actions=undo if notices.may_undo() else None,
    )
    notices.show_notice()
    listed = chosen(actor)
    ahead = data.next_of(actor, listed.person_id)[: 2 if on_a_phone() else None]
    if listed.items:
        overview(lines.head(listed, ahead), key="my-head")
        items(actor, listed)
    else:
        if ahead:
            overview(lines.ahead_card(ahead), key="my-next")
        nothing(listed, actor)
    if (item := row_id(state.ITEM.get())) is not None:
        open_item(actor, item, state.ITEM.clear)


def chosen(actor: Actor) -> MyList:
    """The list that is asked for: whose, and of which flow."""
    flows = data.flows(actor)
    with st.container(horizontal=True, vertical_alignment="center"):
        flow = state.ALL
        if len(flows) > 1:
            flow = select("Flow", {state.ALL: "All flows"} | flows, state.FLOW, width=300) or state.ALL
        whose = _whose(actor) if actor.may(Permission.PERSON_FIGURES) else state.ME
        if flows and not on_a_phone():
            segments("Shown as", state.VIEWS, state.VIEW)
    return data.checklist(
        actor, None if whose == state.ME else int(whose), None if flow == state.ALL else int(flow)
    )


def _whose(actor: Actor) -> str:
    """Whose list is looked at: one's own unless another one is chosen."""
    people = names_now(workspace(), actor)
    names = {state.ME: "Mine"} | {
        str(person): name for person, name in people.people.items() if person in people.active and person != actor.user_id
    }  # fmt: skip
    with menu(names.get(state.WHOSE.get(), "Mine"), key="my-whose", icon=":material/person:") as opened:
        return select("Whose list", names, state.WHOSE, drawn=opened, label_visibility="visible") or state.ME


def items(actor: Actor, listed: MyList) -> None:
    """What is on the list, a portion at a time: as lines, or in the grid."""
    shown = listed.items[: state.SHOWN.get()]
    manages = actor.may(Permission.PLAN_EDIT)
    ticks = manages or (actor.may(Permission.PLAN_EDIT_OWN) and listed.person_id == actor.user_id)
    if state.VIEW.get() == "grid" and not on_a_phone():
        my_checklist_grid.show(actor, listed, shown, ticks=ticks, manages=manages)
    else:
        by_key = {str(each.item.id): each for each in shown}
        row_list(
            lines.lines(shown, listed, clock.today(zone()), ticks=ticks), key="my-items", label="Items of the checklist",
            on_open=state.ITEM.set, on_tick=acts.each(partial(_tick, actor, by_key)),
        )  # fmt: skip
    rest = len(listed.items) - len(shown)
    if rest > 0:
        more = min(rest, state.PORTION)
        st.button(
            f"{more} more of {rest:,}", key="my-more", width="stretch", on_click=state.SHOWN.set, args=(len(shown) + more,)
        )  # fmt: skip


def _tick(actor: Actor, items: Mapping[str, MyItem], key: str) -> None:
    """Tick it, or open it again; where evidence is asked for, its dialog does."""
    each = items[key]
    if each.item.state is not ItemState.OPEN:
        reopen(workspace(), actor, each.item)
    elif each.item.evidence is Evidence.NONE:
        tick_plainly(workspace(), actor, each.item)
    else:
        state.ITEM.set(each.item.id)


def nothing(listed: MyList, actor: Actor) -> None:
    """Why there is nothing, and what fills it."""
    flows, guides = way("flows"), way("library")
    other = None if listed.person_id == actor.user_id else _name(actor, listed.person_id)
    if not listed.begun:
        begins = (
            "Begin the first one" if actor.may(Permission.PLAN_EDIT) else "A manager begins the first one"
        )
        said = f"{begins}; what is {f'meant for {other}' if other else 'yours'} in it is here then."
        empty("No flow was begun yet", said, flows, also=guides, icon="checklist")
    elif listed.role is None:
        manages = actor.may(Permission.PEOPLE_MANAGE)
        whose = "theirs" if other else "yours"
        set_it = f"Set {whose}" if manages else f"An administrator sets {whose}"
        empty(
            f"Nothing is given to {f'{other}, and their' if other else 'you, and your'} job role is not set",
            f"Most items are meant for a job role. {set_it} under People.",
            way("people") if manages else flows,
            also=guides,
            icon="badge",
        )
    else:
        role = role_name(listed.role) or listed.role
        said = f"What is meant for {role} is ticked, or given to others."
        title = f"{other} has nothing to do" if other else "Nothing is yours to do"
        empty(title, said, flows, also=guides, icon="task_alt")


def _name(actor: Actor, person_id: int) -> str:
    return names_now(workspace(), actor).people.get(person_id, "this person")

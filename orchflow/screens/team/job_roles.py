"""Job roles on the People screen: what each does, who has it, what it learns and reads, and how far its items are."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from orchflow.format import percent, quantity
from orchflow.guidance.first_week import ROLE_GUIDES
from orchflow.guidance.pages import choose, load_pages
from orchflow.guidance.role_standing import RoleInFlow, role_standing
from orchflow.people.job_role_changes import (
    AccessOffer,
    access_offers,
    list_job_roles,
    remove_job_role,
    take_access,
)
from orchflow.people.job_roles import GROUPS, SHIPPED, JobRole
from orchflow.people.permissions import Actor, Permission
from orchflow.people.small_groups import WITHHELD
from orchflow.people.users import UserRow, list_users
from orchflow.screens.addresses import address_of
from orchflow.screens.session import workspace
from orchflow.screens.team import people_state as state
from orchflow.screens.team.job_role_dialogs import add_role, edit_role
from orchflow.store.engine import Store
from orchflow.ui import acts, notices
from orchflow.ui.choosers import select
from orchflow.ui.menus import menu
from orchflow.ui.overview import Entry, Tone, card, cards, entries, overview
from orchflow.ui.states import closing

OFFERS, REMOVE = "role-offers", "role-remove"
SHOWN = 8


def show_job_roles(actor: Actor) -> None:
    """One role in cards, chosen above them; administrators edit it there."""
    store = workspace().store
    roles = {role.key: role for role in list_job_roles(store, actor)}
    people = list_users(store, actor, active=True)
    with st.container(horizontal=True, vertical_alignment="center"):
        names = {key: f"{role.name} · {GROUPS[role.group]}" for key, role in roles.items()}
        role = roles[select("Job role", names, state.ROLE, width=300) or next(iter(roles))]
        if actor.may(Permission.PEOPLE_MANAGE):
            _acts(store, actor, role)
    overview(
        _about(
            role,
            [person for person in people if person.job_role == role.key],
            role_standing(store, actor, role.key),
        ),
        key=f"job-role-{role.key}",
    )


def _acts(store: Store, actor: Actor, role: JobRole) -> None:
    if st.button("Edit", icon=":material/edit:", type="primary", key="role-edit"):
        edit_role(store, actor, role)
    if st.button("Add a job role", icon=":material/add:", key="role-add"):
        add_role(store, actor)
    offers = access_offers(store, actor, role.key)
    if offers:
        with menu(
            f"{quantity(len(offers), 'person')} with another access".replace("persons", "people"), key=OFFERS
        ) as opened:
            if opened:
                _offers(store, actor, role, offers)
    if role.row_id is not None:
        with menu("Delete" if role.own else "Back to what ships", type="tertiary", key=REMOVE) as opened:
            if opened:
                _remove(store, actor, role)


def _offers(store: Store, actor: Actor, role: JobRole, offers: Sequence[AccessOffer]) -> None:
    st.caption(
        f"{role.name} starts as {role.access}. Nobody's access changes unless it is chosen here; it ends their sessions."
    )
    names = {offer.person_id: f"{offer.name}, {offer.role} now" for offer in offers}
    chosen = st.multiselect("People", list(names), format_func=names.__getitem__, key="role-offer-people")
    if acts.button(f"Make them {role.access}", disabled=not chosen, key="role-offer-take"):
        with closing():
            changed = take_access(store, actor, role.key, chosen)
            notices.done(f"{quantity(changed, 'account')} changed to {role.access}")


def _remove(store: Store, actor: Actor, role: JobRole) -> None:
    st.caption(
        "It goes; its items keep its name as a word."
        if role.own
        else f"What was changed of {SHIPPED[role.key].name} here is dropped."
    )
    if acts.button("Do it", type="primary", key="role-remove-now"):
        with closing():
            remove_job_role(store, actor, role.key)
            notices.done(
                f"{role.name} is deleted" if role.own else f"{SHIPPED[role.key].name} is as it ships"
            )


def _about(role: JobRole, people: Sequence[UserRow], flows: Sequence[RoleInFlow] | None) -> str:
    """The cards of a role."""
    starts = f"starts as {role.access}" + (
        " · of our own" if role.own else " · changed here" if role.row_id else ""
    )
    guides = sorted(
        choose(load_pages(), role=role.key), key=lambda guide: not guide.address.startswith(ROLE_GUIDES)
    )
    read = [
        Entry(
            guide.head.title,
            guide.head.intent,
            f"{guide.head.minutes} min",
            to=address_of("library", {"page": guide.address}),
        )
        for guide in guides
    ]
    who = [Entry(person.display_name, ", ".join(person.teams), person.role.capitalize()) for person in people]
    first = cards(
        card("Responsibilities", _list(role.responsibilities, "None is written down yet."), beside=starts),
        card(
            "Items across flows",
            entries(
                _flows(flows or ()),
                shown=SHOWN,
                nothing=WITHHELD if flows is None else "No flow that was begun has items for it.",
            ),
            foot=" ".join(_rights(role)),
        ),
    )
    second = cards(
        card(
            "Who has it",
            entries(who, shown=SHOWN, nothing="Nobody has this job role.", marked=False),
            beside=str(len(people)),
        ),
        card("Required training", _list(role.training, "None is required.")),
        card("Guides", entries(read, shown=SHOWN, nothing="No guide is written for it.", marked=False)),
    )
    return f'<div class="shelf">{first}</div><div class="shelf">{second}</div>'


def _list(lines: Sequence[str], nothing: str) -> str:
    return entries([Entry(line) for line in lines], shown=20, nothing=nothing, marked=False)


def _flows(flows: Sequence[RoleInFlow]) -> list[Entry]:
    lines = []
    for flow in flows:
        counts = flow.counts
        closed = counts.items - counts.open
        said = f"{closed} of {quantity(counts.items, 'required item')} settled"
        if counts.overdue:
            said += f", {counts.overdue} overdue"
        tone: Tone = "good" if counts.complete else "bad" if counts.overdue else "plain"
        to = address_of("flow", {"flow": flow.flow})
        lines.append(
            Entry(
                f"{flow.number} · {flow.name}",
                said,
                percent(counts.share),
                tone=tone,
                aside_tone="plain",
                to=to,
            )
        )
    return lines


def _rights(role: JobRole) -> list[str]:
    """What its people may do beyond their access, in sentences."""
    said = ["Ticks what is meant for it or led by it."]
    if role.ticks:
        said.append(f"Ticks all of {', '.join(role.ticks)}.")
    if role.begins:
        said.append("Begins flows.")
    if role.approves:
        said.append("Approves exemptions that others asked for.")
    return said

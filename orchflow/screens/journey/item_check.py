"""The self-check of an item: how it stands, what is missing, and the way to mend it."""

from __future__ import annotations

import streamlit as st

from orchflow import format as fmt
from orchflow.guidance.checks.results import CheckStanding, ShownState
from orchflow.people.permissions import Actor, Permission
from orchflow.screens.addresses import linked
from orchflow.screens.catalogue import BY_NAME
from orchflow.screens.journey import check_words, item_acts
from orchflow.screens.session import zone
from orchflow.screens.sidebar import may_open
from orchflow.ui import acts
from orchflow.workspace import Workspace

BADGES: dict[ShownState, tuple[str, str]] = {
    "passed": ("green", "check"), "failed": ("red", "close"), "not_applicable": ("gray", "block"),
    "could_not_be_evaluated": ("orange", "help"),
}  # fmt: skip
"""The colour and the icon of each state."""


def check_box(ws: Workspace, actor: Actor, check: CheckStanding) -> None:
    """How the check stands, in a box; whoever may change the plan has it evaluated now."""
    said = [f"**Self-check: {fmt.plain(check.question)}**", _badge(check) + _since(check)]
    if check.words:
        said.append(fmt.plain(check.words))
    if check.withheld:
        said.append(f":gray[{fmt.plain(check.withheld)}.]")
    if check.trouble:
        said.append(f":gray[{fmt.plain(check.trouble)}.]")
    if check.exempt_until is not None:
        said.append(f"Exempt until {fmt.day(check.exempt_until)}.")
    if not check.settled:
        said.append(":gray[It ticks the item by itself when it passes.]")
    if not check.settled and check.mend:
        said.append(f"To mend it: {fmt.plain(check.mend)}")
    if check.flapping:
        said.append(":orange[It has changed again and again in the last days.]")
    with st.container(border=True, gap="small", key="item-check"):
        st.markdown("  \n".join(said))
        with st.container(horizontal=True, vertical_alignment="center"):
            screen = BY_NAME.get(check.screen)
            if screen is not None and not check.settled and may_open(actor, screen):
                linked(screen.name, f"Open {screen.title}", f":material/{screen.icon}:")
            linked("checks", "The check", ":material/rule:", {"check": check.key})
            if actor.may(Permission.PLAN_EDIT):
                acts.button(
                    "Look again", key="item-look-again", icon=":material/refresh:", type="tertiary",
                    on_click=item_acts.look_again, args=(ws, actor, check.key),
                )  # fmt: skip


def _badge(check: CheckStanding) -> str:
    colour, icon = BADGES[check.state]
    return f":{colour}-badge[:material/{icon}: {check_words.SAID[check.state]}]"


def _since(check: CheckStanding) -> str:
    return f" :small[:gray[since {fmt.plain(fmt.moment(check.since, zone()))}]]" if check.since else ""

"""What stands in the sidebar beside the screens: the workspace, the search, and who is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from orchflow.format import plain
from orchflow.insights.search import Hit, Kind, search
from orchflow.people.permissions import Actor, Permission
from orchflow.screens import screen_help, session
from orchflow.screens.addresses import address_of
from orchflow.screens.catalogue import SCREENS, Screen, link
from orchflow.screens.insights import agents_state, alerts_state, risk_state
from orchflow.screens.insights.reader import insight_reader
from orchflow.screens.journey import checks_state, library_state, my_checklist_data
from orchflow.screens.plan import plan_state
from orchflow.screens.team import people_state
from orchflow.ui import acts
from orchflow.ui.appearance import appearance
from orchflow.ui.menus import menu
from orchflow.ui.search import Place, search_box

FOUND: dict[Kind, tuple[str, str, str, str]] = {
    "task": ("Task", "task_alt", "plan", plan_state.TASK.name),
    "agent": ("Agent", "smart_toy", "agents", agents_state.AGENT.name),
    "person": ("Person", "person", "people", people_state.SEARCH.name),
    "check": ("Check", "rule", "checks", checks_state.CHECK.name),
    "alert": ("Alert", "notifications", "alerts", alerts_state.RULE.name),
    "risk": ("Risk", "gpp_maybe", "risk", risk_state.RISK.name),
    "guide": ("Guide", "local_library", "library", library_state.PAGE.name),
}
"""How a hit is shown, and the screen and the name in its address that lead to it."""


def may_open(actor: Actor | None, screen: Screen) -> bool:
    """Whether this person, None for nobody, may open the screen."""
    return actor is not None and (screen.permission is None or actor.may(screen.permission))


def title(actor: Actor | None, screen: Screen) -> str:
    """What the screen is called in the navigation: with what is overdue, where it is one's own list."""
    late = my_checklist_data.late(actor) if actor is not None and screen.name == "my_checklist" else 0
    return f"{screen.title} · {late:,} late" if late else screen.title


def show(actor: Actor, screen: Screen) -> None:
    """Draw it for `actor` on `screen`."""
    with st.container(key="workspace"):
        st.markdown(f"**{plain(session.workspace().name)}**")
    search_box(
        places(actor), partial(look, actor), key="search", label="Search",
        hint="Screens, tasks, agents, people, guides",
    )  # fmt: skip
    screen_help.button(actor, screen)
    person(actor)


def places(actor: Actor) -> list[Place]:
    """The screens that `actor` may open."""
    return [
        Place(screen.url or "./", screen.title, screen.section or "Start", "Screen", screen.icon)
        for screen in SCREENS
        if may_open(actor, screen)
    ]


def look(actor: Actor, text: str) -> Sequence[Place]:
    """What else is called so."""
    agents = insight_reader(actor).options.get("agent", {}) if actor.may(Permission.INSIGHTS_VIEW) else {}
    return [_place(hit) for hit in search(session.workspace(), actor, text, agents=agents)]


def person(actor: Actor) -> None:
    """Who is signed in; behind it their account, light or dark, and the way out."""
    name = plain(actor.display_name)
    with menu(name, icon=":material/account_circle:", width="stretch", key="user-menu") as opened:
        if not opened:
            return
        st.markdown(f"**{name}**  \n{plain(actor.username)} · {actor.role}")
        appearance(key="appearance")
        st.page_link(link("account"), label="My account", icon=":material/manage_accounts:")
        acts.button(
            "Sign out", on_click=session.end, icon=":material/logout:", width="stretch", key="sign-out"
        )


def _place(hit: Hit) -> Place:
    kind, icon, screen, field = FOUND[hit.kind]
    return Place(address_of(screen, {field: hit.key}), hit.title, hit.note, kind, icon)

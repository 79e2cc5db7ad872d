"""The Streamlit script: who is signed in, which screens they may open, and the sidebar around them."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from orchflow.paths import app_root
from orchflow.people.permissions import Actor, Permission
from orchflow.ui import session
from orchflow.ui.format import plain
from orchflow.ui.page import boundary


@dataclass(frozen=True)
class Screen:
    """One entry of the navigation; `permission` None is for everyone signed in."""

    section: str
    path: str
    title: str
    icon: str
    permission: Permission | None
    help: str

    @property
    def url(self) -> str:
        return self.path.rsplit("/", 1)[-1]


SCREENS = (
    Screen("", "home/home", "Home", "home", Permission.INSIGHTS_VIEW,
           "Where we stand, what changed, and what to do next."),
    Screen("Plan", "plan/plan", "Plan", "account_tree", Permission.PLAN_VIEW,
           "Efforts, projects, goals and tasks: plan them, edit them in place, import and export."),
    Screen("Plan", "plan/board", "Board", "view_kanban", Permission.PLAN_VIEW,
           "What is being worked on: cards by status, sprint, person or project."),
    Screen("Plan", "plan/sprints", "Sprints", "event_repeat", Permission.PLAN_VIEW,
           "Plan, run and close sprints; burndown, burnup, velocity and predictability."),
    Screen("Plan", "plan/flow_metrics", "Flow metrics", "stacked_line_chart", Permission.PLAN_VIEW,
           "How work flows: cumulative flow, cycle time, throughput, ageing work, and forecasts."),
    Screen("Plan", "plan/timeline", "Timeline", "view_timeline", Permission.PLAN_VIEW,
           "Efforts, projects and milestones over time, with dependencies, critical path and baseline."),
    Screen("Insights", "insights/cost", "Cost", "payments", Permission.INSIGHTS_VIEW,
           "What language models cost: by day, provider, model, agent, organisation and person."),
    Screen("Insights", "insights/agents", "Agents", "smart_toy", Permission.INSIGHTS_VIEW,
           "Every agent: its status now, runs, errors, times, cost and users."),
    Screen("Team", "team/people", "People", "group", Permission.PEOPLE_VIEW,
           "Who works here, in which teams and with which role."),
    Screen("Team", "team/account", "My account", "account_circle", None,
           "Your profile, your password and what your role permits."),
    Screen("Data", "data/sources", "Sources", "database", Permission.SOURCES_VIEW,
           "Where the data comes from: state, runs, rejected rows and quality."),
)  # fmt: skip


def main() -> None:
    root = app_root()
    st.set_page_config(
        page_title="Orchestrator Flow", page_icon=str(root / "static" / "mark.svg"), layout="wide"
    )
    actor = session.present_actor()
    entered = actor is not None and not actor.must_change_password
    pages: dict[str, list[st.Page]] = {}  # type: ignore[valid-type]
    for screen in SCREENS:
        allowed = actor is not None and (screen.permission is None or actor.may(screen.permission))
        pages.setdefault(screen.section, []).append(
            st.Page(
                root / "pages" / f"{screen.path}.py",
                title=screen.title,
                icon=f":material/{screen.icon}:",
                url_path=screen.url,
                default=screen is SCREENS[0],
                help=screen.help,
                visibility="visible" if allowed else "hidden",
            )
        )
    current = st.navigation(pages, position="sidebar" if entered else "hidden", expanded=True)
    if entered:
        st.logo(str(root / "static" / "logo.svg"), size="large", icon_image=str(root / "static" / "mark.svg"))
        with st.sidebar:
            user_menu(actor)
            session.settle_cookie()
    elif actor is None:
        session.settle_cookie()
    with boundary():
        current.run()


def user_menu(actor: Actor | None) -> None:
    assert actor is not None
    st.space("small")
    st.caption(plain(session.workspace().name))
    with st.popover(
        plain(actor.display_name), icon=":material/account_circle:", width="stretch", key="user-menu"
    ):
        st.markdown(f"**{plain(actor.display_name)}**  \n{plain(actor.username)} · {actor.role}")
        st.page_link(
            app_root() / "pages" / "team" / "account.py",
            label="My account",
            icon=":material/manage_accounts:",
        )
        st.button("Sign out", on_click=session.end, icon=":material/logout:", width="stretch", key="sign-out")


main()

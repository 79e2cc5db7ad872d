"""What screens of the plan show before there is one."""

from __future__ import annotations

from orchflow.people.permissions import Actor, Permission
from orchflow.screens.catalogue import link
from orchflow.ui.states import Action, empty


def nothing_planned(actor: Actor, title: str, then: str, icon: str = "inbox") -> None:
    """Say that there is no plan yet, who lays it out, and what shows here `then`."""
    if actor.may(Permission.PLAN_EDIT):
        todo = "Lay out the journey or add tasks on the Plan screen."
        empty(
            title, f"{todo} {then}", Action("Open Plan", link("plan"), ":material/account_tree:"), icon=icon
        )
    else:
        empty(title, f"A manager lays out the plan. {then}", icon=icon)

"""What screens of the plan show before there is one."""

from __future__ import annotations

from orchflow.people.permissions import Actor, Permission
from orchflow.screens.catalogue import link
from orchflow.screens.filled import nothing_yet
from orchflow.ui.states import Action

OPEN_PLAN = Action("Open Plan", link("plan"), ":material/account_tree:")


def nothing_planned(actor: Actor, screen: str, title: str, then: str) -> None:
    """Say on the screen of that name that there is no plan yet, who lays it out, and what shows here `then`."""
    if actor.may(Permission.PLAN_EDIT):
        nothing_yet(screen, title, f"Lay out the journey or add tasks on the Plan screen. {then}", OPEN_PLAN)
    else:
        nothing_yet(screen, title, f"A manager lays out the plan. {then}")

"""What screens of figures show before the first load."""

from __future__ import annotations

from orchflow.people.permissions import Actor, Permission
from orchflow.screens.catalogue import link
from orchflow.ui.states import Action, empty


def nothing_loaded(actor: Actor, title: str, icon: str = "inbox") -> None:
    """Say that nothing was loaded yet, and who does what about it."""
    if actor.may(Permission.ADMIN):
        told = "Connect Orchestrator AI and load it once; figures appear right after."
        empty(title, told, Action("Connect it on Sources", link("sources"), ":material/cable:"), icon=icon)
    else:
        hint = "An administrator connects Orchestrator AI; figures appear right after the first load."
        empty(title, hint, icon=icon)

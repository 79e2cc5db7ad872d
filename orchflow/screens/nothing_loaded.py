"""What screens of figures show before the first load."""

from __future__ import annotations

from orchflow.people.permissions import Actor, Permission
from orchflow.screens.catalogue import link
from orchflow.screens.filled import nothing_yet
from orchflow.ui.states import Action


def nothing_loaded(actor: Actor, screen: str, title: str) -> None:
    """Say on the screen of that name that nothing was loaded yet, and who does what about it."""
    if actor.may(Permission.ADMIN):
        told = "Connect Orchestrator AI and load it once; figures appear right after."
        nothing_yet(screen, title, told, Action("Connect it on Sources", link("sources"), ":material/cable:"))
    else:
        hint = "An administrator connects Orchestrator AI; figures appear right after the first load."
        nothing_yet(screen, title, hint)

"""Due days follow the working calendar: days off that people enter, and the public holidays of the workspace's place."""

from __future__ import annotations

from typing import Final

from orchflow.guidance.reflow import reflow
from orchflow.people.permissions import SYSTEM
from orchflow.store.engine import Store
from orchflow.store.request import new_request
from orchflow.store.settings import get_setting, put_setting

PLACE: Final = "guidance.place"
"""The setting that says of which place the public holidays are that due days were counted by."""


def follow_calendar(store: Store, *, changed: bool, request: str | None = None) -> int:
    """Count due days anew when days off were `changed`, or when the workspace has another place than before; how many moved."""
    place = list(store.place) if store.place else None
    moved_away = get_setting(store, PLACE) != place
    if not changed and not moved_away:
        return 0
    with store.unit(SYSTEM, request or new_request()) as session:
        moved = reflow(session)
    if moved_away:
        put_setting(store, SYSTEM, PLACE, place)
    return moved

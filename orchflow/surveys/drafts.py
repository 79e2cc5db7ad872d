"""Answers that were begun and not sent, kept in the memory of the server for their person alone.

Neither in a store nor in a file, so in no backup either: they outlive a phone that loses its connection, not the server.
"""

from __future__ import annotations

import threading
from typing import Any
from weakref import WeakKeyDictionary

from orchflow.people.permissions import Actor
from orchflow.store.engine import Store

_DRAFTS: WeakKeyDictionary[Store, dict[tuple[int, int], dict[str, Any]]] = WeakKeyDictionary()
_LOCK = threading.Lock()


def own_draft(store: Store, actor: Actor, wave_id: int) -> dict[str, Any]:
    """What the actor has answered so far."""
    with _LOCK:
        return dict(_DRAFTS.get(store, {}).get((wave_id, actor.user_id or 0), {}))


def keep_draft(store: Store, actor: Actor, wave_id: int, given: dict[str, Any]) -> None:
    """Keep what the actor has answered so far."""
    with _LOCK:
        _DRAFTS.setdefault(store, {})[wave_id, actor.user_id or 0] = dict(given)


def drop_draft(store: Store, actor: Actor, wave_id: int) -> None:
    """Forget it."""
    with _LOCK:
        _DRAFTS.get(store, {}).pop((wave_id, actor.user_id or 0), None)

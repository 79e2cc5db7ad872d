"""Answers that were begun and not sent, kept in the memory of the server for their person alone.

Neither in a store nor in a file, so in no backup either: they outlive a phone that loses its connection, not the server, and
not the wave that they were begun for.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import Any, Final
from weakref import WeakKeyDictionary

from orchflow.people.permissions import Actor
from orchflow.store.engine import Store
from orchflow.surveys.questions import LONGEST_WORDS

MOST: Final = 5_000
"""So many are kept; of more the one that was left alone for longest goes."""

_DRAFTS: WeakKeyDictionary[Store, dict[tuple[int, int], dict[str, Any]]] = WeakKeyDictionary()
_LOCK = threading.Lock()


def own_draft(store: Store, actor: Actor, wave_id: int) -> dict[str, Any]:
    """What the actor has answered so far."""
    with _LOCK:
        return dict(_DRAFTS.get(store, {}).get((wave_id, actor.user_id or 0), {}))


def keep_draft(store: Store, actor: Actor, wave_id: int, given: dict[str, Any]) -> None:
    """Keep what the actor has answered so far; of text as much as may be sent."""
    kept = {name: value[:LONGEST_WORDS] if isinstance(value, str) else value for name, value in given.items()}
    with _LOCK:
        drafts, own = _DRAFTS.setdefault(store, {}), (wave_id, actor.user_id or 0)
        drafts.pop(own, None)
        while len(drafts) >= MOST:
            del drafts[next(iter(drafts))]
        drafts[own] = kept


def drop_draft(store: Store, actor: Actor, wave_id: int) -> None:
    """Forget it."""
    with _LOCK:
        _DRAFTS.get(store, {}).pop((wave_id, actor.user_id or 0), None)


def drop_drafts(store: Store, wave_id: int) -> None:
    """Forget those of a wave, whoever began them."""
    with _LOCK:
        drafts = _DRAFTS.get(store, {})
        for own in [own for own in drafts if own[0] == wave_id]:
            del drafts[own]


def keep_drafts_of(store: Store, wave_ids: Collection[int]) -> None:
    """Forget those of all other waves: they were closed since, by another process perhaps."""
    with _LOCK:
        drafts = _DRAFTS.get(store, {})
        for own in [own for own in drafts if own[0] not in wave_ids]:
            del drafts[own]

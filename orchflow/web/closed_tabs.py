"""Sessions of tabs that were closed, given back.

The framework keeps the session of a tab that has lost its connection, so that it can come back after a moment; but it looks
for those whose time is over only when another tab loses its connection. Each holds an event loop with its descriptors,
and whatever its widgets remember.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable
from typing import Any
from weakref import ref

from orchflow.errors import log_failure

LOG = logging.getLogger("orchflow.web.closed_tabs")

EVERY = 15.0
"""Seconds from one look to the next; for how long a tab may come back is `server.disconnectedSessionTTL`."""


async def give_back(also: Callable[[], None]) -> None:
    """Close the sessions whose time is over, and then do `also`, again and again, until cancelled; what fails is logged."""
    stored: dict[str, Any] = {}
    while True:
        await asyncio.sleep(EVERY)
        try:
            stored = sweep(_sessions(), stored)
            also()
        except Exception as error:
            log_failure(LOG, "What closed tabs have left could not be given back", error)


def sweep(present: list[Any], before: dict[str, Any]) -> dict[str, Any]:
    """Shut down the sessions of `before` that are no longer `present`; returns the present ones, by weak references."""
    now = {session.id: ref(session) for session in present}
    over = [left for name, weak in before.items() if name not in now and (left := weak()) is not None]
    for session in over:
        session.shutdown()
    if over:
        del over, session
        gc.collect()
    return now


def _sessions() -> list[Any]:
    """Every session, connected or not; listing them makes the framework drop those whose time is over."""
    from streamlit import runtime

    return [info.session for info in runtime.get_instance()._session_mgr.list_sessions()]

"""A clock that tests set, so that real histories happen on chosen days; and a workspace on the store of the test."""

from __future__ import annotations

from datetime import datetime

import pytest

from orchflow import clock
from orchflow.store.engine import Store
from orchflow.workspace import Workspace
from tests.planning.events import may


class Clock:
    """`now` is what the whole product believes."""

    def __init__(self, now: datetime) -> None:
        self.now = now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the product, to be set; it begins on 1 May 2026, 9:00."""
    clockwork = Clock(may(1))
    monkeypatch.setattr(clock, "now", lambda: clockwork.now)
    return clockwork


@pytest.fixture
def space(ws: Workspace, store: Store) -> Workspace:
    """A workspace on the plan store of the test."""
    return Workspace(ws.settings, store, ws.warehouse)

"""People, a clock and a workspace on each engine of the plan store."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from orchflow.config.settings import Settings
from orchflow.store.engine import Store
from orchflow.warehouse.database import Warehouse
from orchflow.workspace import Workspace
from tests.people.conftest import add_person  # noqa: F401  a fixture
from tests.planning.clockwork import time  # noqa: F401  a fixture


@pytest.fixture
def space(store: Store, warehouse: Warehouse, make_settings: Callable[..., Settings]) -> Workspace:
    """A workspace in dollars."""
    settings = make_settings()
    settings.home.mkdir()
    return Workspace(settings, store, warehouse)

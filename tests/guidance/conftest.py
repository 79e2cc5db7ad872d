"""People, and a flow that was begun."""

from __future__ import annotations

from datetime import date

import pytest

from orchflow.guidance.begin import begin
from orchflow.guidance.items import list_items
from orchflow.guidance.rows import FlowRow, ItemRow
from orchflow.people.permissions import SYSTEM
from orchflow.store.engine import Store
from tests.planning.clockwork import space, time  # noqa: F401  fixtures of their own
from tests.planning.conftest import ada, add_person, add_task, bob, effort, mia, project  # noqa: F401

MONDAY = date(2026, 11, 2)
SETUP = "flow-1-initial-setup"


@pytest.fixture
def flow(store: Store) -> FlowRow:
    """The first flow, begun on a Monday."""
    return begin(store, SYSTEM, SETUP, MONDAY).flow


@pytest.fixture
def items(store: Store, flow: FlowRow) -> dict[str, ItemRow]:
    """Its items by key."""
    return {item.key: item for item in list_items(store, SYSTEM, flow_id=flow.id)}

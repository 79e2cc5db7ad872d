from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from orchflow.alerts.rules import ALERT_RULES, AlertRuleRow
from orchflow.people.permissions import Actor, Role
from orchflow.workspace import Workspace
from tests.metrics.facts import NOW, SmallFacts
from tests.planning.clockwork import Clock, space, time  # noqa: F401  fixtures of their own
from tests.planning.conftest import add_person  # noqa: F401  a fixture of its own

AddRule = Callable[..., AlertRuleRow]


@pytest.fixture
def facts(space: Workspace, time: Clock) -> SmallFacts:  # noqa: F811
    time.now = NOW
    return SmallFacts(space.warehouse)


@pytest.fixture
def ada(facts: SmallFacts, add_person: Callable[..., Actor]) -> Actor:  # noqa: F811
    """A manager."""
    return add_person("ada", Role.MANAGER)


@pytest.fixture
def add_rule(space: Workspace, ada: Actor) -> AddRule:  # noqa: F811
    """A rule of ada's; without anything else: cost of today above 10."""

    def add(actor: Actor = ada, **fields: Any) -> AlertRuleRow:
        usual = {"name": "Cost", "figure": "cost", "limit": 10, "window": "today"}
        return ALERT_RULES.create(space.store, actor, **(usual | fields))

    return add

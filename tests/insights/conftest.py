from __future__ import annotations

import pytest

from orchflow.workspace import Workspace
from tests.metrics.facts import SmallFacts
from tests.planning.clockwork import space, time  # noqa: F401  fixtures of their own
from tests.planning.conftest import add_person  # noqa: F401  a fixture of its own


@pytest.fixture
def facts(ws: Workspace) -> SmallFacts:
    return SmallFacts(ws.warehouse)

from __future__ import annotations

import pytest

from orchflow.workspace import Workspace
from tests.metrics.facts import SmallFacts


@pytest.fixture
def facts(ws: Workspace) -> SmallFacts:
    return SmallFacts(ws.warehouse)

from __future__ import annotations

import pytest

from orchflow.workspace import Workspace
from tests.guidance.checks.place import Place
from tests.planning.clockwork import Clock, space, time  # noqa: F401  fixtures of their own
from tests.planning.conftest import add_person  # noqa: F401  a fixture of its own


@pytest.fixture
def place(ws: Workspace, time: Clock) -> Place:  # noqa: F811
    return Place(ws, time)

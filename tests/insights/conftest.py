from __future__ import annotations

import pytest

from orchflow.warehouse.database import Warehouse

from .facts import Facts


@pytest.fixture
def facts(warehouse: Warehouse) -> Facts:
    return Facts(warehouse)

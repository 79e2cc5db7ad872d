"""Costs that people keep."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.data import cost_inputs
from orchflow.screens.session import require

cost_inputs.show(require(permission("cost_inputs")))

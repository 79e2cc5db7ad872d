"""What people keep about value."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.data import value_inputs
from orchflow.screens.session import require

value_inputs.show(require(permission("value_inputs")))

"""Flow."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.journey import flow
from orchflow.screens.session import require

flow.show(require(permission("flow")))

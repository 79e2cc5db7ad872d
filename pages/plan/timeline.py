"""Timeline."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.plan import timeline
from orchflow.screens.session import require

timeline.show(require(permission("timeline")))

"""Sources."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.data import sources
from orchflow.screens.session import require

sources.show(require(permission("sources")))

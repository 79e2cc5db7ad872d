"""Library."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.journey import library
from orchflow.screens.session import require

library.show(require(permission("library")))

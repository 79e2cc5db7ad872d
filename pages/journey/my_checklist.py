"""My checklist."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.journey import my_checklist
from orchflow.screens.session import require

my_checklist.show(require(permission("my_checklist")))

"""People."""

from __future__ import annotations

from orchflow.people.permissions import Permission
from orchflow.screens.team import people
from orchflow.ui.session import require

people.show(require(Permission.PEOPLE_VIEW))

"""Home."""

from __future__ import annotations

from orchflow.people.permissions import Permission
from orchflow.screens.home import home
from orchflow.ui.session import require

home.show(require(Permission.INSIGHTS_VIEW))

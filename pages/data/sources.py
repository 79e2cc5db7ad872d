"""Sources."""

from __future__ import annotations

from orchflow.people.permissions import Permission
from orchflow.screens.data import sources
from orchflow.ui.session import require

sources.show(require(Permission.SOURCES_VIEW))

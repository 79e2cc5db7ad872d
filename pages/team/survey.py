"""A survey."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.session import require
from orchflow.screens.team import survey

survey.show(require(permission("survey")))

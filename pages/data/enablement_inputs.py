"""Trainings, skills, seats and champions that people keep."""

from __future__ import annotations

from orchflow.screens.catalogue import permission
from orchflow.screens.data import enablement_inputs
from orchflow.screens.session import require

enablement_inputs.show(require(permission("enablement_inputs")))

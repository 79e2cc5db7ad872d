"""The endpoints of notes on charts."""

from __future__ import annotations

from orchflow.api.entities import entity_router
from orchflow.api.models import models_of
from orchflow.costs.chart_notes import CHART_NOTES

router = entity_router(
    CHART_NOTES,
    models_of(
        CHART_NOTES,
        {
            "new": {"chart": "cost/cost-bars", "day": "2026-11-12", "text": "Prices went up"},
            "edit": {"version": 1, "changes": {"text": "Prices went up by a tenth"}},
        },
    ),
)

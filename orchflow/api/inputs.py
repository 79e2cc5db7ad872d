"""The endpoints of everything that people keep and no source delivers."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from orchflow.api.entities import entity_router
from orchflow.api.input_files import add_import
from orchflow.api.models import models_of
from orchflow.api.request_context import Caller
from orchflow.costs.fact_names import fact_names, unknown_names
from orchflow.errors import Problem
from orchflow.metrics.inputs import INPUTS
from orchflow.store.entity import Entity

ALSO: dict[str, dict[str, Any]] = {
    "exchange_rate": {"into_currency": "USD"},
    "cost_share": {"owner_kind": "agent", "agent": "claims-triage"},
    "work_baseline": {"agent": "claims-triage", "minutes": 24},
    "benefit": {"agent": "claims-triage", "minutes_likely": 12},
    "training": {"everybody": True, "minutes": 45},
}
"""What the example of a new row says beside what it must."""
DELETES = {
    "exchange_rate": "; the days it covered are counted anew",
    "hourly_rate": "; the hours it priced are counted anew",
}


def _router(entity: Entity[Any]) -> APIRouter:
    must = {name: field for name, field in entity.fields.items() if field.required and not field.optional}
    new = {name: field.example for name, field in must.items()} | ALSO.get(entity.key, {})
    changes = {name: new[name] for name in list(must)[-1:]}
    models = models_of(entity, {"new": new, "edit": {"version": 1, "changes": changes}})
    offering = any(field.offers for field in entity.fields.values())

    def notices(caller: Caller, row: Any) -> list[Problem]:
        if not offering:
            return []
        values = {name: getattr(row, name) for name in entity.fields}
        return unknown_names(entity, [values], fact_names(caller.ws.warehouse))

    router = entity_router(entity, models, deletes=DELETES.get(entity.key, ""), notices=notices)
    add_import(router, entity, new)
    return router


ROUTERS = tuple(map(_router, INPUTS.values()))

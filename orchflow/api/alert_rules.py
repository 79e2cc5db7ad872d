"""/alert_rules: rules over figures, what one would have done, and its log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from orchflow.alerts.log import PAGE, alert_log
from orchflow.alerts.preview import preview
from orchflow.alerts.rules import ALERT_RULES
from orchflow.api.alert_answers import Log, Preview
from orchflow.api.entities import entity_router
from orchflow.api.models import models_of
from orchflow.api.paging import Id
from orchflow.api.request_context import Reader
from orchflow.encoding import as_json

router = APIRouter(tags=["Alerts"])
RuleId = Annotated[Id, Path(description="The rule's id.")]
_RULES = models_of(
    ALERT_RULES,
    {
        "new": {
            "name": "Errors of claims",
            "figure": "error_rate",
            "dimension": "agent",
            "part": "claims-triage",
            "limit": 5,
        },
        "edit": {"version": 1, "changes": {"limit": 4}},
        "bulk": {
            "external_source": "terraform",
            "items": [
                {
                    "external_id": "errors-claims",
                    "name": "Errors of claims",
                    "figure": "error_rate",
                    "limit": 5,
                }
            ],
        },
    },
)
rules = entity_router(ALERT_RULES, _RULES, deletes="; its alerts and its log go with it")


class LogQuery(BaseModel):
    """Which entries are meant; others than those described are refused."""

    model_config = ConfigDict(extra="forbid")

    before: Id | None = Field(None, description="Only older ones than this entry.")
    limit: int = Field(PAGE, ge=1, le=500)
    moves: bool = Field(False, description="Only changes of the state, and answers.")


@router.get(
    "/alert_rules/{alert_rule_id}/log", response_model=Log, operation_id="readAlertLog", summary="Read the log of a rule"
)  # fmt: skip
def read_log(alert_rule_id: RuleId, asked: Annotated[LogQuery, Query()], caller: Reader) -> JSONResponse:
    """Every evaluation, as far as it is kept: changes and answers for 400 days, of the others the newest 500."""
    found = alert_log(
        caller.store,
        caller.actor,
        alert_rule_id,
        before=asked.before,
        limit=asked.limit + 1,
        moves=asked.moves,
    )
    shown = found[: asked.limit]
    more = shown[-1].id if len(found) > asked.limit else None
    return JSONResponse({"items": as_json(shown), "next_before": more})


@router.post(
    "/alert_rules/preview", response_model=Preview, operation_id="previewAlertRule", summary="What a rule would have done"
)  # fmt: skip
def preview_rule(asked: _RULES.new, caller: Reader) -> JSONResponse:  # type: ignore[name-defined]
    """On which of the last 90 days a rule would have fired; nothing is stored."""
    found = preview(caller.ws, caller.actor, asked.model_dump(exclude_unset=True))
    return JSONResponse(as_json(found) | {"said": found.said})

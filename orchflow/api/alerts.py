"""/alerts: how each rule stands, its evaluation, and the answers to what has fired."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from orchflow.alerts.answers import acknowledge, give_feedback
from orchflow.alerts.evaluate import run_rules
from orchflow.alerts.folds import list_folds
from orchflow.alerts.standings import ShownState, get_alert, list_alerts
from orchflow.alerts.tables import Feedback
from orchflow.api.alert_answers import Evaluated, RaisedCauses, StandingAlert, StandingAlerts
from orchflow.api.bodies import Body
from orchflow.api.paging import Id
from orchflow.api.request_context import Reader, Writer
from orchflow.encoding import as_json

router = APIRouter(tags=["Alerts"])
AlertId = Annotated[Id, Path(description="The alert's id.")]


class AlertQuery(BaseModel):
    """Which alerts are meant; others than those described are refused."""

    model_config = ConfigDict(extra="forbid")

    state: ShownState | None = None
    rule_id: Id | None = None
    owner_id: Id | None = None


class RunRules(Body):
    """The rules to evaluate now."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"rule_ids": [1]}]})

    rule_ids: list[Id] | None = Field(
        None, max_length=1000, description="All that are the reader's to evaluate when left out."
    )


class Acknowledge(Body):
    """Why it fired, or what is done about it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "A load test; it is over at noon"}]})

    reason: str = Field(min_length=1, max_length=2000)


class GiveFeedback(Body):
    """Whether it was worth telling."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"feedback": "useful"}]})

    feedback: str = Field(
        json_schema_extra=cast(Any, {"enum": [each.value for each in Feedback]}), max_length=20
    )


class AcknowledgeAll(Acknowledge):
    """The alerts, and why they fired."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"alert_ids": [3, 4], "reason": "One agent asks again and again"}]}
    )

    alert_ids: list[Id] = Field(min_length=1, max_length=1000)


@router.get("/alerts", response_model=StandingAlerts, operation_id="listAlerts", summary="List the alerts")
def list_standings(asked: Annotated[AlertQuery, Query()], caller: Reader) -> JSONResponse:
    """How every alert stands, those that fired first. What was read with rights that the token's user has not got is withheld."""
    found = list_alerts(
        caller.store, caller.actor, state=asked.state, rule_id=asked.rule_id, owner_id=asked.owner_id
    )
    return JSONResponse({"items": as_json([each.document() for each in found])})


@router.post(
    "/alerts/run", response_model=Evaluated, operation_id="runAlertRules", summary="Evaluate alert rules now"
)
def run(asked: RunRules, caller: Writer) -> JSONResponse:
    """Evaluates rules: all for managers, one's own for others."""
    moved = run_rules(caller.ws, caller.actor, asked.rule_ids)
    every = list_alerts(caller.store, caller.actor)
    shown = [each.document() for each in every if asked.rule_ids is None or each.rule.id in asked.rule_ids]
    return JSONResponse({"items": as_json(shown), "moved": as_json(moved)})


@router.get(
    "/alerts/causes", response_model=RaisedCauses, operation_id="listRaisedCauses", summary="List what has fired by its cause"
)  # fmt: skip
def list_causes(caller: Reader) -> JSONResponse:
    """What has fired and is not back to normal, each cause once: thresholds of a budget together, and scopes that show the same."""
    folds = list_folds(caller.ws, caller.actor)
    return JSONResponse({"items": as_json([fold.document() for fold in folds])})


@router.post(
    "/alerts/acknowledge", response_model=StandingAlerts, operation_id="acknowledgeAlerts", summary="Acknowledge several alerts"
)  # fmt: skip
def acknowledge_alerts(asked: AcknowledgeAll, caller: Writer) -> JSONResponse:
    """Says why they fired; all of them are acknowledged, or none."""
    acknowledge(caller.store, caller.actor, asked.alert_ids, asked.reason, request=caller.request)
    found = list_alerts(caller.store, caller.actor, ids=asked.alert_ids)
    return JSONResponse({"items": as_json([each.document() for each in found])})


@router.get(
    "/alerts/{alert_id}", response_model=StandingAlert, operation_id="getAlert", summary="Read an alert"
)
def get_standing(alert_id: AlertId, caller: Reader) -> JSONResponse:
    """How one alert stands."""
    return JSONResponse(as_json(get_alert(caller.store, caller.actor, alert_id).document()))


@router.post(
    "/alerts/{alert_id}/acknowledge", response_model=StandingAlert, operation_id="acknowledgeAlert", summary="Acknowledge an alert"
)  # fmt: skip
def acknowledge_alert(alert_id: AlertId, asked: Acknowledge, caller: Writer) -> JSONResponse:
    """Says why it fired; for the owner of its rule and for managers."""
    acknowledge(caller.store, caller.actor, alert_id, asked.reason, request=caller.request)
    return JSONResponse(as_json(get_alert(caller.store, caller.actor, alert_id).document()))


@router.post(
    "/alerts/{alert_id}/feedback", response_model=StandingAlert, operation_id="giveFeedbackOnAlert", summary="Say whether it was useful"
)  # fmt: skip
def feedback_on(alert_id: AlertId, asked: GiveFeedback, caller: Writer) -> JSONResponse:
    """Keeps whether an alert that fired was useful, not useful or expected."""
    give_feedback(caller.store, caller.actor, alert_id, asked.feedback, request=caller.request)
    return JSONResponse(as_json(get_alert(caller.store, caller.actor, alert_id).document()))

"""/alert_rules and /alerts: rules over figures, how each stands, the answers to it, and the log."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from orchflow.alerts.answers import acknowledge, give_feedback
from orchflow.alerts.evaluate import run_rules
from orchflow.alerts.folds import list_folds
from orchflow.alerts.log import PAGE, alert_log
from orchflow.alerts.preview import preview
from orchflow.alerts.rules import ALERT_RULES
from orchflow.alerts.standings import SHOWN_STATES, ShownState, get_alert, list_alerts
from orchflow.alerts.tables import AlertState, Cause, Feedback
from orchflow.api.bodies import Body, Day, Instant
from orchflow.api.entities import entity_router
from orchflow.api.models import models_of
from orchflow.api.paging import Id
from orchflow.api.request_context import Reader, Writer
from orchflow.encoding import as_json

router = APIRouter(tags=["Alerts"])
Value = Annotated[float | None, Field(description="In the unit; null where it cannot be said.")]
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
    },
)
rules = entity_router(ALERT_RULES, _RULES, deletes="; its alerts and its log go with it")


class StandingAlert(BaseModel):
    """A rule and one scope of it, and how it stands."""

    id: Id | None = Field(description="Null where it was never evaluated.")
    rule_id: Id
    title: str
    scope: str = Field(
        description="A value of the rule's dimension, a window, a budget's threshold; empty for the whole."
    )
    label: str
    state: ShownState = Field(json_schema_extra=cast(Any, {"enum": list(SHOWN_STATES)}))
    held: AlertState | None = Field(description="The state that it goes on from when there is data again.")
    since: Instant | None
    fired_at: Instant | None
    value: Value
    expected: Value
    unit: str = Field(
        description="That of the figure (a share as a percentage); `change` in percent; `rate` for times too fast."
    )
    words: str = Field(description="The arithmetic, or why nothing can be said.")
    evaluated_at: Instant | None
    owner: str
    mine: bool
    may_answer: bool
    answered_by: str
    reason: str
    feedback: Feedback | None
    flapping: bool = Field(description="It fired three times in seven days.")


class StandingAlerts(BaseModel):
    """Alerts, those that fired first."""

    items: list[StandingAlert]


class RaisedCause(BaseModel):
    """What has fired of one cause: the alert that tells it best, and the others."""

    head: StandingAlert
    others: list[StandingAlert]
    waits: bool = Field(description="Nobody has acknowledged one of them.")


class RaisedCauses(BaseModel):
    """What has fired, each cause once: those that wait first."""

    items: list[RaisedCause]


class MovedAlert(BaseModel):
    """An alert whose state changed."""

    rule_id: Id
    scope: str
    before: AlertState
    after: AlertState
    words: str


class Evaluated(StandingAlerts):
    """Alerts after an evaluation, and those that moved."""

    moved: list[MovedAlert]


class LogEntry(BaseModel):
    """One evaluation, or an answer."""

    id: Id
    rule_id: Id
    scope: str
    at: Instant
    cause: Cause
    about: str = Field(description="What had changed, or who asked or answered.")
    value: Value
    expected: Value
    words: str
    before: AlertState
    after: AlertState
    moved: bool = Field(description="The state changed, or somebody answered.")


class Log(BaseModel):
    """Entries, the newest first."""

    items: list[LogEntry]
    next_before: Id | None = Field(description="What `before` has to be for the next page.")


class Firing(BaseModel):
    """A day at the end of which a rule would have fired."""

    day: Day
    label: str
    words: str


class Preview(BaseModel):
    """What a rule would have done."""

    days: int
    firings: list[Firing]
    missing: str = Field(description="Why nothing is known of that.")
    said: str


class AlertQuery(BaseModel):
    """Which alerts are meant; others than those described are refused."""

    model_config = ConfigDict(extra="forbid")

    state: ShownState | None = None
    rule_id: Id | None = None
    owner_id: Id | None = None


class LogQuery(BaseModel):
    """Which entries are meant; others than those described are refused."""

    model_config = ConfigDict(extra="forbid")

    before: Id | None = Field(None, description="Only older ones than this entry.")
    limit: int = Field(PAGE, ge=1, le=500)
    moves: bool = Field(False, description="Only changes of the state, and answers.")


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


AlertId = Annotated[Id, Path(description="The alert's id.")]
RuleId = Annotated[Id, Path(description="The rule's id.")]


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

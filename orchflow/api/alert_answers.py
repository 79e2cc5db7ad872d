"""What programs are told of alerts: how each stands, what has fired by its cause, and the log."""

from __future__ import annotations

from typing import Annotated, Any, cast

from pydantic import BaseModel, Field

from orchflow.alerts.standings import SHOWN_STATES, ShownState
from orchflow.alerts.tables import AlertState, Cause, Feedback
from orchflow.api.bodies import Day, Instant
from orchflow.api.paging import Id

Value = Annotated[float | None, Field(description="In the unit; null where it cannot be said.")]


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

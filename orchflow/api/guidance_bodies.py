"""What requests and answers about flows hold, beside the rows themselves."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from orchflow.api.bodies import Body, Day, Instant
from orchflow.api.paging import Id, Words


class FlowBegin(Body):
    """Which flow to begin, and when."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"key": "flow-1-initial-setup", "start_day": "2026-11-02"}]}
    )

    key: Words = Field(description="Of a flow that ships.")
    start_day: Day | None = Field(None, description="Its first day; where its window begins when left out.")
    owner_id: Id | None = Field(None, description="The user who answers for it.")


class FlowOffer(BaseModel):
    """A flow that ships."""

    key: str
    number: int
    name: str
    summary: str
    steps: int
    items: int
    from_day: int = Field(description="The first day of the journey on which it lies.")
    to_day: int
    flow_id: Id | None = Field(description="Of the flow, where it was begun.")
    newer: bool = Field(description="Other content ships now than it was begun with.")


class FlowOffers(BaseModel):
    """Every flow that ships."""

    items: list[FlowOffer]


class Counts(BaseModel):
    """What became of the items; all but the optional ones are required."""

    items: int
    ticked: int
    exempt: int
    not_applicable: int
    open: int
    overdue: int = Field(description="Open, and past its day.")
    due: int = Field(description="To be ticked by today.")
    unassigned: int
    given_away: int = Field(description="Open, and with somebody whose account is disabled.")
    optional: int
    optional_ticked: int
    next_due: Day | None = Field(description="Of the open ones.")
    last_tick: Instant | None
    complete: bool
    share: float | None = Field(description="Of what applies, from 0 to 1; null where nothing is required.")
    expected: float | None = Field(description="The share that is due by today.")


class StepStanding(BaseModel):
    """A step and how far it is."""

    id: Id
    key: str
    name: str
    lead: str | None
    person_id: Id | None
    due_day: Day | None
    counts: Counts
    waits_for: list[str] = Field(
        description="Keys of the steps before it in which something required is open."
    )


class FlowStanding(BaseModel):
    """A flow and how far it is."""

    id: Id
    key: str
    number: int
    name: str
    start_day: Day
    owner_id: Id | None
    planned_end: Day | None
    finished_on: Day | None
    drift_days: int = Field(
        description="Working days that it is behind, or was late; negative when it was early."
    )
    steps_complete: int
    counts: Counts
    steps: list[StepStanding]


class FlowStandings(BaseModel):
    """How far everything is."""

    workspace: Counts
    items: list[FlowStanding]


class NextOptions(BaseModel):
    """For whom, and how many at most; other parameters are refused."""

    model_config = ConfigDict(extra="forbid")

    person_id: Id | None = Field(None, description="For this person; for the token's user when left out.")
    limit: int = Field(50, ge=1, le=500, description="So many at most.")


class NextEntry(BaseModel):
    """One thing that is next."""

    kind: Literal[
        "alert", "reopened", "overdue", "campaign", "review", "begin", "left", "exemption", "survey", "soon", "optional", "blocks", "shared"
    ]  # fmt: skip
    urgency: Literal["broken", "attention", "todo"] = Field(description="Broken, late, or to do.")
    title: str
    reason: str = Field(description="Why it is told.")
    link: str = Field(description="Where it is done: an address below that of the screens.")
    item_id: Id | None = Field(description="The item of a checklist that it is about, if any.")


class NextEntries(BaseModel):
    """What is next, the most urgent first."""

    items: list[NextEntry]


class PartOptions(BaseModel):
    """Of which flow; other parameters are refused."""

    model_config = ConfigDict(extra="forbid")

    flow_id: Id | None = Field(None, description="Of this flow; of all when left out.")


class PartStanding(BaseModel):
    """What is given to a person or meant for a job role; an empty key for the rest."""

    key: str
    name: str
    counts: Counts


class PartStandings(BaseModel):
    """People or job roles."""

    items: list[PartStanding]


class LeftBehind(BaseModel):
    """A person who left, with the ids of what is still theirs."""

    person_id: Id
    name: str
    items: list[Id]
    steps: list[Id]
    flows: list[Id]


class LeftBehinds(BaseModel):
    """Everybody who left something behind."""

    items: list[LeftBehind]


class HandOver(Body):
    """Whose open items, steps and flows go to whom."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"person_id": 7, "to_id": 12}]})

    person_id: Id
    to_id: Id | None = Field(None, description="Null: to nobody, so that the job role does them.")


class HandedOver(BaseModel):
    """How much was handed over."""

    request: str
    items: int
    steps: int
    flows: int


class FlowChange(BaseModel):
    """One part of a flow that ships otherwise now."""

    level: Literal["flow", "step", "item"]
    kind: Literal["new", "changed", "gone"]
    key: str
    name: str
    fields: dict[str, list[Any]] = Field(description="What it was begun with, and what ships now.")
    kept: str = Field(description="Why it stays as it is here; empty where it does not.")


class FlowDifference(BaseModel):
    """What ships now against what a flow was begun with."""

    flow_id: Id
    edition: str
    newer: str = Field(description="The edition that ships now; the same when nothing is newer.")
    changes: list[FlowChange]


class FlowTakeOver(Body):
    """What to take over."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"newer": "5c1f0a9be2d4"}]})

    newer: Words | None = Field(
        None, description="The edition that was looked at; refused when another ships by now."
    )


class FlowTakenOver(BaseModel):
    """What was taken over."""

    request: str
    difference: FlowDifference


class ItemsToTasks(Body):
    """Which items become tasks, and where."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [4, 9], "project_id": 2}]})

    items: list[Id] = Field(min_length=1, max_length=1000)
    project_id: Id | None = Field(None, description="Where tasks of their step are when left out.")


class ItemTask(BaseModel):
    """An item and the task that it became."""

    item_id: Id
    task_id: Id


class TasksMade(BaseModel):
    """The tasks that items became."""

    request: str
    tasks: list[ItemTask]

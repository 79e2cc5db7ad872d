"""A step of a flow as it ships: what it is for, who does it, what belongs to it, and its checklist."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Day = Annotated[int, Field(ge=1, le=366)]
Text = Annotated[str, Field(min_length=1)]
Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Evidence = Literal["none", "text", "link", "file", "figure"]


class Part(BaseModel):
    """Anything in the files of the flows: a key that is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Due(Part):
    """Working days after the flow's first day, or after the step `after` is complete."""

    days: Annotated[int, Field(ge=0, le=250)]
    after: Key | None = None


class ChecklistItem(Part):
    """One thing to tick. `check` is the self-check that ticks it; `topic` one of the step's items."""

    key: Key
    text: Annotated[str, Field(min_length=10, max_length=200)]
    topic: Text
    required: bool = True
    evidence: Evidence = "none"
    check: Key | None = None
    role: str | None = None
    due: Due | None = None


class StepRisk(Part):
    """What may go wrong in a step, and what is done about it before it does."""

    risk: Text
    answer: Text


class StepQuestion(Part):
    """What companies ask at this step, and the short answer."""

    question: Text
    answer: Text


class FlowStep(Part):
    """A step of a flow. `hours` are working hours of everybody together, `days` working days from start to end.

    `items` are the topics of its checklist, in order; `after` the steps that must be complete before.
    """

    key: Key
    name: Text
    items: tuple[Text, ...] = ()
    purpose: str = ""
    lead: str | None = None
    roles: tuple[str, ...] = ()
    after: tuple[Key, ...] = ()
    hours: Annotated[float, Field(ge=0, le=2000)] = 0
    days: Annotated[int, Field(ge=0, le=250)] = 0
    inputs: tuple[Text, ...] = ()
    outputs: tuple[Text, ...] = ()
    complete_when: str = ""
    guide: str = ""
    checklist: tuple[ChecklistItem, ...] = ()
    risks: tuple[StepRisk, ...] = ()
    questions: tuple[StepQuestion, ...] = ()

"""What programs are told of figures: the catalogue, a figure over a period, and what is behind it."""

from __future__ import annotations

from typing import Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, Field

from orchflow.alerts.standings import SHOWN_STATES, ShownState
from orchflow.api.bodies import Day, Instant
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.metric import Dimension, Direction, Grain, PlanDimension, Unit, Window

KEYS = {"enum": list(METRICS)}
Value = Annotated[float | None, Field(description="A share is from 0 to 1, a duration in milliseconds.")]


class Metric(BaseModel):
    """A figure as it is declared."""

    key: str = Field(json_schema_extra=cast(Any, KEYS))
    label: str
    question: str = Field(description="What it answers.")
    definition: str
    unit: Unit
    direction: Direction = Field(description="The way in which it gets better.")
    target: Value
    owner: str = Field(description="Who answers for its definition.")
    window: Window = Field(description="The period it is taken over when none is named.")
    dimensions: list[Dimension | PlanDimension] = Field(description="What it can be told apart by.")
    grains: list[Grain]
    filters: list[Dimension | PlanDimension]
    undivided: dict[str, str] = Field(description="Why it has no parts by a dimension, or by `grain`.")


class Metrics(BaseModel):
    """The catalogue."""

    items: list[Metric]


class Part(BaseModel):
    """One value of the dimension, one stretch of time, or one of both."""

    group: str | None = Field(
        description="The value of the dimension; UNATTRIBUTED for none, SMALL_GROUPS for what few people did. "
        "Of efforts, projects, sprints and teams the id."
    )
    label: str | None = Field(description="What it is called.")
    start: Day | None = Field(description="The first day of the stretch of time.")
    value: Value
    previous: Value


class UnconvertedAmount(BaseModel):
    """Amounts of one currency without a rate of exchange into the workspace's."""

    currency: str
    amount: Value = Field(description="In that currency.")
    rows: int
    said: str = Field(description="The same in words.")


class Answer(BaseModel):
    """A figure over a period."""

    model_config = ConfigDict(populate_by_name=True)

    key: str = Field(json_schema_extra=cast(Any, KEYS))
    label: str
    unit: Unit
    currency: str | None = Field(description="Of a figure that is money: the workspace's.")
    direction: Direction
    definition: str
    start: Day
    end: Day
    value: Value
    missing: str | None = Field(description="Why there is no value.")
    compared: Value = Field(description="The present side of the comparison, like for like.")
    previous: Value = Field(description="The side before.")
    compared_with: str = Field(description="What is compared with, or why nothing is.")
    target: Value
    by: Dimension | PlanDimension | None
    grain: Grain | None
    parts: list[Part]
    unconverted: list[UnconvertedAmount] = Field(
        description="Of a figure that is money: what is in no sum, since no rate of exchange holds on its day."
    )
    as_of: Instant | None = Field(description="The newest fact it is made of.")
    computed_at: Instant | None
    sql: str = Field(description="The query behind it; empty for a figure by a function.")
    withheld: str = Field(description="What is not told of small groups, and why; empty where everything is.")
    unpriced: str = Field(
        description="Of a figure with the cost of hours: those in no sum, since no hourly rate holds on their day."
    )
    besides: str = Field(description="What else is not in it, or not known of it; empty where nothing is.")


class Component(BaseModel):
    """A figure that this one is composed of, or one composed of it."""

    key: str
    label: str
    unit: Unit
    value: Value
    missing: str | None
    opens: str = Field(description="Its address below the server's.")


class RowsBehind(BaseModel):
    """Rows that the figure is counted from."""

    dataset: str
    where: dict[str, list[str]] = Field(description="By column the values of which a row has one.")
    start: Day | None
    end: Day | None
    of: list[str] = Field(description="The figures whose rows they are: what `of` of its rows may name.")


class SourceCovered(BaseModel):
    """A source of the workspace."""

    source: str
    covered: bool = Field(description="Whether it has rows in the figure.")
    reason: str = Field(description="Why not, or what is to be known of it.")
    newest: Day | None = Field(description="Its newest day.")


class TargetVersion(BaseModel):
    """What good looks like from a day on."""

    value: Value
    valid_from: Day | None
    owner: str
    note: str


class FollowingGoal(BaseModel):
    """A goal whose current value is the figure's."""

    id: int
    name: str


class FigureRule(BaseModel):
    """A rule of alerts over the figure: of its alerts the one that wants most attention."""

    rule_id: int
    name: str
    state: ShownState = Field(json_schema_extra=cast(Any, {"enum": list(SHOWN_STATES)}))
    words: str
    owner: str
    scopes: int


class Opened(BaseModel):
    """What is behind a figure."""

    question: str
    owner: str
    formula: str = Field(description="Over the rows of its base, or over other figures in braces.")
    code: str = Field(description="Of a figure by a function.")
    composed_of: list[Component]
    part_of: list[Component]
    rows: list[RowsBehind]
    no_rows: str = Field(description="Why it has no rows to show.")
    sources: list[SourceCovered]
    targets: list[TargetVersion]
    shown_on: list[str] = Field(description="The addresses of the screens in whose strips it stands.")
    goals: list[FollowingGoal]
    alerts: list[FigureRule]


class OpenedAnswer(Answer):
    """A figure over a period, with what is behind it where that is asked for."""

    behind: Opened | None = None

"""/metrics: every figure of the product, as the catalogue declares it and as it is now."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast, get_args

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from orchflow.alerts.of_figure import figure_rules
from orchflow.alerts.standings import SHOWN_STATES, ShownState
from orchflow.api.bodies import Day, Instant, read_day
from orchflow.api.datasets import LARGEST_PAGE, Format, Rows, no_page_of_a_file, rows_answered
from orchflow.api.paging import Id, Words
from orchflow.api.request_context import Caller, Reader
from orchflow.encoding import as_json
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.document import answer as read_answer
from orchflow.metrics.document import describe, facts_for
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import FILTERED
from orchflow.metrics.metric import PLAN_DIMENSIONS, Dimension, Direction, Grain, PlanDimension, Unit, Window
from orchflow.metrics.opening import opened
from orchflow.metrics.plan_scope import PlanScope
from orchflow.reports.cursors import LONGEST
from orchflow.reports.figure_rows import rows_of
from orchflow.table_files.write import format_of

router = APIRouter(prefix="/metrics", tags=["Metrics"])
KEYS = {"enum": list(METRICS)}
Key = Annotated[str, Path(description="The figure.", json_schema_extra=cast(Any, KEYS), max_length=60)]
Value = Annotated[float | None, Field(description="A share is from 0 to 1, a duration in milliseconds.")]
Several = Annotated[
    list[Words], Field(default_factory=list, max_length=50, description="Only these; may be repeated.")
]


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


class UsageNarrowing(BaseModel):
    """The period and the filters of usage; others than those described are refused."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    start: Day | None = Field(
        None, alias="from", description="First day; the figure's own window when left out."
    )
    end: Day | None = Field(None, alias="to", description="Last day, included.")
    provider: Several
    model: Several
    agent: Several
    organization: Several
    user: Several
    source: Several

    def narrowed(self) -> dict[Dimension, tuple[str, ...]]:
        """The lists that were given."""
        lists = {
            name: getattr(self, name, ())
            for name in get_args(Dimension)
            if name in FILTERED and name not in PLAN_DIMENSIONS
        }
        return {name: tuple(values) for name, values in lists.items() if values}


class Narrowing(UsageNarrowing):
    """The period and the filters, of all costs and of the plan too."""

    part: Several
    service: Several
    effort: Id | None = None
    project: Id | None = None
    sprint: Id | None = None
    team: Id | None = None
    flow: int | None = Field(
        None, ge=1, le=100_000, description="Its number; those above 6 are of the workspace's own."
    )
    unit: Literal["points", "count", "hours"] = Field("points", description="What sprints are counted in.")
    working_days: bool = Field(False, description="Count working days only.")

    def plan(self) -> PlanScope:
        """The part of the plan that is meant."""
        narrowed = {name: getattr(self, name) for name in PLAN_DIMENSIONS if getattr(self, name) is not None}
        return PlanScope.of(narrowed, self.unit, self.working_days)


class MetricQuery(Narrowing):
    """The period, the parts and the filters."""

    by: Dimension | PlanDimension | None = None
    grain: Grain | None = None
    compare: bool = Field(True, description="With the same part of the period before.")
    behind: bool = Field(False, description="With its formula, rows, sources, targets and where else it is.")


class RowsQuery(Narrowing):
    """The rows that are meant, as a page or as a file."""

    of: Annotated[str, Field(max_length=60)] | None = Field(
        None, description="Of a figure that is composed of others: whose rows; those of the first without it."
    )
    format: Format | None = Field(None, description="All rows as a file, streamed; a page when left out.")
    cursor: Annotated[str, Field(max_length=LONGEST)] | None = Field(
        None, description="Of a page: `next` of the page before; leave it out for the first."
    )
    limit: int = Field(1_000, ge=1, le=LARGEST_PAGE, description="Of a page: its rows.")


@router.get("", response_model=Metrics, operation_id="listMetrics", summary="List the figures")
def list_metrics(caller: Reader) -> JSONResponse:
    """Every figure that the token's user may see: what it answers, its definition, its target and its parts."""
    return JSONResponse({"items": as_json(describe(caller.ws, caller.actor))})


@router.get("/{key}", response_model=OpenedAnswer, operation_id="getMetric", summary="Read a figure")
def get_metric(key: Key, asked: Annotated[MetricQuery, Query()], caller: Reader) -> JSONResponse:
    """The figure over a period, compared like for like with the one before; by a dimension, by time, or by both.

    A part of time of a figure of the plan is the figure as the history stood at its end. Users who may not see figures of
    single people are told none of fewer than five: those are counted as SMALL_GROUPS, and days on which so few were there are
    told together with the days after, of which `start` and `end` are the first and last.
    """
    facts = _facts(caller, key, asked)
    told = as_json(read_answer(facts, key, by=asked.by, grain=asked.grain, compare=asked.compare))
    behind = as_json(opened(facts, key)) if asked.behind else None
    if behind is not None:
        del behind["answer"]
        behind["alerts"] = as_json(figure_rules(caller.store, caller.actor, key))
    return JSONResponse({**told, "behind": behind})


@router.get(
    "/{key}/rows", response_model=Rows, operation_id="getMetricRows", summary="Read the rows behind a figure",
    responses={200: {"content": {format_of(f".{name}").mime: {} for name in ("csv", "xlsx", "parquet")}}},
)  # fmt: skip
def get_metric_rows(key: Key, asked: Annotated[RowsQuery, Query()], caller: Reader) -> Response:
    """What the figure is counted from: a page of the rows of a dataset, or with `format` all of them as a file.

    It needs what the dataset needs; single calls and runs are for those who may see figures of single people. A figure that
    has no rows to show says why.
    """
    no_page_of_a_file(asked.model_fields_set, asked.format)
    rows = rows_of(_facts(caller, key, asked), key, asked.of)
    return rows_answered(caller, rows.dataset.name, rows.part, asked)


def _facts(caller: Caller, key: str, asked: Narrowing) -> Facts:
    return facts_for(
        caller.ws, caller.actor, key, start=read_day("from", asked.start), end=read_day("to", asked.end),
        narrowed=asked.narrowed(), plan=asked.plan(),
    )  # fmt: skip

"""What programs ask of figures: the period, the filters and the parts."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from orchflow.api.bodies import Day
from orchflow.api.datasets import LARGEST_PAGE, Format
from orchflow.api.paging import Id, Words
from orchflow.metrics.filters import FILTERED
from orchflow.metrics.metric import PLAN_DIMENSIONS, Dimension, Grain, PlanDimension
from orchflow.metrics.plan_scope import PlanScope
from orchflow.reports.cursors import LONGEST

Several = Annotated[
    list[Words], Field(default_factory=list, max_length=50, description="Only these; may be repeated.")
]


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

"""Use cases and baselines, and what must hold of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from orchflow.errors import Problem
from orchflow.people.permissions import Permission
from orchflow.store.entity import Entity, Filter
from orchflow.store.rows import row_type
from orchflow.store.rules import Rules
from orchflow.value.ranges import out_of_range, without_currency
from orchflow.value.tables import Stage, UseCase, WorkBaseline

if TYPE_CHECKING:
    UseCaseRow: TypeAlias = UseCase
    WorkBaselineRow: TypeAlias = WorkBaseline
else:
    UseCaseRow = row_type("UseCaseRow", UseCase, __name__)
    WorkBaselineRow = row_type("WorkBaselineRow", WorkBaseline, __name__)

VALUE = ("value_low", "value_likely", "value_high")
MEASURES = ("minutes", "cost", "error_rate", "cases")


class _UseCaseRules(Rules):
    """What is dropped says why; the estimated value is a range in a currency."""

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = super().problems(row, value, values)
        problems += out_of_range(self.entity, value, VALUE)
        problems += without_currency(value, *VALUE)
        if value("stage") is Stage.DROPPED and not value("reason"):
            problems.append(Problem(None, "reason", "must not be empty: say why it was dropped"))
        return problems


class _BaselineRules(Rules):
    """A baseline is of a use case or an agent, and says at least one number."""

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = [*super().problems(row, value, values), *without_currency(value, "cost")]
        problems += of_something(value)
        if all(value(name) is None for name in MEASURES):
            labels = ", ".join(self.entity.fields[name].label for name in MEASURES)
            problems.append(Problem(None, "minutes", f"must not be empty: say at least one of {labels}"))
        return problems


def of_something(value: Callable[[str], Any]) -> list[Problem]:
    """What is of neither an agent nor a use case."""
    if value("agent") or value("use_case_id"):
        return []
    return [Problem(None, "agent", "must not be empty: say the agent, or the use case")]


USE_CASES = Entity(
    UseCase,
    UseCaseRow,
    "What agents could do and do: from an idea to production, with what it is expected to bring.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.INPUTS_EDIT,
    edit_own=Permission.PLAN_EDIT_OWN,
    owner="owner_id",
    own_words="Only its owner",
    order=(UseCase.title, UseCase.id),
    known_by=("title",),
    called_by="title",
    rules=_UseCaseRules,
)
WORK_BASELINES = Entity(
    WorkBaseline,
    WorkBaselineRow,
    "What the work took before there was an agent, and 30, 60 and 90 days after it was launched.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.INPUTS_EDIT,
    order=(WorkBaseline.use_case_id, WorkBaseline.agent, WorkBaseline.day, WorkBaseline.id),
    known_by=("use_case_id", "agent", "point", "day"),
    filters={"agent": Filter(str, lambda agent: WorkBaseline.agent == agent, "Of the work of this agent.")},
    rules=_BaselineRules,
)

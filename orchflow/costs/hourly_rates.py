"""What an hour of work costs: of a person, of a job role, of everybody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from orchflow.costs.tables import HourlyRate
from orchflow.errors import Problem
from orchflow.inputs.stretches import StretchRules
from orchflow.people.permissions import Actor, Permission
from orchflow.store.entity import Entity, Filter
from orchflow.store.rows import row_type

if TYPE_CHECKING:
    HourlyRateRow: TypeAlias = HourlyRate
else:
    HourlyRateRow = row_type("HourlyRateRow", HourlyRate, __name__)


class _HourlyRules(StretchRules):
    """A rate is of a person or of a job role, not of both."""

    subject = ("person_id", "job_role")
    whose = "person or job role"

    def told_wrong(self, value: Callable[[str], Any]) -> list[Problem]:
        if value("person_id") is None or value("job_role") is None:
            return []
        return [
            Problem(
                None, "job_role",
                "must be empty beside a person: a rate is of a person or of a job role, or with neither of everybody else",
            )
        ]  # fmt: skip


HOURLY_RATES = Entity(
    HourlyRate,
    HourlyRateRow,
    "What an hour of work costs: of a person, of a job role, or of everybody else.",
    view=Permission.COSTS_EDIT,
    edit=Permission.COSTS_EDIT,
    order=(HourlyRate.person_id, HourlyRate.job_role, HourlyRate.valid_from, HourlyRate.id),
    span=("valid_from", "valid_to"),
    lock="hourly rates",
    locked=frozenset({"person_id", "job_role", "valid_from", "valid_to"}),
    filters={
        "job_role": Filter(str, lambda key: HourlyRate.job_role == key, "Of this job role, by its key.")
    },
    known_by=("person_id", "job_role", "valid_from"),
    rules=_HourlyRules,
)

BY_MEAN_RATES = "Hours are counted at the mean rate of their month"
"""What those are told of a cost of hours who may not see hourly rates."""
RATES_WITHHELD = "What single people's hours cost is not shown to you"
"""What is said where something was read at the rates of single people."""


def may_see_rates(actor: Actor) -> bool:
    """Whether somebody may know what an hour of single people costs, so also what their hours cost (ADR 28)."""
    return actor.may(HOURLY_RATES.view)

"""Benefits, and what must hold of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from orchflow.errors import Problem
from orchflow.inputs.stretches import no_days
from orchflow.people.permissions import Permission
from orchflow.store.entity import Entity, Filter
from orchflow.store.rows import row_type
from orchflow.store.rules import Rules
from orchflow.value.ranges import out_of_range, without_currency
from orchflow.value.tables import Benefit, BenefitKind, Grade, UseCase
from orchflow.value.use_cases import of_something

if TYPE_CHECKING:
    BenefitRow: TypeAlias = Benefit
else:
    BenefitRow = row_type("BenefitRow", Benefit, __name__)

AMOUNTS = ("low", "likely", "high")
MINUTES = ("minutes_low", "minutes_likely", "minutes_high")
APPROVED = frozenset(
    {*AMOUNTS, *MINUTES, "kind", "agent", "use_case_id", "starts", "ends", "currency", "every"}
)
"""What is approved where a benefit is verified: none of it changes without a new approval."""
EVIDENT = (Grade.MEASURED, Grade.VERIFIED)
"""The grades whose evidence has a day, and which the headline counts."""


class _BenefitRules(Rules):
    """Hours saved are told in minutes of runs, other kinds as amounts; what is measured has a day, what is verified an approver, who is not
    its owner and approves every change of what it claims."""

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = [*super().problems(row, value, values), *of_something(value)]
        problems += no_days("starts", "ends", self.entity, value)
        problems += self._of_its_kind(value)
        problems += out_of_range(self.entity, value, AMOUNTS)
        problems += out_of_range(self.entity, value, MINUTES)
        problems += without_currency(value, *AMOUNTS)
        return [*problems, *self._evidence(value), *self._approval(row, value, values)]

    def not_allowed(self, row: Any, values: Mapping[str, Any]) -> list[Problem]:
        refused = super().not_allowed(row, values)
        if refused or row.grade is not Grade.VERIFIED or self.actor.may(self.entity.edit):
            return refused
        said = "it is verified: a manager changes it, or takes its evidence back first"
        return [Problem(None, name, said) for name in values]

    def _of_its_kind(self, value: Callable[[str], Any]) -> list[Problem]:
        """What is told that is not of its kind, and what is not told that is."""
        of_hours = value("kind") is BenefitKind.HOURS_SAVED
        told, other = (MINUTES, AMOUNTS) if of_hours else (AMOUNTS, MINUTES)
        problems = []
        if value(told[1]) is None:
            said = (
                "must not be empty: say how many minutes a completed run saves"
                if of_hours
                else "must not be empty: say the amount"
            )
            problems.append(Problem(None, told[1], said))
        for name in other:
            if value(name) is not None:
                label = self.entity.fields[told[1]].label
                said = (
                    f"must be empty for “{str(value('kind')).replace('_', ' ')}”: it is {label} that counts"
                )
                problems.append(Problem(None, name, said))
        case = value("use_case_id")
        if of_hours and case and not value("agent") and not self._agent_of(case):
            problems.append(
                Problem(None, "agent", "must not be empty: say the agent whose runs save the time")
            )
        return problems

    def _agent_of(self, use_case: int | None) -> str | None:
        found = self.session.get(UseCase, use_case) if isinstance(use_case, int) else None
        return found.agent if found else None

    def _evidence(self, value: Callable[[str], Any]) -> list[Problem]:
        grade, owner, approver = value("grade"), value("owner_id"), value("approver_id")
        problems = []
        if grade in EVIDENT and value("evidence_day") is None:
            said = f"must not be empty for what is {grade}: say the day of the evidence"
            problems.append(Problem(None, "evidence_day", said))
        if grade is Grade.VERIFIED:
            if owner is None:
                problems.append(Problem(None, "owner_id", "must not be empty for what is verified"))
            if approver is None:
                said = "must not be empty: what is verified was approved by somebody else than its owner"
                problems.append(Problem(None, "approver_id", said))
        if approver is not None and approver == owner:
            problems.append(
                Problem(None, "approver_id", "is the owner: somebody else has to approve a benefit")
            )
        return problems

    def _approval(self, row: Any, value: Callable[[str], Any], values: Mapping[str, Any]) -> list[Problem]:
        """Who makes a benefit verified though it is theirs, and what was not approved in one that is."""
        if value("grade") is not Grade.VERIFIED:
            return []
        anew = row is None or row.grade is not Grade.VERIFIED
        own = self.actor.user_id is not None and self.actor.user_id in (
            value("owner_id"),
            row and row.owner_id,
        )
        if own and (anew or not {"approver_id", "evidence_day", "owner_id"}.isdisjoint(values)):
            said = "is for somebody else than the owner to give: its approver makes it verified"
            return [Problem(None, "grade", said)]
        if anew or "evidence_day" in values:
            return []
        said = "was approved as it is: take its evidence back to measured, or say the day on which the change was approved"
        return [
            Problem(None, name, said)
            for name in values
            if name in APPROVED and not _shorter(row, name, values)
        ]


def _shorter(row: Any, name: str, values: Mapping[str, Any]) -> bool:
    """Whether all that changes is that a benefit ends sooner: less is claimed than was approved."""
    end = values.get("ends")
    return name == "ends" and end is not None and (row.ends is None or end < row.ends)


BENEFITS = Entity(
    Benefit,
    BenefitRow,
    "What agents and use cases bring: hours saved, cost avoided, revenue, quality, with how well it is known.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.INPUTS_EDIT,
    edit_own=Permission.PLAN_EDIT_OWN,
    owner="owner_id",
    own_words="Only its owner",
    order=(Benefit.agent, Benefit.use_case_id, Benefit.starts, Benefit.id),
    span=("starts", "ends"),
    known_by=("title", "use_case_id", "agent", "kind", "starts"),
    called_by="title",
    filters={"agent": Filter(str, lambda agent: Benefit.agent == agent, "Of this agent.")},
    rules=_BenefitRules,
)

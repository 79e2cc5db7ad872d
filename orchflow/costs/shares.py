"""Which share of a cost belongs to whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from orchflow.costs.tables import CostEntry, CostShare, OwnerKind, SubjectKind
from orchflow.errors import Problem
from orchflow.inputs.stretches import Stretch, StretchRules, exactly
from orchflow.people.permissions import Permission
from orchflow.store.entity import Entity, Filter
from orchflow.store.reading import row_id
from orchflow.store.rows import row_type

if TYPE_CHECKING:
    CostShareRow: TypeAlias = CostShare
else:
    CostShareRow = row_type("CostShareRow", CostShare, __name__)

WHOLE = Decimal(100)
OWNERS = {
    OwnerKind.PROJECT: "project_id",
    OwnerKind.GOAL: "goal_id",
    OwnerKind.TEAM: "team_id",
    OwnerKind.AGENT: "agent",
}


class _ShareRules(StretchRules):
    """The shares of a subject are at most the whole on any day, and an owner has one share of it."""

    subject = ("subject_kind", "subject", "owner_kind", *OWNERS.values())
    weight, together = "share", 2
    whose = "costs and owner"

    def makes_room(self, row_id: int, values: Mapping[str, Any]) -> bool:
        before = self.by_id.get(row_id)
        lower = before is not None and values.get("share", WHOLE) < before.weight
        return lower or super().makes_room(row_id, values)

    def told_wrong(self, value: Callable[[str], Any]) -> list[Problem]:
        problems = exactly(value("owner_kind"), OWNERS, self.entity, value)
        kind, subject = value("subject_kind"), value("subject")
        if kind is SubjectKind.ENTRY:
            number = row_id(subject)
            if number is None or self.session.get(CostEntry, number) is None:
                problems.append(
                    Problem(None, "subject", f"there is no cost entry {subject}: say the entry's number")
                )
        if kind is SubjectKind.AGENT and value("owner_kind") is OwnerKind.AGENT and subject == value("agent"):
            problems.append(Problem(None, "agent", "is the agent whose costs they are: name another owner"))
        return problems

    def collisions(self, wanted: Stretch) -> list[Problem]:
        return super().collisions(wanted) or self._over_the_whole(wanted)

    def _over_the_whole(self, wanted: Stretch) -> list[Problem]:
        others = self.beside(wanted)
        starts = {wanted.start, *(other.start for other in others if other.start > wanted.start)}
        for day in sorted(starts):
            holding = [other for other in others if _holds(other, day)]
            total = sum((other.weight for other in holding), wanted.weight)
            if total > WHOLE:
                rows = ", ".join(
                    f"{other.weight:f} % of {f'cost share {other.id}' if other.id else 'another new one'}"
                    for other in holding
                )
                return [
                    Problem(
                        None, "share",
                        f"comes to {total:f} % from {day} with {rows}: at most 100 % of a cost can belong to somebody; "
                        "lower one of them, or let it end before",
                    )
                ]  # fmt: skip
        return []


def _holds(stretch: Stretch, day: date) -> bool:
    return stretch.start <= day and (stretch.end is None or day < stretch.end)


COST_SHARES = Entity(
    CostShare,
    CostShareRow,
    "Which share of what an agent, a provider or an entry costs belongs to which project, goal, team or agent.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.COSTS_EDIT,
    order=(CostShare.subject_kind, CostShare.subject, CostShare.valid_from, CostShare.id),
    span=("valid_from", "valid_to"),
    lock="cost shares",
    locked=frozenset(
        {"subject_kind", "subject", "owner_kind", *OWNERS.values(), "share", "valid_from", "valid_to"}
    ),
    filters={"subject": Filter(str, lambda name: CostShare.subject == name, "Of the costs of this one.")},
    known_by=("subject_kind", "subject", "owner_kind", *OWNERS.values(), "valid_from"),
    rules=_ShareRules,
)

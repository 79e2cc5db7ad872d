"""Trainings and who has done them, as they are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from orchflow.enablement.own_rows import OwnRows
from orchflow.enablement.tables import Training, TrainingCompletion
from orchflow.errors import Problem
from orchflow.people.job_roles import role_names
from orchflow.people.permissions import Permission
from orchflow.store.entity import Entity
from orchflow.store.rows import row_type
from orchflow.store.rules import Rules
from orchflow.store.written import Refused, choice

if TYPE_CHECKING:
    TrainingRow: TypeAlias = Training
    TrainingCompletionRow: TypeAlias = TrainingCompletion
else:
    TrainingRow = row_type("TrainingRow", Training, __name__)
    TrainingCompletionRow = row_type("TrainingCompletionRow", TrainingCompletion, __name__)


class _TrainingRules(Rules):
    """The job roles of which it is required are known ones."""

    any_case = frozenset({"name"})

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = super().problems(row, value, values)
        if values.get("job_roles"):
            names = role_names(self.session)
            try:
                roles = [choice(str(written), names) for written in values["job_roles"]]
                values["job_roles"] = list(dict.fromkeys(roles))
            except Refused as error:
                problems.append(Problem(None, "job_roles", str(error)))
        return problems


TRAININGS = Entity(
    Training,
    TrainingRow,
    "What people are to learn: how long it takes, of which job roles it is required, and for how long it holds.",
    view=Permission.INSIGHTS_VIEW,
    edit=Permission.INPUTS_EDIT,
    order=(Training.name,),
    known_by=("name",),
    rules=_TrainingRules,
)
TRAINING_COMPLETIONS = Entity(
    TrainingCompletion,
    TrainingCompletionRow,
    "Who did which training on which day, and what came of it.",
    view=Permission.PERSON_FIGURES,
    edit=Permission.INPUTS_EDIT,
    view_own=Permission.INSIGHTS_VIEW,
    edit_own=Permission.PLAN_EDIT_OWN,
    add=Permission.PLAN_EDIT_OWN,
    owner="person_id",
    own_words="Only whose it is",
    order=(TrainingCompletion.day, TrainingCompletion.id),
    known_by=("training_id", "person_id", "day"),
    rules=OwnRows,
)

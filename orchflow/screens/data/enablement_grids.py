"""How the grids of what people keep about enablement look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchflow.enablement.seats import CHAMPIONS, SEAT_PURCHASES
from orchflow.enablement.skills import SKILL_ASSESSMENTS, SKILL_REQUIREMENTS
from orchflow.enablement.trainings import TRAINING_COMPLETIONS, TRAININGS
from orchflow.format import day
from orchflow.inputs.row_names import InputNames
from orchflow.people.permissions import Actor
from orchflow.screens.data.input_grid import InputGrid
from orchflow.screens.session import role_name

WIDE: Mapping[str, Mapping[str, Any]] = {
    "person_id": {"width": 170}, "job_role": {"width": 190}, "note": {"width": 240}, "skill": {"width": 200},
}  # fmt: skip


def enablement_grids(names: InputNames, actor: Actor, money: str) -> dict[str, InputGrid]:
    """The grids by the keys of their entities; a new row is of `actor` and in the currency `money`."""

    def who(row: Any) -> str:
        return str(names.shown(TRAINING_COMPLETIONS.fields["person_id"], row.person_id))

    def done(row: Any) -> str:
        training = names.shown(TRAINING_COMPLETIONS.fields["training_id"], row.training_id)
        return f"{training} by {who(row)} on {day(row.day)}"

    own = {"person_id": actor.user_id}
    grids = (
        InputGrid(
            TRAININGS, "trainings", "training", lambda row: row.name,
            {**WIDE, "name": {"width": 260}, "job_roles": {"width": 260}, "everybody": {"width": 128}, "link": {"width": 200}},
        ),
        InputGrid(
            TRAINING_COMPLETIONS, "completions", "completion", done, {**WIDE, "training_id": {"width": 260}},
            {"result": "passed", **own}, first=("person_id", "training_id", "day", "result"),
        ),
        InputGrid(
            SKILL_REQUIREMENTS, "skills-needed", "skill", lambda row: f"{row.skill} of {role_name(row.job_role)}", WIDE,
            first=("job_role", "skill", "level"),
        ),
        InputGrid(
            SKILL_ASSESSMENTS, "skills-found", "assessment", lambda row: f"{row.skill} of {who(row)} on {day(row.day)}", WIDE,
            {"assessed_by": "self", **own}, first=("person_id", "skill", "level", "assessed_by", "day"),
        ),
        InputGrid(
            SEAT_PURCHASES, "seats", "purchase", lambda row: f"{row.seats} seats of {row.platform} from {day(row.valid_from)}",
            {**WIDE, "platform": {"width": 190}, "seats": {"width": 76}, "currency": {"width": 92}}, {"currency": money},
        ),
        InputGrid(
            CHAMPIONS, "champions", "champion", who, {**WIDE, "helps_with": {"width": 420}}, own,
        ),
    )  # fmt: skip
    return {grid.entity.key: grid for grid in grids}

"""How the grids of what people keep about value look."""

from __future__ import annotations

from typing import Any

from orchflow.format import day
from orchflow.inputs.row_names import InputNames
from orchflow.screens.data.cost_grids import NARROW
from orchflow.screens.data.input_grid import InputGrid
from orchflow.value.assumptions import ASSUMPTIONS
from orchflow.value.benefits import BENEFITS
from orchflow.value.use_cases import USE_CASES, WORK_BASELINES


def value_grids(names: InputNames, money: str) -> dict[str, InputGrid]:
    """The grids by the keys of their entities; a new row is in the currency `money` where it names none."""

    def of(entity: Any, row: Any) -> str:
        case = names.shown(entity.fields["use_case_id"], row.use_case_id)
        return str(row.agent or case or "")

    paid = {"currency": money}
    words = {"width": 240}
    grids = (
        InputGrid(
            USE_CASES, "use-cases", "use case", lambda row: row.title,
            {**NARROW, "title": {"width": 260}, "risk": {"width": 64}, "effort": {"width": 72}, "due": {"width": 106},
             "success": words, "reason": words, "description": words},
            {"stage": "idea", **paid},
            first=("title", "stage", "agent", "owner_id", "value_likely", "currency", "due", "risk", "effort"),
        ),
        InputGrid(
            WORK_BASELINES, "baselines", "baseline", lambda row: f"{of(WORK_BASELINES, row)} at {row.point.replace('_', ' ')}",
            {**NARROW, "use_case_id": {"width": 220}, "method": words}, {"point": "start", **paid},
            first=("agent", "use_case_id", "point", "day", "minutes", "cases", "error_rate", "cost", "currency"),
        ),
        InputGrid(
            BENEFITS, "benefits", "benefit", lambda row: f"{row.title} from {day(row.starts)}",
            {**NARROW, "title": {"width": 220}, "starts": {"width": 106}, "ends": {"width": 106}, "every": {"width": 84},
             "use_case_id": {"width": 220}, "evidence_day": {"width": 106}, "minutes_likely": {"width": 132}},
            {"kind": "hours_saved", "grade": "declared", "every": "month", **paid},
            first=("title", "agent", "kind", "grade", "minutes_likely", "likely", "currency", "every", "starts", "ends", "owner_id",
                   "approver_id", "evidence_day"),
        ),
        InputGrid(
            ASSUMPTIONS, "assumptions", "assumption", lambda row: f"{row.name or row.kind.replace('_', ' ')} from {day(row.valid_from)}",
            {**NARROW, "kind": {"width": 150}, "unit": {"width": 106}, "source": words},
            {},
            first=("kind", "agent", "likely", "unit", "currency", "low", "high", "valid_from", "valid_to"),
        ),
    )  # fmt: skip
    return {grid.entity.key: grid for grid in grids}

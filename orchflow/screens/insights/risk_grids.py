"""How the grids of risks, reviews and incidents look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchflow.format import day
from orchflow.inputs.row_names import InputNames
from orchflow.risks.incidents import INCIDENTS
from orchflow.risks.reviews import RISK_REVIEWS
from orchflow.risks.risks import RISKS
from orchflow.screens.data.input_grid import InputGrid

SCORES: Mapping[str, Mapping[str, Any]] = {
    "likelihood": {"width": 84}, "impact": {"width": 76}, "residual_likelihood": {"width": 130}, "residual_impact": {"width": 116},
}  # fmt: skip
WORDS = {
    "risk": "Likelihood and impact from 1 to 5, before controls and with them. A closed one says its outcome and why. The AI Act class "
    "is your own reading: high-risk duties begin on 2 December 2027 (Annex III) and 2 August 2028 (Annex I); verify with counsel.",
    "risk_review": "The latest review of a risk is what the register has. What a new one leaves out is as the risk has it; the next one is due 91 days later.",
    "incident": "An hour is of the workspace's clock. What a file calls Risk is the title of one in the register.",
}


def risk_grids(names: InputNames, money: str) -> dict[str, InputGrid]:
    """The grids by the keys of their entities; the cost of a new incident is in the currency `money` where it names none."""

    def reviewed(row: Any) -> str:
        return f"{names.shown(RISK_REVIEWS.fields['risk_id'], row.risk_id)} on {day(row.day)}"

    grids = (
        InputGrid(
            RISKS, "risks", "risk", lambda row: f"{row.id} {row.title}",
            {
                **SCORES, "title": {"width": 270}, "category": {"width": 110}, "system": {"width": 130},
                "description": {"width": 260}, "controls": {"width": 260}, "closed_reason": {"width": 200},
                "ai_act_class": {"width": 160}, "signal": {"width": 140},
            },
            {"treatment": "reduce", "status": "open", "ai_act_class": "not_classified"},
            first=(
                "title", "category", "likelihood", "impact", "residual_likelihood", "residual_impact", "status", "owner_id",
                "next_review", "agent",
            ),
        ),
        InputGrid(
            RISK_REVIEWS, "risk-reviews", "review", reviewed, {**SCORES, "risk_id": {"width": 270}, "note": {"width": 320}},
        ),
        InputGrid(
            INCIDENTS, "incidents", "incident", lambda row: f"{row.title} on {day(row.day)}",
            {
                "title": {"width": 260}, "hour": {"width": 64}, "severity": {"width": 96}, "risk_id": {"width": 240},
                "description": {"width": 300}, "resolved_at": {"width": 150}, "currency": {"width": 92},
            },
            {"severity": "medium", "currency": money},
        ),
    )  # fmt: skip
    return {grid.entity.key: grid for grid in grids}

"""How the grids of what people keep about costs look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchflow.costs.budgets import BUDGETS
from orchflow.costs.entries import COST_ENTRIES
from orchflow.costs.hourly_rates import HOURLY_RATES
from orchflow.costs.occasions import BUSINESS_MEASURES, TIMELINE_EVENTS
from orchflow.costs.shares import COST_SHARES, OWNERS
from orchflow.format import day
from orchflow.inputs.row_names import InputNames
from orchflow.metrics.targets import FIGURES, TARGETS
from orchflow.screens.data.input_grid import InputGrid
from orchflow.screens.session import role_name

NARROW: Mapping[str, Mapping[str, Any]] = {
    "currency": {"width": 92}, "valid_from": {"width": 106}, "valid_to": {"width": 106}, "note": {"width": 240},
}  # fmt: skip


def cost_grids(names: InputNames, money: str) -> dict[str, InputGrid]:
    """The grids by the keys of their entities; a new row is in the currency `money` where it names none."""
    owners = {name: COST_SHARES.fields[name] for name in OWNERS.values()}

    def subject_of_rate(row: Any) -> str:
        person = names.shown(HOURLY_RATES.fields["person_id"], row.person_id)
        return str(person or role_name(row.job_role) or "everybody else")

    def owner_of(row: Any) -> str:
        own = OWNERS[row.owner_kind]
        return str(names.shown(owners[own], getattr(row, own)))

    paid = {"currency": money}
    grids = (
        InputGrid(
            COST_ENTRIES, "entries", "entry", lambda row: f"{row.name} from {day(row.starts)}",
            {**NARROW, "name": {"width": 220}, "every": {"width": 84}, "starts": {"width": 106}},
            {"part": "operations", "kind": "other", "every": "month", **paid},
            first=("name", "amount", "currency", "every", "starts", "ends"),
        ),
        InputGrid(
            BUDGETS, "budgets", "budget", lambda row: f"{row.name} from {day(row.valid_from)}",
            {**NARROW, "name": {"width": 220}, "thresholds": {"width": 106}},
            {"scope": "workspace", "period": "month", "thresholds": "50, 80, 100", **paid},
            first=("name", "amount", "currency", "period", "thresholds", "valid_from", "valid_to", "scope"),
        ),
        InputGrid(
            HOURLY_RATES, "hourly-rates", "hourly rate", lambda row: f"{subject_of_rate(row)} from {day(row.valid_from)}",
            {**NARROW, "person_id": {"nothing": "Everybody", "width": 170}, "job_role": {"width": 170, "nothing": "–"}}, paid,
        ),
        InputGrid(
            COST_SHARES, "shares", "share", lambda row: f"{row.subject}: {row.share.normalize():f} % of {owner_of(row)}",
            {**NARROW, "share": {"width": 78}}, {"subject_kind": "agent", "owner_kind": "project"},
            first=("subject_kind", "subject", "share", "valid_from", "valid_to", "owner_kind"),
        ),
        InputGrid(
            TIMELINE_EVENTS, "events", "event", lambda row: f"{row.title} on {day(row.day)}",
            {**NARROW, "title": {"width": 280}}, {"kind": "other"},
        ),
        InputGrid(
            TARGETS, "targets", "target", lambda row: f"{FIGURES.get(row.figure, row.figure)} from {day(row.valid_from)}",
            {**NARROW, "figure": {"width": 200, "options": list(FIGURES), "names": FIGURES}},
        ),
        InputGrid(
            BUSINESS_MEASURES, "measures", "measure", lambda row: f"{row.name} in {row.month:%B %Y}",
            {"name": {"width": 240}},
        ),
    )  # fmt: skip
    return {grid.entity.key: grid for grid in grids}

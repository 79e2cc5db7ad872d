"""Value: use cases, baselines, benefits and assumptions, each in a grid of its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from orchflow import clock
from orchflow.format import day, quantity
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.screens.data import value_inputs_state as state
from orchflow.screens.data.input_grid import InputGrid
from orchflow.screens.data.input_screen import About, days_without, show_inputs
from orchflow.screens.data.value_grids import value_grids
from orchflow.screens.session import currency
from orchflow.ui.page import page
from orchflow.value.benefits import BENEFITS
from orchflow.value.overlaps import Overlap, overlaps
from orchflow.value.portfolio import STALLED_DAYS, stalled, standings
from orchflow.value.use_cases import USE_CASES
from orchflow.workspace import Workspace

ABOUT = {
    "use_case": f"A use case under way that has not moved for {STALLED_DAYS} days stands still. One that is dropped says why.",
    "work_baseline": "What one case took before there was an agent, and 30, 60 and 90 days after it was launched.",
    "benefit": "Hours saved are counted from completed runs, the loaded rate and the recapture; other kinds are amounts. Only what is "
    "measured, or verified by somebody else than its owner, is in the headline.",
    "assumption": "An assumption holds from its day on, for one agent or for all that have none of their own. Figures read the recapture, the "
    "loaded rate and the checking minutes.",
}
MOST = 3


def show(actor: Actor) -> None:
    """Draw the screen for `actor`."""
    page("Value", "What agents are to bring and do bring, and how well that is known")
    show_inputs(
        actor, partial(value_grids, money=currency()), state.VIEW, state.VIEWS, About(ABOUT, said)
    )  # fmt: skip


def said(ws: Workspace, grid: InputGrid, stored: Sequence[Any]) -> list[str]:
    """Use cases that stand still, benefits of which only one counts, days without an assumption."""
    if grid.entity is USE_CASES:
        still = stalled(standings(ws.store, SYSTEM, clock.now(), ws.zone))
        return _first(
            [f"“{each.case.title}” has been in its stage for {quantity(each.days, 'day')}" for each in still]
        )
    if grid.entity is BENEFITS:
        agents = {case.id: case.agent for case in USE_CASES.list(ws.store, SYSTEM)}
        return _first([_overlap(each) for each in overlaps(stored, agents)])
    return days_without(grid, stored)


def _first(lines: list[str]) -> list[str]:
    return [*lines[:MOST], f"and {len(lines) - MOST} more"] if len(lines) > MOST else lines


def _overlap(both: Overlap) -> str:
    until = f" to before {day(both.end)}" if both.end else ""
    return (
        f"{both.left_out.title} ({both.left_out.grade}, row {both.left_out.id}) is not counted from {day(both.start)}{until}: "
        f"{both.counted.title} ({both.counted.grade}, row {both.counted.id}) is of the same agent and kind"
    )

"""What the Sprints screen shows of all sprints: each team's velocity and predictability, and every sprint in one table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from orchflow import clock
from orchflow import format as fmt
from orchflow.metrics.metric import Figure
from orchflow.metrics.plan_scope import PlanScope
from orchflow.metrics.read import figures
from orchflow.metrics.strips import STRIPS
from orchflow.people.permissions import Actor
from orchflow.planning.flow.scope import FlowScope
from orchflow.planning.names import PlanNames
from orchflow.planning.sprints.schedule import departures
from orchflow.planning.sprints.velocity import Velocity
from orchflow.planning.steps import NONE
from orchflow.planning.work.rows import SprintRow
from orchflow.screens.figure_facts import plan_facts
from orchflow.screens.plan.plan_data import plan_version
from orchflow.screens.plan.sprints_data import amount
from orchflow.screens.session import workspace, zone
from orchflow.ui.sprint_charts import predictability_figure, velocity_figure
from orchflow.ui.table import Column, Sheet, sheet

OF_ALL = STRIPS["sprints/closed"]

RESULT_COLUMNS = {
    "committed": amount("Committed"),
    "done": amount("Done"),
    "predictability": Column("Predictability", "percent", digits=0, help="Done of committed ÷ committed"),
    "carried_over": amount("Carried over"),
    "added": amount("Added", if_any=True),
    "removed": amount("Removed", if_any=True),
    "re_estimated": amount("Re-estimated", if_any=True),
    "done_committed": amount("Done of committed"),
    "unplanned": amount("Done, unplanned", if_any=True),
}
"""What became of a sprint, what one looks for first."""
SPRINT_COLUMNS = {
    "sprint_id": Column("Id", hidden=True),
    "number": Column("No.", "count"),
    "name": Column("Sprint", pinned=True),
    "team_id": Column("Team", hidden=True),
    "started_at": Column("Started", "moment", hidden=True),
    "closed_at": Column("Closed", "day"),
    **RESULT_COLUMNS,
}
"""The results of a team's closed sprints."""
EVERY_COLUMNS = {
    "sprint_id": Column("Id", hidden=True),
    "name": Column("Sprint", width=110),
    "team": Column("Team", width=130),
    "state": Column("State"),
    "days": Column("Days"),
    "departures": Column(
        "Beside its plan", if_any=True, help="Started or closed on another day than planned"
    ),
    **RESULT_COLUMNS,
}
"""All sprints of one or several teams, whatever their state."""


@dataclass(frozen=True)
class VelocityScreen:
    """The closed sprints of a team, converted for the browser once."""

    results: Velocity
    figures: tuple[Figure, ...]
    velocity: dict[str, Any]
    predictability: dict[str, Any]
    sprints: Sheet

    @property
    def weighs(self) -> bool:
        """Whether anything was committed or done, in the unit of the report."""
        return any(sprint.committed or sprint.done for sprint in self.results.sprints)


def velocity_screen(actor: Actor, team_id: int | None, unit: str) -> VelocityScreen:
    """Velocity and predictability of a team's closed sprints (None: of those that are everybody's), as they are called today."""
    return _velocity(
        actor, NONE if team_id is None else team_id, unit, plan_version(workspace()), clock.today(zone())
    )


@st.cache_resource(max_entries=64, show_spinner=False)
def _velocity(_actor: Actor, team_id: int, unit: str, version: str, today: date) -> VelocityScreen:
    facts = plan_facts(_actor, PlanScope(FlowScope(team_id=team_id), unit))
    results = facts.velocity
    frame = results.frame()
    return VelocityScreen(
        results,
        figures(facts, OF_ALL),
        velocity_figure(frame, unit=unit, average=results.average).to_plotly_json(),
        predictability_figure(frame).to_plotly_json(),
        sheet(frame, SPRINT_COLUMNS),
    )


def unit_of_teams(actor: Actor, teams: Collection[int | None]) -> str:
    """The same for the closed sprints of teams."""
    shown = [velocity_screen(actor, team, "points") for team in teams]
    return (
        "points"
        if any(one.weighs for one in shown) or not any(one.results.sprints for one in shown)
        else "count"
    )


def every_sprint(
    sprints: Collection[SprintRow], results: Collection[Velocity], names: PlanNames, words: Mapping[str, str]
) -> pd.DataFrame:  # fmt: skip
    """A row for each sprint, the last one first; `words` is how each state is called."""
    known = {result.sprint_id: result for velocity in results for result in velocity.sprints}
    several = len({sprint.team_id for sprint in sprints}) > 1
    rows = []
    for sprint in sorted(sprints, key=lambda sprint: (sprint.start or date.max, sprint.number), reverse=True):
        row: dict[str, Any] = {
            "sprint_id": sprint.id, "name": sprint.name, "team": names.teams.get(sprint.team_id or 0, "Everybody"),
            "state": words[sprint.state], "days": fmt.period(sprint.start, sprint.end) if sprint.start and sprint.end else "",
        }  # fmt: skip
        row |= {column: getattr(known.get(sprint.id), column, None) for column in RESULT_COLUMNS}
        rows.append(row | {"departures": ", ".join(departures(sprint, zone()))})
    frame = pd.DataFrame(rows, columns=list(EVERY_COLUMNS))
    frame[list(RESULT_COLUMNS)] = frame[list(RESULT_COLUMNS)].astype(float)
    return frame if several else frame.drop(columns="team")

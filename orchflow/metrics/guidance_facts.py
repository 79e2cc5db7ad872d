"""What figures of the guidance are read from: read once, whatever the instant and the part of the plan."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from orchflow.guidance.item_history import StepTrail, step_trail
from orchflow.guidance.progress import FlowProgress, flow_progress
from orchflow.people.permissions import Actor
from orchflow.planning.days import day_of, moment
from orchflow.workspace import Workspace


class GuidanceFacts:
    """The flows of a workspace as one actor may see them, as they are and as they were."""

    def __init__(self, ws: Workspace, actor: Actor) -> None:
        self._ws, self._actor = ws, actor
        self._flows: dict[date, list[FlowProgress]] = {}

    def flows(self, today: date) -> list[FlowProgress]:
        """The flows that were begun, and how far they are, with what is overdue on a day."""
        if today not in self._flows:
            self._flows[today] = flow_progress(self._ws.store, self._actor, today=today)
        return self._flows[today]

    @cached_property
    def trail(self) -> StepTrail:
        """The history of all steps."""
        with self._ws.store.read() as session:
            return step_trail(session)

    @property
    def first_day(self) -> date | None:
        """The first day of which anything is known of checklists; None while there is nothing."""
        at = self.trail.at
        return day_of(moment(int(at.min())), self._ws.zone) if len(at) else None

"""Which steps of a flow wait for which, as a save goes on: they never wait for each other in a circle."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Invalid, Problem
from orchflow.guidance.schedule import in_order
from orchflow.planning.tables import ChecklistItem, Step


class Waiting:
    """The steps of the flows that a save touches, read once for each flow."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._flows: dict[int, dict[str, set[str]]] = {}

    def keys(self, flow_id: int) -> set[str]:
        """The keys of a flow's steps."""
        return set(self._of(flow_id))

    def put(self, flow_id: int, key: str, after: Iterable[str]) -> None:
        """From now on the step waits for these, too."""
        self._of(flow_id).setdefault(key, set()).update(after)

    def refused(
        self, flow_id: int, key: str, after: Iterable[str], name: Literal["after", "due_after"]
    ) -> list[Problem]:
        """Why a step (by key) must not wait for others, said at the field `name`."""
        before = self._of(flow_id)
        unknown = [other for other in after if other not in before and other != key]
        if unknown:
            return [Problem(None, name, f"the flow has no step {', '.join(unknown)}")]
        if key in after:
            return [Problem(None, name, "a step does not come after itself")]
        try:
            in_order(before | {key: before.get(key, set()) | set(after)})
        except Invalid as error:
            return [Problem(None, name, error.problems[0].message)]
        return []

    def _of(self, flow_id: int) -> dict[str, set[str]]:
        if flow_id not in self._flows:
            steps = self._session.execute(
                sa.select(Step.id, Step.key, Step.after).where(Step.flow_id == flow_id)
            ).all()
            before = {step.key: set(step.after) for step in steps}
            keys = {step.id: step.key for step in steps}
            due = sa.select(ChecklistItem.step_id, ChecklistItem.due_after).where(
                ChecklistItem.step_id.in_(keys), ChecklistItem.due_after.is_not(None)
            )
            for step_id, other in self._session.execute(due):
                if other != keys[step_id]:
                    before[keys[step_id]].add(other)
            self._flows[flow_id] = {key: after & before.keys() for key, after in before.items()}
        return self._flows[flow_id]

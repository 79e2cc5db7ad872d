"""One flow as its screen reads it: the row, what it was begun with, its steps in order, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from orchflow.guidance.progress import FlowProgress, StepProgress, flow_progress
from orchflow.guidance.rows import FlowRow, StepRow
from orchflow.guidance.shipped import edition
from orchflow.guidance.steps import list_steps
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.journey.content import load_flows
from orchflow.planning.journey.step import FlowStep
from orchflow.planning.tables import Attachment, ChecklistItem, Comment, Flow
from orchflow.store.engine import Store
from orchflow.store.rows import row_of


@dataclass(frozen=True)
class FlowReading:
    """A flow that was begun. `shipped`: key of a step → the content that it was begun with; steps of the workspace's own have none.

    `newer` when other content ships now than it was begun with; `window_days` are the days that its window has.
    """

    flow: FlowRow
    progress: FlowProgress
    steps: tuple[StepRow, ...]
    shipped: Mapping[str, FlowStep]
    newer: bool
    window_days: int | None

    def step(self, key: str) -> tuple[StepRow, StepProgress] | None:
        """The step of that key, and how far it is."""
        pairs = zip(self.steps, self.progress.steps, strict=True)
        return next((pair for pair in pairs if pair[0].key == key), None)

    @property
    def now(self) -> str:
        """The key of the first step that is not complete and waits for none, else of the first that is not complete, else of the last; "" without steps."""
        left = [step for step in self.progress.steps if not step.counts.complete]
        ready = [step for step in left if not step.waits_for]
        return next((step.key for step in (*ready, *left, *self.progress.steps[::-1])), "")


@dataclass(frozen=True)
class Hanging:
    """What hangs on an item."""

    comments: int = 0
    files: int = 0


def read_flow(store: Store, actor: Actor, key: str, *, today: date | None = None) -> FlowReading | None:
    """The flow that was begun under `key`; None when there is none."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        flow = session.scalar(sa.select(Flow).where(Flow.key == key))
        if flow is None:
            return None
        row, content = row_of(FlowRow, flow), dict(flow.content)
    (progress,) = flow_progress(store, actor, today=today, flow_id=row.id)
    steps = {step.id: step for step in list_steps(store, actor, flow_id=row.id)}
    now = next((shipped for shipped in load_flows().flows if shipped.slug == key), None)
    window = content.get("window")
    return FlowReading(
        row,
        progress,
        tuple(steps[step.id] for step in progress.steps),
        {step["key"]: FlowStep.model_validate(step, extra="ignore") for step in content.get("steps", ())},
        newer=now is not None and not row.own and edition(now) != row.edition,
        window_days=window["to_day"] - window["from_day"] + 1 if window else None,
    )


def hanging(store: Store, actor: Actor, step_id: int) -> dict[int, Hanging]:
    """Item → how much was said about it and how many files hang on it, where anything does."""
    actor.require(Permission.PLAN_VIEW)
    of_step = sa.select(ChecklistItem.id).where(ChecklistItem.step_id == step_id)
    counts: dict[int, list[int]] = {}
    models: tuple[type[Comment | Attachment], ...] = (Comment, Attachment)
    with store.read() as session:
        for place, model in enumerate(models):
            grouped = (
                sa.select(model.entity_id, sa.func.count())
                .where(model.entity == ChecklistItem.__tablename__, model.entity_id.in_(of_step))
                .group_by(model.entity_id)
            )
            for number, count in session.execute(grouped):
                counts.setdefault(number, [0, 0])[place] = count
    return {number: Hanging(*count) for number, count in counts.items()}

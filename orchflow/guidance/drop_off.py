"""Where it ends: how many flows reached their first, second, third step, and how many people got through each step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.guidance.progress import FlowProgress
from orchflow.people.permissions import Actor, Permission
from orchflow.people.small_groups import SMALLEST_GROUP
from orchflow.planning.tables import ChecklistItem, ItemState, Step
from orchflow.store.engine import Store

REACHED: Final = ("place", "flows", "begun", "complete")
PEOPLE: Final = ("flow", "step", "people", "people_begun", "people_complete")


def reached(flows: Sequence[FlowProgress]) -> pd.DataFrame:
    """A row for each `place` (1 is the first step of a flow): the flows that have such a step, and those in which it was begun,
    and is complete. Steps of which nothing is required are passed over."""
    rows: dict[int, list[int]] = {}
    for flow in flows:
        asked = [step for step in flow.steps if step.counts.items]
        for place, step in enumerate(asked, start=1):
            row = rows.setdefault(place, [0, 0, 0])
            row[0] += 1
            row[1] += step.counts.begun
            row[2] += step.counts.complete
    return pd.DataFrame([(place, *row) for place, row in sorted(rows.items())], columns=list(REACHED))


def people_of_steps(store: Store, actor: Actor, flows: Sequence[FlowProgress]) -> pd.DataFrame:
    """A row for each step with its flow's number and its key: the people who have something required to do in it that applies, those who
    have settled any of it, and those who have settled all. Fewer than five are told to those alone who may see people's figures."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        counted = _people(session)
    told = actor.may(Permission.PERSON_FIGURES)
    rows = []
    for flow in flows:
        for step in flow.steps:
            people, begun, complete = counted.get(step.id, (0, 0, 0))
            shown = told or people == 0 or people >= SMALLEST_GROUP
            rows.append(
                (flow.number, step.key, *((people, begun, complete) if shown else (None, None, None)))
            )
    return pd.DataFrame(rows, columns=list(PEOPLE)).astype(dict.fromkeys(PEOPLE[2:], "Int64"))


def _people(session: Session) -> dict[int, tuple[int, int, int]]:
    item = ChecklistItem
    own = (
        sa.select(
            item.step_id, item.assignee_id,
            sa.func.count().label("whole"),
            sa.func.sum(sa.case((item.state == ItemState.OPEN, 1), else_=0)).label("open"),
        )
        .where(item.required, item.assignee_id.is_not(None), item.state != ItemState.NOT_APPLICABLE)
        .group_by(item.step_id, item.assignee_id).subquery()
    )  # fmt: skip

    def many(demand: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
        return sa.func.sum(sa.case((demand, 1), else_=0))

    rows = session.execute(
        sa.select(own.c.step_id, sa.func.count(), many(own.c.open < own.c.whole), many(own.c.open == 0))
        .select_from(own).join(Step, Step.id == own.c.step_id).group_by(own.c.step_id)
    )  # fmt: skip
    return {step: (int(people), int(begun), int(complete)) for step, people, begun, complete in rows}

"""The plan as the Plan screen reads it: once for each version of the plan, shared by everybody who may see it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from orchflow.people.permissions import Actor, Permission
from orchflow.planning.names import PlanNames, plan_names
from orchflow.planning.tables import State
from orchflow.planning.work.plan_frame import plan_frame
from orchflow.planning.work.progress import PlanProgress, plan_progress
from orchflow.planning.work.workflow import columns_for, states
from orchflow.workspace import Workspace, store_url


@dataclass(frozen=True)
class PlanData:
    """`version` names this state of this store; `frame` is `plan_frame`'s table, in the plan's order; `statuses` are
    the names of the statuses in the board's order, `labels` every label that a task has.

    Shared between sessions: nobody changes it.
    """

    version: str
    frame: pd.DataFrame
    names: PlanNames
    progress: PlanProgress
    statuses: dict[str, str]
    meaning: dict[str, State]
    labels: list[str]

    @property
    def empty(self) -> bool:
        """Whether there is no plan yet."""
        return self.frame.empty

    def row(self, level: str, number: int) -> pd.Series | None:
        """The row of an effort, project, goal or task; None when there is none."""
        rows = self.frame[(self.frame["level"].to_numpy() == level) & (self.frame["id"].to_numpy() == number)]
        return rows.iloc[0] if len(rows) else None


def plan_data(ws: Workspace, actor: Actor) -> PlanData:
    """The plan as it is now."""
    actor.require(Permission.PLAN_VIEW)
    return _read(plan_version(ws), ws, actor)


def names_now(ws: Workspace, actor: Actor) -> PlanNames:
    """What the rows of the plan point to, as of now."""
    actor.require(Permission.PLAN_VIEW)
    return _names(plan_version(ws), ws, actor)


def plan_version(ws: Workspace) -> str:
    """Names the state of this workspace's plan and people: what was read under it is still true."""
    return f"{store_url(ws.settings)} {ws.store.version('plan')}-{ws.store.version('people')}"


@st.cache_resource(max_entries=4, show_spinner=False)
def _names(version: str, _ws: Workspace, _actor: Actor) -> PlanNames:
    return plan_names(_ws.store, _actor)


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(version: str, _ws: Workspace, _actor: Actor) -> PlanData:
    columns = columns_for(_ws.store, _actor)
    meaning = states(_ws.store, _actor)
    names = {column.key: column.name for column in columns}
    frame = _with_none(plan_frame(_ws.store, _actor))
    for key in frame.loc[frame["level"] == "task", "status"].unique():
        names.setdefault(key, str(key).replace("_", " ").capitalize())
    labels = sorted({label for given in frame["labels"] if given for label in given})
    return PlanData(
        version,
        frame,
        names_now(_ws, _actor),
        plan_progress(_ws.store, _actor),
        names,
        meaning,
        labels,
    )


def _with_none(frame: pd.DataFrame) -> pd.DataFrame:
    """Text columns as Python's own text, with None where a level has nothing."""
    text = [name for name, kind in frame.dtypes.items() if isinstance(kind, pd.StringDtype)]
    return frame.assign(
        **{str(name): frame[name].astype(object).where(frame[name].notna(), None) for name in text}
    )

"""Which part of the plan is shown and how: filter, order, group and page. All of it stands in the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchflow.planning.tables import Priority, State
from orchflow.screens.plan.plan_data import PlanData
from orchflow.store.field import in_words
from orchflow.store.reading import row_id

NOBODY = "nobody"
NO_SPRINT = "none"
DONE = (State.DONE.value, State.CANCELLED.value, "completed", "cancelled")
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class View:
    """What the reader has chosen; the defaults show the whole plan as a tree."""

    level: str = "tree"
    effort: int | None = None
    project: int | None = None
    text: str = ""
    quick: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    sprints: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    sort: str = "plan"
    descending: bool = False
    group: str = "none"

    @property
    def narrowed(self) -> bool:
        """Whether something besides the level and the place in the plan leaves rows out."""
        return any(
            (self.text, self.quick, self.status, self.people, self.sprints, self.priorities, self.labels)
        )


def selected(data: PlanData, view: View, user_id: int | None, today: date) -> pd.DataFrame:
    """The rows of the view in its order. In the tree what stands above a match stays, so that one sees where it is."""
    frame = data.frame
    keep = _place(frame, view)
    level = frame["level"].to_numpy()
    if view.level != "tree":
        keep &= level == view.level
    if view.narrowed:
        matched = keep & _matches(data, frame, view, user_id, today)
        keep = (keep & _above(frame, matched)) | matched if view.level == "tree" else matched
    rows = frame[keep]
    if view.level != "tree":
        if view.sort == "next":
            rows = _next(data, rows)
        elif view.sort != "plan":
            rows = _sorted(data, rows, view.sort, descending=view.descending)
        if view.group != "none":
            rows = _sorted(data, rows, view.group, descending=False)
    return rows


def group_name(data: PlanData, group: str, value: Any) -> str:
    """The group in which the rows with `value` stand, as people call it."""
    match group:
        case _ if value is None:
            return {"owner": "Nobody", "sprint": "No sprint"}.get(group, "–")
        case "status":
            return data.statuses.get(value, in_words(value))
        case "project_id":
            return data.names.projects.get(value, "–")
        case "priority":
            return in_words(value)
        case _:
            return str(value)


def _place(frame: pd.DataFrame, view: View) -> Flags:
    keep = np.ones(len(frame), dtype=bool)
    if view.project is not None:
        own = (frame["level"].to_numpy() == "project") & (frame["id"].to_numpy() == view.project)
        keep &= own | (frame["project_id"].to_numpy() == view.project)
    elif view.effort is not None:
        keep &= frame["effort_id"].to_numpy() == view.effort
    return keep


def _matches(data: PlanData, frame: pd.DataFrame, view: View, user_id: int | None, today: date) -> Flags:
    keep = np.ones(len(frame), dtype=bool)
    if view.text:
        keep &= _text(frame, view.text)
    among: dict[str, set[object]] = {
        "status": set(view.status),
        "priority": set(view.priorities),
        "owner_id": {None if person == NOBODY else int(person) for person in view.people},
        "sprint_id": {None if sprint == NO_SPRINT else int(sprint) for sprint in view.sprints},
    }
    for column, values in among.items():
        if values:
            keep &= _flags([value in values for value in frame[column]])
    if view.sprints:
        keep &= frame["level"].to_numpy() == "task"
    if view.labels:
        wanted = set(view.labels)
        keep &= _flags([not wanted.isdisjoint(labels or ()) for labels in frame["labels"]])
    for name in view.quick:
        keep &= _quick(data, frame, name, user_id, today)
    return keep


def _quick(data: PlanData, frame: pd.DataFrame, name: str, user_id: int | None, today: date) -> Flags:
    state = _states(data, frame)
    still_open = ~np.isin(state, DONE)
    if name == "mine":
        return _flags([user_id is not None and owner == user_id for owner in frame["owner_id"]])
    if name == "blocked":
        return _flags(state == State.BLOCKED.value)
    if name == "open":
        return still_open
    last = today - timedelta(days=1) if name == "overdue" else today + timedelta(days=7)
    first = date.min if name == "overdue" else today
    due_then = _flags([due is not None and first <= due <= last for due in frame["due"]])
    return still_open & due_then


def _states(data: PlanData, frame: pd.DataFrame) -> npt.NDArray[np.str_]:
    """What the status of each row means."""
    meaning = {key: state.value for key, state in data.meaning.items()}
    return np.array([meaning.get(key, key) for key in frame["status"]], dtype=str)


def _next(data: PlanData, frame: pd.DataFrame) -> pd.DataFrame:
    """What is open before what is finished: that by its due day, this in the plan's order."""
    finished = np.isin(_states(data, frame), DONE)
    due = [(date.max if day is None else day).toordinal() for day in frame["due"]]
    return frame.iloc[np.lexsort((np.where(finished, 0, due), finished))]


def _text(frame: pd.DataFrame, text: str) -> Flags:
    wanted = text.casefold().strip()
    if wanted.startswith("#") and wanted[1:].isdecimal():
        return _flags((frame["id"] == (row_id(wanted[1:]) or 0)) & (frame["level"] == "task"))
    titles = zip(frame["title"], frame["number"], strict=True)
    return _flags([wanted in title.casefold() or number == wanted for title, number in titles])


def _flags(values: Any) -> Flags:
    return np.asarray(values, dtype=bool)


def _above(frame: pd.DataFrame, matched: Flags) -> Flags:
    """Rows that stand somewhere above a matched one; each row's parents come before it."""
    depth = frame["depth"].to_numpy()
    result = np.zeros(len(frame), dtype=bool)
    needed = -1
    for at in range(len(frame) - 1, -1, -1):
        if depth[at] <= needed:
            result[at] = True
            needed = depth[at] - 1
        if matched[at]:
            needed = max(needed, depth[at] - 1)
    return result


def _sorted(data: PlanData, frame: pd.DataFrame, column: str, *, descending: bool) -> pd.DataFrame:
    """The rows by `column`, rows without a value last, equal ones in the plan's order."""
    orders: dict[str, list[Any]] = {
        "priority": list(reversed(Priority)),
        "status": list(data.statuses),
        "sprint": list(data.names.sprints.values()),
        "project_id": list(data.names.projects),
    }
    places = {value: place for place, value in enumerate(orders.get(column, ()))}

    def rank(value: Any) -> Any:
        if value is not None and places:
            return places.get(value, len(places))
        return value.casefold() if isinstance(value, str) else value

    ranks = pd.Series([rank(value) for value in frame[column]], dtype=object)
    order = ranks.sort_values(ascending=not descending, kind="stable", na_position="last")
    return frame.iloc[order.index]

"""Which part of the plan is shown and how: filter, order, group and page. All of it stands in the address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from orchflow.planning.tables import Priority, State
from orchflow.screens.plan.plan_data import PlanData
from orchflow.store.field import in_words

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
        return bool(
            self.text
            or self.quick
            or self.status
            or self.people
            or self.sprints
            or self.priorities
            or self.labels
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
    found = frame[keep]
    if view.level == "tree":
        return found
    if view.sort != "plan":
        found = found.iloc[_order(data, found, view.sort, descending=view.descending)]
    if view.group != "none":
        found = found.iloc[_order(data, found, view.group, descending=False)]
    return found


def group_name(data: PlanData, row: pd.Series, group: str) -> str:
    """The group in which a row stands, as people call it."""
    value = row[group]
    if value is None:
        return {"owner": "Nobody", "sprint": "No sprint"}.get(group, "–")
    match group:
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
    if view.status:
        keep &= _among(frame, "status", view.status)
    if view.priorities:
        keep &= _among(frame, "priority", view.priorities)
    if view.people:
        people = [None if one == NOBODY else int(one) for one in view.people]
        keep &= _among(frame, "owner_id", people)
    if view.sprints:
        sprints = [None if one == NO_SPRINT else int(one) for one in view.sprints]
        keep &= _among(frame, "sprint_id", sprints) & (frame["level"].to_numpy() == "task")
    if view.labels:
        wanted = set(view.labels)
        keep &= np.array([bool(wanted.intersection(labels or ())) for labels in frame["labels"]], dtype=bool)
    for name in view.quick:
        keep &= _quick(data, frame, name, user_id, today)
    return keep


def _quick(data: PlanData, frame: pd.DataFrame, name: str, user_id: int | None, today: date) -> Flags:
    status = frame["status"].to_numpy()
    meaning = {key: state.value for key, state in data.meaning.items()}
    state = np.array([meaning.get(one, one) for one in status], dtype=object)
    still_open = ~np.isin(state.astype(str), DONE)
    if name == "mine":
        return _flags([user_id is not None and owner == user_id for owner in frame["owner_id"]])
    if name == "blocked":
        return _flags(state == State.BLOCKED.value)
    if name == "open":
        return _flags(still_open)
    last = today - timedelta(days=1) if name == "overdue" else today + timedelta(days=7)
    first = date.min if name == "overdue" else today
    due_then = [due is not None and first <= due <= last for due in frame["due"]]
    return _flags(still_open & np.array(due_then, dtype=bool))


def _text(frame: pd.DataFrame, text: str) -> Flags:
    wanted = text.casefold().strip()
    number = wanted.removeprefix("#")
    if wanted.startswith("#") and number.isdigit():
        return _flags((frame["id"] == int(number)) & (frame["level"] == "task"))
    return np.array(
        [
            wanted in title.casefold() or number_of == wanted
            for title, number_of in zip(frame["title"], frame["number"], strict=True)
        ],
        dtype=bool,
    )


def _flags(values: Any) -> Flags:
    return np.asarray(values, dtype=bool)


def _among(frame: pd.DataFrame, column: str, values: Collection[object]) -> Flags:
    wanted = set(values)
    return np.array([value in wanted for value in frame[column]], dtype=bool)


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


def _order(data: PlanData, frame: pd.DataFrame, column: str, *, descending: bool) -> npt.NDArray[np.intp]:
    """The places of the rows by `column`, rows without a value last, equal ones in the plan's order."""
    known: dict[str, dict[Any, int]] = {
        "priority": {one.value: place for place, one in enumerate(reversed(list(Priority)))},
        "status": {key: place for place, key in enumerate(data.statuses)},
        "sprint": {name: place for place, name in enumerate(data.names.sprints.values())},
        "project_id": {number: place for place, number in enumerate(data.names.projects)},
    }
    ranks = known.get(column)
    values = frame[column].tolist()
    present = [at for at, value in enumerate(values) if value is not None]
    absent = [at for at, value in enumerate(values) if value is None]

    def rank(at: int) -> Any:
        value = values[at]
        if ranks is not None:
            return ranks.get(value, len(ranks))
        return value.casefold() if isinstance(value, str) else value

    present.sort(key=rank, reverse=descending)
    return np.array([*present, *absent], dtype=np.intp)

"""The whole plan as one table, in the order of its tree: what the grid shows. A few queries, however many rows."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import User
from orchflow.planning.tables import Attachment, Comment, Effort, Goal, Project, Sprint, Task
from orchflow.planning.work import workflow
from orchflow.planning.work.dependencies import waits_of
from orchflow.store.engine import Store
from orchflow.store.field import fields_of
from orchflow.store.tables import Tracked

LEVELS: dict[str, type[Tracked]] = {"effort": Effort, "project": Project, "goal": Goal, "task": Task}
_READ = {
    level: ("id", "version", *(name for name in fields_of(model) if name != "description"), "updated_at")
    for level, model in LEVELS.items()
}
_LISTS = [name for name, field in fields_of(Task).items() if field.kind == "words"]

_FIRST = (
    "level", "id", "version", "depth", "number", "title", "status", "state", "owner_id", "owner", "effort_id",
    "project_id", "goal_id", "parent_id", "sprint_id", "sprint",
)  # fmt: skip
_ELSEWHERE = ("name", "assignee_id", "target_start", "target_end")
COLUMNS = tuple(
    dict.fromkeys(
        name
        for name in (
            *_FIRST,
            *(name for names in _READ.values() for name in names),
            "children", "comments", "attachments", "waits_for",
        )
        if name not in _ELSEWHERE
    )
)  # fmt: skip
"""The table's columns. `owner` is the assignee of a task; `start`/`due` the target window of an effort; `waits_for`
the ids of the tasks a task depends on; `children` how many rows stand right under one; `depth` 0 for efforts."""


def plan_frame(store: Store, actor: Actor) -> pd.DataFrame:
    """The plan: COLUMNS, one row per effort, project, goal and task.

    Parents come before their children: an effort, its projects, of each its goals, then its tasks with their
    subtasks, each among its siblings by position. Numbers are floats, days `date`, what a level does not have is None.
    """
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        plan = _Plan(session)
    places = list(plan.order())
    order = plan.positions(places)
    columns = {
        name: plan.column(name)[order] for name in COLUMNS if name not in ("level", "depth", "children")
    }
    columns["level"] = _objects([place.level for place in places])
    columns["depth"] = np.array([place.depth for place in places], dtype="int64")
    columns["children"] = np.array([place.children for place in places], dtype="int64")
    # As series, or pandas would make text of columns with texts and NaN of what is None in them.
    frame = pd.DataFrame(
        {name: pd.Series(columns[name], dtype=columns[name].dtype, copy=False) for name in COLUMNS}
    )
    return frame.astype({"id": "int64", "version": "int64"})


class _Place(NamedTuple):
    """Where in the tree a row stands: the `at`-th of all that were read, of efforts, projects, goals and tasks."""

    level: str
    at: int
    depth: int
    children: int


class _Plan:
    """Everything the table is made of, read in one state of the store, by column."""

    def __init__(self, session: Session) -> None:
        self._levels = {level: _read(session, model, _READ[level]) for level, model in LEVELS.items()}
        self._names = _pairs(session, sa.select(User.id, User.display_name))
        self._sprints = _pairs(session, sa.select(Sprint.id, Sprint.name))
        self._states = {key: state.value for key, state in workflow.states_in(session).items()}
        self._derive(waits_of(session), _counts(session, Comment), _counts(session, Attachment))
        self._sizes = {level: len(columns["id"]) for level, columns in self._levels.items()}

    def _derive(self, waits: _Of, comments: _Hanging, attachments: _Hanging) -> None:
        """The columns that follow from others."""
        efforts, projects, goals, tasks = self._levels.values()
        efforts |= {
            "title": efforts["name"],
            "start": efforts["target_start"],
            "due": efforts["target_end"],
            "effort_id": efforts["id"],
            "number": list(map(str, efforts["number"])),
        }
        projects |= {"title": projects["name"], "project_id": projects["id"]}
        goals["title"] = goals["name"]
        goals["goal_id"] = goals["id"]
        tasks["owner_id"] = tasks["assignee_id"]
        tasks["state"] = list(map(self._states.get, tasks["status"]))
        tasks["sprint"] = list(map(self._sprints.get, tasks["sprint_id"]))
        tasks["waits_for"] = list(map(waits.get, tasks["id"]))
        effort_of = dict(zip(projects["id"], projects["effort_id"], strict=True))
        number_of = dict(zip(projects["id"], projects["number"], strict=True))
        for rows in (goals, tasks):
            rows["effort_id"] = list(map(effort_of.get, rows["project_id"]))
            rows["number"] = list(map(number_of.get, rows["project_id"]))
        for level, rows in self._levels.items():
            rows["owner"] = list(map(self._names.get, rows["owner_id"]))
            rows["comments"] = [comments.get((level, number), 0) for number in rows["id"]]
            rows["attachments"] = [attachments.get((level, number), 0) for number in rows["id"]]

    def column(self, name: str) -> npt.NDArray[Any]:
        """One column of the table, level by level as it was read."""
        values: list[Any] = []
        for level, rows in self._levels.items():
            values += rows.get(name) or [None] * self._sizes[level]
        return _objects(values)

    def positions(self, places: Sequence[_Place]) -> npt.NDArray[np.int64]:
        """Where in a `column` the rows at `places` stand."""
        starts = dict(zip(self._sizes, accumulate(self._sizes.values(), initial=0), strict=False))
        return np.array([starts[place.level] + place.at for place in places], dtype="int64")

    def order(self) -> Iterator[_Place]:
        """Every row, parents before children, siblings by position."""
        efforts, projects, goals, tasks = self._levels.values()
        projects_of, goals_of = _grouped(projects["effort_id"]), _grouped(goals["project_id"])
        below = _grouped(tasks["parent_id"])
        tops: dict[int, list[int]] = defaultdict(list)
        for at in below.pop(None, ()):
            tops[tasks["project_id"][at]].append(at)
        for effort_at, effort in enumerate(efforts["id"]):
            mine = projects_of.get(effort, ())
            yield _Place("effort", effort_at, 0, len(mine))
            for project_at in mine:
                project = projects["id"][project_at]
                own_goals, own_tasks = goals_of.get(project, ()), tops.get(project, ())
                yield _Place("project", project_at, 1, len(own_goals) + len(own_tasks))
                for at in own_goals:
                    yield _Place("goal", at, 2, 0)
                waiting = [(at, 2) for at in reversed(own_tasks)]
                while waiting:
                    at, depth = waiting.pop()
                    children = below.get(tasks["id"][at], ())
                    yield _Place("task", at, depth, len(children))
                    waiting.extend((child, depth + 1) for child in reversed(children))


_Of: TypeAlias = dict[int, list[int]]
_Hanging: TypeAlias = dict[tuple[str, int], int]


def _grouped(parents: Sequence[int | None]) -> dict[int | None, list[int]]:
    """Parent → the places of its children, in their order."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for at, parent in enumerate(parents):
        children[parent].append(at)
    return children


def _objects(values: Sequence[Any]) -> npt.NDArray[np.object_]:
    """`values` as they are: lists in it stay lists."""
    made = np.empty(len(values), dtype="object")
    made[:] = values
    return made


def _pairs(session: Session, statement: sa.Select[int, str]) -> dict[int | None, str]:
    return {number: name for number, name in session.execute(statement)}  # noqa: C416  widens the key


def _read(session: Session, model: type[Tracked], names: Sequence[str]) -> dict[str, list[Any]]:
    """The columns of the rows, by position. Read past the ORM, which would look at every row."""
    columns = [_plain(getattr(model, name)) for name in names]
    ordered = sa.select(*columns).order_by(model.position, model.id)  # type: ignore[attr-defined]
    rows = session.connection().execute(ordered).all()
    by_column: Iterable[tuple[Any, ...]] = zip(*rows, strict=True) if rows else [()] * len(names)
    read = {name: list(values) for name, values in zip(names, by_column, strict=True)}
    for name in read.keys() & set(_LISTS):
        read[name] = _lists(read[name])
    return read


def _lists(values: list[Any]) -> list[list[str]]:
    """Lists that SQLite gives as JSON; each different one is read once, as most tasks bear the same labels."""
    known = {text: json.loads(text) for text in {value for value in values if isinstance(value, str)}}
    return [known[value] if isinstance(value, str) else value for value in values]


def _plain(column: InstrumentedAttribute[Any]) -> Any:
    """The column as the table shows it, without the detour through Decimal and enumerations."""
    kind = column.type
    if isinstance(kind, sa.Enum | sa.JSON):
        return sa.type_coerce(column, sa.String)
    if isinstance(kind, sa.Numeric) and kind.asdecimal:
        return sa.type_coerce(column, sa.Float)
    return column


def _counts(session: Session, hung: type[Comment] | type[Attachment]) -> dict[tuple[str, int], int]:
    counted = sa.select(hung.entity, hung.entity_id, sa.func.count()).group_by(hung.entity, hung.entity_id)
    return {(entity, number): count for entity, number, count in session.execute(counted)}

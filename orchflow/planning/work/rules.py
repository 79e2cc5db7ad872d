"""What every field of the plan may hold, and what must hold between the fields of one row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from orchflow.errors import Problem
from orchflow.planning.tables import (
    DependencyKind,
    EffortStatus,
    LinkKind,
    Priority,
    ProjectStatus,
)
from orchflow.planning.work.values import (
    Field,
    Fields,
    Refused,
    amount,
    choice,
    day,
    flag,
    labels,
    line,
    place,
    reference,
    text,
    whole,
)

TITLE, NAME = 300, 200
LONGEST_TEXT = 200_000
LONGEST_COMMENT = 20_000

_PROJECT_NUMBER = re.compile(r"\d{1,4}(\.\d{1,4}){0,2}")


def _project_number() -> Field:
    def read(given: Any) -> str:
        number = str(given).strip()
        if not _PROJECT_NUMBER.fullmatch(number):
            raise Refused(f"is not a number like 1.2: {number[:40]!r}")
        return number

    return Field(read, required=True)


_IMPORTED: Fields = {"external_id": line(200), "external_source": line(64)}

FIELDS: dict[str, Fields] = {
    "effort": {
        "number": whole(0, 9999, required=True),
        "name": line(NAME, required=True),
        "description": text(LONGEST_TEXT),
        "owner_id": reference(),
        "status": choice(EffortStatus, empty=EffortStatus.NOT_STARTED),
        "flow": whole(1, 6),
        "target_start": day(),
        "target_end": day(),
        "position": place(),
        **_IMPORTED,
    },
    "project": {
        "number": _project_number(),
        "effort_id": reference(required=True),
        "name": line(NAME, required=True),
        "description": text(LONGEST_TEXT),
        "owner_id": reference(),
        "status": choice(ProjectStatus, empty=ProjectStatus.NOT_STARTED),
        "start": day(),
        "due": day(),
        "position": place(),
        **_IMPORTED,
    },
    "goal": {
        "project_id": reference(required=True),
        "name": line(TITLE, required=True),
        "description": text(LONGEST_TEXT),
        "metric": line(300, empty=""),
        "unit": line(40, empty=""),
        "baseline": amount(None, "99999999999", 4),
        "target": amount(None, "99999999999", 4),
        "current": amount(None, "99999999999", 4),
        "due": day(),
        "owner_id": reference(),
        "live_figure": line(100),
        "position": place(),
        **_IMPORTED,
    },
    "task": {
        "project_id": reference(required=True),
        "goal_id": reference(),
        "parent_id": reference(),
        "sprint_id": reference(),
        "title": line(TITLE, required=True),
        "description": text(LONGEST_TEXT),
        "status": line(40, required=True),
        "blocked_reason": line(1000),
        "assignee_id": reference(),
        "priority": choice(Priority, empty=Priority.NORMAL),
        "points": amount("0", "9999", 2),
        "estimated_hours": amount("0", "99999", 2),
        "logged_hours": amount("0", "99999", 2),
        "start": day(),
        "due": day(),
        "labels": labels(),
        "milestone": flag(),
        "position": place(),
        "step": line(100),
        "role": line(64),
        **_IMPORTED,
    },
    "dependency": {
        "task_id": reference(required=True),
        "depends_on_id": reference(required=True),
        "kind": choice(DependencyKind, empty=DependencyKind.FINISH_TO_START),
        "lag_days": whole(-365, 365, empty=0),
    },
    "comment": {"body": text(LONGEST_COMMENT, required=True)},
    "link": {
        "kind": choice(LinkKind),
        "target": line(2000, required=True),
        "title": line(TITLE, empty=""),
    },
}
"""Table → its editable fields. What is not here cannot be changed from outside."""

_SPANS = {"effort": ("target_start", "target_end"), "project": ("start", "due"), "task": ("start", "due")}


def read(
    entity: str, changes: Mapping[str, Any], row: int | str | None
) -> tuple[dict[str, Any], list[Problem]]:
    """`changes` as they are stored, and what is wrong with them as far as it can be told without the database."""
    fields = FIELDS[entity]
    values: dict[str, Any] = {}
    problems = []
    for name, given in changes.items():
        if name not in fields:
            problems.append(Problem(row, name, "cannot be changed"))
            continue
        try:
            values[name] = fields[name].value(given)
        except Refused as error:
            problems.append(Problem(row, name, str(error)))
    return values, problems


def missing(entity: str, given: Mapping[str, Any], row: int | str | None) -> list[Problem]:
    """Which needed fields a new row lacks."""
    return [
        Problem(row, name, "must not be empty")
        for name, field in FIELDS[entity].items()
        if field.required and name not in given and name not in ("position", "status")
    ]


def between_fields(
    entity: str, value: Callable[[str], Any], changed: Mapping[str, Any], row: int | str | None
) -> list[Problem]:
    """What is wrong with a row as it will be (`value` of a field's name); said at a field that was changed."""
    if entity not in _SPANS or not changed.keys() & set(_SPANS[entity]):
        return []
    first, last = _SPANS[entity]
    begins, ends = value(first), value(last)
    if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
        if last in changed:
            return [Problem(row, last, f"{ends} is before the start, {begins}")]
        return [Problem(row, first, f"{begins} is after the end, {ends}")]
    return []

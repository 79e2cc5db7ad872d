"""Which column of a kind of file holds which field of a task; kept under a name for the next file of that kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from orchflow.encoding import encode
from orchflow.errors import Invalid, NotFound, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.exchange.issues import EXTRA
from orchflow.planning.exchange.own_table import own_name
from orchflow.planning.exchange.records import FIELDS, Level
from orchflow.planning.tables import ImportMapping
from orchflow.store import locks
from orchflow.store.engine import Store
from orchflow.store.field import read_values
from orchflow.store.request import new_request

TARGETS = (*FIELDS[Level.TASK], "key", "depends_on", "history", *EXTRA)
"""What a column may be mapped to."""

_GUESSES = {
    "name": (
        "summary",
        "task",
        "task name",
        "subject",
        "what",
        "titel",
        "aufgabe",
        "vorgang",
        "bezeichnung",
        "item",
        "story",
        "feature",
    ),
    "key": ("id", "task id", "issue", "issue key", "number", "#", "nr", "ref", "reference", "issue id"),
    "project": ("list", "section", "epic", "projekt", "project number", "project name", "bucket"),
    "status": ("state", "column", "stage", "progress", "section/column"),
    "assignee": (
        "assigned to",
        "assign",
        "owner",
        "responsible",
        "who",
        "assignees",
        "owners",
        "person",
        "people",
        "verantwortlich",
    ),
    "assignee_email": ("assignee email", "owner email"),
    "due": (
        "deadline",
        "due by",
        "due on",
        "finish",
        "end date",
        "finish date",
        "target date",
        "timeline - end",
        "fällig",
        "fällig am",
    ),
    "start": ("begin", "begins", "start on", "timeline - start", "beginn"),
    "points": ("story points", "size", "estimate points", "sp", "effort"),
    "estimated_hours": (
        "hours",
        "estimate (h)",
        "estimated hours",
        "original estimate",
        "estimation",
        "aufwand",
    ),
    "logged_hours": ("spent", "time spent", "spent time", "actual hours", "logged"),
    "description": (
        "notes",
        "details",
        "body",
        "task content",
        "beschreibung",
        "bemerkung",
        "bemerkungen",
        "notizen",
    ),
    "labels": ("tags", "label", "tag"),
    "parent": ("parent task", "parent id", "parent issue", "parent item", "subtask of"),
    "priority": ("prio", "importance"),
    "sprint": ("iteration", "cycle", "cycle name", "sprints"),
    "depends_on": ("blocked by", "predecessors", "depends on", "dependencies"),
    "blocks": ("blocks", "blocking"),
    "resolution": ("resolution", "close reason", "state reason", "closed as"),
    "created": (
        "created",
        "created at",
        "created on",
        "created date",
        "created time",
        "date created",
        "erstellt",
        "erstellt am",
    ),
    "started": ("started", "started at", "started on"),
    "resolved": (
        "resolved",
        "completed",
        "completed at",
        "completed on",
        "completed date",
        "closed at",
        "closed date",
        "resolved date",
        "closed",
        "done at",
    ),
    "cancelled": ("cancelled at", "canceled at"),
    "percent": ("% complete", "percent complete", "% done"),
}


@dataclass(frozen=True)
class ColumnMapping:
    """How to read tasks from a table. `values` gives for a field the file's words and ours.

    `source` is whose keys the file has; `project` (a number or key) is for rows that name none.
    """

    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    source: str = ""
    project: str | None = None


def read_mapping(written: Mapping[str, Any]) -> ColumnMapping:
    """A mapping from `{"columns": {column: field}, …}`, or from the columns alone. Invalid says what is wrong."""
    whole = isinstance(written.get("columns"), Mapping)
    columns, rest = (written["columns"], written) if whole else (written, {})
    problems = []
    fields: dict[str, str] = {}
    for column, target in columns.items():
        name = _target(str(target)) if target else None
        if target and name not in TARGETS:
            problems.append(Problem(str(column), "columns", f"{target!r} is not one of {', '.join(TARGETS)}"))
        elif name is not None:
            fields[str(column)] = name
    values = rest.get("values") or {}
    if not isinstance(values, Mapping) or not all(isinstance(words, Mapping) for words in values.values()):
        problems.append(Problem(None, "values", 'must be like {"status": {"Doing": "in_progress"}}'))
        values = {}
    unknown = set(rest) - {"columns", "values", "source", "project"}
    problems += [Problem(None, str(name), "is no part of a mapping") for name in sorted(map(str, unknown))]
    if "name" not in fields.values() and not problems:
        problems.append(Problem(None, "columns", "no column is mapped to the name of the task"))
    if problems:
        raise Invalid(problems, "Correct the mapping.")
    return ColumnMapping(
        fields,
        {str(name): {str(k): str(v) for k, v in words.items()} for name, words in values.items()},
        str(rest.get("source") or ""),
        str(rest["project"]) if rest.get("project") not in (None, "") else None,
    )


def _target(written: str) -> str | None:
    """The field that a mapping names."""
    plain = "_".join(written.strip().lower().replace("-", " ").split())
    return plain if plain in EXTRA else own_name(written)


def guess_mapping(heading: tuple[str, ...]) -> ColumnMapping:
    """What the columns of an unknown table probably hold: by their names, each field at most once, ours before others."""
    names = {column: own_name(column) for column in heading}
    found: dict[str, str] = {}
    for column, name in names.items():
        if name in TARGETS and name is not None:
            found.setdefault(name, column)
    for column in heading:
        plain = " ".join(column.lower().replace("_", " ").split())
        name = next((field for field, words in _GUESSES.items() if plain in words), None)
        if name is not None and column not in found.values():
            found.setdefault(name, column)
    fields = {column: name for name, column in found.items()}
    return ColumnMapping({column: fields[column] for column in heading if column in fields})


def list_mappings(store: Store, actor: Actor) -> dict[str, ColumnMapping]:
    """The remembered mappings by name."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        kept = sa.select(ImportMapping.name, ImportMapping.mapping).order_by(ImportMapping.name)
        return {name: read_mapping(mapping) for name, mapping in session.execute(kept)}


def get_mapping(store: Store, actor: Actor, name: str) -> ColumnMapping:
    """The mapping remembered under a name; NotFound names the ones there are."""
    known = list_mappings(store, actor)
    if name not in known:
        there = f"Remembered are {', '.join(known)}." if known else "None is remembered yet."
        raise NotFound(f"There is no mapping {name!r}", there)
    return known[name]


def save_mapping(store: Store, actor: Actor, name: str, mapping: ColumnMapping) -> None:
    """Remember a mapping under a name, in place of one that is there."""
    actor.require(Permission.PLAN_EDIT)
    values = read_values(ImportMapping, {"name": name})
    with store.unit(actor, new_request()) as session:
        locks.take(session, "plan.mappings")
        same = sa.select(ImportMapping).where(ImportMapping.name == values["name"]).with_for_update()
        row = session.scalar(same) or ImportMapping(**values)
        row.mapping = encode(mapping)
        session.add(row)

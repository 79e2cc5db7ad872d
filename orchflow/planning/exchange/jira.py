"""Jira's CSV export: every issue becomes a task, with its parent, sprint and, as far as it tells, its past.

An issue stands under its Parent, else under its Epic Link. The Jira project becomes a project of the effort "Jira",
unless another project is named to take all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias

from orchflow.planning.exchange.records import Document, Level, Record
from orchflow.planning.exchange.text_table import Table
from orchflow.planning.exchange.words import status_of
from orchflow.planning.tables import CLOSED, State
from orchflow.store.moments import instant, slash_order
from orchflow.store.reading import as_text
from orchflow.store.written import Refused

SOURCE: Final = "jira"
_EFFORT: Final = "jira"
_UNNAMED: Final = "issues"

_COLUMNS: dict[str, str] = {
    "summary": "name", "issue key": "key", "issue id": "id", "parent": "parent", "parent id": "parent",
    "parent key": "parent", "epic link": "epic", "status": "status", "status category": "category",
    "story points": "points", "story point estimate": "points", "assignee": "assignee",
    "assignee id": "assignee_id", "sprint": "sprint", "labels": "labels", "created": "created",
    "resolved": "resolved", "due date": "due", "start date": "start", "priority": "priority",
    "description": "description", "project key": "project_key", "project name": "project_name",
    "original estimate": "estimated_hours", "time spent": "logged_hours", "issue type": "type", "reporter": "reporter",
    "resolution": "resolution",
}  # fmt: skip
_CATEGORIES = {"to do": State.BACKLOG, "in progress": State.IN_PROGRESS, "done": State.DONE}

Issue: TypeAlias = dict[str, list[Any]]
"""Field → the cells of all columns of that name that hold something."""


def is_jira(heading: tuple[str, ...]) -> bool:
    """Whether a table is an export of Jira."""
    return {"summary", "issue key"} <= {_plain(column) for column in heading}


def known_column(heading: str) -> bool:
    """Whether a column is one that is read from Jira."""
    return _plain(heading) in _COLUMNS


def _plain(heading: str) -> str:
    plain = " ".join(heading.lower().split())
    custom = plain.removeprefix("custom field (")
    return plain if custom == plain else custom.removesuffix(")")


def read_jira(table: Table, into: str | None = None, zone: tzinfo = UTC) -> Document:
    """The issues of an export. `into` (number or key of a project) takes all; times without a zone are those of `zone`."""
    fields = [_COLUMNS.get(_plain(column)) for column in table.heading]
    document = Document("jira", SOURCE, labels=table.labels(fields), foreign=True)
    document.unread = table.unread(fields)
    issues = dict(table.cells(fields))
    if into is None:
        document.records += _projects(issues.values())
    reader = _Reader(document, list(issues.values()), into, zone)
    for row, issue in issues.items():
        document.records += reader.records(row, issue)
    return document


def _first(issue: Issue, name: str) -> str:
    return as_text(issue[name][0]).strip() if issue.get(name) else ""


def _project_key(issue: Issue) -> str:
    return _first(issue, "project_key") or _first(issue, "key").rpartition("-")[0] or _UNNAMED


def _projects(issues: Iterable[Issue]) -> Iterator[Record]:
    """The effort and the projects that the issues stand in."""
    names: dict[str, str] = {}
    for issue in issues:
        key = _project_key(issue)
        names[key] = names.get(key) or _first(issue, "project_name")
    yield Record(Level.EFFORT, 1, {"name": "Jira"}, _EFFORT)
    for key, name in names.items():
        yield Record(Level.PROJECT, 1, {"name": name or key, "effort": _EFFORT}, key)


class _Reader:
    """Makes tasks of issues, and the sprints they are in."""

    def __init__(self, document: Document, issues: list[Issue], into: str | None, zone: tzinfo) -> None:
        self._document = document
        self._zone = zone
        self._sprints: set[str] = set()
        keyed = [issue for issue in issues if _first(issue, "key")]
        self._projects = {_first(issue, "key"): into or _project_key(issue) for issue in keyed}
        self._keys = {issue_id: _first(issue, "key") for issue in keyed if (issue_id := _first(issue, "id"))}
        self._orders = {
            name: slash_order(cell for issue in issues for cell in issue.get(name, ()))
            for name in ("created", "resolved")
        }

    def records(self, row: int, issue: Issue) -> Iterator[Record]:
        """The task of an issue, before it its sprint when that is a new one; nothing without a key."""
        key = _first(issue, "key")
        if not key:
            self._document.refuse(row, "key", "must not be empty")
            return
        values: dict[str, Any] = {"name": _first(issue, "name"), "project": self._projects[key]}
        for name in ("description", "points", "start", "due"):
            if name in issue:
                values[name] = issue[name][0] if issue[name] else None
        for name in ("estimated_hours", "logged_hours"):
            if name in issue:
                values[name] = self._hours(row, name, issue)
        if "assignee" in issue:
            values["assignee"] = _first(issue, "assignee") or None
        if "labels" in issue:
            words = (as_text(cell).replace(",", " ") for cell in issue["labels"])
            values["labels"] = list(dict.fromkeys(" ".join(words).split()))
        if "sprint" in issue:  # the last of its sprints is the one it is in
            sprint = as_text(issue["sprint"][-1]).split(";")[-1].strip() if issue["sprint"] else None
            values["sprint"] = sprint
            if sprint and sprint not in self._sprints:
                self._sprints.add(sprint)
                yield Record(Level.SPRINT, row, {"name": sprint})
        if word := _first(issue, "priority"):
            values["priority"] = word
        if status := _status(issue):
            values["status"] = status
            values["blocked_reason"] = "Blocked in Jira" if status == State.BLOCKED else None
        if issue.keys() & {"parent", "epic"}:
            values["parent"] = self._parent(row, key, issue)
        past = list(self._past(row, issue, values.get("status")))
        yield Record(Level.TASK, row, values, key, history=past)

    def _parent(self, row: int, key: str, issue: Issue) -> str | None:
        name = _first(issue, "parent") or _first(issue, "epic")
        parent = self._keys.get(name, name)
        if parent == key:
            return name
        if self._projects.get(parent, self._projects[key]) != self._projects[key]:
            self._document.note(row, "parent", f"{parent} is in another project; the task stands by itself")
            return None
        return parent or None

    def _hours(self, row: int, name: str, issue: Issue) -> Decimal | None:
        """Jira tells seconds."""
        text = _first(issue, name)
        try:
            return round(Decimal(text) / 3_600, 2) if text else None
        except InvalidOperation:
            self._document.note(row, name, f"is not a number of seconds: {text[:40]!r}; left out")
            return None

    def _past(self, row: int, issue: Issue, status: str | None) -> Iterator[dict[str, Any]]:
        """When the issue was made and when it was resolved."""
        by = _first(issue, "reporter") or _first(issue, "assignee") or SOURCE
        backlog = State.BACKLOG.value
        steps: list[tuple[str, str | None, str]] = [("created", None, backlog)]
        if status in CLOSED:
            steps.append(("resolved", backlog, status))
        for name, old, new in steps:
            if not issue.get(name):
                continue
            try:
                at = instant(issue[name][0], self._orders[name], self._zone)
            except Refused as error:
                self._document.note(row, name, f"{error}; left out")
            else:
                yield {"occurred_at": at, "field": "status", "old": old, "new": new, "by": by}


def _status(issue: Issue) -> str:
    word = _first(issue, "status")
    usual = status_of(word) or _CATEGORIES.get(_first(issue, "category").lower())
    if usual == State.DONE and status_of(_first(issue, "resolution")) == State.CANCELLED:
        return State.CANCELLED.value
    return str(usual or word) if word else ""

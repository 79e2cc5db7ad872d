"""Jira's CSV export: every issue becomes a task, with its parent, sprint and, as far as it tells, its past.

An issue stands under its Parent, else under its Epic Link. The Jira project becomes a project of the effort "Jira",
unless another project is named to take all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from orchflow.planning.exchange.records import Document, ImportProblem, Level, Record
from orchflow.planning.exchange.text_table import Table
from orchflow.planning.exchange.words import PRIORITIES, priority_of, status_of
from orchflow.planning.tables import State
from orchflow.store.field import as_text
from orchflow.store.written import Order, Refused, instant, slash_order

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
}  # fmt: skip
_CATEGORIES = {"to do": State.BACKLOG, "in progress": State.IN_PROGRESS, "done": State.DONE}


def is_jira(heading: tuple[str, ...]) -> bool:
    """Whether a table is an export of Jira."""
    names = {_plain(column) for column in heading}
    return {"summary", "issue key"} <= names


def known_column(heading: str) -> bool:
    """Whether a column is one that is read from Jira."""
    return _plain(heading) in _COLUMNS


def _plain(heading: str) -> str:
    plain = " ".join(heading.lower().split())
    return (
        plain.removeprefix("custom field (").removesuffix(")")
        if plain.startswith("custom field (")
        else plain
    )


def read_jira(
    table: Table,
    *,
    into: str | None = None,
    statuses: Mapping[str, str] | None = None,
    source: str | None = None,
    zone: tzinfo = UTC,
) -> Document:
    """The issues of an export. `into` (number or key of a project) takes all; `statuses` are words of this Jira.

    Times without a zone are those of `zone`.
    """
    document = Document("jira", source or SOURCE, foreign=True)
    issues = [(number, _issue(table, row)) for number, row in table.rows]
    for column in table.heading:
        if (name := _COLUMNS.get(_plain(column))) is not None:
            document.labels.setdefault(name, column)
    keys: dict[str, str] = {}
    projects: dict[str, str] = {}
    for _, issue in issues:
        if key := _first(issue, "key"):
            keys[key] = key
            projects[key] = into or _project_key(issue)
            if issue_id := _first(issue, "id"):
                keys[issue_id] = key
    if into is None:
        document.records += _projects([issue for _, issue in issues])
    orders = {
        name: slash_order(cell for _, issue in issues for cell in issue.get(name, ()))
        for name in ("created", "resolved")
    }
    words = {word.casefold(): ours for word, ours in (statuses or {}).items()}
    reader = _Reader(document, keys, projects, words, zone, orders)
    for number, issue in issues:
        if (task := reader.record(number, issue)) is not None:
            document.records.append(task)
    return document


Issue = dict[str, list[Any]]
"""Field → the cells of all columns of that name that hold something."""


def _issue(table: Table, row: tuple[Any, ...]) -> Issue:
    issue: Issue = {}
    for column, cell in zip(table.heading, row, strict=True):
        name = _COLUMNS.get(_plain(column))
        if name is not None and cell is not None and (not isinstance(cell, str) or cell.strip()):
            issue.setdefault(name, []).append(cell)
    return issue


def _first(issue: Issue, name: str) -> str:
    return as_text(issue[name][0]).strip() if issue.get(name) else ""


def _project_key(issue: Issue) -> str:
    return _first(issue, "project_key") or _first(issue, "key").rpartition("-")[0] or _UNNAMED


def _projects(issues: list[Issue]) -> list[Record]:
    """The effort and the projects that the issues stand in."""
    found: dict[str, str] = {}
    for issue in issues:
        key = _project_key(issue)
        found[key] = found.get(key) or _first(issue, "project_name")
    effort = Record(Level.EFFORT, 1, {"name": "Jira"}, _EFFORT)
    return [effort] + [
        Record(Level.PROJECT, 1, {"name": name or key, "effort": _EFFORT}, key) for key, name in found.items()
    ]


class _Reader:
    """Makes tasks of issues."""

    def __init__(
        self,
        document: Document,
        keys: dict[str, str],
        projects: dict[str, str],
        statuses: dict[str, str],
        zone: tzinfo,
        orders: dict[str, Order | None],
    ) -> None:
        self._document = document
        self._keys = keys
        self._projects = projects
        self._statuses = statuses
        self._zone = zone
        self._sprints: dict[str, Record] = {}
        self._orders = orders

    def record(self, row: int, issue: Issue) -> Record | None:
        """The task of an issue; None when it has no key."""
        key = _first(issue, "key")
        if not key:
            self._document.refuse(row, "key", "must not be empty")
            return None
        values: dict[str, Any] = {"name": _first(issue, "name"), "project": self._projects[key]}
        for name in ("description", "points", "start", "due"):
            if name in self._document.labels:
                values[name] = issue[name][0] if issue.get(name) else None
        for name in ("estimated_hours", "logged_hours"):
            if name in self._document.labels:
                values[name] = self._hours(row, name, issue)
        if "assignee" in self._document.labels:
            values["assignee"] = _first(issue, "assignee") or None
        if "labels" in self._document.labels:
            values["labels"] = list(dict.fromkeys(
                word for cell in issue.get("labels", []) for word in as_text(cell).replace(",", " ").split()
            ))  # fmt: skip
        if "sprint" in self._document.labels:
            values["sprint"] = self._sprint(row, issue)
        if word := _first(issue, "priority"):
            values["priority"] = word.lower() if word.lower() in PRIORITIES else priority_of(word) or word
        self._status(issue, values)
        if {"parent", "epic"} & self._document.labels.keys():
            values["parent"] = self._parent(row, key, issue)
        record = Record(Level.TASK, row, values, key)
        record.history = self._past(row, issue, values)
        return record

    def _status(self, issue: Issue, values: dict[str, Any]) -> None:
        word = _first(issue, "status")
        if not word:
            return
        category = _CATEGORIES.get(_first(issue, "category").lower())
        found = (
            self._statuses.get(word.casefold()) or status_of(word) or (category.value if category else word)
        )
        values["status"] = found
        values["blocked_reason"] = "Blocked in Jira" if found == State.BLOCKED else None

    def _parent(self, row: int, key: str, issue: Issue) -> str | None:
        name = _first(issue, "parent") or _first(issue, "epic")
        if not name:
            return None
        parent = self._keys.get(name, name)
        if parent == key:
            return name
        if self._projects.get(parent, self._projects[key]) != self._projects[key]:
            note = f"{parent} is in another project; the task stands by itself"
            self._document.notes.append(ImportProblem(row, self._document.label("parent"), note))
            return None
        return parent

    def _sprint(self, row: int, issue: Issue) -> str | None:
        """The last of an issue's sprints is the one it is in; one that is not known yet is made."""
        names = [as_text(cell).strip() for cell in issue.get("sprint", [])]
        if not names:
            return None
        name = names[-1].split(";")[-1].strip()
        if name not in self._sprints:
            self._sprints[name] = Record(Level.SPRINT, row, {"name": name})
            self._document.records.append(self._sprints[name])
        return name

    def _hours(self, row: int, name: str, issue: Issue) -> Decimal | None:
        """Jira tells seconds."""
        text = _first(issue, name)
        if not text:
            return None
        try:
            return round(Decimal(text) / 3_600, 2)
        except InvalidOperation:
            note = f"is not a number of seconds: {text[:40]!r}; left out"
            self._document.notes.append(ImportProblem(row, self._document.label(name), note))
            return None

    def _past(self, row: int, issue: Issue, values: dict[str, Any]) -> list[dict[str, Any]]:
        """When the issue was made and when it was resolved."""
        past = []
        by = _first(issue, "reporter") or _first(issue, "assignee")
        done = values.get("status") in (State.DONE, State.CANCELLED)
        for name, old, new in (
            ("created", None, State.BACKLOG.value),
            ("resolved", State.BACKLOG.value, values.get("status")),
        ):
            if not issue.get(name) or (name == "resolved" and not done):
                continue
            try:
                at = instant(issue[name][0], self._orders.get(name), self._zone)
            except Refused as error:
                self._document.notes.append(
                    ImportProblem(row, self._document.label(name), f"{error}; left out")
                )
                continue
            past.append({"occurred_at": at, "field": "status", "old": old, "new": new, "by": by or SOURCE})
        return past

"""Issues of other programs as tasks: with their project, sprint, parent, dependencies and, as far as it is told, their past."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from orchflow import clock
from orchflow.planning.exchange.durations import hours
from orchflow.planning.exchange.issue_keys import (
    UNNAMED,
    Issue,
    cell,
    first,
    keys_in,
    level_of,
    parents_in_outline,
)
from orchflow.planning.exchange.issue_links import let_wait, tells_links, waits_for
from orchflow.planning.exchange.issue_past import past_of
from orchflow.planning.exchange.issue_status import Scale, on_scale, state_of
from orchflow.planning.exchange.own_table import read_history
from orchflow.planning.exchange.records import Document, Level, Record
from orchflow.planning.exchange.words import status_of
from orchflow.planning.tables import State
from orchflow.store.moments import counted, instant, slash_order
from orchflow.store.reading import as_text
from orchflow.store.written import Refused, says_nothing, short

LONGEST_KEY: Final = 200
INSTANTS: Final = ("created", "started", "resolved", "cancelled", "category_changed")
EXTRA: Final = (
    *INSTANTS, "id", "epic", "category", "resolution", "percent", "outline", "wbs", "complete", "reporter", "blocks",
    "assignee_email", "project_key", "project_name", "cycle",
)  # fmt: skip
"""What is read of an issue beside the fields of a task."""
_DAYS: Final = (*INSTANTS, "start", "due")
_WHOLE: Final = 0
"""The level in the outline of the row that stands for the whole plan: it names the project."""
_COLOUR: Final = re.compile(
    r" \((?:green|yellow|orange|red|purple|blue|sky|lime|pink|black)(?:_dark|_light)?\)$"
)
"""What Trello writes behind a label."""
_AS_THEY_ARE: Final = (
    "description",
    "points",
    "start",
    "due",
    "blocked_reason",
    "goal",
    "milestone",
    "step",
    "role",
)


@dataclass(frozen=True)
class Style:
    """How a program writes its issues.

    `source` is whose keys they have. Projects and sprints that it names are made, under an effort called `effort`,
    if it has one; else they are those of the plan. `unit` is how many hours a number alone means. Every issue has a
    key if it is `keyed`. Its `lists` are words of a column that need not be states. Its priorities may be numbers on a
    `scale`. Where it is `bracketed`, several people or labels stand in brackets.
    """

    source: str
    effort: str = ""
    unit: Decimal = Decimal(1)
    keyed: bool = False
    lists: bool = False
    spaced_labels: bool = False
    scale: Scale = ()
    bracketed: bool = False


class IssueReader:
    """Makes records of the issues of one file: their projects first, and before each issue its sprint."""

    def __init__(
        self, document: Document, issues: Mapping[int, Issue], style: Style, into: str | None
    ) -> None:
        self._document = document
        self._issues = issues
        self._style = style
        self._into = into
        self._alone = {name for issue in issues.values() if "," not in (name := first(issue, "project"))}
        self._keys = keys_in(issues, self._project_key)
        self._sprints: set[str] = set()
        self._unknown: set[str] = set()
        self._tasks: dict[str, Record] = {}
        cells = {name: [each for issue in issues.values() for each in issue.get(name, ())] for name in _DAYS}
        document.order = slash_order(each for some in cells.values() for each in some)
        self._orders = {name: slash_order(cells[name]) or document.order for name in INSTANTS}

    def read(self) -> None:
        """Add everything to the document."""
        if self._style.effort and self._into is None and self._issues:
            self._document.records += self._projects()
        parents = parents_in_outline(self._issues)
        for row, issue in self._issues.items():
            if level_of(issue) == _WHOLE:
                continue
            key = first(issue, "key") or None
            if key is None and self._style.keyed:
                self._document.refuse(row, "key", "must not be empty")
                continue
            if len(key or "") > LONGEST_KEY:
                self._document.refuse(row, "key", f"is longer than {LONGEST_KEY} characters")
                continue
            record = Record(Level.TASK, row, self._values(row, key, issue, parents), key)
            if tells_links(issue):
                record.depends_on = waits_for(self._document, row, issue, self._keys)
            try:
                record.history = read_history(cell(issue, "history"))
            except Refused as error:
                self._document.refuse(row, "history", str(error))
                continue
            if key and not record.history:  # a task that is known by its name alone may have its past here
                record.history = self._past(row, issue, str(record.values.get("status") or ""))
            self._document.records += self._sprint(row, record)
            self._document.records.append(record)
            if key:
                self._tasks.setdefault(key, record)
        let_wait(self._document, self._issues, self._keys, self._tasks)

    def _project_key(self, issue: Issue) -> str:
        named = first(issue, "project_key") or self._named_project(issue) or first(issue, "project_name")
        return named or first(issue, "key").rpartition("-")[0] * self._style.keyed

    def _named_project(self, issue: Issue) -> str:
        """The project that an issue names; of several the first in which others are alone."""
        written = first(issue, "project")
        parts = [part.strip() for part in written.split(",")]
        return next((part for part in parts if part in self._alone), written)

    def _tell_other_projects(self, row: int, issue: Issue) -> None:
        written, chosen = first(issue, "project"), self._named_project(issue)
        if chosen != written:
            self._document.note(
                row, "project", f"{short(written)} are several projects; the task is in {chosen}"
            )

    def _project(self, issue: Issue) -> str:
        """The key of the project in which an issue stands."""
        return self._keys.project.get(first(issue, "key")) or self._project_key(issue) or UNNAMED

    def _projects(self) -> Iterator[Record]:
        names: dict[str, str] = {}
        whole = (first(issue, "name") for issue in self._issues.values() if level_of(issue) == _WHOLE)
        title = next(whole, "")
        for issue in self._issues.values():
            key = self._project(issue)
            names[key] = names.get(key) or self._named_project(issue) or first(issue, "project_name")
        effort = self._style.source
        yield Record(Level.EFFORT, 1, {"name": self._style.effort}, effort)
        for key, name in names.items():
            yield Record(Level.PROJECT, 1, {"name": name or title or key, "effort": effort}, key)

    def _values(self, row: int, key: str | None, issue: Issue, parents: Mapping[int, str]) -> dict[str, Any]:
        values: dict[str, Any] = {name: cell(issue, name) for name in _AS_THEY_ARE if name in issue}
        values["name"] = cell(issue, "name")
        if self._into is not None:
            values["project"] = self._into
        elif self._style.effort:
            values["project"] = self._project(issue)
            self._tell_other_projects(row, issue)
        elif "project" in issue:
            values["project"] = cell(issue, "project")
        for name in ("estimated_hours", "logged_hours"):
            if name in issue:
                values[name] = self._hours(row, name, issue)
        if issue.keys() & {"assignee", "assignee_email"}:
            name, address = first(issue, "assignee"), first(issue, "assignee_email")
            values["assignee"] = (f"{name} <{address}>" if name and address else name or address) or None
        if "labels" in issue:
            values["labels"] = self._labels(issue["labels"])
        if "sprint" in issue:
            values["sprint"] = self._sprint_of(issue)
        if priority := first(issue, "priority"):
            values["priority"] = on_scale(priority, self._style.scale)
        if status := self._status(row, issue):
            values["status"] = status
            if status == State.BLOCKED.value:
                values["blocked_reason"] = values.get("blocked_reason") or self._blocked
            elif "status" in issue:
                values["blocked_reason"] = None
        if issue.keys() & {"parent", "epic"} or parents:
            values["parent"] = self._parent(row, key, issue, parents.get(row, ""))
        return values

    @property
    def _blocked(self) -> str:
        return (
            f"Blocked in {self._style.effort}" if self._style.effort else "Blocked where it was imported from"
        )

    def _labels(self, cells: list[Any]) -> list[str]:
        words = [as_text(each) for each in cells]
        if self._style.spaced_labels:
            return list(dict.fromkeys(" ".join(word.replace(",", " ") for word in words).split()))
        parts = (_COLOUR.sub("", part.strip()) for word in words for part in re.split("[,;]", word))
        return list(dict.fromkeys(part for part in parts if part))

    def _hours(self, row: int, name: str, issue: Issue) -> Decimal | None:
        text = first(issue, name)
        if says_nothing(text):
            return None
        try:
            return hours(text, self._style.unit)
        except Refused as error:
            self._document.note(row, name, f"{error}; left out")
            return None

    def _parent(self, row: int, key: str | None, issue: Issue, above: str) -> str | None:
        """The issue under which one stands: the first that it names which is in the file, else rather a key than a number."""
        named = [as_text(each).strip() for name in ("parent", "epic") for each in issue.get(name, ())] + [
            above
        ]
        named = [name for name in named if name]
        projects = self._keys.project
        known = (name for name in named if self._keys.key(name) in projects)
        name = next(known, next((name for name in named if not name.isdecimal()), named[0] if named else ""))
        parent = self._keys.key(name)
        if key is not None and parent == key:
            return name
        own = projects.get(key or "")
        if own is not None and projects.get(parent, own) != own and self._into is None and self._style.effort:
            self._document.note(row, "parent", f"{parent} is in another project; the task stands by itself")
            return None
        return parent or None

    def _sprint_of(self, issue: Issue) -> str | None:
        """The last of its sprints is the one it is in; one without a name has a number."""
        if issue["sprint"]:
            return as_text(issue["sprint"][-1]).split(";")[-1].strip()
        number = first(issue, "cycle")
        return f"Cycle {number}" if number else None

    def _sprint(self, row: int, record: Record) -> Iterator[Record]:
        """The sprint of an issue, when it is a new one."""
        sprint = record.values.get("sprint")
        if sprint and self._style.effort and sprint not in self._sprints:
            self._sprints.add(sprint)
            yield Record(Level.SPRINT, row, {"name": sprint})

    def _status(self, row: int, issue: Issue) -> str:
        word, state = first(issue, "status"), state_of(issue, lists=self._style.lists)
        if state is not None and (state is State.BLOCKED or state is not status_of(word)):
            return state.value
        if state is not None or not self._style.lists:
            return word  # a column of this name here comes before what the word usually means
        if word and word not in self._unknown:
            self._unknown.add(word)
            self._document.note(
                row, "status", f"{short(word)} means no state here; its tasks begin in the backlog"
            )
        return ""

    def _past(self, row: int, issue: Issue, written: str) -> list[dict[str, Any]]:
        def at(name: str) -> datetime | None:
            if says_nothing(first(issue, name)):
                return None
            try:
                told = counted(issue[name][0], self._document.epoch)
                moment = instant(told, self._orders[name], self._document.zone)
                if moment > clock.now():
                    raise Refused(f"is in the future: {moment.isoformat()}")
            except Refused as error:
                self._document.note(row, name, f"{error}; left out")
                return None
            return moment

        by = first(issue, "reporter") or first(issue, "assignee") or self._style.source
        return past_of(at, state_of(issue, lists=self._style.lists), written, by)

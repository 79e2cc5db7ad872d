"""A project as MS Project saves it in XML: its tasks with their outline, links, work and people."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Final
from xml.etree import ElementTree as Tree

from orchflow.planning.exchange.issue_keys import Issue
from orchflow.planning.exchange.issues import IssueReader, Style
from orchflow.planning.exchange.records import Document, unreadable
from orchflow.planning.exchange.spreadsheet import MOST_ROWS

STYLE: Final = Style(
    "msproject", "MS Project", scale=((400, "low"), (600, "normal"), (800, "high"), (10**9, "urgent"))
)
_NAMESPACE: Final = "{http://schemas.microsoft.com/project}"
_CELLS: Final = {
    "name": "Name", "key": "UID", "outline": "OutlineLevel", "start": "Start", "due": "Finish", "percent": "PercentComplete",
    "priority": "Priority", "milestone": "Milestone", "description": "Notes", "estimated_hours": "Work",
    "logged_hours": "ActualWork", "created": "CreateDate", "started": "ActualStart", "resolved": "ActualFinish",
}  # fmt: skip
_KINDS: Final = {"0": "FF", "1": "FS", "2": "SF", "3": "SS"}
_DAY, _ELAPSED_DAY = 4_800, 14_400  # tenths of minutes
_ELAPSED: Final = frozenset({"4", "6", "8", "10", "12"})
_PERCENT: Final = frozenset({"19", "20", "51", "52"})


def is_project(text: str) -> bool:
    """Whether a text is a project of MS Project in XML."""
    start = text[:5_000]
    return start.lstrip().startswith("<") and _NAMESPACE.strip("{}") in start


def read_project(text: str, filename: str, document: Document, into: str | None) -> None:
    """The tasks of a project. `into` (number or key of a project) takes all. UsageError when it is no sane file."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise unreadable(
            filename, "it declares entities, which no project does", "Save it again from MS Project."
        )
    try:
        project = Tree.fromstring(text)  # noqa: S314 - what declares entities was refused
    except Tree.ParseError as error:
        raise unreadable(
            filename, f"it is no readable XML ({error})", "Save it again from MS Project."
        ) from None
    people = {_text(each, "UID"): _person(each) for each in _each(project, "Resources", "Resource")}
    assigned: dict[str, list[str]] = {}
    for each in _each(project, "Assignments", "Assignment"):
        if person := people.get(_text(each, "ResourceUID")):
            assigned.setdefault(_text(each, "TaskUID"), []).append(person)
    tasks = [task for task in _each(project, "Tasks", "Task") if _text(task, "IsNull") != "1"]
    if len(tasks) > MOST_ROWS:
        raise unreadable(filename, f"it has more than {MOST_ROWS:,} tasks", "Split it into several files.")
    issues = {row: _issue(task, assigned) for row, task in enumerate(tasks, start=1)}
    IssueReader(document, issues, STYLE, into).read()


def _each(project: Tree.Element, group: str, name: str) -> Iterator[Tree.Element]:
    yield from project.iterfind(f"{_NAMESPACE}{group}/{_NAMESPACE}{name}")


def _text(element: Tree.Element, name: str) -> str:
    return (element.findtext(f"{_NAMESPACE}{name}") or "").strip()


def _person(resource: Tree.Element) -> str:
    name, address = _text(resource, "Name"), _text(resource, "EmailAddress")
    return f"{name} <{address}>" if name and address else name or address


def _issue(task: Tree.Element, assigned: dict[str, list[str]]) -> Issue:
    issue: Issue = {field: [text] if (text := _text(task, name)) else [] for field, name in _CELLS.items()}
    links = task.iterfind(f"{_NAMESPACE}PredecessorLink")
    issue["depends_on"] = [";".join(_link(link) for link in links)]
    issue["assignee"] = ["; ".join(assigned[_text(task, "UID")])] if _text(task, "UID") in assigned else []
    return issue


def _link(link: Tree.Element) -> str:
    """A link as MS Project writes it in a table."""
    written = f"{_text(link, 'PredecessorUID')}{_KINDS.get(_text(link, 'Type'), 'FS')}"
    try:
        lag = Decimal(_text(link, "LinkLag") or 0)
    except InvalidOperation:
        lag = Decimal(0)
    if not lag:
        return written
    unit = _text(link, "LagFormat")
    if unit in _PERCENT:
        return f"{written}{lag:+f}%"
    days = lag / (_ELAPSED_DAY if unit in _ELAPSED else _DAY)
    return f"{written}{round(days, 2):+f} {'e' if unit in _ELAPSED else ''}days"

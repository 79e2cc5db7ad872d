"""Search over what people look for by name: tasks, agents, people, checks, rules of alerts, risks and guides, each only what the reader may see."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import sqlalchemy as sa

from orchflow.alerts.rules import ALERT_RULES
from orchflow.guidance.checks.catalogue import CHECKS
from orchflow.guidance.pages import load_pages
from orchflow.metrics.filters import UNATTRIBUTED
from orchflow.metrics.names import filter_options
from orchflow.metrics.privacy import privacy_of
from orchflow.people.permissions import Actor, Permission
from orchflow.people.tables import User
from orchflow.planning.tables import Project, Task
from orchflow.risks.risks import RISKS
from orchflow.store.engine import Store
from orchflow.workspace import Workspace

Kind: TypeAlias = Literal["task", "agent", "person", "check", "alert", "risk", "guide"]

OF_EACH = 6
"""Hits of one kind that are told; who wants more writes more."""
_NUMBER = re.compile(r"#?(\d{1,15})")


@dataclass(frozen=True)
class Hit:
    """One thing found. `key` is a task's id, an agent's slug, a person's username, a check's key, the id of an alert rule or a risk, or a guide's address;
    `note` is where it belongs."""

    kind: Kind
    key: str
    title: str
    note: str


def search(ws: Workspace, actor: Actor, text: str, *, agents: Mapping[str, str] | None = None) -> list[Hit]:
    """What has every word of `text` in its name, those first that are or begin with it; at most `OF_EACH` of a kind.

    A number, as in `#12`, is also the task of that number. `agents` are the agents' names by slug, for who has read
    them already. Of people only those who may sign in are
    found. What the actor may not see is left out, as if it were not there.
    """
    words = text.casefold().split()
    if not words:
        return []
    found: list[list[Hit]] = []
    if actor.may(Permission.PLAN_VIEW):
        found.append(_tasks(ws.store, words))
        found.append(_checks(words))
    if actor.may(Permission.INSIGHTS_VIEW):
        if agents is None:
            agents = filter_options(ws.warehouse, privacy_of(actor)).get("agent", {})
        found.append(_agents(agents, words))
        found.append(_alerts(ws.store, actor, words))
        found.append(_risks(ws.store, actor, words))
    if actor.may(Permission.PEOPLE_VIEW):
        found.append(_people(ws.store, words))
    if not actor.must_change_password:
        found.append(_guides(words))
    begins = {id(hits): hits[0].title.casefold().startswith(" ".join(words)) for hits in found if hits}
    return [hit for hits in sorted(found, key=lambda hits: not begins.get(id(hits))) for hit in hits]


def _tasks(store: Store, words: Sequence[str]) -> list[Hit]:
    named = _with_words(Task.title, words)
    number = _NUMBER.fullmatch(" ".join(words))
    if number is not None:
        named = sa.or_(named, Task.id == int(number[1]))
    statement = (
        sa.select(Task.id, Task.title, Project.number, Project.name)
        .join(Project, Project.id == Task.project_id)
        .where(named)
        .order_by(_order(Task.title, words, Task.id == int(number[1]) if number else None), Task.id.desc())
        .limit(OF_EACH)
    )
    with store.read() as session:
        return [
            Hit("task", str(task_id), title, f"#{task_id} · {project} {name}")
            for task_id, title, project, name in session.execute(statement)
        ]


def _people(store: Store, words: Sequence[str]) -> list[Hit]:
    named = sa.or_(_with_words(User.display_name, words), _with_words(User.username, words))
    statement = (
        sa.select(User.username, User.display_name)
        .where(User.active, named)
        .order_by(_order(User.display_name, words), User.username)
        .limit(OF_EACH)
    )
    with store.read() as session:
        return [Hit("person", username, name, username) for username, name in session.execute(statement)]


def _agents(names: Mapping[str, str], words: Sequence[str]) -> list[Hit]:
    known = {slug: f"{name} {slug}" for slug, name in names.items() if slug != UNATTRIBUTED}
    return [Hit("agent", slug, names[slug], slug) for slug in _named(known, words)]


def _checks(words: Sequence[str]) -> list[Hit]:
    asked = {check.key: f"{check.question} {check.key}" for check in CHECKS.values()}
    return [
        Hit("check", key, CHECKS[key].question, f"Flow {CHECKS[key].flow}") for key in _named(asked, words)
    ]


def _alerts(store: Store, actor: Actor, words: Sequence[str]) -> list[Hit]:
    rules = {str(row.id): row for row in ALERT_RULES.list(store, actor)}
    named = _named({number: row.name for number, row in rules.items()}, words)
    return [Hit("alert", number, rules[number].name, "Alert rule") for number in named]


def _risks(store: Store, actor: Actor, words: Sequence[str]) -> list[Hit]:
    risks = {str(row.id): row for row in RISKS.list(store, actor)}
    named = _named({number: row.title for number, row in risks.items()}, words)
    return [
        Hit("risk", number, risks[number].title, risks[number].agent or risks[number].system or "Risk")
        for number in named
    ]


def _guides(words: Sequence[str]) -> list[Hit]:
    titles = {page.address: page.head.title for page in load_pages().by_address.values()}
    return [
        Hit("guide", address, titles[address], address.partition("/")[0]) for address in _named(titles, words)
    ]


def _named(names: Mapping[str, str], words: Sequence[str]) -> list[str]:
    """The keys of those names that have every word, those first that begin so."""
    text = " ".join(words)
    matching = [
        (not name.casefold().startswith(text), name.casefold(), key)
        for key, name in names.items()
        if all(word in name.casefold() for word in words)
    ]
    return [key for *_, key in sorted(matching)[:OF_EACH]]


def _with_words(column: Any, words: Sequence[str]) -> sa.ColumnElement[bool]:
    return sa.and_(
        *(sa.or_(*(column.icontains(form, autoescape=True) for form in _forms(word))) for word in words)
    )


def _order(
    column: Any, words: Sequence[str], first: sa.ColumnElement[bool] | None = None
) -> sa.ColumnElement[int]:
    """What is meant before what is or begins with the words, before what only has them."""
    text = " ".join(words)
    ranks = [(first, 0)] if first is not None else []
    return sa.case(
        *ranks, (sa.func.lower(column) == text, 1), (column.istartswith(text, autoescape=True), 2), else_=3
    )


def _forms(word: str) -> set[str]:
    """How a word may be written: SQLite compares only the letters of English without regard to case."""
    return {word} if word.isascii() else {word, word.upper(), word.capitalize(), word.lower()}

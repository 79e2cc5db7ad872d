"""Links from rows of the plan to documents, agents and addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from orchflow.errors import Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import Link, LinkKind
from orchflow.planning.work.rows import LinkRow
from orchflow.planning.work.rules import HangingRules
from orchflow.store.engine import Store
from orchflow.store.entity import Entity, Filter

_SCHEMES = ("http", "https", "mailto")


class LinkRules(HangingRules):
    """An address must be safe to follow."""

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        problems = super().problems(row, value, values)
        if value("kind") is LinkKind.URL and not safe_address(value("target")):
            problems.append(Problem(None, "target", "must be an address like https://example.org"))
        return problems


def safe_address(target: str) -> bool:
    """Whether a browser may follow an address: one that would run a script when clicked must not come in."""
    try:
        address = urlsplit(target)
    except ValueError:
        return False
    return address.scheme in _SCHEMES and bool(address.netloc or address.scheme == "mailto")


LINKS = Entity(
    Link,
    LinkRow,
    "Ways from rows of the plan to agents, documents and addresses.",
    view=Permission.PLAN_VIEW,
    edit=Permission.PLAN_EDIT,
    filters={
        "target": Filter(
            str,
            lambda target: Link.target == target,
            "With `kind` agent: everything that leads to this agent.",
        )
    },
    rules=LinkRules,
)
list_links, get_link, update_link, delete_link = LINKS.list, LINKS.get, LINKS.update, LINKS.delete


def add_link(
    store: Store, actor: Actor, entity: str, entity_id: int, *, request: str | None = None, **fields: Any
) -> LinkRow:
    """Hang a link on a row: its `kind`, `target` and `title`. A URL must be one that a browser may safely follow."""
    return LINKS.create(store, actor, entity=entity, entity_id=entity_id, request=request, **fields)

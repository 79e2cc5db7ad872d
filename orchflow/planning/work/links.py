"""Links from rows of the plan to documents, agents and addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from orchflow.errors import Invalid, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import Link, LinkKind
from orchflow.planning.work import rules
from orchflow.planning.work.anchors import hold
from orchflow.planning.work.references import new_request
from orchflow.planning.work.rows import LinkRow, Saved, chosen, one, page, row_of, rows
from orchflow.store.engine import Store
from orchflow.store.merge import EditOutcome, RowEdit, lock_rows, save_many, unchanged

_SCHEMES = ("http", "https", "mailto")


def list_links(
    store: Store,
    actor: Actor,
    *,
    entity: str | None = None,
    entity_id: int | None = None,
    kind: LinkKind | str | None = None,
    target: str | None = None,
    after: int | None = None,
    limit: int | None = None,
) -> list[LinkRow]:
    """The links to which every given filter applies; by `kind` and `target` for what leads to one agent."""
    actor.require(Permission.PLAN_VIEW)
    found = chosen(LinkRow, Link)
    for column, value in (
        (Link.entity, entity),
        (Link.entity_id, entity_id),
        (Link.kind, LinkKind(kind) if kind is not None else None),
        (Link.target, target),
    ):
        if value is not None:
            found = found.where(column == value)
    with store.read() as session:
        return rows(session, LinkRow, page(found, Link, (), after, limit))


def get_link(store: Store, actor: Actor, link_id: int) -> LinkRow:
    """One link; NotFound when there is none."""
    actor.require(Permission.PLAN_VIEW)
    with store.read() as session:
        return one(session, LinkRow, Link, link_id)


def add_link(
    store: Store,
    actor: Actor,
    entity: str,
    entity_id: int,
    *,
    kind: LinkKind | str,
    target: str,
    title: str = "",
    request: str | None = None,
) -> LinkRow:
    """Hang a link on a row. A URL must be one that a browser may safely follow."""
    actor.require(Permission.PLAN_EDIT)
    values, problems = rules.read("link", {"kind": kind, "target": target, "title": title}, None)
    problems = problems or _unsafe(values["kind"], values["target"], None)
    if problems:
        raise Invalid(problems)
    with store.unit(actor, request or new_request()) as session:
        hold(session, entity, entity_id)
        link = Link(entity=entity, entity_id=entity_id, **values)
        session.add(link)
        session.flush()
        return row_of(LinkRow, link)


def update_link(
    store: Store,
    actor: Actor,
    link_id: int,
    base_version: int,
    changes: Mapping[str, Any],
    request: str | None = None,
) -> Saved[LinkRow]:
    """Save the changed fields."""
    actor.require(Permission.PLAN_EDIT)
    values, problems = rules.read("link", changes, link_id)
    if problems:
        raise Invalid(problems)

    def check(row: Link, left: dict[str, Any]) -> list[Problem]:
        return _unsafe(left.get("kind", row.kind), left.get("target", row.target), link_id)

    with store.unit(actor, request or new_request()) as session:
        outcome: EditOutcome[Link]
        (outcome,) = save_many(session, Link, [RowEdit(link_id, base_version, values)], check)
        outcome.unless_ok()
        assert outcome.row is not None
        return Saved(row_of(LinkRow, outcome.row), outcome.merged)


def delete_link(
    store: Store, actor: Actor, link_id: int, base_version: int | None = None, request: str | None = None
) -> str:
    """Take a link off; returns the request that `undo` takes back."""
    actor.require(Permission.PLAN_EDIT)
    request = request or new_request()
    with store.unit(actor, request) as session:
        if base_version is not None:
            unchanged(session, Link, link_id, base_version)
        for link in lock_rows(session, Link, [link_id]).values():
            session.delete(link)
    return request


def _unsafe(kind: LinkKind, target: str, row: int | None) -> list[Problem]:
    """An address that would run a script when clicked must not come in."""
    if kind is not LinkKind.URL:
        return []
    try:
        address = urlsplit(target)
        good = address.scheme in _SCHEMES and bool(address.netloc or address.scheme == "mailto")
    except ValueError:
        good = False
    return [] if good else [Problem(row, "target", "must be an address like https://example.org")]

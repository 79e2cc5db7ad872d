"""Ways of looking at the plan that people named: their own, and those they share."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from orchflow.errors import Forbidden, Invalid, NotFound, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import SavedView
from orchflow.store.engine import Store
from orchflow.store.field import fields_of
from orchflow.store.request import new_request
from orchflow.store.rows import chosen, rows
from orchflow.store.written import Refused

LONGEST_QUERY = 10_000


@dataclass(frozen=True, slots=True)
class SavedViewRow:
    """A named view; `query` is the page's part of the address."""

    id: int
    version: int
    owner_id: int | None
    name: str
    query: str
    shared: bool


def list_views(store: Store, actor: Actor) -> list[SavedViewRow]:
    """The actor's own views and everybody's shared ones, by name."""
    actor.require(Permission.PLAN_VIEW)
    visible = sa.or_(SavedView.shared.is_(True), SavedView.owner_id == actor.user_id)
    found = chosen(SavedViewRow, SavedView).where(visible)
    with store.read() as session:
        return rows(session, SavedViewRow, found.order_by(sa.func.lower(SavedView.name), SavedView.id))


def save_view(store: Store, actor: Actor, name: str, query: str, *, shared: bool = False) -> SavedViewRow:
    """Keep a view under a name; the actor's own view of that name is replaced. Only managers share."""
    actor.require(Permission.PLAN_VIEW)
    if shared:
        actor.require(Permission.PLAN_EDIT)
    try:
        kept = str(fields_of(SavedView)["name"].value(name))
    except Refused as error:
        raise Invalid([Problem(None, "name", str(error))]) from None
    if len(query) > LONGEST_QUERY:
        raise Invalid([Problem(None, "query", f"is longer than {LONGEST_QUERY:,} characters")])
    with store.unit(actor, new_request()) as session:
        own = sa.select(SavedView).where(SavedView.owner_id == actor.user_id, SavedView.name == kept)
        view = session.scalar(own)
        if view is None:
            view = SavedView(owner_id=actor.user_id, name=kept, query=query, shared=shared)
            session.add(view)
        else:
            view.query, view.shared = query, shared
        session.flush()
        return SavedViewRow(view.id, view.version, view.owner_id, view.name, view.query, view.shared)


def delete_view(store: Store, actor: Actor, view_id: int) -> str:
    """Delete one's own view, or as a manager a shared one; returns the request that `undo` takes back."""
    actor.require(Permission.PLAN_VIEW)
    request = new_request()
    with store.unit(actor, request) as session:
        view = session.get(SavedView, view_id)
        if view is None or not (view.shared or view.owner_id == actor.user_id):
            raise NotFound(f"There is no view {view_id}", "Read the list again.")
        if view.owner_id != actor.user_id and not actor.may(Permission.PLAN_EDIT):
            raise Forbidden("Only its owner or a manager deletes a shared view", "Ask one of them.")
        session.delete(view)
    return request

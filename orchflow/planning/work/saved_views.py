"""Ways of looking at the plan that people named: their own, and those they share."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from orchflow.errors import Forbidden, NotFound
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.tables import SavedView
from orchflow.store.engine import Store
from orchflow.store.field import read_values
from orchflow.store.request import new_request
from orchflow.store.rows import chosen, row_of, rows


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
    by_name = (sa.func.lower(SavedView.name), SavedView.id)
    with store.read() as session:
        return rows(session, SavedViewRow, chosen(SavedViewRow, SavedView).where(visible).order_by(*by_name))


def save_view(store: Store, actor: Actor, name: str, query: str, *, shared: bool = False) -> SavedViewRow:
    """Keep a view under a name; the actor's own view of that name is replaced. Only managers share."""
    actor.require(Permission.PLAN_VIEW)
    if shared:
        actor.require(Permission.PLAN_EDIT)
    values = read_values(SavedView, {"name": name, "query": query, "shared": shared})
    with store.unit(actor, new_request()) as session:
        own = (SavedView.owner_id == actor.user_id, SavedView.name == values["name"])
        view = session.scalar(sa.select(SavedView).where(*own)) or SavedView(owner_id=actor.user_id)
        for field, value in values.items():
            setattr(view, field, value)
        session.add(view)
        session.flush()
        return row_of(SavedViewRow, view)


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

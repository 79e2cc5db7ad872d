"""An entity: a kind of row that people list, read, add, edit, delete and take back, by one declaration.

Its fields are declared beside the columns of its table (`store.field`). From both follow these functions, the
endpoints of the API, the columns of the grid, the reader of files, the dataset and the words of the history.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Forbidden, Invalid, Problem
from orchflow.store import locks, removal
from orchflow.store.batch import Batch
from orchflow.store.edits import Edit, SaveReport
from orchflow.store.engine import Author, Store
from orchflow.store.field import Field, fields_of, unique_fields
from orchflow.store.merge import lock_rows, unchanged
from orchflow.store.request import new_request, races_explained
from orchflow.store.rows import Saved, chosen, entity_of, name_of, no_row, page, read_row, rows
from orchflow.store.rules import Rules
from orchflow.store.tables import Tracked

Row = TypeVar("Row")
Rows: TypeAlias = list[Row]
Clause: TypeAlias = Callable[[Any], sa.ColumnElement[bool]]


class Actor(Author, Protocol):
    """Whoever acts."""

    @property
    def user_id(self) -> int | None: ...
    def may(self, permission: Any) -> bool:
        """Whether the actor has a permission."""

    def require(self, permission: Any) -> None:
        """Forbidden unless the actor has a permission."""


@dataclass(frozen=True)
class Filter:
    """A way to narrow a list that no field gives: what is chosen of (`kind`), and what it demands of a row."""

    kind: Any
    clause: Clause
    about: str = ""


DECLARED: dict[type[Tracked], Entity[Any]] = {}
"""The entity of each table that has one."""


class _NothingStored(Exception):
    """Ends a unit of work in which every edit was refused, or that only tries them."""


@dataclass(frozen=True)
class Entity(Generic[Row]):
    """`row` is what the features hand out of the table `model`.

    `view` and `edit` are the permissions that reading and changing need. With `edit_own` those whose number the field
    `owner` holds may change its `own` fields; with `view_own` they see these rows, and no others, without `view`. `add` is what adding needs where it is less than `edit`. `order` is the
    order of a whole list, `ordered_within` the field within whose value rows with a `position` are ordered by
    hand (None: among all). `span` are two days in order. `lock` is held while rows are added or one of the fields `locked` changes. `filters` are those that no
    field gives. `deletable` says why a row must not be deleted. `parent` is the field under whose row it stands. `known_by` are the fields by
    which a row of a file is known to be a stored one. `called_by` is the field by whose value other rows name it. Of an
    entity that is `forgotten` the history is told to nobody: who takes a row away is not to be found there.
    """

    model: type[Tracked]
    row: type[Row]
    about: str
    view: Any
    edit: Any
    edit_own: Any = None
    view_own: Any = None
    add: Any = None
    owner: str | None = None
    parent: str | None = None
    order: tuple[Any, ...] = ()
    ordered_within: str | None = None
    span: tuple[str, str] | None = None
    lock: str = ""
    locked: frozenset[str] = frozenset()
    filters: Mapping[str, Filter] = field(default_factory=dict)
    joined: Callable[[sa.Select[Any]], sa.Select[Any]] = lambda statement: statement
    rules: type[Rules] = Rules
    deletable: Callable[[Any], str] = lambda row: ""
    own_words: str = "Only its author"
    known_by: tuple[str, ...] = ()
    called_by: str = "name"
    forgotten: bool = False

    def __post_init__(self) -> None:
        """It is known by its table from now on."""
        DECLARED[self.model] = self

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Its fields by name."""
        return fields_of(self.model)

    @cached_property
    def key(self) -> str:
        """The name by which history, API and files know its rows: `task`."""
        return entity_of(self.model)

    @cached_property
    def name(self) -> str:
        """What people call a row."""
        return name_of(self.model)

    @cached_property
    def many(self) -> str:
        """What its list is called: `tasks`."""
        return f"{self.key[:-1]}ies" if self.key.endswith("y") else f"{self.key}s"

    @cached_property
    def unique(self) -> list[tuple[str, ...]]:
        """The combinations of fields of which there are never two."""
        return unique_fields(self.model)

    def owned_by(self, row: Any, actor: Actor) -> bool:
        """Whether the row is the actor's own."""
        return (
            self.owner is not None
            and self.edit_own is not None
            and actor.user_id is not None
            and getattr(row, self.owner) == actor.user_id
        )

    def may_view(self, actor: Actor) -> bool:
        """Whether an actor may see the rows, or those that are their own."""
        return actor.may(self.view) or (self.view_own is not None and actor.may(self.view_own))

    def may_write(self, actor: Actor) -> bool:
        """Whether an actor may add rows or change them, all or those that are their own."""
        return actor.may(self.add or self.edit) or actor.may(self.edit)

    def only_own(self, actor: Actor) -> bool:
        """Whether an actor sees no rows but their own; Forbidden for those who see none."""
        if self.view_own is None or actor.may(self.view):
            actor.require(self.view)
            return False
        actor.require(self.view_own)
        return True

    def hidden(self, row: Any, actor: Actor) -> bool:
        """Whether a row is one that an actor does not see, because it is another person's."""
        own = self.view_own is not None and getattr(row, str(self.owner)) == actor.user_id
        return self._only_theirs(actor) and not own

    def list(
        self,
        store: Store,
        actor: Actor,
        *,
        ids: Collection[int] | None = None,
        external_ids: Collection[str] | None = None,
        after: int | None = None,
        limit: int | None = None,
        **filters: Any,
    ) -> Rows[Row]:
        """The rows to which every given filter applies, in their order; with `after` (an id) or `limit` by id.

        A filter is one of `filters`, or a field: its value, any of several, or "none" for those without one.
        """
        model: Any = self.model
        statement = self.joined(chosen(self.row, model))
        if self.only_own(actor):
            statement = statement.where(getattr(model, str(self.owner)) == actor.user_id)
        if ids is not None:
            statement = statement.where(model.id.in_(ids))
        if external_ids is not None:
            statement = statement.where(model.external_id.in_(external_ids))
        for name, value in filters.items():
            if value is not None:
                statement = statement.where(self._demand(name, value))
        with store.read() as session:
            return rows(session, self.row, page(statement, model, self.order, after, limit))

    def _demand(self, name: str, value: Any) -> sa.ColumnElement[bool]:
        if name in self.filters:
            return self.filters[name].clause(value)
        column = getattr(self.model, self.fields[name].name)
        if value == "none":
            return column.is_(None)  # type: ignore[no-any-return]
        if isinstance(value, str) or not isinstance(value, Collection):
            return column == value  # type: ignore[no-any-return]
        kind = self.fields[name].choices
        return column.in_([kind(each) if kind else each for each in value])  # type: ignore[no-any-return]

    def get(self, store: Store, actor: Actor, row_id: int) -> Row:
        """One row; NotFound when there is none, or none that the actor may know of."""
        self.only_own(actor)
        with store.read() as session:
            row = read_row(session, self.row, self.model, row_id)
        if self.hidden(row, actor):
            raise no_row(self.model, row_id)
        return row

    def save(
        self,
        store: Store,
        actor: Actor,
        edits: Sequence[Edit],
        request: str | None = None,
        *,
        dry_run: bool = False,
    ) -> SaveReport[Row]:
        """Save many edits in one transaction: every good one is stored, every other one is told with its reason.

        A `dry_run` tells the same and stores nothing.
        Forbidden only for those who may edit no row at all. Where no edit is stored the act is still to be done, by another
        attempt with the same key.
        """
        actor.require(self.edit_own or self.edit)
        request = request or new_request()
        batch = Batch(self, actor, edits)
        with suppress(_NothingStored), races_explained(), store.unit(actor, request) as session:
            outcomes = batch.write(session)
            if dry_run or not any(outcome.stored for outcome in outcomes):
                raise _NothingStored
        return SaveReport(request, outcomes)

    def create(self, store: Store, actor: Actor, *, request: str | None = None, **fields: Any) -> Row:
        """Add a row. Invalid names every refused value."""
        actor.require(self.add or self.edit)
        (outcome,) = self.save(store, actor, [Edit(None, None, fields)], request).outcomes
        return outcome.stored_row()

    def update(
        self,
        store: Store,
        actor: Actor,
        row_id: int,
        base_version: int,
        changes: Mapping[str, Any],
        request: str | None = None,
    ) -> Saved[Row]:
        """Save the changed fields. Invalid, ConflictError, NotFound or Forbidden; nothing is then written."""
        (outcome,) = self.save(store, actor, [Edit(row_id, base_version, changes)], request).outcomes
        return Saved(outcome.stored_row(), outcome.outcome == "merged")

    def delete(
        self,
        store: Store,
        actor: Actor,
        row_id: int,
        base_version: int | None = None,
        request: str | None = None,
    ) -> str:
        """Delete a row with what goes with it; returns the request that `undo` takes back.

        With a `base_version` ConflictError when somebody has changed it since and NotFound when it is gone; without
        one a row that is gone already is passed over.
        """
        return self._delete(store, actor, {row_id: base_version}, request)

    def delete_many(
        self, store: Store, actor: Actor, row_ids: Collection[int], request: str | None = None
    ) -> str:
        """The same for many rows as they are now, all or none of them."""
        return self._delete(store, actor, dict.fromkeys(row_ids), request)

    def _only_theirs(self, actor: Actor) -> bool:
        """Whether an actor sees no rows but their own, if any."""
        return self.view_own is not None and not actor.may(self.view)

    def _seen(self, session: Session, actor: Actor, ids: Collection[int]) -> dict[int, Any]:
        """The rows that there are of these, held until the unit ends, without those that an actor does not see."""
        rows = lock_rows(session, self.model, ids)
        return {row_id: row for row_id, row in rows.items() if not self.hidden(row, actor)}

    def sees(self, session: Session, actor: Actor, ids: Collection[int]) -> Collection[int]:
        """Which rows an actor may be told about; of another person's, and of one that is gone, it is told alike that there is none."""
        if not self._only_theirs(actor):
            return ids
        return self._seen(session, actor, ids).keys()

    def _delete(
        self, store: Store, actor: Actor, base_versions: Mapping[int, int | None], request: str | None
    ) -> str:
        actor.require(self.add or self.edit)
        request = request or new_request()
        with races_explained(), store.unit(actor, request) as session:
            if self.lock:
                locks.take(session, self.lock)
            doomed = self._seen(session, actor, base_versions.keys())
            rules = self.rules(self, session, actor, [])
            for row in doomed.values():
                if actor.may(self.edit):
                    continue
                if not self.owned_by(row, actor):
                    raise Forbidden(
                        f"{self.own_words} or a manager deletes a {self.name}", "Ask one of them."
                    )
                if why := rules.not_deleted(row):
                    raise Forbidden(f"{self.name.capitalize()} {row.id}: {why}", "Ask one of them.")
            for row_id, base_version in base_versions.items():
                if base_version is not None:
                    if row_id not in doomed and self._only_theirs(actor):
                        raise no_row(self.model, row_id)
                    unchanged(session, self.model, row_id, base_version)
            refused = [
                Problem(row_id, self.name, why)
                for row_id, row in doomed.items()
                if (why := self.deletable(row))
            ]
            if refused:
                raise Invalid(refused)
            gone = [{name: getattr(row, name) for name in self.fields} for row in doomed.values()]
            removal.remove(session, self.model, set(doomed))
            self.rules(self, session, actor, []).settle(gone)
        return request

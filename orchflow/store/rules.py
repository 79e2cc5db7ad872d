"""What must hold of the rows of one save beyond what each field may hold. Read once, for one row as for many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.encoding import encode
from orchflow.errors import Problem
from orchflow.store.field import Field
from orchflow.store.rows import name_of, portions
from orchflow.store.tables import Tracked
from orchflow.store.written import Refused, choice

if TYPE_CHECKING:
    from orchflow.store.entity import Actor, Entity


class Rules:
    """The rules that every table has: who may, references lead somewhere, what is unique is unique, ends follow starts.

    An entity with rules of its own derives from it and extends `complete`, `problems` or `written`; of its fields in
    `any_case` capitals do not matter.
    """

    any_case: ClassVar[frozenset[str]] = frozenset()

    def __init__(
        self, entity: Entity[Any], session: Session, actor: Actor, values: Sequence[Mapping[str, Any]]
    ) -> None:
        self.entity = entity
        self.session = session
        self.actor = actor
        self.forbidden: set[int] = set()
        self._among: dict[str, Mapping[str, str]] = {}
        self._targets = {
            target: self.read_targets(target, numbers)
            for target, numbers in _pointed_to(entity.fields.values(), values).items()
        }
        self._unique = {
            names: self._owners_of(names, [tuple(v.get(name) for name in names) for v in values])
            for names in entity.unique
        }

    def read_targets(self, target: type[Tracked], numbers: set[int]) -> dict[int, str]:
        """Which of these rows exist → why one must not be pointed to any more, or nothing."""
        return dict.fromkeys(present(self.session, target, numbers), "")

    def for_new(self, values: dict[str, Any]) -> list[Problem]:
        """What is wrong with a new row; fills in what follows from what was given."""
        if not self.actor.may(self.entity.add or self.entity.edit):
            return [Problem(None, self.entity.name, f"only a manager adds a {self.entity.name}")]
        problems = self.read_among(values)
        problems += [
            Problem(None, name, "must not be empty")
            for name, field in self.entity.fields.items()
            if field.required and not field.optional and name not in values
        ]
        value = partial(self._of_new, values)
        if not problems:
            self.complete(values)
            problems = self.problems(None, value, values)
        if not problems:
            for names, owners in self._unique.items():
                owners.setdefault(self._key(names, value), 0)
        return problems

    def _of_new(self, values: Mapping[str, Any], name: str) -> Any:
        """What a field of a new row will hold: without a value what it holds when it is empty."""
        if name in values:
            return values[name]
        field = self.entity.fields.get(name)
        return None if field is None else field.blank

    def for_edit(self, row: Any, values: dict[str, Any]) -> list[Problem]:
        """What is wrong with an edit of a stored row; leaves in `values` what really changes."""
        if unknown := self.read_among(values):
            return unknown
        for name in [name for name in values if encode(values[name]) == encode(getattr(row, name))]:
            del values[name]
        if refused := self.not_allowed(row, values):
            self.forbidden.add(row.id)
            return refused
        return self.problems(row, lambda name: values.get(name, getattr(row, name)), values)

    @classmethod
    def compared(cls, name: str, value: Any) -> Any:
        """A value as it is compared with those of other rows: of fields in `any_case` without its capitals."""
        return value.casefold() if name in cls.any_case and isinstance(value, str) else value

    def _key(self, names: tuple[str, ...], value: Callable[[str], Any]) -> tuple[Any, ...]:
        """The values of fields as they are compared with those of other rows."""
        return tuple(self.compared(name, value(name)) for name in names)

    def _owners_of(
        self, names: tuple[str, ...], keys: Iterable[tuple[Any, ...]]
    ) -> dict[tuple[Any, ...], int]:
        return taken(self.session, self.entity.model, names, keys, self.compared, self.any_case)

    @classmethod
    def given_to(cls, values: Mapping[str, Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
        """What of `given` a new row of a file gets that tells `values`."""
        return given

    def makes_room(self, row_id: int, values: Mapping[str, Any]) -> bool:
        """Whether an edit of a stored row is written before the others of its save, because it makes room for them."""
        return False

    def read_among(self, values: dict[str, Any]) -> list[Problem]:
        """Put the key in the place of what was written, in fields whose choices the workspace keeps; what it does not know."""
        return read_among(self.session, self.entity.fields, values, self._among)

    def not_allowed(self, row: Any, values: Mapping[str, Any]) -> list[Problem]:
        """Which of the changed fields this person must not change in this row."""
        if self.actor.may(self.entity.edit):
            return []
        if not self.entity.owned_by(row, self.actor):
            return [Problem(None, name, "only its assignee or a manager changes this") for name in values]
        return [
            Problem(None, name, "only a manager changes this")
            for name in values
            if not self.entity.fields[name].own
        ]

    def not_deleted(self, row: Any) -> str:
        """Why a row that is this person's own is not theirs to delete; empty where it is."""
        return ""

    def complete(self, values: dict[str, Any]) -> None:
        """Fill in what a new row was not given and what follows from the rest."""

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        """What is wrong with a row as it will be (`value` of a field); `row` None for a new one.

        `values` are the changed fields; what follows from them may be added.
        """
        return [
            *self.references(values),
            *out_of_order(self.entity.span, value, values),
            *self.uniqueness(row, value, values),
        ]

    def references(self, values: Mapping[str, Any]) -> list[Problem]:
        """Which values point to nothing, or to what must not be pointed to."""
        problems = []
        for name, field in self.entity.fields.items():
            number = values.get(name)
            if field.target is None or not isinstance(number, int) or field.fixed not in ("", "once"):
                continue
            known = self._targets.setdefault(field.target, {})
            if number not in known:  # it followed from other values
                known |= self.read_targets(field.target, {number})
            reason = known.get(number, f"there is no {name_of(field.target)} {number}")
            if reason:
                problems.append(Problem(None, name, reason))
        return problems

    def uniqueness(self, row: Any, value: Callable[[str], Any], values: Mapping[str, Any]) -> list[Problem]:
        """What another row has already."""
        problems = []
        for names, owners in self._unique.items():
            changed = values.keys() & set(names)
            key = self._key(names, value)
            if changed and len(changed) < len(names):
                owners |= self._owners_of(names, [key])
            owner = owners.get(key)
            if changed and None not in key and owner is not None and (row is None or owner != row.id):
                shown = " ".join(str(value(name)) for name in names)
                whose = (
                    f"is the {self.entity.name} with id {owner} already"
                    if owner
                    else "is given to two new rows"
                )
                problems.append(Problem(None, names[-1], f"{shown} {whose}"))
        return problems

    def written(self, row: Any) -> None:
        """A row of the save is stored now, so that the rows after it are judged with it."""
        for names, owners in self._unique.items():
            owners[self._key(names, partial(getattr, row))] = row.id

    def clashes(self, rows: Iterable[Any]) -> list[Problem]:
        """What came since stands in the way of stored rows that are put back as they were."""
        return []

    def finish(self) -> None:
        """Every row of the save is stored."""

    def settle(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Rows were deleted, or an undo came to them: bring in line what follows from them. `rows` are their fields, of those that are
        gone as they last were."""


class ByItsAuthor(Rules):
    """What somebody wrote is theirs; others who may edit may only delete it."""

    def not_allowed(self, row: Any, values: Mapping[str, Any]) -> list[Problem]:
        if self.entity.owned_by(row, self.actor):
            return []
        return [
            Problem(None, name, f"only its author changes a {self.entity.name.replace('_', ' ')}")
            for name in values
        ]

    def complete(self, values: dict[str, Any]) -> None:
        values["author_id"] = self.actor.user_id


def read_among(
    session: Session,
    fields: Mapping[str, Field],
    values: dict[str, Any],
    known: dict[str, Mapping[str, str]] | None = None,
) -> list[Problem]:
    """Read `values` of fields whose choices the workspace keeps (`Field.among`), by key or name; what it does not know.

    `known` keeps the choices by field for the next row.
    """
    known = {} if known is None else known
    problems = []
    for name, field in fields.items():
        if field.among is None or values.get(name) is None:
            continue
        if name not in known:
            known[name] = field.among(session)
        try:
            values[name] = choice(str(values[name]), known[name])
        except Refused as error:
            problems.append(Problem(None, name, str(error)))
    return problems


def out_of_order(
    span: tuple[str, str] | None, value: Callable[[str], Any], values: Mapping[str, Any]
) -> list[Problem]:
    """An end before its start (`span` names both fields), said at a field that is changed by `values`."""
    if span is None or not values.keys() & set(span):
        return []
    first, last = span
    begins, ends = value(first), value(last)
    if begins is None or ends is None or ends >= begins:
        return []
    if last in values:
        return [Problem(None, last, f"{ends} is before the start, {begins}")]
    return [Problem(None, first, f"{begins} is after the end, {ends}")]


def present(session: Session, model: type[Tracked], ids: Iterable[int]) -> set[int]:
    """Which of the rows exist."""
    return {
        number
        for some in portions(set(ids))
        for number in session.scalars(sa.select(model.id).where(model.id.in_(some)))
    }


def taken(
    session: Session, model: type[Tracked], names: tuple[str, ...], keys: Iterable[tuple[Any, ...]],
    compared: Callable[[str, Any], Any] = lambda name, value: value, any_case: frozenset[str] = frozenset(),
) -> dict[tuple[Any, ...], int]:  # fmt: skip
    """Which combinations of the fields `names` are there already, as they are compared, and whose (id) they are."""

    def as_compared(key: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(compared(name, part) for name, part in zip(names, key, strict=True))

    wanted = {as_compared(key) for key in keys if None not in key}
    columns = [getattr(model, name) for name in names]
    stored = sa.select(model.id, *columns)
    exact = [at for at, name in enumerate(names) if name not in any_case]
    # no two databases agree on what capitals are: of a field without them all rows are compared here
    chosen = [stored] if wanted and not exact else []
    if exact:
        values = {key[exact[-1]] for key in wanted}
        chosen = [stored.where(columns[exact[-1]].in_(some)) for some in portions(values)]
    return {
        key: number
        for statement in chosen
        for number, *parts in session.execute(statement)
        if (key := as_compared(parts)) in wanted
    }


def _pointed_to(
    fields: Iterable[Field], values: Iterable[Mapping[str, Any]]
) -> dict[type[Tracked], set[int]]:
    wanted: dict[type[Tracked], set[int]] = {}
    references = [field for field in fields if field.target is not None]
    for row in values:
        for field in references:
            if isinstance(number := row.get(field.name), int):
                assert field.target is not None
                wanted.setdefault(field.target, set()).add(number)
    return wanted

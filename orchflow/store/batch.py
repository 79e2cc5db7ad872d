"""Save many edits of one kind of row in one unit of work: read every value, check every row, write what is good.

One edit goes the same way as a thousand. What others changed meanwhile merges; what is refused says why and holds
nothing back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Problem
from orchflow.store import locks
from orchflow.store.edits import Edit, NewRow, Outcome
from orchflow.store.field import Field, read_changes
from orchflow.store.merge import save_many
from orchflow.store.rows import no_row, row_of
from orchflow.store.rules import Rules, out_of_order

if TYPE_CHECKING:
    from orchflow.store.entity import Actor, Entity

Row = TypeVar("Row")


class Batch(Generic[Row]):
    """Reads the values when it is made, before the unit begins, so that the unit is short; then `write` once.

    `also` are fixed fields that these edits may set all the same.
    """

    def __init__(
        self, entity: Entity[Row], actor: Actor, edits: Sequence[Edit], also: Collection[str] = ()
    ) -> None:
        self._entity = entity
        self._actor = actor
        self._edits = edits
        self._values: list[dict[str, Any]] = []
        self._pointers: list[dict[str, str]] = []
        self._outcomes: dict[int, Outcome[Any]] = {}
        self._with_blank = [(name, field) for name, field in entity.fields.items() if field.empty is not None]
        keys: set[str | int] = set()
        fields = {
            name: replace(field, fixed="") if name in also else field for name, field in entity.fields.items()
        }
        for place, edit in enumerate(edits):
            problems = self._read(edit, fields)
            if edit.id is None and edit.key is not None:
                if edit.key in keys:
                    problems.append(Problem(None, "key", "is given to two new rows"))
                keys.add(edit.key)
            if edit.id is not None and edit.version is None:
                problems.append(Problem(None, "version", f"is needed to edit a stored {entity.name}"))
            if problems:
                self._refuse(place, problems)

    def _read(self, edit: Edit, fields: Mapping[str, Field]) -> list[Problem]:
        pointers = {name: raw.key for name, raw in edit.changes.items() if isinstance(raw, NewRow)}
        written = {
            name: raw
            for name, raw in edit.changes.items()
            if name not in pointers and not (edit.id is None and _left_out(fields.get(name), raw))
        }
        values, problems = read_changes(fields, written, None, new=edit.id is None)
        self._values.append(values)
        self._pointers.append(pointers)
        if edit.id is None and problems:
            problems += out_of_order(self._entity.span, values.get, values)
        return problems

    def write(self, session: Session) -> tuple[Outcome[Row], ...]:
        """Write every edit that is good; the outcomes in the order of the edits."""
        entity = self._entity
        if entity.lock and any(
            edit.id is None or edit.changes.keys() & entity.locked for edit in self._edits
        ):
            locks.take(session, entity.lock)
        rules = entity.rules(entity, session, self._actor, self._values)
        self._edit(session, rules)
        self._add(session, rules)
        rules.finish()
        return tuple(self._frozen(self._outcomes[place]) for place in range(len(self._edits)))

    def _frozen(self, outcome: Outcome[Any]) -> Outcome[Row]:
        """With the row as it is at the end of the save."""
        return outcome if outcome.row is None else replace(outcome, row=row_of(self._entity.row, outcome.row))

    def _places(self, *, new: bool) -> Iterator[int]:
        for place, edit in enumerate(self._edits):
            if (edit.id is None) is new and place not in self._outcomes:
                yield place

    def _edit(self, session: Session, rules: Rules) -> None:
        places = sorted(
            self._places(new=False),
            key=lambda at: not rules.makes_room(self._edits[at].id or 0, self._values[at]),
        )
        seen = self._entity.sees(session, self._actor, {self._edits[place].id or 0 for place in places})
        for place in places:
            edit = self._edits[place]
            if edit.id not in seen:
                gone = no_row(self._entity.model, edit.id or 0)
                self._outcomes[place] = replace(edit.refused([Problem(None, "id", str(gone))]), gone=True)
        places = [place for place in places if place not in self._outcomes]
        edits = [replace(self._edits[place], changes=self._values[place]) for place in places]
        saved = save_many(session, self._entity.model, edits, rules.for_edit) if edits else []
        for place, outcome in zip(places, saved, strict=True):
            forbidden = outcome.outcome == "refused" and outcome.id in rules.forbidden
            self._outcomes[place] = replace(outcome, forbidden=forbidden)

    def _add(self, session: Session, rules: Rules) -> None:
        """New rows; those that point to other new rows after these."""
        by_key = {self._edits[place].key: place for place in self._places(new=True)}
        order: TopologicalSorter[int] = TopologicalSorter(
            {
                place: [by_key[key] for key in self._pointers[place].values() if key in by_key]
                for place in self._places(new=True)
            }
        )
        try:
            order.prepare()
        except CycleError as error:
            for place in set(error.args[1]):
                self._refuse(
                    place, [Problem(None, self._pointer(place), "the new rows stand under each other")]
                )
            self._add(session, rules)
            return
        last: dict[Any, float] = {}
        while ready := order.get_ready():
            made = {place: row for place in ready if (row := self._new(session, place, rules, by_key, last))}
            session.flush()
            for place, row in made.items():
                rules.written(row)
                self._outcomes[place] = Outcome(row.id, self._edits[place].key, "saved", row)
            order.done(*ready)

    def _pointer(self, place: int) -> str:
        return next(iter(self._pointers[place]))

    def _new(
        self,
        session: Session,
        place: int,
        rules: Rules,
        by_key: dict[Any, int],
        last: dict[Any, float],
    ) -> Any:
        """A new row, not flushed yet; None when it is refused."""
        entity, values = self._entity, self._values[place]
        for name, key in self._pointers[place].items():
            outcome = self._outcomes.get(by_key.get(key, -1))
            if outcome is None or outcome.id is None:
                self._refuse(
                    place, [Problem(None, name, f"its {entity.fields[name].label.lower()} was not saved")]
                )
                return None
            values[name] = outcome.id
        if problems := rules.for_new(values):
            self._refuse(place, problems, forbidden=problems[0].field == entity.name)
            return None
        if "position" in entity.fields and "position" not in values:
            group = values[entity.ordered_within] if entity.ordered_within else None
            if group not in last:
                last[group] = _last_position(session, entity, group)
            last[group] += 1.0
            values["position"] = last[group]
        blank = {name: field.blank for name, field in self._with_blank if name not in values}
        row = entity.model(**blank, **values)
        session.add(row)
        return row

    def _refuse(self, place: int, problems: Sequence[Problem], *, forbidden: bool = False) -> None:
        self._outcomes[place] = self._edits[place].refused(problems, forbidden=forbidden)


def _last_position(session: Session, entity: Entity[Any], group: Any) -> float:
    model: Any = entity.model
    highest = sa.select(sa.func.max(model.position))
    if entity.ordered_within:
        highest = highest.where(getattr(model, entity.ordered_within) == group)
    return session.scalar(highest) or 0.0


def _left_out(field: Field | None, raw: Any) -> bool:
    """Whether an empty value of a new row is one that the rules fill in."""
    return field is not None and field.optional and raw in (None, "")

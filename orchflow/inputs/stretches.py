"""Rules of rows that hold from a day on until another: of one subject no two hold on the same day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, ClassVar, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow.errors import Problem
from orchflow.store.entity import Actor, Entity
from orchflow.store.rules import Rules

Subject: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True)
class Stretch:
    """The days from `start` to before `end` (None: for ever) on which row `id` (0: a new one) holds; `weight` is its share."""

    id: int
    subject: Subject
    start: date
    end: date | None
    weight: Any = None

    def overlaps(self, other: Stretch) -> bool:
        """Whether the two have a day in common."""
        return (self.end is None or other.start < self.end) and (other.end is None or self.start < other.end)

    def within(self, other: Stretch) -> bool:
        """Whether all its days are among those of the other one."""
        return self.start >= other.start and (
            other.end is None or (self.end is not None and self.end <= other.end)
        )

    @property
    def days(self) -> str:
        """Its days in words."""
        return f"from {self.start}" if self.end is None else f"from {self.start} to before {self.end}"


class StretchRules(Rules):
    """`subject` are the fields whose rows follow each other, `starts` and `ends` their days, `whose` their words.

    With `weight`, a field that is added up over the rows whose first `together` fields of the subject are the same.
    """

    subject: ClassVar[tuple[str, ...]]
    starts: ClassVar[str] = "valid_from"
    ends: ClassVar[str] = "valid_to"
    weight: ClassVar[str | None] = None
    whose: ClassVar[str] = "subject"
    together: ClassVar[int | None] = None

    def __init__(
        self, entity: Entity[Any], session: Session, actor: Actor, values: Sequence[Mapping[str, Any]]
    ) -> None:
        super().__init__(entity, session, actor, values)
        names = ("id", *self.subject, self.starts, self.ends, *([self.weight] if self.weight else []))
        stored = session.execute(sa.select(*(getattr(entity.model, name) for name in names)))
        self.by_id = {row.id: self.stretch(row.id, row._mapping.__getitem__) for row in stored}
        self._known: dict[Subject, list[Stretch]] = {}
        for known in self.by_id.values():
            self._known.setdefault(known.subject[: self.together], []).append(known)

    def stretch(self, number: int, value: Callable[[str], Any]) -> Stretch:
        """The days of a row with these values."""
        subject = tuple(self.compared(name, value(name)) for name in self.subject)
        weight = value(self.weight) if self.weight else None
        return Stretch(number, subject, value(self.starts), value(self.ends), weight)

    def makes_room(self, row_id: int, values: Mapping[str, Any]) -> bool:
        """Whether the row then holds on fewer days than it did."""
        before = self.by_id.get(row_id)
        if before is None or not values.keys() & {self.starts, self.ends}:
            return False
        after = replace(
            before, start=values.get(self.starts, before.start), end=values.get(self.ends, before.end)
        )
        return after.within(before)

    def problems(self, row: Any, value: Callable[[str], Any], values: dict[str, Any]) -> list[Problem]:
        """Also days of which there are none, and days on which another row of the subject holds."""
        problems = [*super().problems(row, value, values), *self.told_wrong(value)]
        problems += no_days(self.starts, self.ends, self.entity, value)
        if problems:
            return problems
        wanted = self.stretch(row.id if row is not None else 0, value)
        problems = self.collisions(wanted)
        if not problems:
            self._remember(wanted)
        return problems

    def told_wrong(self, value: Callable[[str], Any]) -> list[Problem]:
        """What else is wrong with a row as it will be."""
        return []

    def beside(self, wanted: Stretch) -> list[Stretch]:
        """The other rows, also those of this save, that hold on some of the same days and are added up with it."""
        known = self._known.get(wanted.subject[: self.together], ())
        others = (other for other in known if other.id != wanted.id or not other.id)
        return sorted(filter(wanted.overlaps, others), key=lambda other: (other.start, other.id))

    def excludes(self, other: Stretch, wanted: Stretch) -> bool:
        """Whether the two cannot hold on the same day."""
        return other.subject == wanted.subject

    def collisions(self, wanted: Stretch) -> list[Problem]:
        """What stands in the way of its days."""
        others = [other for other in self.beside(wanted) if self.excludes(other, wanted)]
        if not others:
            return []
        first, fields = others[0], self.entity.fields
        which = f"{self.entity.name} {first.id}" if first.id else f"another new {self.entity.name}"
        more = f" (and {len(others) - 1} more)" if len(others) > 1 else ""
        ends = fields[self.ends].label
        return [
            Problem(
                None, self.starts,
                f"{which}{more} of the same {self.whose} holds {first.days} already: let it end on {wanted.start} ({ends}), "
                "or change the days of this one",
            )
        ]  # fmt: skip

    def clashes(self, rows: Iterable[Any]) -> list[Problem]:
        """The rows of their subjects that came since and hold on some of the same days."""
        return [
            replace(problem, row=row.id)
            for row in rows
            for problem in self.collisions(self.stretch(row.id, partial(getattr, row)))
        ]

    def _remember(self, wanted: Stretch) -> None:
        if before := self.by_id.get(wanted.id):
            self._known[before.subject[: self.together]].remove(before)
            self.by_id[wanted.id] = wanted
        self._known.setdefault(wanted.subject[: self.together], []).append(wanted)


def no_days(starts: str, ends: str, entity: Entity[Any], value: Callable[[str], Any]) -> list[Problem]:
    """An end on the day of the start: there is no day between the two."""
    if value(ends) is None or value(starts) != value(ends):
        return []
    label = entity.fields[ends].label
    return [
        Problem(
            None, ends,
            f"is the day on which it starts, so it would hold on no day: {label} is the first day after it, or empty",
        )
    ]  # fmt: skip


def exactly(
    kind: Any, fields: Mapping[Any, str], entity: Entity[Any], value: Callable[[str], Any]
) -> list[Problem]:
    """What is wrong where of `fields` (kind → field; some kinds need none) only that of `kind` may say something."""
    problems = []
    needed = fields.get(kind)
    for name in dict.fromkeys(fields.values()):
        label, said = entity.fields[name].label, value(name) is not None
        if name == needed and not said:
            problems.append(Problem(None, name, f"must not be empty: say which {label.lower()} it is"))
        elif name != needed and said:
            which = f"the {entity.fields[needed].label.lower()}" if needed else "none of them"
            problems.append(Problem(None, name, f"must be empty: for “{kind}” it is {which} that counts"))
    return problems

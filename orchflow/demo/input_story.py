"""How people kept something that no source delivers: written at the moments of the story, and changed when something had changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar, cast

from orchflow.demo.plan.events import Event, What
from orchflow.demo.plan.scene import Scene

AFTER = "month after "
ABOUT = frozenset({"written", "by", "key", "then"})
"""What is told of an act and is no field."""


class InputStory:
    """Tells rows; what lies ahead of the simulation's today is told as well and never happens.

    `days` are the fields that hold days of the story, `people` those that hold roles.
    """

    days: ClassVar[frozenset[str]] = frozenset()
    people: ClassVar[frozenset[str]] = frozenset({"owner_id"})

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._simulation = scene.simulation

    def _row(self, kind: str, row: Mapping[str, Any]) -> Iterator[Event]:
        """What was written of a row; what one person wrote at one moment, as before a weekend and on it, is one act."""
        acts: dict[tuple[float, str], dict[str, Any]] = {}
        for told in (row, *row.get("then", ())):
            when, by = self._on(told["written"]), self._cast(told.get("by", row["by"]))
            fields = {name: value for name, value in told.items() if name not in ABOUT}
            acts.setdefault((when, by), {}).update(self._values(fields))
        for (when, by), values in acts.items():
            yield Event(when, by, cast(What, kind), row["key"], values)

    def _values(self, told: Mapping[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {
            name: self._day(value) if name in self.days else value for name, value in told.items()
        }
        cast_as = {name: self._cast(values[name]) for name in self.people if values.get(name) is not None}
        return values | cast_as

    def _day(self, told: int | str) -> date:
        """A day of the story: its number, or “month after 85”."""
        if isinstance(told, int):
            return self._simulation.date_of(told)
        return month_after(self._simulation.date_of(int(told.removeprefix(AFTER))))

    def _cast(self, role: str) -> str:
        return self._scene.cast.holder(role).username

    def _on(self, day: int) -> float:
        """The morning of a day."""
        return self._scene.first(day) + 0.12


def month_after(day: date) -> date:
    """The first day of the month that follows a day."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)

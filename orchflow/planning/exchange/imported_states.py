"""What earlier imports gave the rows: the common base by which the next one tells whose change is whose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.planning.exchange.records import Level
from orchflow.planning.tables import ImportedState
from orchflow.store.rows import portions

_Place: TypeAlias = tuple[str, int, str]
"""Level, id of the row, and origin."""


class ImportedStates:
    """Reads what was given before, and remembers what this import gives. `origin` is a program or an exported file."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._given: dict[_Place, dict[str, Any]] = {}
        self._stored: dict[_Place, int] = {}
        self._changed: dict[_Place, None] = {}

    def read(self, level: Level, wanted: Iterable[tuple[int, str]]) -> None:
        """Look up the states of rows (id and origin)."""
        origins = dict(wanted)
        for some in portions(origins.keys()):
            stored = sa.select(
                ImportedState.id, ImportedState.entity_id, ImportedState.origin, ImportedState.given
            ).where(
                ImportedState.entity == level.value,
                ImportedState.entity_id.in_(some),
                ImportedState.origin.in_(set(origins.values())),
            )
            for state_id, entity_id, origin, given in self._session.execute(stored):
                place = (level.value, entity_id, origin)
                self._given[place], self._stored[place] = given, state_id

    def values(self, level: Level, row_id: int, origin: str) -> Mapping[str, Any]:
        """Field → what the last import from `origin` gave it."""
        return self._given.get((level.value, row_id, origin), {})

    def remember(self, level: Level, row_id: int, origin: str, values: Mapping[str, Any]) -> None:
        """Keep what this import gave the row, beside what earlier ones gave other fields; `write` stores it."""
        place = (level.value, row_id, origin)
        given = self._given.get(place)
        if given is None or any(given.get(name, ...) != value for name, value in values.items()):
            self._given[place] = {**(given or {}), **values}
            self._changed[place] = None

    def write(self) -> None:
        """Store what is to be remembered."""
        now, connection = clock.now(), self._session.connection()
        new = [place for place in self._changed if place not in self._stored]
        if new:
            connection.execute(
                sa.insert(ImportedState),
                [
                    {"entity": entity, "entity_id": row_id, "origin": origin, "given": self._given[entity, row_id, origin], "imported_at": now}
                    for entity, row_id, origin in new
                ],
            )  # fmt: skip
        known = [place for place in self._changed if place in self._stored]
        if known:
            connection.execute(
                sa.update(ImportedState).where(ImportedState.id == sa.bindparam("state")),
                [{"state": self._stored[place], "given": self._given[place], "imported_at": now} for place in known],
            )  # fmt: skip
        self._changed.clear()

"""What earlier imports gave the rows: the common base by which the next one tells whose change is whose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.planning.exchange.records import Level
from orchflow.planning.tables import ImportedState
from orchflow.store.rows import portions


class ImportedStates:
    """Reads what was given before, and remembers what this import gives. `origin` is a program or an exported file."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._states: dict[tuple[str, int, str], ImportedState] = {}

    def read(self, level: Level, wanted: Iterable[tuple[int, str]]) -> None:
        """Look up the states of rows (id and origin)."""
        origins = dict(wanted)
        for some in portions(origins.keys()):
            stored = sa.select(ImportedState).where(
                ImportedState.entity == level.value,
                ImportedState.entity_id.in_(some),
                ImportedState.origin.in_(set(origins.values())),
            )
            for state in self._session.scalars(stored):
                self._states[state.entity, state.entity_id, state.origin] = state

    def values(self, level: Level, row_id: int, origin: str) -> Mapping[str, Any]:
        """Field → what the last import from `origin` gave it."""
        state = self._states.get((level.value, row_id, origin))
        return state.given if state else {}

    def remember(self, level: Level, row_id: int, origin: str, values: Mapping[str, Any]) -> None:
        """Keep what this import gave the row, beside what earlier ones gave other fields."""
        place = (level.value, row_id, origin)
        state = self._states.get(place)
        if state is None:
            state = ImportedState(entity=level.value, entity_id=row_id, origin=origin, given={})
            state.imported_at = clock.now()
            self._states[place] = state
            self._session.add(state)
        if any(state.given.get(name, ...) != value for name, value in values.items()):
            state.given = {**state.given, **values}
            state.imported_at = clock.now()

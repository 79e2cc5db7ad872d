"""Where the file and the plan last agreed: the common base by which an import tells whose change is whose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.planning.tables import ImportedState
from orchflow.store.tables import Change

_AT_ONCE = 5_000


def values_at(session: Session, entity: str, versions: Mapping[int, int]) -> dict[int, dict[str, Any]]:
    """Row → field → its value at the given version, for the fields that have changed since."""
    found: dict[int, dict[str, Any]] = {}
    ids = sorted(versions)
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        changes = sa.select(Change.entity_id, Change.version, Change.field, Change.old).where(
            Change.entity == entity,
            Change.entity_id.in_(some),
            Change.version > min(versions[row_id] for row_id in some),
        )
        for row_id, version, name, old in session.execute(changes.order_by(Change.id)):
            if version > versions[row_id]:
                found.setdefault(row_id, {}).setdefault(name, old)
    return found


class ImportedStates:
    """What earlier imports gave the rows of one table; `remember` keeps what this one gives."""

    def __init__(self, session: Session, entity: str) -> None:
        self._session = session
        self._entity = entity
        self._states: dict[tuple[int, str], ImportedState] = {}

    def read(self, wanted: set[tuple[int, str]]) -> None:
        """Look up the states of rows (id and origin)."""
        ids = sorted({row_id for row_id, _ in wanted})
        for start in range(0, len(ids), _AT_ONCE):
            stored = sa.select(ImportedState).where(
                ImportedState.entity == self._entity,
                ImportedState.entity_id.in_(ids[start : start + _AT_ONCE]),
                ImportedState.origin.in_({origin for _, origin in wanted}),
            )
            for state in self._session.scalars(stored):
                self._states[state.entity_id, state.origin] = state

    def given(self, row_id: int, origin: str) -> Mapping[str, Any]:
        """Field → what the last import from `origin` gave it."""
        state = self._states.get((row_id, origin))
        return state.given if state else {}

    def remember(self, row_id: int, origin: str, given: Mapping[str, Any]) -> None:
        """Keep what this import gave the row, beside what earlier ones gave other fields."""
        state = self._states.get((row_id, origin))
        if state is None:
            state = ImportedState(entity=self._entity, entity_id=row_id, origin=origin, given={})
            state.imported_at = clock.now()
            self._states[row_id, origin] = state
            self._session.add(state)
        if merged := {name: value for name, value in given.items() if state.given.get(name, ...) != value}:
            state.given = {**state.given, **merged}
            state.imported_at = clock.now()

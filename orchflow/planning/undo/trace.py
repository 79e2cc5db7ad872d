"""What one request did to one row, all its steps taken together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orchflow.planning.undo.undoable import undoable
from orchflow.store.rows import name_of
from orchflow.store.tables import Tracked


@dataclass(frozen=True)
class Trace:
    """The row of the table `model`, its fields `before` and `after` the request (JSON, touched ones only), and its last version in it.

    `existed` and `exists`: whether the row was there before, and after.
    """

    entity: str
    model: type[Tracked]
    row_id: int
    existed: bool
    exists: bool
    before: dict[str, Any]
    after: dict[str, Any]
    version: int
    last_change: int
    actor: str

    @classmethod
    def of(cls, entity: str, row_id: int, steps: Sequence[Sequence[Any]]) -> Trace:
        """From (action, field, old, new, version, id, actor) in the order in which they happened."""
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        for _, field, old, new, *_ in steps:
            before.setdefault(field, old)
            after[field] = new
        *_, version, last_change, actor = steps[-1]
        return cls(
            entity,
            undoable()[entity],
            row_id,
            existed=steps[0][0] != "insert",
            exists=steps[-1][0] != "delete",
            before=before,
            after=after,
            version=version,
            last_change=last_change,
            actor=actor,
        )

    @property
    def deleted(self) -> bool:
        return self.existed and not self.exists

    @property
    def edited(self) -> bool:
        return self.existed and self.exists

    @property
    def made(self) -> bool:
        return not self.existed and self.exists


def now_of_another(model: type[Tracked], key: Sequence[Any], owner: int) -> str:
    """Why a value of which there are never two is not put back: another row of the table, `owner`, has it now."""
    return f"{' '.join(map(str, key))} now is {name_of(model)} {owner}"

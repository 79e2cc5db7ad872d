"""What waits to be saved in a sheet: edits of known rows and new rows, kept by the row's key. No streamlit here.

The browser's grid remembers edits by position and forgets them with any change of filter, order or page. So what was
written in it since it was last asked is put into a Stage, which outlives all of that, and every value is read again
before it may be saved.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from orchflow.store.written import Refused
from orchflow.ui.grid_values import GridColumn, blank, same

NEW = "new-"
FIRST = f"{NEW}first-"
ABSENT: Any = object()


@dataclass(frozen=True)
class SheetRow:
    """One stored row as it was read. `key` names it in the sheet; `locked` says why it cannot be changed, by column.

    `locked["*"]` is the reason for every column that has none of its own. `shown` is what a cell shows instead of its
    value as long as nothing waits for it, such as a title with its indentation.
    """

    key: str
    version: int
    values: Mapping[str, Any]
    title: str = ""
    locked: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)

    def lock(self, column: str) -> str:
        """Why `column` of this row cannot be changed; empty when it can."""
        return self.locked.get(column, self.locked.get("*", ""))


@dataclass(frozen=True)
class SheetChange:
    """What to write: of row `key` as of `version` only the changed fields; `version` None is a new row."""

    key: str
    version: int | None
    values: Mapping[str, Any]
    before: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""


@dataclass(frozen=True)
class Refusal:
    """A value that cannot be taken, where it stands and why. It waits with the others until it is corrected.

    `title` and `label` are what people call its row and its column.
    """

    key: str
    column: str
    title: str
    label: str
    reason: str


@dataclass
class Stage:
    """Everything that waits: raw values by row and column, the rows as they were when they were first touched.

    `turn` rises with every change of what waits.
    """

    edits: dict[str, dict[str, Any]] = field(default_factory=dict)
    bases: dict[str, SheetRow] = field(default_factory=dict)
    added: dict[str, dict[str, Any]] = field(default_factory=dict)
    chosen: set[str] = field(default_factory=set)
    told: dict[str, list[Refusal]] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    counted: int = 0
    turn: int = 0

    @property
    def waiting(self) -> int:
        """How many rows would lose something with this stage."""
        return len(self.edits) + len(self.added)

    def put(self, row: SheetRow, column: str, value: Any) -> None:
        """Let `column` of a stored row wait with `value`; the value it has already, as one sees it, takes a waiting one back.

        The row is written as of the version that was touched first, each column over the value that stood there then.
        """
        stands = row.values.get(column)
        if same(value, stands):
            self.drop(row.key, column)
            return
        self.turn += 1
        base = self.bases.setdefault(row.key, row)
        waiting = self.edits.setdefault(row.key, {})
        if column not in waiting or same(value, base.values.get(column)):
            self.bases[row.key] = replace(base, values={**base.values, column: stands})
        waiting[column] = value
        self.told.pop(row.key, None)

    def put_new(self, key: str, column: str, value: Any) -> None:
        """The same for a row that is new itself."""
        self.turn += 1
        self.added.setdefault(key, {})[column] = value
        self.told.pop(key, None)

    def add(self, values: Mapping[str, Any] | None = None, *, first: bool = False) -> str:
        """Another new row, below all others or above them; returns its key."""
        key = self.reserve(first=first)
        self.added[key] = dict(values or {})
        return key

    def reserve(self, *, first: bool = False) -> str:
        """The key of a new row that waits for nothing yet."""
        self.turn += 1
        self.counted += 1
        return f"{NEW}{'first-' if first else ''}{self.counted}"

    def raw(self, key: str, column: str) -> Any:
        """What waits for a cell as it was written; `ABSENT` when nothing does."""
        return (self.edits.get(key) or self.added.get(key) or {}).get(column, ABSENT)

    def drop(self, key: str, column: str | None = None) -> None:
        """Forget what waits for a row, or for one column of it."""
        self.turn += 1
        self.told.pop(key, None)
        if column is None:
            self.added.pop(key, None)
            self.edits.pop(key, None)
            self.bases.pop(key, None)
            self.chosen.discard(key)
            return
        self.edits.get(key, self.added.get(key, {})).pop(column, None)
        if not self.edits.get(key, True):
            self.drop_edits(key)

    def drop_edits(self, key: str) -> None:
        """Forget the edits of a stored row."""
        self.turn += 1
        self.edits.pop(key, None)
        self.bases.pop(key, None)


def checked(
    stage: Stage, columns: Mapping[str, GridColumn], given: Collection[str] = ()
) -> tuple[list[SheetChange], list[Refusal]]:
    """What can be saved, and every value that cannot with its reason.

    A stored row is saved without its refused values; a new row waits until all of it is good: it has every column
    whose field asks for a value, but for those that are `given` to it.
    """
    changes: list[SheetChange] = []
    refusals: list[Refusal] = []
    for key, raw in stage.edits.items():
        base = stage.bases[key]
        values, refused = _read(key, base.title, raw, columns, base)
        refusals += refused
        changed = {name: value for name, value in values.items() if not same(value, base.values.get(name))}
        if changed:
            before = {name: base.values.get(name) for name in changed}
            changes.append(SheetChange(key, base.version, changed, before, base.title))
    needed = [name for name, column in columns.items() if column.needed and name not in given]
    for number, (key, raw) in enumerate(stage.added.items(), start=1):
        title = f"new row {number}"
        values, refused = _read(key, title, raw, columns, None)
        told = {refusal.column for refusal in refused}
        refused += [
            Refusal(key, name, title, columns[name].heading, "must be filled in")
            for name in needed
            if blank(values.get(name)) and name not in told
        ]
        refusals += refused
        if not refused:
            changes.append(SheetChange(key, None, values, {}, title))
    return changes, refusals


def _read(
    key: str, title: str, raw: Mapping[str, Any], columns: Mapping[str, GridColumn], base: SheetRow | None
) -> tuple[dict[str, Any], list[Refusal]]:
    values: dict[str, Any] = {}
    refused = []
    for name, value in raw.items():
        column = columns.get(name)
        try:
            if column is None or not column.editable:
                raise Refused("cannot be changed here")
            if base is not None and (reason := base.lock(name)):
                raise Refused(reason)
            values[name] = column.read(value)
        except Refused as error:
            refused.append(Refusal(key, name, title, column.heading if column else name, str(error)))
    return values, refused

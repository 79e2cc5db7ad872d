"""What an import did, or would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, TypeAlias

from orchflow.planning.exchange.records import Document, ImportProblem, Level

Action: TypeAlias = Literal["created", "updated", "unchanged", "conflict", "refused"]


@dataclass(frozen=True)
class FieldChange:
    """A field that gets another value, both as the change history writes them."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class ImportConflict:
    """A field that changed here and in the file: where both began (None: unknown or empty), the plan's, the file's.

    The plan keeps its value until somebody says which one counts.
    """

    row: int | str
    level: Level
    key: str | None
    name: str
    field: str
    base: Any
    plan: Any
    file: Any


@dataclass(frozen=True)
class ImportedRow:
    """What became of one record; `id` is its row in the store. In a dry run a new row has none."""

    row: int | str
    level: Level
    key: str | None
    name: str
    action: Action
    id: int | None = None
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class ImportReport:
    """The outcome of an import, record by record; `request` undoes it (None: nothing was written).

    `kept` are fields that were edited here while the file still says what it said before: they stay as they are.
    `notes` tell what was left out of rows that were imported all the same, `unread` which columns were not read.
    """

    format: str
    source: str
    dry_run: bool
    request: str | None
    rows: tuple[ImportedRow, ...]
    problems: tuple[ImportProblem, ...]
    conflicts: tuple[ImportConflict, ...]
    kept: tuple[ImportConflict, ...]
    notes: tuple[ImportProblem, ...]
    unread: tuple[str, ...] = ()

    def count(self, action: Action) -> int:
        """How many records had this outcome."""
        return sum(row.action == action for row in self.rows)

    @property
    def created(self) -> int:
        return self.count("created")

    @property
    def updated(self) -> int:
        return self.count("updated")

    @property
    def unchanged(self) -> int:
        return self.count("unchanged")

    @property
    def clean(self) -> bool:
        """Whether nothing was refused and nothing is in conflict."""
        return not self.problems and not self.conflicts

    def document(self) -> dict[str, Any]:
        """The report as JSON values."""
        counted: tuple[Action, ...] = ("created", "updated", "unchanged", "refused")
        return {
            "format": self.format, "source": self.source, "dry_run": self.dry_run, "request": self.request,
            **{action: self.count(action) for action in counted},
            **{
                name: [asdict(entry) for entry in getattr(self, name)]
                for name in ("problems", "conflicts", "kept", "notes", "rows")
            },
            "unread": list(self.unread),
        }  # fmt: skip


def as_dry_run(report: ImportReport) -> ImportReport:
    """The report of an import that was taken back: nothing has a number yet that had none before."""
    rows = tuple(replace(row, id=None) if row.action == "created" else row for row in report.rows)
    return replace(report, dry_run=True, request=None, rows=rows)


def report_of(
    document: Document,
    rows: Sequence[ImportedRow],
    conflicts: Sequence[ImportConflict],
    kept: Sequence[ImportConflict],
    request: str,
) -> ImportReport:
    """The report of an import that was carried out."""
    changed = any(row.changes or row.action == "created" for row in rows)
    order = {row.row: place for place, row in enumerate(rows)}
    problems = sorted(document.problems, key=lambda problem: order.get(problem.row, len(order)))
    return ImportReport(
        document.format, document.source, False, request if changed else None, tuple(rows), tuple(problems),
        tuple(conflicts), tuple(kept), tuple(document.notes), tuple(document.unread),
    )  # fmt: skip

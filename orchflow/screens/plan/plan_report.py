"""What an import would do, as the dialog shows it before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.alike import alike, places, why
from orchflow.format import plain, quantity
from orchflow.planning.exchange.records import ImportProblem
from orchflow.planning.exchange.report import ImportedRow, ImportReport
from orchflow.planning.exchange.three_way import Take
from orchflow.ui import acts
from orchflow.ui.table import Column, show_frame

TAKES: dict[Take | None, str] = {
    None: "the plan's, until I choose",
    "plan": "the plan's",
    "file": "the file's",
}
ACTIONS = {
    "created": "New",
    "updated": "Changed",
    "unchanged": "As it is",
    "conflict": "Conflict",
    "refused": "Refused",
}
PROBLEMS = {
    "rows": Column("Row", width=150), "column": Column("Column", width=110),
    "message": Column("Refused because", width="large"),
}  # fmt: skip
NOTES = {**PROBLEMS, "message": Column("Note", width="large")}
CONFLICTS = {
    "row": Column("Row", width=60), "name": Column("What"), "field": Column("Field"), "base": Column("It was"),
    "plan": Column("In the plan"), "file": Column("In the file"),
}  # fmt: skip
CHANGES = {
    "row": Column("Row", width=60), "action": Column("", width=76), "level": Column("Level", width=70),
    "name": Column("What", width=260), "changes": Column("Changes", width="large"),
}  # fmt: skip
MOST = 500
"""So many lines of a table are shown; how many there are beside them is said."""


def show_report(report: ImportReport) -> None:
    """The counts, then what is refused, differs, would change and is left out; what is alike stands in one line."""
    counts = {name: report.count(name) for name in ACTIONS}  # type: ignore[arg-type]
    said = [f"**{count:,}** {ACTIONS[name].lower()}" for name, count in counts.items() if count]
    st.markdown(" · ".join(said) or "The file holds no rows.")
    _table(_grouped(report.problems), PROBLEMS, "import-problems", "Refused rows", 215)
    conflicts = [
        (
            str(conflict.row),
            conflict.name,
            conflict.field,
            _text(conflict.base),
            _text(conflict.plan),
            _text(conflict.file),
        )
        for conflict in report.conflicts
    ]
    _table(conflicts, CONFLICTS, "import-conflicts", "Changed on both sides", 215)
    changed = [row for row in report.rows if row.action in ("created", "updated")]
    if changed:
        with st.expander(f"What would change ({len(changed):,})", key="import-preview"):
            _table([_line(row) for row in changed], CHANGES, "import-rows", "What would change", 260)
    if report.unread:
        st.caption(f"Columns that are not read: {plain(', '.join(report.unread))}")
    _table(_grouped(report.notes), NOTES, "import-notes", "What is left out of rows that are imported", 215)


def _grouped(told: Sequence[ImportProblem]) -> list[tuple[str, ...]]:
    return [
        (places(group, lambda each: each.row), group[0].column, why(group, _reason))
        for group in alike(told, _reason)
    ]


def _reason(told: ImportProblem) -> tuple[str, str]:
    return told.column, told.message


def _table(
    rows: Sequence[tuple[str, ...]], columns: Mapping[str, Column], key: str, alt: str, height: int
) -> None:  # fmt: skip
    """A table of the report, at most `height` high; nothing without rows."""
    if not rows:
        return
    frame = pd.DataFrame(rows[:MOST], columns=list(columns))
    show_frame(frame, key=key, columns=columns, alt=alt, height=min(33 + 35 * len(frame), height))
    if len(rows) > MOST:
        st.caption(f"{alt}: the first {MOST:,} of {quantity(len(rows), 'line')}.")


def _line(row: ImportedRow) -> tuple[str, ...]:
    return str(row.row), ACTIONS[row.action], row.level.value.capitalize(), row.name, _changes(row)


def _changes(row: ImportedRow) -> str:
    if row.action == "created":
        return ""
    return "; ".join(f"{change.field}: {_text(change.old)} → {_text(change.new)}" for change in row.changes)


def _text(value: Any) -> str:
    return "–" if value in (None, "", []) else str(value)[:80]


def decide(report: ImportReport, options: dict[str, Any]) -> bool:
    """Ask whose values count, which goes into `options`, where both sides changed; whether the import is to be done."""
    if report.conflicts:
        options["take"] = st.radio(
            "Where the plan and the file both changed", list(TAKES), format_func=TAKES.__getitem__, key="import-take",
            horizontal=True,
        )  # fmt: skip
    work = report.created + report.updated + (len(report.conflicts) if options.get("take") == "file" else 0)
    return acts.button(
        f"Import {quantity(work, 'row')}" if work else "There is nothing to import", type="primary",
        disabled=not work, key="import-now", icon=":material/upload:", width="stretch",
    )  # fmt: skip


def imported(name: str, report: ImportReport) -> str:
    """What an import did, in a sentence."""
    said = f"Imported {name}: {report.created} new, {report.updated} changed, {report.unchanged} as they were"
    refused, both = report.count("refused"), len(report.conflicts)
    return (
        said + f"; {refused} refused" * bool(refused) + f"; {both} in conflict left as they are" * bool(both)
    )

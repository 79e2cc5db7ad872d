"""Import and export of the plan: a file is looked at first, row by row, and then brought in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.errors import OrchflowError
from orchflow.people.permissions import Actor
from orchflow.planning.export_file import export_bytes
from orchflow.planning.import_file import ImportReport, Take, columns_in, import_plan
from orchflow.planning.mappings import TARGETS, ColumnMapping, list_mappings
from orchflow.planning.references import new_request
from orchflow.screens.plan.plan_data import PlanData, plan_data
from orchflow.ui import notices
from orchflow.ui.format import plain
from orchflow.ui.session import zone
from orchflow.ui.states import problem
from orchflow.ui.table import Column, show_frame
from orchflow.workspace import Workspace

KINDS = ["csv", "tsv", "txt", "xlsx", "json"]
FORMATS = {".xlsx": "Excel", ".csv": "CSV", ".json": "JSON"}
MIME = {
    ".csv": "text/csv", ".json": "application/json", ".zip": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
ACTIONS = {
    "created": "New",
    "updated": "Changed",
    "unchanged": "As it is",
    "conflict": "Conflict",
    "refused": "Refused",
}
TAKES: dict[Take | None, str] = {
    None: "the plan's, until I choose",
    "plan": "the plan's",
    "file": "the file's",
}
GENERIC = "table"
MOST = 500


def import_button(ws: Workspace, actor: Actor) -> None:
    """The way to the dialog."""
    if st.button("Import", icon=":material/upload:", type="tertiary", key="import-open"):
        import_dialog(ws, actor)


@st.dialog("Import a plan", width="large", icon=":material/upload:")
def import_dialog(ws: Workspace, actor: Actor) -> None:
    """Take a file, show what it would do, and do it."""
    file = st.file_uploader(
        "A plan as CSV, Excel or JSON: our own export, Jira's, or any table of tasks",
        type=KINDS,
        key="import-file",
    )
    if file is None:
        st.caption(
            "Nothing is written before you have seen what would happen. Importing a file again changes nothing."
        )
        return
    data = file.getvalue()
    options = _options(ws, actor, data, file.name)
    if options is None:
        return
    report = _dry_run(ws, actor, data, file.name, options)
    if report is None:
        return
    _report(report)
    if report.conflicts:
        options["take"] = st.radio(
            "Where the plan and the file both changed", list(TAKES), format_func=TAKES.__getitem__, key="import-take",
            horizontal=True,
        )  # fmt: skip
    work = report.created + report.updated + (len(report.conflicts) if options.get("take") == "file" else 0)
    if st.button(
        f"Import {work} row{'' if work == 1 else 's'}" if work else "There is nothing to import", type="primary",
        disabled=not work, key="import-now", icon=":material/upload:", width="stretch",
    ):  # fmt: skip
        _import(ws, actor, data, file.name, options)


def _import(ws: Workspace, actor: Actor, data: bytes, name: str, options: dict[str, Any]) -> None:
    request = new_request()
    try:
        report = import_plan(ws.store, actor, data, filename=name, zone=zone(), request=request, **options)
    except OrchflowError as error:
        problem(error)
        return
    said = f"Imported {name}: {report.created} new, {report.updated} changed, {report.unchanged} as they were"
    if report.problems or report.conflicts:
        refused, both = report.count("refused"), len(report.conflicts)
        said += f"; {refused} refused" * bool(refused) + f"; {both} in conflict left as they are" * bool(both)
    notices.done(said, report.request)
    st.session_state.pop("import-report", None)
    st.rerun()


def _options(ws: Workspace, actor: Actor, data: bytes, name: str) -> dict[str, Any] | None:
    """How to read the file: for a table that is not ours or Jira's, which column holds what."""
    if name.lower().endswith(".json"):
        return {}
    try:
        table, guess = columns_in(data, name)
    except OrchflowError as error:
        problem(error)
        return None
    try:
        format_ = import_plan(ws.store, actor, data, filename=name, zone=zone(), dry_run=True).format
    except OrchflowError:
        format_ = GENERIC
    if format_ in ("orchflow", "jira"):
        return {}
    known = list_mappings(ws.store, actor)
    mark = hashlib.sha256(data).hexdigest()[:12]
    with st.expander("Which column holds what", expanded=True, key=f"import-map-{mark}"):
        used = None
        if known:
            used = st.selectbox(
                "Remembered",
                list(known),
                index=None,
                key=f"import-known-{mark}",
                placeholder="Choose, or say it below",
            )
        start = known[used] if used else guess
        columns = _columns(table.heading, table.rows, start, f"import-columns-{mark}-{used}")
        left, right = st.columns(2)
        with left:
            projects = {number: plain(title) for number, title in _projects(ws, actor).items()}
            into = st.selectbox(
                "Rows that name no project go to", list(projects), format_func=projects.__getitem__, index=None,
                key=f"import-into-{mark}", placeholder="are refused",
            )  # fmt: skip
        with right:
            remember = st.text_input(
                "Remember this as", value=used or "", max_chars=60, key=f"import-remember-{mark}-{used}"
            )
    mapping = ColumnMapping(columns, start.values, start.source, start.project)
    return {"mapping": mapping, "into": into, "remember": remember.strip() or None}


def _columns(heading: tuple[str, ...], rows: Any, start: ColumnMapping, key: str) -> dict[str, str]:
    """A small grid: each column of the file, an example of what is in it, and the field it goes to."""
    examples = [
        next((str(cells[at])[:60] for _, cells in rows[:50] if cells[at] not in (None, "")), "")
        for at in range(len(heading))
    ]
    frame = pd.DataFrame(
        {"column": heading, "example": examples, "field": [start.columns.get(name) for name in heading]},
        dtype="object",
    )
    edited = st.data_editor(
        frame, key=key, hide_index=True, disabled=["column", "example"], alt="Columns of the file and their fields",
        height=min(38 + 35 * len(heading), 320), placeholder="left out",
        column_config={
            "column": st.column_config.TextColumn("Column in the file"),
            "example": st.column_config.TextColumn("For example"),
            "field": st.column_config.SelectboxColumn("Goes to", options=list(TARGETS)),
        },
    )  # fmt: skip
    return {
        str(name): str(field)
        for name, field in zip(edited["column"], edited["field"], strict=True)
        if isinstance(field, str) and field
    }


def _projects(ws: Workspace, actor: Actor) -> dict[str, str]:
    frame = plan_data(ws, actor).frame
    found = frame[frame["level"].to_numpy() == "project"]
    return {
        str(number): f"{number} {title}"
        for number, title in zip(found["number"], found["title"], strict=True)
    }


def _dry_run(
    ws: Workspace, actor: Actor, data: bytes, name: str, options: dict[str, Any]
) -> ImportReport | None:
    """What the import would do; read once for the same file, options and plan."""
    mark = (hashlib.sha256(data).hexdigest(), repr(options), ws.store.version("plan"))
    kept = st.session_state.get("import-report")
    if kept is not None and kept[0] == mark:
        return kept[1]  # type: ignore[no-any-return]
    try:
        with st.spinner("Looking at the file…"):
            report = import_plan(
                ws.store, actor, data, filename=name, zone=zone(), dry_run=True,
                **{**options, "remember": None} if options else {},
            )  # fmt: skip
    except OrchflowError as error:
        problem(error)
        return None
    st.session_state["import-report"] = (mark, report)
    return report


def _report(report: ImportReport) -> None:
    counts = {name: report.count(name) for name in ACTIONS}  # type: ignore[arg-type]
    said = [f"**{count}** {ACTIONS[name].lower()}" for name, count in counts.items() if count]
    st.markdown(" · ".join(said) or "The file holds no rows.")
    if report.problems:
        show_frame(
            pd.DataFrame([(str(one.row), one.column, one.message) for one in report.problems[:MOST]], columns=["row", "column", "message"]),
            key="import-problems", alt="Refused rows", height=min(40 + 35 * len(report.problems), 215),
            columns={"row": Column("Row", width=60), "column": Column("Column", width=120), "message": Column("Refused because", width="large")},
        )  # fmt: skip
    if report.conflicts:
        show_frame(
            pd.DataFrame([(str(one.row), one.name, one.field, _text(one.base), _text(one.plan), _text(one.file)) for one in report.conflicts[:MOST]],
                         columns=["row", "name", "field", "base", "plan", "file"]),
            key="import-conflicts", alt="Changed on both sides", height=min(40 + 35 * len(report.conflicts), 215),
            columns={"row": Column("Row", width=60), "name": Column("What"), "field": Column("Field"), "base": Column("It was"),
                     "plan": Column("In the plan"), "file": Column("In the file")},
        )  # fmt: skip
    rows = [row for row in report.rows if row.action in ("created", "updated")][:MOST]
    if rows:
        with st.expander(f"What would change ({report.created + report.updated})", key="import-preview"):
            show_frame(
                pd.DataFrame(
                    [(str(row.row), ACTIONS[row.action], row.level.value.capitalize(), row.name, _changes(row)) for row in rows],
                    columns=["row", "action", "level", "name", "changes"],
                ),
                key="import-rows", alt="What would change", height=260,
                columns={"row": Column("Row", width=60), "action": Column("", width=76), "level": Column("Level", width=70),
                         "name": Column("What", width=260), "changes": Column("Changes", width="large")},
            )  # fmt: skip
    for note in report.notes[:10]:
        st.caption(f"Row {plain(note.row)}, {plain(note.column)}: {plain(note.message)}")


def _changes(row: Any) -> str:
    if row.action == "created":
        return ""
    return "; ".join(f"{one.field}: {_text(one.old)} → {_text(one.new)}" for one in row.changes)


def _text(value: Any) -> str:
    return "–" if value in (None, "", []) else str(value)[:80]


def export_button(ws: Workspace, actor: Actor, data: PlanData) -> None:
    """The plan as a file, whole or the part that is shown; made when somebody clicks."""
    if data.empty:
        return
    with st.popover("Export", icon=":material/download:", type="tertiary", key="export-open"):
        effort, inside = (str(st.session_state.get(name) or "all") for name in ("effort", "inside"))
        only: list[int] | None = None
        narrowed = inside.isdigit() or effort.isdigit()
        if narrowed and st.toggle("Only what is chosen above", key="export-part", value=True):
            of_effort = [one for one, its in data.names.effort_of.items() if str(its) == effort]
            only = [int(inside)] if inside.isdigit() else of_effort
        past = st.toggle(
            "With the history of tasks", key="export-past", help="So that burndowns can be read elsewhere"
        )
        for suffix, label in FORMATS.items():
            st.download_button(
                label, data=_writer(ws, actor, suffix, only, past=past), file_name=f"plan{suffix}", mime=MIME[suffix],
                on_click="ignore", icon=":material/download:", key=f"export{suffix}", width="stretch",
            )  # fmt: skip
        st.caption("Edit the file and import it again: changes on both sides are shown as conflicts.")


def _writer(
    ws: Workspace, actor: Actor, suffix: str, only: list[int] | None, *, past: bool
) -> Callable[[], bytes]:
    return lambda: export_bytes(ws.store, actor, suffix, projects=only, with_history=past)

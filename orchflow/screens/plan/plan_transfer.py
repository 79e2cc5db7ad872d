"""Import of a plan: a file is looked at first, row by row, and then brought in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from orchflow.errors import OrchflowError
from orchflow.format import plain, quantity
from orchflow.people.permissions import Actor
from orchflow.planning.exchange.encodings import ENCODINGS, guessed_encoding
from orchflow.planning.exchange.import_file import columns_in, import_plan
from orchflow.planning.exchange.mappings import TARGETS, ColumnMapping, list_mappings
from orchflow.planning.exchange.programs import CALLED, name_of_program
from orchflow.planning.exchange.report import ImportReport
from orchflow.planning.exchange.three_way import Take
from orchflow.screens.plan.plan_adopt import offer
from orchflow.screens.plan.plan_data import plan_data
from orchflow.screens.plan.plan_folder import import_zip
from orchflow.screens.plan.plan_state import IMPORTED
from orchflow.screens.session import zone
from orchflow.store.field import in_words
from orchflow.ui import acts, notices
from orchflow.ui.grid_values import plain_column
from orchflow.ui.states import closing, problem
from orchflow.ui.table import Column, show_frame
from orchflow.ui.table_editor import table_editor
from orchflow.workspace import Workspace

KINDS = ["csv", "tsv", "txt", "xlsx", "json", "xml", "zip"]
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
FIELDS = {
    "column": plain_column("Column in the file"),
    "example": plain_column("For example"),
    "field": plain_column(
        "Goes to", options=list(TARGETS), names={name: in_words(name) for name in TARGETS}, editable=True
    ),
}
PROBLEMS = {
    "row": Column("Row", width=60), "column": Column("Column", width=120),
    "message": Column("Refused because", width="large"),
}  # fmt: skip
NOTES = {
    "row": Column("Row", width=60), "column": Column("Column", width=120), "message": Column("Note", width="large"),
}  # fmt: skip
CONFLICTS = {
    "row": Column("Row", width=60), "name": Column("What"), "field": Column("Field"), "base": Column("It was"),
    "plan": Column("In the plan"), "file": Column("In the file"),
}  # fmt: skip
CHANGES = {
    "row": Column("Row", width=60), "action": Column("", width=76), "level": Column("Level", width=70),
    "name": Column("What", width=260), "changes": Column("Changes", width="large"),
}  # fmt: skip
MOST = 500


def import_button(ws: Workspace, actor: Actor) -> None:
    """The way to the dialog."""
    if st.button("Import", icon=":material/upload:", type="tertiary", key="import-open"):
        import_dialog(ws, actor)


@st.dialog("Import a plan", width="large", icon=":material/upload:")
def import_dialog(ws: Workspace, actor: Actor) -> None:
    """Take a file, show what it would do, and do it."""
    file = st.file_uploader(
        "Our own export (its folders as a zip), one of another program, or any table of tasks",
        type=KINDS,
        key="import-file",
    )
    if file is None:
        st.caption(
            "Nothing is written before you have seen what would happen. Importing a file again changes nothing."
        )
        st.caption(f"Known by their headings: exports of {', '.join(CALLED.values())}.")
        offer(ws, actor, _report)
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
    if acts.button(
        f"Import {quantity(work, 'row')}" if work else "There is nothing to import", type="primary",
        disabled=not work, key="import-now", icon=":material/upload:", width="stretch",
    ):  # fmt: skip
        _import(ws, actor, data, file.name, options)


def _import(ws: Workspace, actor: Actor, data: bytes, name: str, options: dict[str, Any]) -> None:
    with closing() as request:
        report = _bring_in(ws, actor, data, name, options, dry_run=False, request=request)
        said = f"Imported {name}: {report.created} new, {report.updated} changed, {report.unchanged} as they were"
        refused, both = report.count("refused"), len(report.conflicts)
        said += f"; {refused} refused" * bool(refused) + f"; {both} in conflict left as they are" * bool(both)
        notices.done(said, report.request)
        IMPORTED.clear()


def _bring_in(
    ws: Workspace, actor: Actor, data: bytes, name: str, options: dict[str, Any], *, dry_run: bool,
    request: str | None = None,
) -> ImportReport:  # fmt: skip
    if name.lower().endswith(".zip"):
        return import_zip(ws.store, actor, data, dry_run=dry_run, take=options.get("take"))
    return import_plan(
        ws.store, actor, data, filename=name, zone=zone(), dry_run=dry_run, request=request, **options
    )


def _options(ws: Workspace, actor: Actor, data: bytes, name: str) -> dict[str, Any] | None:
    """How to read the file: for a table that is not ours or Jira's, which column holds what."""
    if name.lower().endswith(".zip"):
        return {}
    mark = hashlib.sha256(data).hexdigest()[:12]
    try:
        encoding = _letters(data, name, mark)
        if name.lower().endswith((".json", ".xml")):
            into = _into(ws, actor, mark, "What names no project goes to", "where the file says")
            return {"encoding": encoding, "into": into}
        table, guess = columns_in(data, name, encoding)
    except OrchflowError as error:
        problem(error)
        return None
    if program := name_of_program(table.heading):
        st.caption(f"An export of {program}, known by its headings.")
        into = _into(ws, actor, mark, "All of it goes to", "projects of its own")
        return {"encoding": encoding, "into": into}
    if guess is None:
        return {"encoding": encoding}
    with st.expander("Which column holds what", expanded=True, key=f"import-map-{mark}"):
        return {"encoding": encoding, **_mapping(ws, actor, table, guess, mark)}


def _letters(data: bytes, name: str, mark: str) -> str | None:
    """How the letters are written: asked where the file does not say it, beginning with the guess."""
    guess = guessed_encoding(data, name)
    if guess is None:
        return None
    return st.selectbox(
        "Letters", list(ENCODINGS), index=list(ENCODINGS).index(guess), format_func=ENCODINGS.__getitem__,
        key=f"import-letters-{mark}", help="The file does not say how its letters are written; this is a guess",
    )  # fmt: skip


def _mapping(ws: Workspace, actor: Actor, table: Any, guess: ColumnMapping, mark: str) -> dict[str, Any]:
    """Ask which column holds what, beginning with a guess or with what was remembered."""
    known = list_mappings(ws.store, actor)
    used = None
    if known:
        used = st.selectbox(
            "Remembered", list(known), index=None, key=f"import-known-{mark}", placeholder="Choose, or say it below"
        )  # fmt: skip
    start = known[used] if used else guess
    columns = _columns(table.heading, table.rows, start, f"import-columns-{mark}-{used}")
    left, right = st.columns(2)
    with left:
        into = _into(ws, actor, mark, "Rows that name no project go to", "are refused")
    with right:
        remember = st.text_input(
            "Remember this as", value=used or "", max_chars=60, key=f"import-remember-{mark}-{used}"
        )
    mapping = ColumnMapping(columns, start.values, start.source, start.project)
    return {"mapping": mapping, "into": into, "remember": remember.strip() or None}


def _into(ws: Workspace, actor: Actor, mark: str, label: str, otherwise: str) -> str | None:
    """The number of the project that takes what names none."""
    projects = plan_data(ws, actor).names.projects
    numbers = {name.split(" ", 1)[0]: name for name in projects.values()}
    return st.selectbox(
        label, list(numbers), format_func=numbers.__getitem__, index=None, key=f"import-into-{mark}", placeholder=otherwise,
    )  # fmt: skip


def _columns(heading: tuple[str, ...], rows: Any, start: ColumnMapping, key: str) -> dict[str, str]:
    """A small grid: each column of the file, an example of what is in it, and the field it goes to."""
    examples = [
        next((str(cells[at])[:60] for _, cells in rows[:50] if cells[at] not in (None, "")), "")
        for at in range(len(heading))
    ]
    rows = [
        {"column": name, "example": example, "field": start.columns.get(name)}
        for name, example in zip(heading, examples, strict=True)
    ]
    written = table_editor(
        rows, FIELDS, key=key, alt="Columns of the file and their fields", placeholder="left out",
        height=min(33 + 35 * len(heading), 320),
    )  # fmt: skip
    return chosen_fields(written)


def chosen_fields(lines: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Which field each column of the file goes to, of lines with the field in words; columns left out are not in it."""
    return {line["column"]: FIELDS["field"].read(line["field"]) for line in lines if line["field"]}


def _dry_run(
    ws: Workspace, actor: Actor, data: bytes, name: str, options: dict[str, Any]
) -> ImportReport | None:
    """What the import would do; read once for the same file, options and plan."""
    mark = (hashlib.sha256(data).hexdigest(), repr(options), ws.store.version("plan"))
    kept = IMPORTED.get()
    if kept is not None and kept[0] == mark:
        return kept[1]  # type: ignore[no-any-return]
    try:
        with st.spinner("Looking at the file…"):
            report = acts.each(_bring_in)(ws, actor, data, name, {**options, "remember": None}, dry_run=True)
    except OrchflowError as error:
        problem(error)
        return None
    IMPORTED.set((mark, report))
    return report


def _report(report: ImportReport) -> None:
    counts = {name: report.count(name) for name in ACTIONS}  # type: ignore[arg-type]
    said = [f"**{count}** {ACTIONS[name].lower()}" for name, count in counts.items() if count]
    st.markdown(" · ".join(said) or "The file holds no rows.")
    problems = [(str(problem.row), problem.column, problem.message) for problem in report.problems[:MOST]]
    _table(problems, PROBLEMS, "import-problems", "Refused rows", 215)
    conflicts = [
        (
            str(conflict.row),
            conflict.name,
            conflict.field,
            _text(conflict.base),
            _text(conflict.plan),
            _text(conflict.file),
        )
        for conflict in report.conflicts[:MOST]
    ]
    _table(conflicts, CONFLICTS, "import-conflicts", "Changed on both sides", 215)
    changed = [
        (str(row.row), ACTIONS[row.action], row.level.value.capitalize(), row.name, _changes(row))
        for row in report.rows
        if row.action in ("created", "updated")
    ]
    if changed:
        with st.expander(f"What would change ({report.created + report.updated})", key="import-preview"):
            _table(changed[:MOST], CHANGES, "import-rows", "What would change", 260)
    if report.unread:
        st.caption(f"Columns that are not read: {plain(', '.join(report.unread))}")
    notes = [(str(note.row), note.column, note.message) for note in report.notes[:MOST]]
    _table(notes, NOTES, "import-notes", "What is left out of rows that are imported", 215)


def _table(
    rows: Sequence[tuple[str, ...]], columns: Mapping[str, Column], key: str, alt: str, height: int
) -> None:  # fmt: skip
    """A table of the report, at most `height` high; nothing without rows."""
    if rows:
        frame = pd.DataFrame(rows, columns=list(columns))
        show_frame(frame, key=key, columns=columns, alt=alt, height=min(33 + 35 * len(rows), height))


def _changes(row: Any) -> str:
    if row.action == "created":
        return ""
    return "; ".join(f"{change.field}: {_text(change.old)} → {_text(change.new)}" for change in row.changes)


def _text(value: Any) -> str:
    return "–" if value in (None, "", []) else str(value)[:80]

"""Import of a plan: a file is looked at first, row by row, and then brought in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from orchflow.errors import OrchflowError, UsageError
from orchflow.people.permissions import Actor
from orchflow.planning.exchange.encodings import ENCODINGS, guessed_encoding
from orchflow.planning.exchange.import_file import columns_in
from orchflow.planning.exchange.mappings import TARGETS, ColumnMapping, list_mappings
from orchflow.planning.exchange.programs import CALLED, name_of_program
from orchflow.planning.exchange.report import ImportReport
from orchflow.planning.exchange.text_table import Table
from orchflow.screens.plan.plan_adopt import offer
from orchflow.screens.plan.plan_bring_in import bring_in
from orchflow.screens.plan.plan_data import plan_data
from orchflow.screens.plan.plan_large_import import LARGE, look_at
from orchflow.screens.plan.plan_report import decide, imported, show_report
from orchflow.screens.plan.plan_state import IMPORTED
from orchflow.screens.session import zone
from orchflow.store.field import in_words
from orchflow.ui import acts, notices
from orchflow.ui.grid_values import plain_column
from orchflow.ui.states import closing, problem
from orchflow.ui.table_editor import table_editor
from orchflow.workspace import Workspace

KINDS = ["csv", "tsv", "txt", "xlsx", "json", "xml", "zip"]
FIELDS = {
    "column": plain_column("Column in the file"),
    "example": plain_column("For example"),
    "field": plain_column(
        "Goes to", options=list(TARGETS), names={name: in_words(name) for name in TARGETS}, editable=True
    ),
}


EXAMPLES = 50
"""So many rows are looked through for an example of what a column holds."""


def import_button(ws: Workspace, actor: Actor) -> None:
    """The way to the dialog."""
    if st.button("Import", icon=":material/upload:", type="tertiary", key="import-open"):
        import_dialog(ws, actor)


@st.dialog("Import a plan", width="large", icon=":material/upload:")
def import_dialog(ws: Workspace, actor: Actor, *, then: Callable[[], object] = st.rerun) -> None:
    """Take a file, show what it would do, and do it; a large one is looked at elsewhere, and `then` leads to where it is told."""
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
        offer(ws, actor, show_report)
        return
    data = file.getvalue()
    options = _options(ws, actor, data, file.name)
    if options is None:
        return
    if len(data) >= LARGE:
        st.caption("This is a large file: looking at it takes a while, and goes on when you leave.")
        if st.button(
            "Look at it", type="primary", key="import-look", icon=":material/search:", width="stretch"
        ):
            look_at(ws, actor, data, file.name, options)
            then()
        return
    report = _dry_run(ws, actor, data, file.name, options)
    if report is None:
        return
    show_report(report)
    if decide(report, options):
        _import(ws, actor, data, file.name, options)


def _import(ws: Workspace, actor: Actor, data: bytes, name: str, options: dict[str, Any]) -> None:
    with closing() as request:
        report = bring_in(ws.store, actor, data, name, options, zone(), dry_run=False, request=request)
        notices.done(imported(name, report), report.request)
        IMPORTED.clear()


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
        table, guess = _head(mark, name, encoding, data)
        if guess is not None:
            with st.expander("Which column holds what", expanded=True, key=f"import-map-{mark}"):
                return {"encoding": encoding, **_mapping(ws, actor, table, guess, mark)}
    except OrchflowError as error:
        problem(error)
        return None
    if program := name_of_program(table.heading):
        st.caption(f"An export of {program}, known by its headings.")
        into = _into(ws, actor, mark, "All of it goes to", "projects of its own")
        return {"encoding": encoding, "into": into}
    return {"encoding": encoding}


@st.cache_resource(max_entries=8, show_spinner="Reading the file…")
def _head(mark: str, name: str, encoding: str | None, _data: bytes) -> tuple[Table, ColumnMapping | None]:
    """`columns_in` with the first rows alone, read once for each file."""
    table, guess = columns_in(_data, name, encoding)
    return replace(table, rows=table.rows[:EXAMPLES], text=None), guess


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
        next((str(cells[at])[:60] for _, cells in rows if cells[at] not in (None, "")), "")
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
    """Which field each column of the file goes to, of lines with the field in words; columns left out are not in it.

    UsageError for columns of one name that are to go to different fields.
    """
    chosen: dict[str, str] = {}
    for line in lines:
        if line["field"]:
            name, field = line["column"], FIELDS["field"].read(line["field"])
            if chosen.setdefault(name, field) != field:
                raise UsageError(
                    f"Two columns are called {name} and go to different fields",
                    "Give them names of their own in the file.",
                )
    return chosen


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
            read = {**options, "remember": None}
            report = acts.each(bring_in)(ws.store, actor, data, name, read, zone(), dry_run=True)
    except OrchflowError as error:
        problem(error)
        return None
    IMPORTED.set((mark, report))
    return report

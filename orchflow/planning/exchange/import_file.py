"""Bring a file into the plan: our own form, Jira's export, or any table by a mapping of its columns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from orchflow.errors import OrchflowError, UsageError
from orchflow.garbage import seldom_collected
from orchflow.people.permissions import Actor, Permission
from orchflow.planning.exchange import jira, project_xml, trello_board
from orchflow.planning.exchange.apply_document import apply_document
from orchflow.planning.exchange.encodings import BINARY, decoded
from orchflow.planning.exchange.generic import NO_SOURCE, read_generic, read_program
from orchflow.planning.exchange.jira_headings import is_jira
from orchflow.planning.exchange.mappings import (
    ColumnMapping,
    get_mapping,
    guess_mapping,
    read_mapping,
    save_mapping,
)
from orchflow.planning.exchange.own_json import parse_json, read_json
from orchflow.planning.exchange.own_table import is_own, own_name, read_table, says_levels
from orchflow.planning.exchange.programs import known_heading, name_of_program, program_of
from orchflow.planning.exchange.records import FIELDS, Document, Level
from orchflow.planning.exchange.report import ImportReport
from orchflow.planning.exchange.text_table import Table, refuse_too_large, table_in
from orchflow.planning.exchange.text_table import read_table as read_cells
from orchflow.planning.exchange.three_way import Take
from orchflow.progress import Progress, untold
from orchflow.store.engine import Store


@seldom_collected()
def import_plan(
    store: Store,
    actor: Actor,
    file: bytes | Path,
    *,
    filename: str | None = None,
    mapping: str | Mapping[str, Any] | ColumnMapping | None = None,
    remember: str | None = None,
    into: str | None = None,
    source: str | None = None,
    take: Take | None = None,
    zone: tzinfo = UTC,
    encoding: str | None = None,
    dry_run: bool = False,
    request: str | None = None,
    progress: Progress = untold,
) -> ImportReport:
    """Read a file and bring it into the plan; importing it again changes nothing.

    `mapping`: a remembered one's name, or the mapping itself, which is kept under the name `remember`. `into` (a
    project's number or key) takes tasks that name no project. `source` says whose keys the file has, where it does
    not say so itself, `encoding` how its letters are written. `take` says whose value counts where the file and the
    plan both changed since they last agreed; without it the plan's stays and the report names the conflict. `progress`
    hears how many rows are done.
    UsageError for a file that cannot be read at all.
    """
    actor.require(Permission.PLAN_EDIT)
    data, name = _bytes(file, filename)
    if isinstance(mapping, str):
        known: ColumnMapping | None = get_mapping(store, actor, mapping)
        source = source or (known and known.source) or f"table {mapping}"[:64]
    else:
        known = read_mapping(mapping) if isinstance(mapping, Mapping) else mapping
    document = _read(data, name, known, into, zone, encoding)
    if source is not None:
        if not 0 < len(source) <= 64:
            raise UsageError("The source's name needs 1 to 64 characters")
        document.source = source
    if remember and known is not None and not dry_run:
        save_mapping(store, actor, remember, known)
    return apply_document(
        store, actor, document, dry_run=dry_run, take=take, request=request, progress=progress
    )


def _read(
    data: bytes,
    filename: str,
    mapping: ColumnMapping | None,
    into: str | None,
    zone: tzinfo,
    encoding: str | None,
) -> Document:
    """The records of a file, without looking at the plan."""
    mapped = mapping.columns if mapping else {}

    def known(column: str) -> bool:
        return column in mapped or _known(column)

    if data.startswith(BINARY):
        document = _read_table(read_cells(data, filename, known), filename, mapping, into, zone)
    else:
        refuse_too_large(len(data), filename)
        text = decoded(data, filename, encoding)
        if filename.lower().endswith(".json") or text.content.lstrip()[:1] in ("{", "["):
            document = _read_json(text.content, filename, into, zone)
        elif project_xml.is_project(text.content):
            document = _foreign(project_xml.STYLE.source, zone)
            project_xml.read_project(text.content, filename, document, into)
        else:
            document = _read_table(table_in(text, filename, known), filename, mapping, into, zone)
        text.tell(document)
    document.zone, document.into = zone, into
    for record in document.records if into else ():
        places = FIELDS[record.level].keys() & {"project", "parent"}
        if record.level in (Level.GOAL, Level.TASK) and not any(record.values.get(name) for name in places):
            record.values["project"] = into
    return document


def _foreign(source: str, zone: tzinfo, epoch: datetime | None = None) -> Document:
    return Document(source, source, foreign=True, zone=zone, epoch=epoch)


def _read_json(text: str, filename: str, into: str | None, zone: tzinfo) -> Document:
    content = parse_json(text, filename)
    if not trello_board.is_board(content):
        return read_json(content, filename)
    document = _foreign(trello_board.STYLE.source, zone)
    trello_board.read_board(content, document, into)
    return document


def _read_table(
    table: Table, filename: str, mapping: ColumnMapping | None, into: str | None, zone: tzinfo
) -> Document:
    """The records of a table in whichever form it has."""
    program = program_of(table.heading)
    if mapping is None and says_levels(table):
        document = read_table(table)
    elif mapping is None and is_jira(table.heading):
        document = _foreign(jira.STYLE.source, zone, table.epoch)
        jira.read_jira(table, document, into)
    elif mapping is None and program is not None:
        document = _foreign(program.style.source, zone, table.epoch)
        read_program(table, document, program, into)
    elif mapping is None and is_own(table):
        document = read_table(table)
    else:
        known = mapping or guess_mapping(table.heading)
        document = Document("table", known.source or NO_SOURCE, foreign=True, zone=zone, epoch=table.epoch)
        read_generic(table, document, known, filename)
    document.epoch = table.epoch  # of our own form
    _tell_left_out(table, document)
    return document


def _tell_left_out(table: Table, document: Document) -> None:
    """Say what of a table was passed over, and leave out the rows that have more cells than it has columns."""
    if table.others:
        document.note(1, "", f"only one sheet is read; others are {', '.join(table.others)}")
    if table.above:
        first, last = table.above[0], table.above[-1]
        rows = f"row {first}" if first == last else f"rows {first} to {last}"
        document.note(first, "", f"above the heading, not read ({rows})")
    if table.again:
        rows = ", ".join(map(str, table.again))
        document.note(table.again[0], "", f"the heading once more, or a title, not read (rows {rows[:200]})")
    for row in table.overlong:
        said = "has more cells than the heading; a text with the separator in it needs quotes"
        document.refuse(row, "", said)
    document.records = [record for record in document.records if record.row not in table.overlong]


def columns_in(data: bytes, filename: str, encoding: str | None = None) -> tuple[Table, ColumnMapping | None]:
    """The table of a file and what its columns probably hold, to choose a mapping by; None for our form and Jira's."""
    table = read_cells(data, filename, _known, encoding)
    known = name_of_program(table.heading) is not None or is_own(table)
    return table, None if known else guess_mapping(table.heading)


def _bytes(file: bytes | Path, filename: str | None) -> tuple[bytes, str]:
    if isinstance(file, bytes):
        return file, filename or "The file"
    try:
        refuse_too_large(file.stat().st_size, file.name)
        return file.read_bytes(), filename or file.name
    except OSError as error:
        raise OrchflowError(
            f"{file} cannot be read: {error.strerror}", "Check its name and permissions."
        ) from None


def _known(column: str) -> bool:
    """Whether a column's name means something in one of the forms."""
    return own_name(column) is not None or known_heading(column) or bool(guess_mapping((column,)).columns)

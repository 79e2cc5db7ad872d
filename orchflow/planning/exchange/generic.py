"""Tables of issues: of a known program, or of any by a mapping of their columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from orchflow.planning.exchange.issue_keys import Issue, first, takes_several
from orchflow.planning.exchange.issue_links import number_rows
from orchflow.planning.exchange.issues import IssueReader, Style
from orchflow.planning.exchange.mappings import ColumnMapping
from orchflow.planning.exchange.programs import Program
from orchflow.planning.exchange.records import Document, unreadable
from orchflow.planning.exchange.text_table import Table

NO_SOURCE: Final = "file"
_ADDRESS: Final = re.compile(r"https://github\.com/([^/\s]+/[^/\s]+)/(?:issues|pull)/(\d+)\S*")
"""An issue or pull request of GitHub, which people write as owner/repository#number."""
_PAGE: Final = re.compile(r" \(https://(?:www\.)?notion\.(?:so|site)/[^\s()]+\)")
"""Where the page of Notion is whose name stands before it."""
_LIST: Final = re.compile(r"\[([^\[\]]*)\]")
"""Several people or labels in a cell, as a program with `bracketed` lists writes them."""


def read_program(table: Table, document: Document, program: Program, into: str | None) -> None:
    """The tasks of a known program's export. `into` (number or key of a project) takes all."""
    _read(table, document, program.fields(table.heading), program.style, into, {})


def read_generic(table: Table, document: Document, mapping: ColumnMapping, filename: str) -> None:
    """The tasks of a table; UsageError when no column holds their names."""
    fields = [mapping.columns.get(column) for column in table.heading]
    if "name" not in fields:
        there = ", ".join(column for column in table.heading if column)
        raise unreadable(
            filename, "no column is known to hold the names of tasks",
            f"Say which column holds what: in the dialog, or with --mapping. The file has {there[:300]}.",
        )  # fmt: skip
    words = {
        (name, word.casefold()): meaning
        for name, meanings in mapping.values.items()
        for word, meaning in meanings.items()
    }
    _read(table, document, fields, Style(document.source), None, words)
    for record in document.records if mapping.project is not None else ():
        if not record.values.get("project") and not record.values.get("parent"):
            record.values["project"] = mapping.project


def _read(
    table: Table,
    document: Document,
    fields: Sequence[str | None],
    style: Style,
    into: str | None,
    words: Mapping[tuple[str, str], str],
) -> None:
    document.labels, document.unread = table.labels(fields), table.unread(fields, takes_several)
    for column, first_column in table.namesakes(fields):
        if not takes_several(str(fields[table.heading.index(column)])):
            said = f"is read only in rows where {first_column} is empty: both are the same field"
            document.note(table.top, column, said)
    issues = {
        row: {name: [_meant(name, cell, words, style) for cell in some] for name, some in cells.items()}
        for row, cells in table.cells(fields)
    }
    for issue in issues.values():
        _part_days(issue)
    number_rows(document, issues, table.top)
    IssueReader(document, issues, style, into).read()


def _part_days(issue: Issue) -> None:
    """A stretch of days in one cell is its first and its last day."""
    for name, other in (("start", "due"), ("due", "start")):
        days = [part.strip() for part in first(issue, name).split("→")]
        if len(days) == 2:
            if not issue.get(other):
                issue[other] = [days[0] if other == "start" else days[1]]
            issue[name] = [days[0] if name == "start" else days[1]]


def _meant(name: str, cell: Any, words: Mapping[tuple[str, str], str], style: Style) -> Any:
    if not isinstance(cell, str):
        return cell
    if name in ("key", "parent", "depends_on", "blocks"):
        cell = _PAGE.sub("", _ADDRESS.sub(r"\1#\2", cell))
    elif style.bracketed and name in ("assignee", "labels") and (some := _LIST.fullmatch(cell.strip())):
        cell = some[1].replace('"', "")
    return words.get((name, cell.strip().casefold()), cell)

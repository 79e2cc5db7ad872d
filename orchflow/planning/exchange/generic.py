"""Tables of issues: of a known program, or of any by a mapping of their columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from orchflow.planning.exchange.issue_keys import takes_several
from orchflow.planning.exchange.issues import IssueReader, Style
from orchflow.planning.exchange.mappings import ColumnMapping
from orchflow.planning.exchange.programs import Program
from orchflow.planning.exchange.records import Document, unreadable
from orchflow.planning.exchange.text_table import Table

NO_SOURCE: Final = "file"
_ADDRESS: Final = re.compile(r"https://github\.com/([^/\s]+/[^/\s]+)/(?:issues|pull)/(\d+)\S*")
"""An issue or pull request of GitHub, which people write as owner/repository#number."""


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
            f"Say what the columns hold with a mapping; there are {there[:300]}.",
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
    issues = {
        row: {name: [_meant(name, cell, words) for cell in some] for name, some in cells.items()}
        for row, cells in table.cells(fields)
    }
    IssueReader(document, issues, style, into).read()


def _meant(name: str, cell: Any, words: Mapping[tuple[str, str], str]) -> Any:
    if not isinstance(cell, str):
        return cell
    if name in ("key", "parent", "depends_on"):
        cell = _ADDRESS.sub(r"\1#\2", cell)
    return words.get((name, cell.strip().casefold()), cell)

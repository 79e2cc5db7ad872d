"""Jira's export: every issue becomes a task, with its parent, sprint, dependencies and, as far as it tells, its past.

An issue stands under its Parent, else under its Epic Link. The Jira project becomes a project of the effort "Jira",
unless another project is named to take all of it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Final

from orchflow.planning.exchange.heading import filled
from orchflow.planning.exchange.issue_keys import takes_several
from orchflow.planning.exchange.issues import IssueReader, Style
from orchflow.planning.exchange.jira_headings import jira_field
from orchflow.planning.exchange.records import Document
from orchflow.planning.exchange.text_table import Table
from orchflow.store.written import short

_FOOTER: Final = re.compile(r"\bgenerated\b|\d:\d\d", re.IGNORECASE)
"""By what is known when and by whom an export was made."""
STYLE: Final = Style("jira", "Jira", Decimal(1) / 3_600, keyed=True, spaced_labels=True)
"""A length of work without a unit is in seconds."""


def read_jira(table: Table, document: Document, into: str | None = None) -> None:
    """The issues of an export. `into` (number or key of a project) takes all."""
    table = _without_footer(table, document)
    fields = [jira_field(column) for column in table.heading]
    read = [None if field == "type" else field for field in fields]  # it tells an export of Jira, and no more
    document.labels, document.unread = table.labels(fields), table.unread(read, takes_several)
    IssueReader(document, dict(table.cells(fields)), STYLE, into).read()


def _without_footer(table: Table, document: Document) -> Table:
    """Without a last row of one text that tells when the export was made."""
    number, cells = table.rows[-1] if table.rows else (0, ())
    texts = {cell for cell in cells if filled(cell)}
    if len(texts) != 1 or not _FOOTER.search(str(*texts)):
        return table
    document.note(number, "", f"below the issues, not read: {short(*texts)}")
    return replace(table, rows=table.rows[:-1])

"""What every command prints and opens: one JSON document or tables for people, and the plan store alone."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import wrap
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import MofNCompleteColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from orchflow.encoding import to_text
from orchflow.errors import OrchflowError
from orchflow.format import quantity
from orchflow.progress import Progress

if TYPE_CHECKING:
    from orchflow.store.engine import Store

# Without a terminal nothing says how wide a line may be; tables must not be folded for that.
out = Console(soft_wrap=True, width=None if sys.stdout.isatty() else 200)
err = Console(stderr=True, soft_wrap=True)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def print_document(document: dict[str, Any], as_json: bool, show: Callable[[], None]) -> None:
    """Print the document as JSON, or have it shown for people."""
    if as_json:
        sys.stdout.write(to_text(document, indent=2) + "\n")
    else:
        show()


MOST = 200


def print_lines(head: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> None:
    """A table of at most so many lines, and how many more there are; nothing without any."""
    if lines:
        print_table(head, lines[:MOST])
    if len(lines) > MOST:
        out.print(f"and {quantity(len(lines) - MOST, 'more line')}; --json tells all of them")


def print_alike(title: str, told: Iterable[tuple[str, str, str]]) -> None:
    """Rows, their columns and what is said of them under `title`; what is alike in one line."""
    from orchflow.alike import alike, places, why

    def reason(each: tuple[str, str, str]) -> tuple[str, str]:
        return each[1], each[2]

    lines = [
        (places(group, lambda each: each[0]), group[0][1], why(group, reason))
        for group in alike(told, reason)
    ]
    print_lines(("row", "column", title), lines)


def print_table(
    head: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, numbers: Collection[str] = ()
) -> None:
    """Print rows under their heads, those of `numbers` to the right; nothing in them is taken for markup."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in head:
        table.add_column(name, justify="right" if name in numbers else "left")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    out.print(table)


def print_aligned(rows: Sequence[tuple[str, ...]], colours: Mapping[str, str] = MappingProxyType({})) -> None:
    """Print rows with their cells under each other; the last cell goes on below itself, where a terminal is narrow too.

    `colours` are those of words that stand in the first cell.
    """
    widths = [max(map(len, cells)) for cells in [*zip(*rows, strict=True)][:-1]]
    for row in rows:
        begin = "".join(f"  {cell:<{width}}" for cell, width in zip(row[:-1], widths, strict=True)) + "  "
        room = max(out.width - len(begin), 30) if sys.stdout.isatty() else None
        lines = [part for line in row[-1].splitlines() for part in (wrap(line, room) if room else [line])]
        told = Text(begin + f"\n{' ' * len(begin)}".join(lines or [""]))
        told.stylize(colours.get(row[0], ""), 2, 2 + len(row[0]))
        out.print(told, highlight=False)


def print_columns(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Print of each row what it has under the keys `columns` (head → key); a dash where it has nothing."""
    cells = [tuple("–" if row[key] is None else str(row[key]) for key in columns.values()) for row in rows]
    print_table(tuple(columns), cells)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A bar on the terminal from the first word of how far something is; none where nobody looks."""
    columns = (*Bar.get_default_columns(), MofNCompleteColumn())
    with Bar(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:

        def told(rows: int, of: int) -> None:
            task = bar.task_ids[0] if bar.task_ids else bar.add_task("rows")
            bar.update(task, completed=rows, total=of)

        yield told


@contextmanager
def plan_store() -> Iterator[Store]:
    """The plan store alone: what is in it can be managed while a server owns the warehouse."""
    from orchflow.config.settings import load_settings
    from orchflow.workspace import plan_store_alone

    settings = load_settings()
    committed = threading.Event()
    try:
        with plan_store_alone(settings) as store:
            store.listeners.append(committed.set)
            yield store
    finally:
        if committed.is_set():
            _tell_server(settings.home)


def _tell_server(home: Path) -> None:
    """Have a running server deliver what was committed here; without one it is delivered at the next start."""
    from orchflow.control import running_server, send

    try:
        server = running_server(home)
        if server is not None:
            send(server, "deliver", {})
    except OrchflowError as error:  # what the command did is done
        err.print(f"The running server will show this only after its next change: {error}", highlight=False)


def carry_out(
    operation: str,
    show: Callable[[dict[str, Any]], None] | None = None,
    as_json: bool = False,
    **options: Any,
) -> dict[str, Any]:
    """Carry out an operation here, or in the server that owns the data; shows it when told how."""
    from orchflow import operations
    from orchflow.config.settings import load_settings
    from orchflow.control import running_server, send
    from orchflow.workspace import current_workspace, use_workspace

    settings = load_settings()
    server = running_server(settings.home)
    if server is not None:
        with progress_bar() as progress:
            outcome = send(server, operation, options, progress)
    else:
        # What went wrong is in the outcome; tracebacks are for a server's log, not for who typed a command.
        logging.getLogger("orchflow").addHandler(logging.NullHandler())
        ws = current_workspace()
        try:
            with progress_bar() as progress:
                outcome = operations.carry_out(ws, operation, options, progress)
        finally:
            use_workspace(None)
            ws.close()
    if show is not None:
        document = outcome.document
        print_document(document, as_json, lambda: show(document))
        if outcome.exit_code:
            raise typer.Exit(outcome.exit_code)
    return outcome.document

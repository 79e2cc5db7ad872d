"""`list`, `import` and `export` of what people keep about something, as `orchflow cost list budgets`. They work on the plan store alone."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchflow.cli.console import Json, out, plan_store, print_alike, print_columns, print_document
from orchflow.encoding import as_json as encoded
from orchflow.errors import NotFound, UsageError
from orchflow.format import quantity

if TYPE_CHECKING:
    from orchflow.inputs.row_file import ImportReport
    from orchflow.store.entity import Entity

Kind = Annotated[str, typer.Argument(metavar="WHAT", help="Which of them, like budgets or cost_entries.")]

Table = Annotated[Path, typer.Argument(help="CSV or Excel, with the names of the fields above the columns.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen.")]
WhereTo = Annotated[Path, typer.Argument(help="Where to: .csv, .xlsx or .parquet.")]


def add_input_commands(app: typer.Typer, group: str, *, listed: bool = True) -> None:
    """Add the commands of a group of inputs to `app`; not `list` unless `listed`, where it has one of its own."""
    if listed:

        @app.command("list")
        def rows_list(what: Kind, as_json: Json = False) -> None:
            """Show every row, with what it points to by name."""
            list_rows(_entity(group, what), as_json)

    @app.command("import")
    def rows_import(what: Kind, file: Table, dry_run: DryRun = False, as_json: Json = False) -> None:
        """Add the rows of a file and correct those there are; the same file again changes nothing."""
        take_rows(_entity(group, what), file, dry_run, as_json)

    @app.command("export")
    def rows_export(what: Kind, file: WhereTo, as_json: Json = False) -> None:
        """Write every row to a file, from which it can be imported again."""
        write_rows(_entity(group, what), file, as_json)


def list_rows(entity: Entity[Any], as_json: bool) -> None:
    """Print every row of an entity, with what it points to by name."""
    from orchflow.inputs.row_names import input_names
    from orchflow.people.permissions import SYSTEM

    with plan_store() as store:
        rows, names = entity.list(store, SYSTEM), input_names(store, SYSTEM)
    documents = [
        {"id": row.id} | {name: encoded(getattr(row, name)) for name in entity.fields} for row in rows
    ]
    heads = {"id": "id"} | {field.label.lower(): name for name, field in entity.fields.items()}
    shown = [
        {"id": row.id} | {name: _shown(names.shown(field, getattr(row, name))) for name, field in entity.fields.items()}
        for row in rows
    ]  # fmt: skip
    print_document({entity.many: documents}, as_json, lambda: print_columns(heads, shown))


def take_rows(entity: Entity[Any], file: Path, dry_run: bool, as_json: bool) -> None:
    """Import the rows of a file; the exit code is 1 where some are refused."""
    from orchflow.config.settings import load_settings
    from orchflow.costs.input_file import import_inputs
    from orchflow.people.permissions import SYSTEM

    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}", "Name a file.") from None
    money = load_settings().workspace.currency
    with plan_store() as store:
        report = import_inputs(store, SYSTEM, entity, data, file.name, currency=money, dry_run=dry_run)
    print_document(asdict(report), as_json, lambda: show_import(report))
    if report.problems:
        raise typer.Exit(1)


def write_rows(entity: Entity[Any], file: Path, as_json: bool) -> None:
    """Export every row of an entity."""
    from orchflow.inputs.row_names import input_names
    from orchflow.inputs.row_table import row_table, titles
    from orchflow.people.permissions import SYSTEM
    from orchflow.table_files.frames import from_frame
    from orchflow.table_files.write import write_file

    with plan_store() as store:
        table = from_frame(row_table(entity, input_names(store, SYSTEM), entity.list(store, SYSTEM)))
    written = write_file(file, entity.many, table.schema, table.to_batches(), titles(entity))
    said = f"{quantity(written.rows, 'row')} in {file}"
    print_document(
        {"rows": written.rows, "file": str(file)},
        as_json,
        lambda: out.print(said, highlight=False, markup=False),
    )


def show_import(report: ImportReport) -> None:
    """Print what an import did or would do."""
    would = "Would be: " if report.dry_run else ""
    out.print(f"{would}{report.created} created, {report.updated} updated, {report.unchanged} unchanged.")
    if report.unread:
        out.print(f"Columns that are not read: {', '.join(report.unread)}", markup=False)
    print_alike("to be looked at", [(str(p.row), p.field, p.message) for p in report.notices])
    print_alike("refused", [(str(p.row), p.field, p.message) for p in report.problems])


def _entity(group: str, what: str) -> Entity[Any]:
    from orchflow.metrics.inputs import GROUPS

    known = {entity.many: entity for entity in GROUPS[group].values()}
    wanted = what.strip().replace("-", "_")
    if wanted not in known:
        raise NotFound(f"Nothing of {group} is called {what!r}", f"Use one of {', '.join(known)}.")
    return known[wanted]


def _shown(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    return ", ".join(map(str, value)) if isinstance(value, list) else encoded(value)

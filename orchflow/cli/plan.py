"""`orchflow plan …`: files into the plan and out of it, and the start of the journey.

These work on the plan store alone, also while a server runs. Exit code 1 when something was refused or is in conflict.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from orchflow.cli.console import (
    Json,
    carry_out,
    out,
    plan_store,
    print_alike,
    print_document,
    print_lines,
    print_table,
)
from orchflow.errors import UsageError
from orchflow.format import quantity

if TYPE_CHECKING:
    from orchflow.planning.exchange.folder import FolderReport
    from orchflow.planning.exchange.report import ImportReport
    from orchflow.planning.exchange.three_way import Take
    from orchflow.store.engine import Store

plan_app = typer.Typer(help="The plan as files, and the start of the journey.", no_args_is_help=True)


@plan_app.command("import")
def plan_import(
    file: Annotated[Path, typer.Argument(help="CSV, Excel or JSON file, an export of another program, or an exported folder.")],
    mapping: Annotated[str | None, typer.Option(help="A remembered mapping of columns, or a .yaml or .json file with one, which is kept.")] = None,
    into: Annotated[str | None, typer.Option(metavar="PROJECT", help="Number of the project for tasks that name none.")] = None,
    source: Annotated[str | None, typer.Option(help="Whose keys the file has, if it does not say so.")] = None,
    encoding: Annotated[str | None, typer.Option(help="How the letters of a text file are written, like cp1251.")] = None,
    take: Annotated[str | None, typer.Option(help="Whose value counts where both sides changed: file or plan.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")] = False,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Bring a file into the plan; importing it again changes nothing.

    Exports of Jira, Linear, Asana, Trello, GitHub Projects, MS Project, Planner, ClickUp and Plane are known by their headings.
    """
    from zoneinfo import ZoneInfo

    from orchflow.config.settings import load_settings
    from orchflow.people.permissions import SYSTEM
    from orchflow.planning.exchange.folder import read_folder
    from orchflow.planning.exchange.import_file import import_plan

    if take not in (None, "file", "plan"):
        raise UsageError(f"--take is file or plan, not {take!r}", "Leave it out to have conflicts reported.")
    chosen = cast("Take | None", take)
    folder: FolderReport | None = None
    with plan_store() as store:
        if file.is_dir():
            report, folder = read_folder(store, SYSTEM, file, dry_run=dry_run, take=chosen)
        else:
            known, name = _mapping(store, mapping)
            report = import_plan(
                store, SYSTEM, file, mapping=known, remember=name, into=into, source=source, take=chosen,
                zone=ZoneInfo(load_settings().workspace.timezone), encoding=encoding, dry_run=dry_run,
            )  # fmt: skip
    document = report.document()
    if folder is not None:
        document["folder"] = asdict(folder)
    print_document(document, as_json, lambda: _show(report))
    if not report.clean:
        raise typer.Exit(1)


@plan_app.command("export")
def plan_export(
    target: Annotated[
        Path, typer.Argument(metavar="FILE|FOLDER", help="A .csv, .xlsx or .json file, or a folder.")
    ],
    history: Annotated[
        bool, typer.Option("--history", help="With the past of every task, to move a plan elsewhere.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write the plan to a file, or as folders that can be edited and imported again."""
    from orchflow.people.permissions import SYSTEM
    from orchflow.planning.exchange.export_file import export_plan
    from orchflow.planning.exchange.folder import write_folder

    with plan_store() as store:
        if target.suffix and not target.is_dir():
            size = export_plan(store, SYSTEM, target, with_history=history)
            print_document(
                {"file": str(target.resolve()), "bytes": size},
                as_json,
                lambda: out.print(f"The plan is in {target}", markup=False),
            )
            return
        report = write_folder(store, SYSTEM, target)
    document = {"folder": str(target.resolve()), **asdict(report)}
    print_document(document, as_json, lambda: _show_folder(target, report))
    if report.conflicts:
        raise typer.Exit(1)


@plan_app.command("start")
def plan_start(
    day: Annotated[str, typer.Option("--date", metavar="D", help="Day 1 of the journey, like 2026-05-04.")],
    project: Annotated[
        list[str] | None, typer.Option(help="Only this project, like 1.2; may be given again.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be added.")] = False,
    as_json: Json = False,
) -> None:
    """Lay out the plan of the six flows from a start date; adds only what is missing."""
    from orchflow.people.permissions import SYSTEM
    from orchflow.planning.exchange.records import Level
    from orchflow.planning.journey.journey import lay_out, preview_journey
    from orchflow.store.moments import day as read_day
    from orchflow.store.written import Refused

    try:
        start = read_day(day)
    except Refused as error:
        raise UsageError(f"--date {error}") from None
    with plan_store() as store:
        preview = preview_journey(store, SYSTEM, start, project or None)
        request = None if dry_run else lay_out(store, SYSTEM, start, projects=project or None)
    added = {f"{level.value}s": preview.missing(level) for level in Level}
    document = {
        "start": start, "end": preview.end, "dry_run": dry_run, "request": request, **added,
    }  # fmt: skip

    def show() -> None:
        counts = ", ".join(f"{count} {name}" for name, count in added.items())
        out.print(f"{'Would add' if dry_run else 'Added'} {counts}, from {start} to {preview.end}.")
        if request:
            out.print(f"Take it back with: orchflow plan undo {request}", highlight=False)

    print_document(document, as_json, show)


@plan_app.command("adopt")
def plan_adopt(
    source: Annotated[str, typer.Argument(help="Name of the source that keeps a plan.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring the plan that Orchestrator AI keeps into this one; from then on every load follows it."""
    carry_out("plan_adopt", _show_adopted, as_json, source=source, dry_run=dry_run)


@plan_app.command("forecast")
def plan_forecast(as_json: Json = False) -> None:
    """Store today's forecasts for the scorecard, as the server does every night; those of today that are there stay."""
    carry_out("plan_forecast", lambda document: out.print(f"{document['stored']} forecasts stored."), as_json)


@plan_app.command("undo")
def plan_undo(
    request: Annotated[str, typer.Argument(help="As an import or the start of the journey printed it.")],
    as_json: Json = False,
) -> None:
    """Take back an import or the start of the journey; what others changed since is left and named."""
    from orchflow.people.permissions import SYSTEM
    from orchflow.planning.undo.undo import undo

    with plan_store() as store:
        report = undo(store, SYSTEM, request)

    def show() -> None:
        out.print(f"As before: {quantity(report.done, 'row')}.")
        if report.left:
            print_table(
                ("row", "field", "left because"), [(str(p.row), p.field, p.message) for p in report.left]
            )

    print_document(asdict(report), as_json, show)
    if report.left:
        raise typer.Exit(1)


def _mapping(store: Store, name: str | None) -> tuple[Any, str | None]:
    """The mapping to read with, and under which name to keep it when it came in a file."""
    if name is None:
        return None, None
    file = Path(name)
    if file.suffix.lower() not in (".yaml", ".yml", ".json"):
        return name, None
    import yaml

    from orchflow.planning.exchange.mappings import read_mapping

    try:
        mapping = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{name} cannot be read: {error.strerror}", "Name a file with a mapping.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{name} is not YAML or JSON: {error}", "Correct it.") from None
    if not isinstance(mapping, dict):
        raise UsageError(f"{name} holds no mapping", "Write it like {columns: {Task name: name, Due: due}}.")
    return read_mapping(mapping), file.stem


def _show_adopted(document: dict[str, Any]) -> None:
    would = "Would be: " if document["dry_run"] else ""
    counts = ", ".join(f"{document[key]} {key}" for key in ("created", "updated", "unchanged", "refused"))
    out.print(f"{would}{counts}; {len(document['kept'])} fields edited here stay as they are.")
    for title in ("problems", "notes"):
        told = [(str(p["row"]), str(p["column"]), str(p["message"])) for p in document[title]]
        print_alike(title.removesuffix("s"), told)


def _show(report: ImportReport) -> None:
    from orchflow.planning.exchange.programs import CALLED

    if report.format in CALLED:
        out.print(f"Read as an export of {CALLED[report.format]}, known by its headings.")
    would = "Would be: " if report.dry_run else ""
    out.print(f"{would}{report.created} created, {report.updated} updated, {report.unchanged} unchanged.")
    if report.unread:
        out.print(f"Columns that are not read: {', '.join(report.unread)}", markup=False)
    for title, refusals in (("refused", report.problems), ("note", report.notes)):
        print_alike(title, [(str(p.row), p.column, p.message) for p in refusals])
    if any(problem.column == "project" for problem in report.problems):
        out.print("Tasks that name no project go into the one that --into names, like --into 1.1.")
    for title, differing in (
        (
            "Changed on both sides; the plan keeps its value (--take file or plan settles it):",
            report.conflicts,
        ),
        ("Edited here since the file was written, and kept:", report.kept),
    ):
        if differing:
            out.print(title)
            shown = [
                (str(c.row), c.name, c.field, _text(c.base), _text(c.plan), _text(c.file)) for c in differing
            ]
            print_lines(("row", "name", "field", "before", "plan", "file"), shown)
    if report.request:
        out.print(f"Take it back with: orchflow plan undo {report.request}", highlight=False)


def _show_folder(target: Path, report: FolderReport) -> None:
    out.print(
        f"{quantity(report.rows, 'row')} of the plan in {target}; {quantity(report.files, 'file')} changed."
    )
    if report.differing:
        out.print(
            f"Edited there and not read back yet; read it back with: orchflow plan import {target}",
            markup=False,
        )
        rows = [
            (d.place, d.name, d.field, _text(d.plan), _text(d.disk), "yes" if d.both else "")
            for d in report.differing
        ]
        print_lines(("where", "name", "field", "plan", "folder", "conflict"), rows)
    for note in report.notes:
        out.print(note, markup=False)


def _text(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 60 else text[:59] + "…"

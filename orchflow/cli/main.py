"""The command line: `orchflow …`. Prints for people, or one JSON document with `--json`.

Exit codes: 0 done, 1 something failed, 2 bad use or settings.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from orchflow import __version__
from orchflow.cli.alert import alert_app
from orchflow.cli.backup import print_backup, print_restored
from orchflow.cli.check import check_app
from orchflow.cli.console import Json, carry_out, err, out, print_columns, print_document, print_table
from orchflow.cli.docs import docs_app
from orchflow.cli.enablement import enablement_app
from orchflow.cli.flow import flow_app
from orchflow.cli.ingest import ingest_app, print_checks
from orchflow.cli.inputs import add_input_commands
from orchflow.cli.ledger import ledger
from orchflow.cli.metric import metric_app, narrowing, print_exported
from orchflow.cli.plan import plan_app
from orchflow.cli.price import price_app
from orchflow.cli.rates import rates_app
from orchflow.cli.role import role_app
from orchflow.cli.spending import cost_app
from orchflow.cli.survey import survey_app
from orchflow.cli.token import token_app
from orchflow.cli.user import user_app
from orchflow.cli.value import value_app
from orchflow.disk.private_files import keep_private
from orchflow.encoding import to_text
from orchflow.errors import OrchflowError, UsageError
from orchflow.format import quantity

app = typer.Typer(
    help="Orchestrator Flow: from Day 1 to production AI agents, and proof that it pays.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
risk_app = typer.Typer(help="What is kept about risks: risks, risk_reviews, incidents.", no_args_is_help=True)
warehouse_app = typer.Typer(help="The facts and what is computed from them.", no_args_is_help=True)
app.add_typer(ingest_app, name="ingest")
app.add_typer(user_app, name="user")
app.add_typer(warehouse_app, name="warehouse")
app.add_typer(token_app, name="token")
app.add_typer(plan_app, name="plan")
app.add_typer(rates_app, name="rates")
app.add_typer(price_app, name="price")
app.add_typer(docs_app, name="docs")
app.add_typer(check_app, name="check")
app.add_typer(alert_app, name="alert")
app.add_typer(flow_app, name="flow")
app.add_typer(role_app, name="role")
app.add_typer(metric_app, name="metric")
app.add_typer(cost_app, name="cost")
app.add_typer(value_app, name="value")
add_input_commands(cost_app, "cost")
app.add_typer(survey_app, name="survey")
add_input_commands(survey_app, "survey", listed=False)
app.add_typer(risk_app, name="risk")
add_input_commands(risk_app, "risk")
add_input_commands(value_app, "value")
app.add_typer(enablement_app, name="enablement")
add_input_commands(enablement_app, "enablement")


def main() -> None:
    """Run the command line; an error becomes one clear sentence with what to do, and an exit code."""
    keep_private()
    try:
        code = app(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except OrchflowError as error:
        _complain(error)
        sys.exit(error.exit_code)
    except typer.Abort:
        sys.exit(130)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        show = getattr(error, "show", None)  # a mistake in the command's words
        if show is None:
            raise
        show()
        sys.exit(2)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for every one.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 for a free one.")] = 8501,
) -> None:
    """Serve the pages, and run the sources on their schedules."""
    from orchflow.config.settings import load_settings
    from orchflow.people.kept_sign_ins import kept_sign_ins
    from orchflow.people.sign_in import ensure_first_admin
    from orchflow.web.server import serve as run_server

    settings = load_settings()

    def announce(address: str) -> None:
        err.print(f"Orchestrator Flow {__version__} on [bold]{address}[/bold]")
        for line in kept_sign_ins(settings.home):
            err.print(f"  {line}", highlight=False, markup=False)
        err.print("Press Ctrl+C to stop.")

    run_server(settings, host, port, lambda ws: _first_admin(ensure_first_admin(ws.store)), announce)


@app.command()
def demo(
    days: Annotated[int, typer.Option(min=14, max=1000, help="Days since Day 1.")] = 180,
    events: Annotated[int, typer.Option(min=100, help="Usage events to simulate.")] = 200_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same organisation.")] = 1,
    if_empty: Annotated[bool, typer.Option("--if-empty", help="Leave a used workspace as it is.")] = False,
    as_json: Json = False,
) -> None:
    """Fill an empty workspace with a simulated organisation; refuses a used one.

    It is an extra of the installation: pip install 'orchestrator-flow[demo]'.
    """
    carry_out("demo", _print_demo, as_json, days=days, events=events, seed=seed, if_empty=if_empty)


@app.command()
def export(
    dataset: Annotated[str | None, typer.Argument(help="Name of a dataset, see --list.")] = None,
    file: Annotated[
        Path | None, typer.Option("--out", help="File to write: .csv .xlsx .parquet .json")
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", metavar="D", help="First day, like 2026-11-01.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="D", help="Last day, inclusive.")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN=VALUE", help="Only rows with this value, like provider=openai; may be repeated."
        ),
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the datasets and stop.")] = False,
    as_json: Json = False,
) -> None:
    """Write a dataset to a file."""
    if listing:
        from orchflow.reports.datasets import list_datasets

        known = [
            {"name": d.name, "description": d.description, "dated": d.dated, "permission": d.permission}
            for d in list_datasets()
        ]
        print_document(
            {"datasets": known},
            as_json,
            lambda: print_columns({"dataset": "name", "one row is": "description"}, known),
        )
        return
    if dataset is None or file is None:
        raise UsageError("Name a dataset and a file", "orchflow export usage_events --out usage.csv")
    carry_out(
        "export", lambda written: print_exported(written, file), as_json,
        dataset=dataset, out=str(file.resolve()), start=start, end=end, where=narrowing(where or []),
    )  # fmt: skip


@app.command()
def snapshot(
    file: Annotated[
        Path, typer.Argument(help="File to write, like analysis.duckdb; one that is there is replaced.")
    ],
    user: Annotated[
        str | None, typer.Option(help="With what this user may take away, instead of everything there is.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a DuckDB file for SQL of one's own: a table for each dataset, without any secret."""

    def show(made: dict[str, Any]) -> None:
        rows = [(table["name"], f"{table['rows']:,}", table["description"]) for table in made["tables"]]
        print_table(("table", "rows", "one row is"), rows, numbers=("rows",))
        out.print(
            f"{made['bytes'] / 1e6:,.1f} MB in {file}. Try: duckdb -readonly {file}",
            markup=False,
            highlight=False,
        )

    carry_out("snapshot", show, as_json, out=str(file.resolve()), user=user)


app.command("ledger")(ledger)


@app.command()
def backup(folder: Path, as_json: Json = False) -> None:
    """Copy everything into a new folder, also while the server runs, and open what was written.

    Secrets in the settings file are left out and named; keys of cookies are never copied.
    """
    carry_out("backup", print_backup, as_json, folder=str(folder.resolve()))


@app.command()
def restore(folder: Path, as_json: Json = False) -> None:
    """Put a backup in place; what was there before is kept. The server must be stopped.

    A backup of SQLite may be restored into PostgreSQL and the other way round: that moves a workspace.
    """
    from orchflow.backups.restore import restore as put_back
    from orchflow.config.settings import load_settings
    from orchflow.control import running_server

    settings = load_settings()
    server = running_server(settings.home)
    if server is not None:
        raise OrchflowError(f"A server runs on this data (process {server.pid})", "Stop it, then restore.")
    document = put_back(settings, folder.resolve())
    print_document(document, as_json, lambda: print_restored(document))


@app.command()
def doctor(as_json: Json = False) -> None:
    """Look over the installation and say what needs attention."""
    carry_out("doctor", lambda document: print_checks(document["checks"]), as_json)


@warehouse_app.command("rebuild")
def warehouse_rebuild(as_json: Json = False) -> None:
    """Compute rollups anew from the facts, and copy people and plan into the warehouse anew."""
    carry_out("warehouse_rebuild", _print_rebuilt, as_json)


@app.command()
def migrate(as_json: Json = False) -> None:
    """Bring both stores to this version; older ones are copied to backups/ first."""
    carry_out(
        "migrate",
        lambda at: out.print(f"Plan store at {at['plan_store']}, warehouse at {at['warehouse']}."),
        as_json,
    )


def _complain(error: OrchflowError) -> None:
    if "--json" in sys.argv[1:]:
        sys.stdout.write(to_text({"error": {"message": str(error), "hint": error.hint}}, indent=2) + "\n")
        return
    err.print(f"[bold red]Error:[/bold red] {escape(str(error))}", highlight=False)
    if error.hint:
        err.print(escape(error.hint), highlight=False)


def _first_admin(password: str | None) -> None:
    if password is not None:
        err.print("First sign-in: user [bold]admin[/bold], one-time password (shown this once):")
        err.print(f"  {password}", highlight=False, markup=False)


def _print_demo(document: dict[str, Any]) -> None:
    if "skipped" in document:
        return
    out.print(f"Simulated {document['events']:,} usage events of {document['people']} people.")
    out.print(
        f"{quantity(len(document['sign_ins']), 'sign-in')}, one for each role: orchflow serve prints them."
    )


def _print_rebuilt(document: dict[str, Any]) -> None:
    tables = {table: f"{rows:,}" for part in document.values() for table, rows in part.items()}
    print_table(("table", "rows"), list(tables.items()))


def _version(asked: bool) -> None:
    if asked:
        out.print(f"orchflow {__version__}")
        raise typer.Exit()


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    """Orchestrator Flow."""

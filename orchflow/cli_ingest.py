"""Sources: check, run, reconcile, status."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.markup import escape

from orchflow.console import Json, carry_out, out, print_table

ingest_app = typer.Typer(help="Read facts from the configured sources.", no_args_is_help=True)

Sources = Annotated[
    list[str] | None, typer.Argument(metavar="[SOURCE …]", help="Names; all when none is given.")
]

STATUS_LINES = {
    "schedule": "schedule", "next_run_at": "next run", "last_run_at": "last run", "last_success_at": "last success",
    "full_schedule": "schedule of reading all again", "next_full_at": "next read of all", "full_at": "last read of all",
    "reconcile_schedule": "schedule of comparing", "next_reconcile_at": "next comparison",
    "reconciled_at": "last comparison", "reconcile_trouble": "last comparison not whole", "error": "error", "hint": "hint",
}  # fmt: skip
"""What `ingest status` says of a source, in words."""


@ingest_app.command("check")
def ingest_check(sources: Sources = None, as_json: Json = False) -> None:
    """Try address, sign-in, permission, version and clock of the sources."""
    carry_out("ingest_check", _print_checks, as_json, sources=sources or [])


@ingest_app.command("run")
def ingest_run(
    sources: Sources = None,
    full: Annotated[bool, typer.Option("--full", help="Read everything again from the beginning.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 also when a source was read only in part.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read what is new; running it again changes nothing."""
    carry_out("ingest_run", _print_runs, as_json, sources=sources or [], full=full, strict=strict)


@ingest_app.command("reconcile")
def ingest_reconcile(sources: Sources = None, as_json: Json = False) -> None:
    """Compare what was loaded with what the platforms have now: rows corrected, come late or deleted are found."""
    carry_out("ingest_reconcile", _print_runs, as_json, sources=sources or [])


@ingest_app.command("status")
def ingest_status(sources: Sources = None, as_json: Json = False) -> None:
    """Show the sources' last runs and how far they have read."""
    carry_out("ingest_status", _print_status, as_json, sources=sources or [])


def print_checks(checks: list[dict[str, Any]]) -> None:
    """Print what was tried, and what to do about what is not well."""
    signs = {True: "[green]ok[/green]  ", False: "[red]fail[/red]", None: "[yellow]warn[/yellow]"}
    for check in checks:
        out.print(
            f"{signs[check['ok']]} {escape(check['name'])}: {escape(check['message'])}", highlight=False
        )
        if check["hint"] and check["ok"] is not True:
            out.print(f"       {escape(check['hint'])}", highlight=False)


def _print_checks(document: dict[str, Any]) -> None:
    for source in document["sources"]:
        out.print(f"[bold]{source['source']}[/bold] ({source['kind']})")
        print_checks(source["checks"])


def _print_runs(document: dict[str, Any]) -> None:
    counts = (
        "job",
        "state",
        "read",
        "new",
        "changed",
        "unchanged",
        "superseded",
        "gone",
        "rejected",
        "duplicate",
    )
    for source in document["sources"]:
        out.print(f"[bold]{source['source']}[/bold]: {source['state']}")
        print_table(
            (*counts, "seconds"),
            [(*(str(job[key]) for key in counts), f"{job['seconds']:.1f}") for job in source["jobs"]],
        )
        for job in source["jobs"]:
            if job["error"] or job["hint"]:
                told = " ".join(part for part in (job["error"], job["hint"]) if part)
                out.print(f"{job['job']}: {escape(told)}", highlight=False)


def _print_status(document: dict[str, Any]) -> None:
    if not document["sources"]:
        out.print("No source is configured. Add one under sources in orchflow.yaml.")
    for source in document["sources"]:
        out.print(f"[bold]{source['source']}[/bold] ({source['kind']}): {source['state']}")
        for key, words in STATUS_LINES.items():
            if source.get(key):
                out.print(f"  {words}: {escape(str(source[key]))}", highlight=False)

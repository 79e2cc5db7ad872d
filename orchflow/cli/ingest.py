"""Sources: check, run, reconcile, status."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from orchflow.cli.connections import ingest_change, ingest_connect, ingest_disconnect, ingest_forget
from orchflow.cli.console import Json, carry_out, out, print_aligned, print_table
from orchflow.config.sources import KIND_NAMES
from orchflow.format import moment, quantity

ingest_app = typer.Typer(help="Read facts from the configured sources.", no_args_is_help=True)

Sources = Annotated[
    list[str] | None, typer.Argument(metavar="[SOURCE …]", help="Names; all when none is given.")
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Exit with 1 also when something of a source was left out.")
]

TIMES = {
    "reading": ("schedule", "next_run_at", "last_run_at"),
    "reading all again": ("full_schedule", "next_full_at", "full_at"),
    "comparing": ("reconcile_schedule", "next_reconcile_at", "reconciled_at"),
}
"""What `ingest status` says of when a source is read: of each kind its schedule, its next time and its last."""
TOLD = {"error": "error", "hint": "hint", "reconcile_trouble": "last comparison not whole"}
COUNTS = ("read", "new", "changed", "unchanged", "superseded", "gone", "rejected", "duplicate")
SELDOM = ("superseded", "gone", "rejected", "duplicate")
"""Counts that are printed only where there are any."""


@ingest_app.command("check")
def ingest_check(sources: Sources = None, as_json: Json = False) -> None:
    """Try address, sign-in, permission, version and clock of the sources."""
    carry_out("ingest_check", _print_checks, as_json, sources=sources or [])


@ingest_app.command("run")
def ingest_run(
    sources: Sources = None,
    full: Annotated[bool, typer.Option("--full", help="Read everything again from the beginning.")] = False,
    strict: Strict = False,
    as_json: Json = False,
) -> None:
    """Read what is new; running it again changes nothing."""
    carry_out("ingest_run", _print_runs, as_json, sources=sources or [], full=full, strict=strict)


@ingest_app.command("reconcile")
def ingest_reconcile(sources: Sources = None, strict: Strict = False, as_json: Json = False) -> None:
    """Compare what was loaded with what the platforms have now: rows corrected, come late or deleted are found."""
    carry_out("ingest_reconcile", _print_runs, as_json, sources=sources or [], strict=strict)


@ingest_app.command("status")
def ingest_status(sources: Sources = None, as_json: Json = False) -> None:
    """Show the sources' last runs and how far they have read."""
    carry_out("ingest_status", _print_status, as_json, sources=sources or [])


for command in (ingest_connect, ingest_change, ingest_disconnect, ingest_forget):
    ingest_app.command(command.__name__.removeprefix("ingest_"))(command)


def print_checks(checks: list[dict[str, Any]]) -> None:
    """Print what was tried, and what to do about what is not well."""
    signs = {True: "ok", False: "fail", None: "warn"}
    rows = []
    for check in checks:
        hint = "" if check["ok"] is True else check["hint"]
        rows.append((signs[check["ok"]], check["name"], "\n".join(filter(None, (check["message"], hint)))))
    print_aligned(rows, {"ok": "green", "fail": "red", "warn": "yellow"})


def _print_checks(document: dict[str, Any]) -> None:
    for source in document["sources"]:
        failed = sum(check["ok"] is False for check in source["checks"])
        doubtful = sum(check["ok"] is None for check in source["checks"])
        found = [f"{failed} failed"] * bool(failed) + [quantity(doubtful, "warning")] * bool(doubtful)
        _print_head(source, ", ".join(found) or "all is well")
        print_checks(source["checks"])


def _print_runs(document: dict[str, Any]) -> None:
    for source in document["sources"]:
        took = f", {sum(job['seconds'] for job in source['jobs']):.1f} s" if source["jobs"] else ""
        out.print(Text(source["source"], "bold") + Text(f": {source['state']}{took}"), highlight=False)
        if source["jobs"]:
            _print_jobs(source["jobs"], "seconds")
        told = [(job["job"], _lines(job)) for job in source["jobs"]]
        said = {line for _, lines in told for line in lines}
        told.append((source["source"], [line for line in _lines(source) if line not in said]))
        print_aligned([(whose, "\n".join(lines)) for whose, lines in told if lines])


def _lines(result: dict[str, Any]) -> list[str]:
    """What a job or a run of a source tells of its error and of what it left out, line by line."""
    return [line for part in (result["error"], result["hint"]) if part for line in part.splitlines()]


def _print_jobs(jobs: list[dict[str, Any]], *more: str) -> None:
    """A table of jobs; rows are counted under the same names in what a run tells and, as rows_…, in its record."""

    def count(job: dict[str, Any], name: str) -> int:
        return int(job.get(name, job.get(f"rows_{name}")) or 0)

    counts = [
        name
        for name in COUNTS
        if any(name in job or f"rows_{name}" in job for job in jobs)
        and (name not in SELDOM or any(count(job, name) for job in jobs))
    ]
    rows = [
        (
            f"  {job['job']}", job["state"], *(f"{count(job, name):,}" for name in counts),
            *(f"{job[name]:.1f}" if name == "seconds" else str(job[name]) for name in more),
        )
        for job in jobs
    ]  # fmt: skip
    print_table(("  job", "state", *counts, *more), rows, numbers=(*counts, "seconds"))


def _print_status(document: dict[str, Any]) -> None:
    if not document["sources"]:
        out.print(
            "No source is configured. Add one: orchflow ingest connect --help, or under sources in orchflow.yaml."
        )
        return
    zone = ZoneInfo(document["timezone"])
    out.print(f"Times are in {zone.key}.", highlight=False)
    for source in document["sources"]:
        _print_head(source, source["state"])
        lines = []
        for kind, (schedule, following, last) in TIMES.items():
            if source[schedule] or source[last]:
                told = [f"last {_moment(source[last], zone)}" if source[last] else "never so far"]
                told += (
                    [f"next {_moment(source[following], zone)} ({source[schedule]})"]
                    if source[schedule]
                    else []
                )
                lines.append((kind, ", ".join(told)))
        if source["last_success_at"] and source["last_success_at"] != source["last_run_at"]:
            lines.append(("last success", _moment(source["last_success_at"], zone)))
        if source["progress"]:
            now = source["progress"]
            lines.append(
                ("now", f"{now['job'] or 'starting'}: {now['read']:,} rows read, {now['new']:,} new")
            )
        lines += [(words, source[key]) for key, words in TOLD.items() if source[key]]
        print_aligned(lines)
        if source["jobs"]:
            jobs = [{**job, "ended": _moment(job["finished_at"], zone)} for job in source["jobs"]]
            _print_jobs(jobs, "kind", "ended")


def _print_head(source: dict[str, Any], state: str) -> None:
    kind = KIND_NAMES.get(source["kind"], "no longer in orchflow.yaml")
    out.print(Text(source["source"], "bold") + Text(f" ({kind}): {state}"), highlight=False)


def _moment(instant: str | None, zone: ZoneInfo) -> str:
    return moment(datetime.fromisoformat(instant) if instant else None, zone)

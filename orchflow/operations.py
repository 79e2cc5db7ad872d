"""What the command line can have done to a workspace, whether in its own process or in the running server.

Each operation takes the workspace and plain options, calls the feature functions as the operator, and answers
with an `Outcome`: a document of JSON values and an exit code (0 done, 1 some source failed).
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, cast, get_args

from orchflow import __version__
from orchflow.backups.make import back_up
from orchflow.config.sources import PlatformSettings
from orchflow.doctor import examine
from orchflow.encoding import encode
from orchflow.errors import OrchflowError, UsageError, log_failure
from orchflow.ingest import run as ingest
from orchflow.ingest.reconcile import reconcile_source
from orchflow.ingest.status import recent_runs
from orchflow.metrics.document import answer, describe, facts_for
from orchflow.metrics.facts import PlanScope
from orchflow.metrics.filters import FILTERED
from orchflow.metrics.metric import GRAINS, PLAN_DIMENSIONS, Dimension, Grain, PlanDimension
from orchflow.metrics.unconverted import every_unconverted
from orchflow.people import users
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.planning.flow.scorecard import store_forecasts
from orchflow.planning.journey.adopt import adopt
from orchflow.progress import Progress, untold
from orchflow.reports import datasets
from orchflow.reports.snapshot import make_snapshot
from orchflow.store import moments
from orchflow.store.events import position
from orchflow.store.written import Refused
from orchflow.subscribers import dispatcher
from orchflow.table_files.write import whole_file
from orchflow.warehouse import made_anew
from orchflow.warehouse.mirror import mirror
from orchflow.warehouse.rollups import rebuild_all
from orchflow.workspace import Workspace

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What an operation did: `document` holds JSON values only."""

    document: dict[str, Any]
    exit_code: int = 0


def ingest_check(ws: Workspace, sources: Sequence[str] = ()) -> Outcome:
    """Try every named source (all configured ones when none is named)."""
    checked = []
    for name in _named(ws, sources):
        checks = ingest.check_source(ws, name)
        sound = all(check.ok is not False for check in checks)
        checked.append(
            {"source": name, "kind": ws.settings.source(name).kind, "ok": sound, "checks": encode(checks)}
        )
    return Outcome({"sources": checked}, 0 if all(source["ok"] for source in checked) else 1)


def ingest_run(
    ws: Workspace, sources: Sequence[str] = (), full: bool = False, strict: bool = False
) -> Outcome:
    """Run every named source (all configured ones when none is named); one that fails does not stop the others.

    A source read in part counts as failed only when `strict`.
    """
    results = ingest.run_all(ws, SYSTEM, _named(ws, sources), full=full, trigger="command")
    return _told(results, strict)


def ingest_reconcile(ws: Workspace, sources: Sequence[str] = (), strict: bool = False) -> Outcome:
    """Compare every named source (every platform when none is named) with what was loaded of it.

    A source compared in part counts as failed only when `strict`.
    """
    platforms = [source.name for source in ws.settings.sources if isinstance(source, PlatformSettings)]
    results = []
    for name in sources or platforms:
        try:
            results.append(reconcile_source(ws, SYSTEM, name, trigger="command"))
        except OrchflowError as error:
            results.append(ingest.SourceResult(name, "failed", (), str(error), error.hint))
    return _told(results, strict)


def _told(results: Sequence[ingest.SourceResult], strict: bool) -> Outcome:
    good = ("done",) if strict else ("done", "partial")
    failed = any(result.state not in good for result in results)
    return Outcome({"sources": encode(results)}, 1 if failed else 0)


def plan_adopt(ws: Workspace, source: str, dry_run: bool = False) -> Outcome:
    """Bring the plan that `source` keeps into the plan here; every load follows it from then on."""
    report = adopt(ws, SYSTEM, source, dry_run=dry_run)
    return Outcome(encode(report.document()), 0 if report.clean else 1)


def plan_forecast(ws: Workspace) -> Outcome:
    """Store today's forecasts, one per scope, for the scorecard."""
    return Outcome({"stored": store_forecasts(ws, SYSTEM)})


def ingest_status(ws: Workspace, sources: Sequence[str] = ()) -> Outcome:
    """How each source stands, and the last run of each of its jobs."""
    statuses = ingest.source_status(ws)
    for name in sources:
        if name not in {status.name for status in statuses}:
            ws.settings.source(name)
    described = []
    for status in statuses:
        if not sources or status.name in sources:
            recent = recent_runs(ws, status.name)
            rows = recent.astype(object).where(recent.notna(), None).to_dict("records")
            runs = {run["job"]: run for run in reversed(rows)}
            described.append({"source": status.name, **encode(status), "jobs": encode(list(runs.values()))})
    return Outcome({"timezone": ws.zone.key, "sources": described})


def export(
    ws: Workspace,
    dataset: str,
    out: str,
    start: str | None = None,
    end: str | None = None,
    where: dict[str, list[str]] | None = None,
    progress: Progress = untold,
) -> Outcome:
    """Write a dataset to the file `out`, its format by its suffix; days are the workspace's, both inclusive.

    `where` names by column the values of which a row has one.
    """
    first, last = _day(start, "--from"), _day(end, "--to")
    narrowed = {column: tuple(values) for column, values in (where or {}).items()}
    written = datasets.export(ws, SYSTEM, dataset, Path(out), first, last, progress, narrowed)
    return Outcome(
        {"dataset": dataset, "file": str(written.path), "rows": written.rows, "texts_cut_off": written.cut}
    )


def snapshot(ws: Workspace, out: str, user: str | None = None, progress: Progress = untold) -> Outcome:
    """Make the database file for SQL as `out`, with everything there is to take away, or only with what `user` may."""
    actor: Actor = SYSTEM
    if user is not None:
        known = users.user_named(ws.store, user)
        actor = Actor(known.id, known.username, known.display_name, known.role)
    made = make_snapshot(ws, actor, progress)
    with whole_file(Path(out)) as file, made.path.open("rb") as content:
        shutil.copyfileobj(content, file, 1024 * 1024)
    return Outcome({"file": out, "made_at": made.made_at, "bytes": made.bytes, "tables": encode(made.tables)})


def metric(
    ws: Workspace, key: str | None = None, by: str | None = None, grain: str | None = None, start: str | None = None,
    end: str | None = None, narrowed: dict[str, list[str]] | None = None,
) -> Outcome:  # fmt: skip
    """One figure over a period, by a dimension and by time; without a key every figure there is."""
    if key is None:
        return Outcome({"metrics": encode(describe(ws, SYSTEM))})
    dimensions = (*get_args(Dimension), *PLAN_DIMENSIONS)
    for name, value, known in (("--by", by, dimensions), ("--grain", grain, GRAINS)):
        if value is not None and value not in known:
            raise UsageError(f"{name} does not know {value!r}", f"Use one of {', '.join(known)}.")
    given = narrowed or {}
    unknown = sorted(given.keys() - {*FILTERED, *PLAN_DIMENSIONS})
    if unknown:
        raise UsageError(
            f"Nothing is narrowed by {', '.join(unknown)}", f"Use {', '.join((*FILTERED, *PLAN_DIMENSIONS))}."
        )
    facts = facts_for(
        ws, SYSTEM, key, start=_day(start, "--from"), end=_day(end, "--to"),
        narrowed={name: given[name] for name in FILTERED if name in given},
        plan=PlanScope.of({name: _id(name, given[name]) for name in PLAN_DIMENSIONS if name in given}),
    )  # fmt: skip
    document = answer(
        facts, key, by=cast(Dimension | PlanDimension | None, by), grain=cast(Grain | None, grain)
    )
    return Outcome(encode(document))


def rates_missing(ws: Workspace) -> Outcome:
    """The amounts of all days that are in no sum of cost, for want of a rate of exchange."""
    return Outcome({"currency": ws.currency, "unconverted": encode(every_unconverted(ws))})


def demo(
    ws: Workspace, days: int = 180, events: int = 200_000, seed: int = 1, if_empty: bool = False
) -> Outcome:
    """Fill an empty workspace with the simulated organisation; with `if_empty` leave a used one alone.

    UsageError where the demo, an extra of the installation, was left out.
    """
    try:
        from orchflow.demo import simulator
    except ModuleNotFoundError:
        raise UsageError(
            "The demo is not part of this installation; install it with pip install 'orchestrator-flow[demo]'"
        ) from None
    if if_empty and not simulator.is_empty(ws):
        return Outcome({"skipped": "the workspace is already in use"})
    return Outcome(encode(simulator.fill(ws, days=days, events=events, seed=seed)))


def backup(ws: Workspace, folder: str) -> Outcome:
    """Copy everything of the workspace, while it is in use, into the new folder `folder`."""
    return Outcome({"folder": folder, **back_up(ws, Path(folder))})


def doctor(ws: Workspace) -> Outcome:
    """Look over the installation. A check that fails makes the exit code 1; one that only warns does not."""
    checks = examine(ws)
    sound = all(check["ok"] is not False for check in checks)
    return Outcome({"version": __version__, "ok": sound, "checks": checks}, 0 if sound else 1)


def warehouse_rebuild(ws: Workspace) -> Outcome:
    """Compute every rollup anew from the facts, and mirror the plan store anew; how many rows each table got.

    A warehouse that was made anew is accepted as it is.
    """
    rollups = rebuild_all(ws.warehouse)
    made_anew.accept(ws.warehouse)
    with ws.store.read() as session:
        reached = position(session)
    return Outcome({"rollups": rollups, "mirror": mirror(ws.store, ws.warehouse, reached)})


def deliver(ws: Workspace) -> Outcome:
    """Deliver what another process has committed; as before and after every operation."""
    return Outcome({})


def migrate(ws: Workspace) -> Outcome:
    """Say which versions the stores are at; opening them has already brought them there."""
    return Outcome({"plan_store": ws.store.revision(), "warehouse": _schema(ws)})


OPERATIONS: dict[str, Callable[..., Outcome]] = {
    function.__name__: function
    for function in (
        ingest_check,
        ingest_run,
        ingest_reconcile,
        ingest_status,
        plan_adopt,
        plan_forecast,
        export,
        snapshot,
        metric,
        rates_missing,
        demo,
        backup,
        doctor,
        warehouse_rebuild,
        deliver,
        migrate,
    )
}


TELLING = frozenset({"export", "snapshot"})
"""The operations that tell how far they are."""


def carry_out(ws: Workspace, operation: str, options: dict[str, Any], progress: Progress = untold) -> Outcome:
    """Carry out an operation on what is true now: what was committed before or by it has been delivered to everybody
    who follows it when it answers. `progress` hears how far it is, where it tells that.

    What cannot be delivered, as on a full disk, waits for the next event and does not hinder the operation.
    """
    _deliver(ws)
    told = {"progress": progress} if operation in TELLING else {}
    outcome = OPERATIONS[operation](ws, **options, **told)
    _deliver(ws)
    return replace(outcome, document=encode(outcome.document))


def _deliver(ws: Workspace) -> None:
    try:
        dispatcher(ws).deliver()
    except OrchflowError as error:
        log_failure(LOG, "Events could not be delivered; the next one tries again", error)


def _schema(ws: Workspace) -> str:
    return str(ws.warehouse.value("schema_version"))


def _named(ws: Workspace, sources: Sequence[str]) -> list[str]:
    if not ws.settings.sources:
        raise UsageError(
            "No source is configured", "Add one under sources in orchflow.yaml; the README shows how."
        )
    return [ws.settings.source(name).name for name in sources] or [
        source.name for source in ws.settings.sources
    ]


def _id(name: str, words: list[str]) -> int:
    """The one number by which a part of the plan is known."""
    if len(words) != 1 or not words[0].isdecimal():
        raise UsageError(f"{name} is not one number: {', '.join(words)!r}", f"Write it like {name}=3.")
    return int(words[0])


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return moments.day(text)
    except Refused as error:
        raise UsageError(f"{option} {error}", "Correct it, or leave it out.") from None

"""Operations on sources: check, run, compare, and how they stand."""

from __future__ import annotations

from collections.abc import Sequence

from orchflow.config.sources import PlatformSettings
from orchflow.encoding import encode
from orchflow.errors import OrchflowError, UsageError
from orchflow.ingest import run as ingest
from orchflow.ingest.reconcile import reconcile_source
from orchflow.ingest.status import recent_runs
from orchflow.operations.outcome import Outcome
from orchflow.people.permissions import SYSTEM
from orchflow.workspace import Workspace


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


def _told(results: Sequence[ingest.SourceResult], strict: bool) -> Outcome:
    good = ("done",) if strict else ("done", "partial")
    failed = any(result.state not in good for result in results)
    return Outcome({"sources": encode(results)}, 1 if failed else 0)


def _named(ws: Workspace, sources: Sequence[str]) -> list[str]:
    if not ws.settings.sources:
        raise UsageError(
            "No source is configured", "Add one under sources in orchflow.yaml; the README shows how."
        )
    return [ws.settings.source(name).name for name in sources] or [
        source.name for source in ws.settings.sources
    ]

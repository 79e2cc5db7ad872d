"""Operations on the installation: fill it, look it over, compute it anew, bring it up to date."""

from __future__ import annotations

from orchflow import __version__
from orchflow.doctor import examine
from orchflow.encoding import encode
from orchflow.errors import UsageError
from orchflow.operations.outcome import Outcome
from orchflow.store.events import position
from orchflow.warehouse import made_anew
from orchflow.warehouse.mirror import mirror
from orchflow.warehouse.rollups import rebuild_all
from orchflow.workspace import Workspace


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


def _schema(ws: Workspace) -> str:
    return str(ws.warehouse.value("schema_version"))

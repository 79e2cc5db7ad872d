"""What the command line can have done to a workspace, whether in its own process or in the running server.

Each operation takes the workspace and plain options, calls the feature functions as the operator, and answers
with an `Outcome`: a document of JSON values and an exit code (0 done, 1 some source failed).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from orchflow.encoding import encode
from orchflow.errors import OrchflowError, log_failure
from orchflow.operations import (
    alerts,
    check_acts,
    checks,
    connections,
    figures,
    files,
    guidance,
    ledger,
    plan,
    prices,
    sources,
    spending,
    upkeep,
)
from orchflow.operations.outcome import Outcome
from orchflow.progress import Progress, untold
from orchflow.subscribers import dispatcher
from orchflow.workspace import Workspace

__all__ = ["OPERATIONS", "Outcome", "carry_out"]

LOG = logging.getLogger(__name__)

OPERATIONS: dict[str, Callable[..., Outcome]] = {
    function.__name__: function
    for function in (
        sources.ingest_check,
        sources.ingest_run,
        sources.ingest_reconcile,
        sources.ingest_status,
        connections.ingest_connect,
        connections.ingest_change,
        connections.ingest_disconnect,
        connections.ingest_forget,
        alerts.alert_list,
        alerts.alert_causes,
        alerts.alert_run,
        alerts.alert_ack,
        alerts.alert_log_of,
        checks.check_list,
        checks.check_run,
        checks.check_show,
        guidance.flow_next,
        check_acts.exemption_list,
        check_acts.exemption_ask,
        check_acts.exemption_approve,
        check_acts.exemption_end,
        check_acts.campaign_list,
        check_acts.campaign_create,
        check_acts.campaign_change,
        check_acts.campaign_end,
        figures.metric,
        spending.cost_why,
        spending.cost_forecast,
        spending.cost_anomalies,
        spending.cost_what_if,
        figures.metric_rows,
        ledger.ledger,
        figures.rates_missing,
        prices.price_reprice,
        prices.price_run_list,
        prices.price_undo,
        prices.price_missing,
        files.export,
        files.snapshot,
        files.backup,
        plan.plan_adopt,
        plan.plan_forecast,
        upkeep.demo,
        upkeep.doctor,
        upkeep.warehouse_rebuild,
        upkeep.deliver,
        upkeep.migrate,
    )
}


TELLING = frozenset({"export", "snapshot", "price_reprice", "price_undo"})
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

"""Operations of the self-checks."""

from __future__ import annotations

from collections.abc import Sequence

from orchflow.encoding import encode
from orchflow.errors import UsageError
from orchflow.guidance.checks.evaluate import run_checks
from orchflow.guidance.checks.results import (
    SHOWN_STATES,
    CheckStanding,
    check_history,
    flow_levels,
    get_check,
    list_checks,
)
from orchflow.operations.outcome import Outcome
from orchflow.people.permissions import SYSTEM
from orchflow.workspace import Workspace


def check_list(ws: Workspace, flow: int | None = None, state: str | None = None) -> Outcome:
    """How the checks stand, as they were last evaluated, and how far each flow is by them."""
    if state is not None and state not in SHOWN_STATES:
        raise UsageError(f"--state does not know {state!r}", f"Use one of {', '.join(SHOWN_STATES)}.")
    every = list_checks(ws, SYSTEM, flow=flow)
    chosen = [standing for standing in every if state in (None, standing.state)]
    return Outcome({"checks": encode(chosen), "levels": encode(flow_levels(every))})


def check_run(ws: Workspace, keys: Sequence[str] = ()) -> Outcome:
    """Evaluate checks now, all without a key.

    One that fails, or could not be evaluated, and is not exempt makes the exit code 1; what is still to come does not.
    """
    changed = run_checks(ws, SYSTEM, keys or None)
    standings = list_checks(ws, SYSTEM, keys=keys or None)
    document = {"checks": encode(standings), "changed": encode(changed)}
    return Outcome(document, 0 if _sound(standings) else 1)


def check_show(ws: Workspace, key: str) -> Outcome:
    """How one check stands, with the changes of its state."""
    standing = get_check(ws, SYSTEM, key)
    return Outcome({"check": encode(standing), "history": encode(check_history(ws, SYSTEM, key))})


def _sound(standings: Sequence[CheckStanding]) -> bool:
    return all(standing.settled or standing.state == "not_applicable" for standing in standings)

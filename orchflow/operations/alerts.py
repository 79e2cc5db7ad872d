"""Operations on alerts: by the operator."""

from __future__ import annotations

from collections.abc import Sequence

from orchflow.alerts.answers import acknowledge, give_feedback
from orchflow.alerts.evaluate import run_rules
from orchflow.alerts.folds import list_folds
from orchflow.alerts.log import alert_log
from orchflow.alerts.standings import SHOWN_STATES, AlertStanding, list_alerts
from orchflow.encoding import encode
from orchflow.errors import UsageError
from orchflow.operations.outcome import Outcome
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.users import user_named
from orchflow.workspace import Workspace


def alert_list(ws: Workspace, state: str | None = None, user: str | None = None) -> Outcome:
    """How the alerts stand, those that fired first; or those of a person's rules."""
    if state is not None and state not in SHOWN_STATES:
        raise UsageError(f"--state does not know {state!r}", f"Use one of {', '.join(SHOWN_STATES)}.")
    owner = None if user is None else user_named(ws.store, user).id
    return Outcome({"alerts": told(list_alerts(ws.store, SYSTEM, state=state, owner_id=owner))})


def alert_causes(ws: Workspace) -> Outcome:
    """What has fired, each cause once."""
    return Outcome({"causes": encode([fold.document() for fold in list_folds(ws, SYSTEM)])})


def alert_run(ws: Workspace, rules: Sequence[int] = ()) -> Outcome:
    """Evaluate rules now, all without one; the exit code is 1 while one is fired."""
    moved = run_rules(ws, SYSTEM, list(rules) or None)
    every = [each for each in list_alerts(ws.store, SYSTEM) if not rules or each.rule.id in rules]
    document = {"alerts": told(every), "moved": encode(moved)}
    return Outcome(document, 1 if any(each.state == "fired" for each in every) else 0)


def alert_ack(
    ws: Workspace, alert_ids: Sequence[int], reason: str, user: str | None = None, feedback: str | None = None
) -> Outcome:
    """Acknowledge alerts with the reason, all or none, and perhaps say whether they were useful."""
    actor = SYSTEM if user is None else _actor(ws, user)
    acknowledge(ws.store, actor, alert_ids, reason)
    if feedback is not None:
        give_feedback(ws.store, actor, alert_ids, feedback)
    return Outcome({"alerts": told(list_alerts(ws.store, SYSTEM, ids=alert_ids))})


def alert_log_of(ws: Workspace, rule_id: int, limit: int = 50, moves: bool = False) -> Outcome:
    """The newest entries of a rule's log."""
    return Outcome({"log": encode(alert_log(ws.store, SYSTEM, rule_id, limit=limit, moves=moves))})


def told(standings: Sequence[AlertStanding]) -> list[object]:
    """Standings as programs have them."""
    return [each.document() for each in standings]


def _actor(ws: Workspace, username: str) -> Actor:
    row = user_named(ws.store, username)
    return Actor(row.id, row.username, row.display_name, row.role)

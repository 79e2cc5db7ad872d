"""Evaluates rules and keeps what they came to: the state of each alert, and an entry in the log.

Everything an evaluation changes is written in one unit of work, as by the product itself. So an alert fires once, however
often the same is read: what is told of it follows the change of its state, which is in the outbox or did not happen.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.alerts.gone import Gone
from orchflow.alerts.log import prune_log, write_log
from orchflow.alerts.owners import ANYBODY, Owner, owners, why_not
from orchflow.alerts.read_rules import verdicts_of
from orchflow.alerts.rules import ALERT_RULES, WORDS, AlertRuleRow, of_people, of_rates
from orchflow.alerts.scopes import with_absent
from orchflow.alerts.states import Place, follow
from orchflow.alerts.tables import Alert, AlertEntry, AlertKind, AlertRule, AlertState, Cause, value_of
from orchflow.alerts.verdicts import Verdict, unknown
from orchflow.encoding import to_text
from orchflow.errors import NotFound
from orchflow.people.permissions import SYSTEM, Actor, Permission
from orchflow.store import locks
from orchflow.store.merge import lock_rows
from orchflow.store.rows import chosen, rows
from orchflow.workspace import Workspace

EVERY = "*/5 * * * *"
"""When rules are evaluated that time alone may change; those without a burn rate once an hour."""
HOURLY = timedelta(minutes=59)
NAMED = 10
"""So many rules that there are not are named."""
LONGEST_WORDS, LONGEST_LABEL = 2_000, 250
_LOCK = "alerts"
_TURN = threading.Lock()
"""One evaluation at a time, from what is read to what is kept: an older reading never comes after a newer one."""


@dataclass(frozen=True)
class Moved:
    """An alert whose state changed."""

    rule_id: int
    scope: str
    before: AlertState
    after: AlertState
    words: str


def evaluate_rules(
    ws: Workspace, ids: Collection[int] | None = None, *, cause: Cause = Cause.ASKED, about: str = "", now: datetime | None = None
) -> list[Moved]:  # fmt: skip
    """Evaluate the rules `ids` (None: all) that are not paused, and keep what they came to; the alerts that moved."""
    with _TURN:
        at = now or clock.now()
        with ws.store.read() as session:
            asked = _rules(session, ids)
            if not asked:
                return []
            known = owners(session, [rule.owner_id for rule in asked])
        refused = {rule.id: why_not(rule, known.get(rule.owner_id or 0)) for rule in asked}
        readable = [(rule, known[rule.owner_id or 0]) for rule in asked if not refused[rule.id]]
        others = [
            (replace(cast(Any, rule), id=-rule.id), ANYBODY)
            for rule, owner in readable
            if _tells_less(rule, owner)
        ]
        found = verdicts_of(ws, [*readable, *others], at) | {
            rule.id: [unknown("", "", refused[rule.id])] for rule in asked if refused[rule.id]
        }
        gone = Gone(ws, asked)
        with ws.store.unit(SYSTEM) as session:
            locks.take(session, _LOCK)
            return _keep(session, asked, found, known, gone, Written(at, cause, about))


def run_rules(ws: Workspace, actor: Actor, ids: Collection[int] | None = None) -> list[Moved]:
    """The same because somebody asks: a manager for all rules, anybody who may have rules for their own; Forbidden for others.

    NotFound names those of `ids` that there are not; nothing is evaluated then.
    """
    actor.require(Permission.PLAN_EDIT_OWN)
    ws.store.confirm(actor)
    wanted = ALERT_RULES.list(ws.store, actor, ids=ids)
    if missing := sorted(set(ids or ()) - {rule.id for rule in wanted}):
        named = ", ".join(map(str, missing[:NAMED])) + (" …" if len(missing) > NAMED else "")
        raise NotFound(
            f"There is no alert rule {named}",
            "It may have been deleted; the list of rules shows those that there are.",
        )
    own = [rule.id for rule in wanted if actor.may(Permission.PLAN_EDIT) or rule.owner_id == actor.user_id]
    if ids is not None and len(own) < len(set(ids)):
        actor.require(Permission.PLAN_EDIT)
    return evaluate_rules(ws, own, about=actor.username)


def evaluate_scheduled(ws: Workspace, now: datetime | None = None) -> list[Moved]:
    """Evaluate what time alone may have changed: burn rates each time, the others when their last one is an hour old."""
    at = now or clock.now()
    last = sa.select(Alert.rule_id, sa.func.max(Alert.evaluated_at).label("at")).group_by(Alert.rule_id)
    with ws.store.read() as session:
        evaluated = {row.rule_id: row.at for row in session.execute(last)}
        due = [
            rule.id
            for rule in _rules(session, None)
            if rule.kind is AlertKind.BURN_RATE
            or (when := evaluated.get(rule.id)) is None
            or not when <= at < when + HOURLY
        ]
    moved = evaluate_rules(ws, due, cause=Cause.SCHEDULE, now=now)
    if due:
        with ws.store.unit(SYSTEM) as session:
            prune_log(session, at)
    return moved


def last_evaluated(ws: Workspace) -> datetime:
    """When a rule was evaluated last; long ago where none ever was."""
    with ws.store.read() as session:
        return session.scalar(sa.select(sa.func.max(AlertEntry.at))) or datetime(2000, 1, 1, tzinfo=UTC)


def meaning_of(rule: AlertRuleRow) -> str:
    """Names what a rule reads: with another meaning its alerts begin anew."""
    told = {name: getattr(rule, name) for name in ALERT_RULES.fields if name not in WORDS}
    return sha256(to_text(told).encode()).hexdigest()


def _rules(session: Session, ids: Collection[int] | None) -> list[AlertRuleRow]:
    statement = chosen(AlertRuleRow, AlertRule).where(AlertRule.paused.is_(False)).order_by(AlertRule.id)
    if ids is not None:
        statement = statement.where(AlertRule.id.in_(ids))
    return rows(session, AlertRuleRow, statement)


@dataclass(frozen=True)
class Written:
    """When, why and on what news the rules are evaluated."""

    at: datetime
    cause: Cause
    about: str


def _tells_less(rule: AlertRuleRow, owner: Owner) -> bool:
    """Whether anybody who may see figures may be told less by a rule than its owner, and anything at all.

    Rules that take a figure apart are not read again: their scopes are of few people more often than not.
    """
    sees_more = (owner.people and of_people(rule)) or (owner.privacy.rates and of_rates(rule))
    return sees_more and rule.dimension is None and not why_not(rule, ANYBODY)


def _keep(
    session: Session, asked: Sequence[AlertRuleRow], found: Mapping[int, Sequence[Verdict]], known: Mapping[int, Owner], gone: Gone,
    written: Written,
) -> list[Moved]:  # fmt: skip
    """Bring the alerts to where their rules came to; a rule that was changed or deleted meanwhile is evaluated for that.

    What `found` has under the number of a rule with a minus is what it comes to as anybody reads it who may see figures.
    """
    current = lock_rows(session, AlertRule, [rule.id for rule in asked])
    alerts: dict[int, dict[str, Alert]] = {}
    # Held as well: an answer in between is neither lost nor in the way.
    for alert in session.scalars(sa.select(Alert).where(Alert.rule_id.in_(current)).with_for_update()):
        alerts.setdefault(alert.rule_id, {})[alert.scope] = alert
    entries: list[dict[str, Any]] = []
    moved: list[Moved] = []
    for rule in asked:
        if rule.id not in current or current[rule.id].version != rule.version:
            continue
        own, meaning = alerts.get(rule.id, {}), meaning_of(rule)
        _forget(session, own, meaning)
        owner = known.get(rule.owner_id or 0)
        people = owner is not None and owner.people and of_people(rule)
        rates = owner is not None and owner.privacy.rates and of_rates(rule)
        told = {each.scope: each for each in found.get(-rule.id, ())}
        read = with_absent(rule, found[rule.id], own, gone, written.at, people=people)
        verdicts = {each.scope: each for each in read}
        for scope in own.keys() - verdicts.keys():
            session.delete(own[scope])
        for scope, verdict in verdicts.items():
            alert = own.get(scope) or _new(session, rule, scope, meaning, written.at)
            alert.people, alert.rates = people, rates
            _tell(alert, verdict, told.get(scope))
            entry = _bring(alert, verdict, written)
            entries.append(entry)
            if entry["moved"]:
                moved.append(Moved(rule.id, scope, entry["before"], entry["after"], entry["words"]))
    write_log(session, entries)
    return moved


def _forget(session: Session, alerts: dict[str, Alert], meaning: str) -> None:
    """Let go of alerts of what the rule was before."""
    former = [scope for scope, alert in alerts.items() if alert.meaning != meaning]
    for scope in former:
        session.delete(alerts.pop(scope))
    if former:
        session.flush()


def _new(session: Session, rule: AlertRuleRow, scope: str, meaning: str, at: datetime) -> Alert:
    alert = Alert(
        rule_id=rule.id, scope=scope, label="", state=AlertState.ARMED, since=at, meaning=meaning, words="", reason="", period="",
        people=False, rates=False, told_words="",
    )  # fmt: skip
    session.add(alert)
    return alert


def _tell(alert: Alert, verdict: Verdict, told: Verdict | None) -> None:
    """What it tells those who may see less than its owner: nothing, where that would come to another state."""
    agreed = told if told is not None and told.agrees(verdict) else None
    alert.told_value = value_of(agreed.value) if agreed else None
    alert.told_words = agreed.words[:LONGEST_WORDS] if agreed else ""


def _bring(alert: Alert, verdict: Verdict, written: Written) -> dict[str, Any]:
    """Bring an alert to where its rule came to; what is logged of it."""
    before = _before(alert, verdict)
    once = bool(verdict.period) and alert.period == verdict.period
    after = follow(before, verdict.sign, may_fire=not once)
    if after != before:
        alert.state, alert.held, alert.since = after.state, after.held, written.at
    if after.state is AlertState.FIRED and before.known is not AlertState.FIRED:
        alert.fired_at, alert.period = written.at, verdict.period
        alert.answered_by_id, alert.reason, alert.feedback = None, "", None
    alert.label, alert.words = verdict.label[:LONGEST_LABEL], verdict.words[:LONGEST_WORDS]
    alert.value, alert.expected, alert.evaluated_at = (
        value_of(verdict.value),
        value_of(verdict.expected),
        written.at,
    )
    return {
        "rule_id": alert.rule_id, "scope": alert.scope, "at": written.at, "cause": written.cause, "about": written.about[:200],
        "value": alert.value, "expected": alert.expected, "words": alert.words, "before": before.state, "after": after.state,
        "moved": after != before, "people": alert.people, "rates": alert.rates, "told_value": alert.told_value,
        "told_words": alert.told_words,
    }  # fmt: skip


def _before(alert: Alert, verdict: Verdict) -> Place:
    """Where an alert was. What was raised in a period that is over is over with it, though nothing was read of it in between."""
    place = Place(alert.state, alert.held)
    raised = place.known in (AlertState.FIRED, AlertState.ACKNOWLEDGED)
    if raised and verdict.sign == "beyond" and verdict.period and alert.period not in ("", verdict.period):
        return Place(AlertState.BACK_TO_NORMAL)
    return place

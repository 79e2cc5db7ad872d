"""What people answer to an alert: that they see to it and why it fired, and whether it was worth telling."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy.orm import Session

from orchflow.alerts.log import write_log
from orchflow.alerts.rules import ALERT_RULES
from orchflow.alerts.standings import withheld_from
from orchflow.alerts.states import Place, answered
from orchflow.alerts.tables import Alert, AlertRule, Cause, Feedback
from orchflow.errors import Forbidden, Invalid, Problem
from orchflow.people.permissions import Actor, Permission
from orchflow.store.engine import Store
from orchflow.store.field import fields_of, read_changes
from orchflow.store.history import instant
from orchflow.store.merge import unchanged
from orchflow.store.rows import stored

ITS_OWNER = "Only the owner of its rule or a manager answers an alert"


def acknowledge(
    store: Store, actor: Actor, alert_id: int | Collection[int], reason: str, base_version: int | None = None,
    request: str | None = None,
) -> None:  # fmt: skip
    """Say that somebody sees to an alert that fired, or to all of several, and why it did.

    NotFound, Forbidden, Invalid without a reason or where one is not fired any more; ConflictError where one has changed since
    `base_version`. Of several all are acknowledged, or none.
    """
    actor.require(Permission.PLAN_EDIT_OWN)
    words = _reason(reason)
    with store.unit(actor, request) as session:
        for number in _numbers(alert_id):
            _acknowledge(session, actor, number, words, base_version)


def _acknowledge(session: Session, actor: Actor, alert_id: int, words: str, base_version: int | None) -> None:
    alert, rule = _own(session, actor, alert_id, base_version)
    before = Place(alert.state, alert.held)
    after = answered(before)
    if after is None:
        state = str(before.known.value).replace("_", " ")
        raise Invalid(
            [Problem(alert_id, "state", f"it is {state}, so there is nothing to acknowledge")],
            "Read it again.",
        )
    alert.state, alert.held, alert.since = after.state, after.held, instant(session)
    alert.answered_by_id, alert.reason = actor.user_id, words
    _log(session, actor, alert, rule, before, f"{actor.display_name} acknowledged it: {words}")


def give_feedback(
    store: Store, actor: Actor, alert_id: int | Collection[int], feedback: Feedback | str, base_version: int | None = None,
    request: str | None = None,
) -> None:  # fmt: skip
    """Say whether an alert, or each of several, was useful, not useful, or expected; NotFound, Forbidden, or Invalid where it never fired."""
    actor.require(Permission.PLAN_EDIT_OWN)
    said = Feedback(feedback) if feedback in [each.value for each in Feedback] else None
    numbers = _numbers(alert_id)
    if said is None:
        raise Invalid([Problem(numbers[0], "feedback", f"{feedback!r} is none of {', '.join(Feedback)}")])
    with store.unit(actor, request) as session:
        for number in numbers:
            alert, rule = _own(session, actor, number, base_version)
            if alert.fired_at is None:
                raise Invalid([Problem(number, "feedback", "it never fired")])
            alert.feedback = said
            words = f"{actor.display_name} found it {said.value.replace('_', ' ')}"
            _log(session, actor, alert, rule, Place(alert.state, alert.held), words)


def _numbers(alert_id: int | Collection[int]) -> list[int]:
    """In one order, as rows are held."""
    return [alert_id] if isinstance(alert_id, int) else sorted(set(alert_id))


def _reason(reason: str) -> str:
    values, problems = read_changes(
        {"reason": fields_of(AlertRule)["note"]}, {"reason": reason}, None, new=True
    )  # read as any text of that length is
    if problems:
        raise Invalid(problems)
    words = str(values["reason"]).strip()
    if not words:
        raise Invalid(
            [Problem(None, "reason", "must not be empty")], "Say why it fired, or what you do about it."
        )
    return words


def _own(session: Session, actor: Actor, alert_id: int, base_version: int | None) -> tuple[Alert, AlertRule]:
    alert = stored(session, Alert, alert_id, lock=True)
    rule = stored(session, AlertRule, alert.rule_id)
    if not actor.may(Permission.PLAN_EDIT) and not ALERT_RULES.owned_by(rule, actor):
        raise Forbidden(ITS_OWNER, "Ask one of them.")
    if hidden := withheld_from(actor, rule, people=alert.people, rates=alert.rates):
        raise Forbidden(hidden, "Ask an administrator for a role that may.")
    if base_version is not None:
        unchanged(session, Alert, alert_id, base_version)
    return alert, rule


def _log(session: Session, actor: Actor, alert: Alert, rule: AlertRule, before: Place, words: str) -> None:
    entry: dict[str, Any] = {
        "rule_id": rule.id, "scope": alert.scope, "at": instant(session), "cause": Cause.ANSWERED, "about": actor.username,
        "value": alert.value, "expected": alert.expected, "words": words, "before": before.state, "after": alert.state,
        "moved": True, "people": alert.people, "rates": alert.rates,
        "told_value": alert.told_value, "told_words": words if alert.told_words else "",
    }  # fmt: skip
    write_log(session, [entry])

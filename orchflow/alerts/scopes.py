"""The scopes of a rule: what it came to, and those of its alerts that nothing was read of this time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from orchflow.alerts.gone import Gone
from orchflow.alerts.rules import AlertRuleRow
from orchflow.alerts.states import at_equal, sign_of
from orchflow.alerts.tables import Alert, AlertKind, AlertState
from orchflow.alerts.verdicts import Verdict, unknown
from orchflow.metrics.compiler import grows_with_days

GONE = "Nothing of it in this period"
FORGOTTEN = timedelta(days=28)
"""So long without data a scope has ended."""


def value_of_scope(rule: AlertRuleRow, scope: str) -> str:
    """The value of its dimension that a scope of a rule is of; empty for the whole."""
    if rule.dimension is None or rule.part is not None:
        return rule.part or ""
    return scope.rpartition(" ")[0] if rule.kind is AlertKind.BURN_RATE else scope


def with_absent(
    rule: AlertRuleRow, found: Sequence[Verdict], alerts: Mapping[str, Alert], gone: Gone, at: datetime, *, people: bool
) -> Iterator[Verdict]:  # fmt: skip
    """What a rule came to for each scope.

    What could be said of nothing at all is said of every scope there is. A scope of which there is no row has a sum of zero,
    where its reader would see it, and else no data. One that is gone, or was without data for four weeks while others had
    some, has ended.
    """
    others = any(verdict.sign != "unknown" for verdict in found)
    for verdict in _read(rule, found, alerts, people):
        nothing = verdict.sign == "unknown" or verdict.value == 0
        why = gone.why(rule, value_of_scope(rule, verdict.scope)) if nothing else ""
        if not why and others and verdict.scope and verdict.sign == "unknown":
            why = _long_without(alerts.get(verdict.scope), at)
        yield replace(verdict, value=None, words=f"It has ended: {why}", sign="gone") if why else verdict


def _long_without(alert: Alert | None, at: datetime) -> str:
    if alert is None or alert.state not in (AlertState.NO_DATA, AlertState.ENDED):
        return ""
    if alert.state is AlertState.ENDED:
        return alert.words.partition(": ")[2]
    return f"no data for {FORGOTTEN.days} days" if at - alert.since >= FORGOTTEN else ""


def _read(
    rule: AlertRuleRow, found: Sequence[Verdict], alerts: Mapping[str, Alert], people: bool
) -> Iterator[Verdict]:
    whole = len(found) == 1 and found[0].scope == "" and found[0].sign == "unknown"
    if whole and (apart := [scope for scope in alerts if scope]):
        for scope in sorted(apart):
            yield unknown(scope, alerts[scope].label, found[0].words, alerts[scope].expected)
        return
    yield from found
    if not found and not alerts:
        yield unknown("", "", GONE)
    if rule.kind is AlertKind.BUDGET:  # a threshold that is no more
        return
    read = {verdict.scope for verdict in found}
    for scope in sorted(alerts.keys() - read - ({""} if found else set())):
        yield _absent(rule, alerts[scope], people)


def _absent(rule: AlertRuleRow, alert: Alert, people: bool) -> Verdict:
    limit = rule.limit or Decimal(0)
    if rule.kind is AlertKind.THRESHOLD and people and rule.figure and grows_with_days(rule.figure):
        sign = sign_of(Decimal(0), limit, rule.side, at_equal(rule.side, rule.at_equal), rule.margin)
        return Verdict(alert.scope, alert.label, Decimal(0), limit, GONE, sign)
    return unknown(alert.scope, alert.label, GONE, limit)

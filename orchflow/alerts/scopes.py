"""The scopes of a rule: what it came to, and those of its alerts that nothing was read of this time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from orchflow.alerts.rules import AlertRuleRow
from orchflow.alerts.states import at_equal, sign_of
from orchflow.alerts.tables import Alert, AlertKind
from orchflow.alerts.verdicts import Verdict, unknown
from orchflow.metrics.compiler import grows_with_days

GONE = "Nothing of it in this period"


def with_absent(
    rule: AlertRuleRow, found: Sequence[Verdict], alerts: Mapping[str, Alert], *, people: bool
) -> Iterator[Verdict]:
    """What a rule came to for each scope.

    What could be said of nothing at all is said of every scope there is. A scope of which there is no row has a sum of zero,
    where its reader would see it, and else no data.
    """
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

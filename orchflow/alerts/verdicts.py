"""What a rule says of a measure: beyond its limit or not, with the arithmetic in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from orchflow import format as fmt
from orchflow.alerts.measures import NOTHING_BEFORE, Measure
from orchflow.alerts.rules import AlertRuleRow
from orchflow.alerts.states import Sign, at_equal, sign_of
from orchflow.alerts.tables import AlertKind, ChangeIn, Side
from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.metric import Number

_WHOLE = re.compile(r"\.0(?=\s%)")


@dataclass(frozen=True)
class Verdict:
    """What a rule came to for one scope: the value, what it was held against, the arithmetic, and how they stand.

    `period` is that of a budget in which it may be raised once; empty where it may be raised again.
    """

    scope: str
    label: str
    value: Decimal | None
    expected: Decimal | None
    words: str
    sign: Sign
    period: str = ""

    def agrees(self, other: Verdict) -> bool:
        """Whether both come to the same state; a verdict of which nothing is known agrees with none."""
        return self.value is not None and (self.sign, self.period) == (other.sign, other.period)


def unknown(scope: str, label: str, words: str, expected: Decimal | None = None) -> Verdict:
    """Nothing can be said."""
    return Verdict(scope, label, None, expected, words, "unknown")


def in_unit(value: Number, unit: str) -> Decimal:
    """A value as limits are written: a share as a percentage."""
    number = Decimal(str(value))
    return number * 100 if unit == "percent" else number


def shown(value: Decimal, unit: str, currency: str) -> str:
    """A value as limits are written, in words."""
    if unit == "change":
        return f"{'+' if value > 0 else ''}{fmt.percent(value / 100, digits=0 if value == value.to_integral_value() else 1)}"
    if unit == "rate":
        return f"{value:,.1f} ×"
    if unit == "percent":
        return _WHOLE.sub("", fmt.precise(value / 100, unit, currency))
    return fmt.precise(value, unit, currency)


def verdict(rule: AlertRuleRow, measure: Measure, currency: str) -> Verdict:
    """What a threshold or a change says of a measure."""
    figure = METRICS[str(rule.figure)]
    name = f"{figure.label}{f' of {measure.label}' if measure.label else ''}"
    limit = rule.limit or Decimal(0)
    if measure.value is None:
        return unknown(measure.scope, measure.label, f"{name}: {_sentence(measure.missing)}", limit)
    if rule.kind is AlertKind.CHANGE:
        return _change(rule, measure, name, limit, currency)
    value = in_unit(measure.value, measure.unit)
    sign = judged(rule, value, limit, Decimal(100) if measure.unit == "percent" else None)
    words = f"{name}, {measure.period}: {shown(value, measure.unit, currency)}, {relation(rule, value, limit, sign)} {shown(limit, measure.unit, currency)}"
    return Verdict(measure.scope, measure.label, value, limit, words, sign)


def _change(rule: AlertRuleRow, measure: Measure, name: str, limit: Decimal, currency: str) -> Verdict:
    if measure.now is None or measure.previous is None:
        why = measure.compared_with if measure.previous is None else ""
        return unknown(measure.scope, measure.label, f"{name}: {_sentence(why or NOTHING_BEFORE)}", limit)
    now, before = in_unit(measure.now, measure.unit), in_unit(measure.previous, measure.unit)
    sides = [shown(side, measure.unit, currency) for side in (now, before)]
    unit = "change" if rule.change_in is ChangeIn.PERCENT else measure.unit
    if rule.change_in is ChangeIn.PERCENT:
        if before == 0:
            return unknown(
                measure.scope, measure.label, f"{name}: {sides[0]} {measure.compared_with}, which is 0: no change in percent", limit
            )  # fmt: skip
        value = (now - before) / abs(before) * 100
        arithmetic = f"({sides[0]} − {sides[1]}) ÷ {sides[1]} = {shown(value, unit, currency)}"
    else:
        value = now - before
        arithmetic = f"{sides[0]} − {sides[1]} = {shown(value, unit, currency)}"
    value = value.quantize(Decimal("1e-8"))
    sign = judged(rule, value, limit)
    words = f"{name}, {measure.compared_with}: {arithmetic}, {relation(rule, value, limit, sign)} {shown(limit, unit, currency)}"
    return Verdict(measure.scope, measure.label, value, limit, words, sign)


def judged(rule: AlertRuleRow, value: Decimal, limit: Decimal, most: Decimal | None = None) -> Sign:
    """How a value stands to a limit by the rule's side, its choice at equal and its margin; `most` as in `sign_of`."""
    return sign_of(value, limit, rule.side, at_equal(rule.side, rule.at_equal), rule.margin, most)


def relation(rule: AlertRuleRow, value: Decimal, limit: Decimal, sign: Sign) -> str:
    """How they stand, in words that the limit follows."""
    if value == limit:
        return (
            "exactly the limit, at which it fires,"
            if sign == "beyond"
            else "exactly the limit, at which it does not fire,"
        )
    if sign == "beyond":
        return f"{rule.side} the limit of"
    if sign == "between":
        return f"within {_plain(rule.margin)} % of the limit of"
    return f"{'below' if rule.side is Side.ABOVE else 'above'} the limit of"


def _plain(value: Decimal) -> str:
    text = f"{value:,.1f}" if abs(value) < 100 else f"{value:,.0f}"
    return text.removesuffix(".0")


def _sentence(words: str) -> str:
    return words[:1].lower() + words[1:] if words[:2] != words[:2].upper() else words

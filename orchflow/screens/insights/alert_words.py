"""Alerts in words: what a rule asks, how it stands, and what its log says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from orchflow import clock
from orchflow import format as fmt
from orchflow.alerts.burn_windows import BURN_WINDOWS
from orchflow.alerts.folds import Fold, budget_of
from orchflow.alerts.log import LogEntry
from orchflow.alerts.rules import AlertRuleRow, rule_of
from orchflow.alerts.standings import AlertStanding, ShownState, unit_of
from orchflow.alerts.tables import AlertKind, AlertWindow, Cause, ChangeIn, Feedback, Side
from orchflow.alerts.verdicts import shown
from orchflow.metrics.catalogue import METRICS
from orchflow.screens.home.home_cards import short_day
from orchflow.screens.session import currency, zone
from orchflow.ui.overview import Tone

SAID: dict[str, str] = {
    "fired": "Fired", "acknowledged": "Acknowledged", "back_to_normal": "Back to normal", "armed": "Armed", "no_data": "No data",
    "paused": "Paused", "withheld": "Withheld", "not_evaluated": "Not evaluated yet", "ended": "Ended",
}  # fmt: skip
TONES: dict[ShownState, Tone] = {
    "fired": "bad", "acknowledged": "warn", "back_to_normal": "good", "armed": "good", "no_data": "warn", "paused": "plain",
    "withheld": "plain", "not_evaluated": "plain", "ended": "plain",
}  # fmt: skip
KINDS = {
    AlertKind.THRESHOLD: "Threshold", AlertKind.CHANGE: "Change", AlertKind.ANOMALY: "Day out of the ordinary", AlertKind.BUDGET: "Share of a budget", AlertKind.BURN_RATE: "Burn rate",
}  # fmt: skip
WINDOWS = {
    AlertWindow.OWN: "its own days", AlertWindow.TODAY: "today", AlertWindow.YESTERDAY: "yesterday", AlertWindow.WEEK: "7 days",
    AlertWindow.FOUR_WEEKS: "28 days", AlertWindow.MONTH: "this month",
}  # fmt: skip
FEEDBACK = {Feedback.USEFUL: "Useful", Feedback.NOT_USEFUL: "Not useful", Feedback.EXPECTED: "Expected"}
CAUSES = {
    Cause.SCHEDULE: "by the schedule", Cause.EVENT: "after a change of", Cause.ASKED: "asked for by", Cause.ANSWERED: "answered by",
}  # fmt: skip


def asked(rule: AlertRuleRow) -> str:
    """What a rule asks, as a sentence without its end."""
    if rule.kind is AlertKind.BUDGET:
        return f"Thresholds of {'the budget ' + rule.budget if rule.budget else 'every budget'}"
    figure = METRICS.get(rule.figure or "")
    name = figure.label if figure else str(rule.figure)
    each = f" of each {rule.dimension}" if rule.dimension else ""
    of = f" of {rule.dimension} {rule.part}" if rule.part else each
    limit = shown(rule.limit or Decimal(0), unit_of(rule), currency())
    if rule.kind is AlertKind.ANOMALY:
        more = f", by {limit} or more" if rule.limit else ""
        return f"{name}{of} of a day {rule.side} what is ordinary for its weekday{more}"
    if rule.kind is AlertKind.BURN_RATE:
        allowed = shown(rule.limit or Decimal(0), figure.unit if figure else "count", currency())
        windows = ", ".join(BURN_WINDOWS[each].words for each in rule.windows or BURN_WINDOWS)
        return f"{name}{of} uses up {allowed} of 30 days too fast, over {windows}"
    over = "" if rule.window is AlertWindow.OWN else f" ({WINDOWS[rule.window]})"
    verb = "changes by more than" if rule.side is Side.ABOVE else "changes by less than"
    if rule.kind is AlertKind.CHANGE:
        against = "" if rule.change_in is ChangeIn.PERCENT else " in all"
        return f"{name}{of}{over} {verb} {limit}{against} against the period before"
    return f"{name}{of}{over} {rule.side} {limit}"


def of_fields(fields: Mapping[str, Any]) -> str:
    """The same of a rule that is not stored."""
    return asked(rule_of(fields))


def value_words(standing: AlertStanding) -> str:
    """Value against limit."""
    if standing.value is None or standing.expected is None:
        return ""
    value, limit = (shown(each, standing.unit, currency()) for each in (standing.value, standing.expected))
    return f"{value} against {limit}"


def apart(standing: AlertStanding) -> str:
    """What tells it from others of the same cause: of a budget the threshold."""
    if standing.rule.kind is AlertKind.BUDGET and standing.expected is not None:
        return shown(standing.expected, standing.unit, currency())
    return standing.title


def reached(fold: Fold) -> str:
    """When each threshold of a budget was reached, the lowest first; empty for other alerts and a single one."""
    if not budget_of(fold.head) or not fold.others:
        return ""
    first: dict[str, AlertStanding] = {}
    for each in sorted(fold.alerts, key=lambda each: (each.expected or 0, not each.waits)):
        first.setdefault(apart(each), each)
    told = [
        f"{name} on {day_of(each.fired_at)}{'' if each.waits else ', acknowledged'}"
        for name, each in first.items()
    ]
    return f"reached {'; '.join(told)}"


def day_of(at: datetime | None) -> str:
    """`3 Nov`."""
    return short_day(at.astimezone(zone()).date(), clock.today(zone())) if at else "an unknown day"


def when(at: datetime | None) -> str:
    """`today 14:05`, `3 Nov 09:12`."""
    if at is None:
        return "never"
    local, today = at.astimezone(zone()), clock.today(zone())
    day = "today" if local.date() == today else short_day(local.date(), today)
    return f"{day} {local:%H:%M}"


def aside(standing: AlertStanding) -> str:
    """What stands at the right of its line."""
    if standing.flapping:
        return "flapping"
    return standing.owner or "nobody's"


def cause_words(cause: Cause, about: str) -> str:
    """Why there is an entry: after a change of usage, asked for by ada."""
    return f"{CAUSES[cause]} {about}".strip()


def moved(entry: LogEntry) -> str:
    """A state, and the one before where it changed."""
    if entry.before is entry.after:
        return SAID[entry.after.value]
    return f"{SAID[entry.before.value]} → {SAID[entry.after.value].lower()}"


def number(value: Decimal | None, unit: str) -> str:
    """A value of the log in its unit."""
    return fmt.NOTHING if value is None else shown(value, unit, currency())

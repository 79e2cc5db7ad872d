"""Effects, forecast, anomalies and what-if as documents for programs: the API and the command line answer with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from datetime import date, datetime, timedelta
from typing import Any

from orchflow import clock
from orchflow.errors import Invalid, Problem
from orchflow.insights.anomaly_words import came_of, said_of, say_of_each
from orchflow.insights.cost_effects import cost_effects
from orchflow.insights.effects import Effects
from orchflow.insights.what_if import Changes
from orchflow.insights.what_if_use import changes_of, what_if_base, what_if_of
from orchflow.metrics.budget_of import budget_of
from orchflow.metrics.facts import Facts
from orchflow.metrics.filters import FILTERED, Filters, window_of
from orchflow.metrics.metric import Dimension, Window
from orchflow.metrics.privacy import privacy_of
from orchflow.metrics.spending.anomalies import Episode
from orchflow.metrics.spending.anomaly_band import WINDOW
from orchflow.metrics.spending.anomaly_folds import Fold
from orchflow.metrics.spending.month_record import ScoredMonth
from orchflow.people.permissions import Actor
from orchflow.workspace import Workspace

EFFECTS = ("volume", "mix", "tokens", "rate", "apart")
AROUND = timedelta(days=WINDOW)
"""Days on end are looked for so far on either side of the day that somebody speaks of."""


def spending_facts(
    ws: Workspace, actor: Actor, window: Window, *, start: date | None = None, end: date | None = None,
    narrowed: Mapping[Dimension, Sequence[str]] | None = None, now: datetime | None = None,
) -> Facts:  # fmt: skip
    """The facts of the days from `start` to `end`, of `window` where they are left out. Invalid for days in the wrong order."""
    at = now or clock.now()
    usual = window_of(window, at.astimezone(ws.zone).date())
    last = end or max(usual.end, start or usual.end)
    first = start or min(usual.start, last)
    if last < first:
        raise Invalid(
            [Problem(None, "to", f"{last} is before the first day, {first}")], "Exchange the two days."
        )
    lists: dict[str, Any] = {FILTERED[name]: tuple(values) for name, values in (narrowed or {}).items()}
    return Facts(ws, actor, Filters(first, last, **lists), privacy=privacy_of(actor), now=at)


def effects_document(facts: Facts, by: Dimension) -> dict[str, Any]:
    """Why the cost of the period differs from the one before."""
    told = cost_effects(facts, by)
    whole = told.explained
    return {
        "currency": facts.ws.currency, "by": by, "start": told.period.start, "end": told.period.end,
        "compared_with": told.compared_with, "per_day": told.per_day, "missing": told.missing or None, "withheld": told.withheld,
        "unit": told.unit, "count_before": round(told.count_before, 2), "count": round(told.count, 2), "unpriced_calls": told.unpriced,
        "before": whole and told.before, "now": whole and told.now, "delta": whole and told.delta, "besides": told.besides or None,
        "others": [{"part": each.part, "label": each.label, "before": each.before, "now": each.now, "delta": each.delta} for each in told.others],
        "effects": whole and _effects(whole.effects),
        "parts": [
            {"group": key.key, "label": told.names[key.key], "state": key.state or None, "delta": key.effects.total, "effects": _effects(key.effects)}
            for key in (whole.keys if whole else ())
        ],
    }  # fmt: skip


def forecast_document(facts: Facts) -> dict[str, Any]:
    """What the running month comes to, and how such forecasts fared; each of them for those who may see single people's figures."""
    made, record = facts.spending.month_end, facts.spending.record
    forecast, budget = made.forecast, budget_of(facts.ws, facts.actor, facts.filters, facts.today)
    money = {
        name: None if forecast is None else round(getattr(forecast, name), 2)
        for name in ("likely", "low", "high")
    }
    return {
        "currency": facts.ws.currency, "made_on": facts.today, "month": facts.today.replace(day=1), "missing": made.missing or None,
        "spent": made.spent, "spent_until": made.spent_until, **money, "lacking": made.lacking or None,
        "budget": budget and budget.allowed, "confidence": 80,
        "fitted_days": forecast and forecast.fitted_days,
        "days": [{"day": day, "expected": round(amount, 2)} for day, amount in (forecast.expected if forecast else ())],
        "record": {"replayed": facts.spending.replayed, "judged": record.judged, "held": record.held, "months": record.months, "share": record.share, "median_error": record.error},
        "past": [_scored(each) for each in facts.spending.scored] if facts.privacy.people else [],
    }  # fmt: skip


def anomalies_document(facts: Facts, *, open_only: bool = False) -> dict[str, Any]:
    """The days out of the ordinary: days on end, and scopes of one cause, told as one."""
    found = facts.spending.anomalies
    shown = found.open if open_only else found.folds
    return {
        "currency": facts.ws.currency, "start": found.start, "end": found.end, "missing": found.missing or None, "scopes": found.scopes,
        "young": found.young, "open": len(found.open), "items": [_fold(each) for each in shown],
    }  # fmt: skip


def what_if_document(facts: Facts, asked: Mapping[str, Any] | Changes) -> dict[str, Any]:
    """What the last full month would cost otherwise. Invalid for changes that make no sense, or of a model without a price."""
    base = what_if_base(facts)
    changes = asked if isinstance(asked, Changes) else changes_of(dict(asked), base)
    outcome = what_if_of(facts, changes, base)
    return {
        "currency": facts.ws.currency, "start": base.start, "end": base.end, "reported": base.reported, "before": outcome.before,
        "after": outcome.after, "delta": outcome.delta, "assumptions": list(outcome.assumptions),
        "models": [
            {"provider": model.model[0], "model": model.model[1], "before": model.before, "after": model.after, "delta": model.delta}
            for model in outcome.models
        ],
    }  # fmt: skip


def say_of(
    ws: Workspace, actor: Actor, scope: str, value: str, day: date, verdict: str, note: str = "", request: str | None = None,
    *, whole: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Keep what the actor says of the anomaly of that scope in whose days `day` lies, of all its days; with `whole` of all scopes of
    its cause. Invalid where there is none."""
    facts = spending_facts(ws, actor, "28 days", start=day - AROUND, end=day + AROUND)
    for fold in facts.spending.anomalies.folds:
        for episode in fold.episodes:
            of = episode.worst
            if (of.dimension, of.value) == (scope, value) and episode.days[0].day <= day <= episode.days[
                -1
            ].day:
                others = (
                    [each for each in fold.episodes if each is not episode and each.open] if whole else []
                )
                row, *_ = say_of_each(ws.store, actor, (episode, *others), verdict, note, request=request)
                return {
                    "id": row.id, "scope": scope, "value": value, "first": row.valid_from, "end": row.valid_to, "verdict": verdict,
                    "scopes": 1 + len(others),
                }  # fmt: skip
    raise Invalid(
        [Problem(None, "day", f"nothing was out of the ordinary for {value or 'the workspace'} on {day}")],
        "List them.",
    )


def _effects(of: Effects) -> dict[str, Any]:
    return dict(zip(EFFECTS, astuple(of), strict=True))


def _scored(each: ScoredMonth) -> dict[str, Any]:
    return {
        "made_on": each.made_on, "month": each.month, "likely": each.likely, "low": each.low, "high": each.high,
        "actual": each.actual, "held": each.held,
    }  # fmt: skip


def _fold(each: Fold) -> dict[str, Any]:
    """The scope that tells it best, with the others."""
    head = _episode(each.head)
    return head | {
        "open": each.open, "verdict": None if each.open else head["verdict"],
        "scopes": [
            {name: told[name] for name in ("scope", "value", "label", "first", "last", "excess", "open", "verdict")}
            for told in map(_episode, each.episodes)
        ],
    }  # fmt: skip


def _episode(each: Episode) -> dict[str, Any]:
    worst = each.worst
    said = said_of(each)
    return {
        "scope": worst.dimension, "value": worst.value, "label": worst.label, "first": each.days[0].day, "last": each.days[-1].day,
        "days": len(each.days), "excess": each.excess, "worst_day": worst.day, "cost": worst.cost, "expected": worst.expected,
        "low": worst.low, "high": worst.high, "came_of": came_of(worst),
        "parts": [
            {"dimension": part.dimension, "value": part.value, "label": part.label, "excess": part.excess, "share": round(part.share, 4)}
            for part in worst.parts
        ],
        "events": list(dict.fromkeys(event for day in each.days for event in day.events)),
        "open": each.open, "verdict": said.verdict if said and not each.open else None,
    }  # fmt: skip

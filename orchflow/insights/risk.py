"""What the Risk screen tells: the register as it is shown with its live signals, what is overdue, what is covered, how it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from orchflow.inputs.row_names import input_names
from orchflow.metrics.facts import Facts
from orchflow.metrics.metric import Figure
from orchflow.metrics.read import figures
from orchflow.metrics.risk_signals import SignalState, shown_residual
from orchflow.metrics.strips import STRIPS
from orchflow.people.tables import User
from orchflow.risks.risks import RiskRow
from orchflow.risks.scores import inherent, level, residual, score
from orchflow.risks.tables import AiActClass, NistFunction
from orchflow.store.field import in_words

TREND_DAYS = 182
NO_FUNCTION = "No function"
CLASSES: Mapping[AiActClass, str] = {each: in_words(each) for each in reversed(AiActClass)}
"""The classes of Regulation (EU) 2024/1689 as people read them, the gravest first."""


@dataclass(frozen=True)
class ShownRisk:
    """An open risk as it is shown: before controls, with them, and with what its signal adds for now."""

    row: RiskRow
    owner: str
    inherent: tuple[int, int]
    residual: tuple[int, int]
    shown: tuple[int, int]
    signal: SignalState | None

    @property
    def score(self) -> int:
        """Likelihood times impact, as they are shown."""
        return score(self.shown)


@dataclass(frozen=True)
class RiskReport:
    """Everything on the screen; frames are empty where there is nothing to tell."""

    figures: tuple[Figure, ...]
    also: tuple[Figure, ...]
    risks: tuple[ShownRisk, ...]
    register: pd.DataFrame
    signals: pd.DataFrame
    overdue: pd.DataFrame
    coverage: pd.DataFrame
    trend: pd.DataFrame
    incidents: pd.DataFrame
    reviews: pd.DataFrame
    known: bool
    computed_at: datetime


def risk_report(facts: Facts) -> RiskReport:
    """What the register says to the reader of these facts, the highest score shown first."""
    told = facts.risks
    people = input_names(facts.ws.store, facts.actor).by_table[User].names
    shown = sorted(
        (
            ShownRisk(
                row, people.get(row.owner_id or 0, ""), inherent(row), residual(row),
                shown_residual(row, told.signals.get(row.id)), told.signals.get(row.id),
            )
            for row in told.open
        ),
        key=lambda each: (-each.score, each.row.id),
    )  # fmt: skip
    return RiskReport(
        figures(facts, STRIPS["risk"]),
        figures(facts, STRIPS["risk/also"]),
        tuple(shown),
        _register(shown),
        _signals(shown),
        _overdue(facts, people),
        _coverage(told.open),
        _trend(facts),
        _incidents(facts, people),
        _reviews(facts, people),
        bool(told.risks or told.incidents),
        facts.now,
    )


def _register(shown: list[ShownRisk]) -> pd.DataFrame:
    rows = [
        {
            "number": risk.row.id, "title": risk.row.title, "level": [level(risk.score)], "shown": risk.score, "residual": score(risk.residual),
            "inherent": score(risk.inherent), "owner": risk.owner or None, "agent": risk.row.agent or risk.row.system,
            "treatment": in_words(risk.row.treatment), "status": in_words(risk.row.status),
        }
        for risk in shown
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _signals(shown: list[ShownRisk]) -> pd.DataFrame:
    order = ("breached", "unknown", "calm")
    tied = [risk for risk in shown if risk.signal is not None and risk.row.signal is not None]
    tied.sort(key=lambda risk: (order.index(risk.signal.state) if risk.signal else 0, -risk.score))
    rows = [
        {
            "number": risk.row.id, "title": risk.row.title, "state": [risk.signal.state], "reason": risk.signal.reason,
            "signal": in_words(str(risk.row.signal)), "assessed": risk.residual[0], "now": risk.shown[0],
        }
        for risk in tied
        if risk.signal is not None
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _overdue(facts: Facts, people: Mapping[int, str]) -> pd.DataFrame:
    rows = [
        (risk.id, risk.title, people.get(risk.owner_id or 0), risk.next_review, _days_since(facts, risk.next_review))
        for risk in facts.risks.overdue
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["number", "title", "owner", "due", "late"])


def _days_since(facts: Facts, day: date | None) -> int | None:
    return None if day is None else (facts.today - day).days


def _coverage(risks: list[RiskRow]) -> pd.DataFrame:
    """How many open risks each function of NIST has in each class; a function without any has a row all the same."""
    functions = [*NistFunction, *([None] if any(risk.nist_function is None for risk in risks) else [])]
    classes = [each for each in CLASSES if any(risk.ai_act_class is each for risk in risks)]
    rows = []
    for function in functions:
        own = [risk for risk in risks if risk.nist_function is function]
        counts = [sum(risk.ai_act_class is each for risk in own) for each in classes]
        rows.append((in_words(function) if function else NO_FUNCTION, *counts, len(own)))
    return pd.DataFrame(rows, columns=["function", *(CLASSES[each] for each in classes), "all"])


def _trend(facts: Facts) -> pd.DataFrame:
    rows = [
        (day, words, count)
        for day, stood in facts.risks.by_day(TREND_DAYS)
        if stood is not None
        for words, count in (("Open", stood.open), ("High", stood.high))
    ]
    return pd.DataFrame(rows, columns=["day", "risks", "count"])


def _reviews(facts: Facts, people: Mapping[int, str]) -> pd.DataFrame:
    rows = [
        (
            review.risk_id, review.day, people.get(review.by_id or 0), score(inherent(review)), score(residual(review)),
            review.next_review, review.note,
        )
        for review in reversed(facts.risks.reviews)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["risk", "day", "by", "inherent", "residual", "next", "note"])


def _incidents(facts: Facts, people: Mapping[int, str]) -> pd.DataFrame:
    titles = {risk.id: risk.title for risk in facts.risks.risks}
    rows = [
        (
            row.day, row.title, [row.severity.value], row.agent, titles.get(row.risk_id or 0),
            "open" if row.resolved_at is None else "resolved", row.resolved_at, people.get(row.owner_id or 0), row.cost, row.currency,
        )
        for row in reversed(facts.risks.incidents)
    ]  # fmt: skip
    columns = [
        "day",
        "title",
        "severity",
        "agent",
        "risk",
        "state",
        "resolved_at",
        "owner",
        "cost",
        "currency",
    ]
    return pd.DataFrame(rows, columns=columns)

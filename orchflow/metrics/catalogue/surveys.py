"""What the last closed surveys of everybody came to: readiness, where saved time went, satisfaction.

One of a team or a job role says nothing of the others, and is told on Surveys alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Literal

from orchflow.format import percent, quantity
from orchflow.metrics.metric import Metric, Reading, RowsBehind, share
from orchflow.people.small_groups import SMALLEST_GROUP
from orchflow.surveys.results import GroupResult, WaveResult
from orchflow.surveys.tables import SurveyKind
from orchflow.value.assumptions import ASSUMPTIONS
from orchflow.value.tables import AssumptionKind

if TYPE_CHECKING:
    from orchflow.metrics.facts import Facts

NOT_OF_TASKS = "surveys are of people, and answers are told by the one kind of group that the survey names"
UNDIVIDED = dict.fromkeys(("effort", "project", "sprint", "team", "flow", "user"), NOT_OF_TASKS) | {
    "grain": "a survey is told once, when it is closed",
}
NONE_CLOSED = "No such survey of everybody was closed yet: plan one on Surveys"
ALIKE = (
    f"Told of {SMALLEST_GROUP} answers or more, to everybody the same. Where all of a group of fewer than 20 answered alike, one is "
    "counted a step nearer to the middle."
)


def _last(facts: Facts, kind: SurveyKind | None) -> list[WaveResult]:
    """The last closed wave of a kind, or of any, and those before."""
    return [each for each in facts.closed_surveys if kind in (None, each.wave.kind)]


def _figure(
    facts: Facts, kind: SurveyKind, key: str, note: Callable[[Facts, GroupResult], str] | None = None
) -> Reading:
    waves = _last(facts, kind)
    if not waves:
        return Reading(None, missing=NONE_CLOSED)
    last, told = waves[0], waves[0].whole.figure(key)
    before = waves[1].whole.figure(key) if len(waves) > 1 else None
    missing = last.missing or "Nobody saved time, or fewer than five did"
    words = (
        note(facts, last.whole) if note else f"of {quantity(last.whole.answers, 'answer')}: {last.wave.title}"
    )
    return Reading(told.value if told else None, words, missing, previous=before.value if before else None)


def _ready(facts: Facts, group: GroupResult) -> str:
    first = f"barrier: {group.barrier}" if group.barrier else "no barrier for most"
    return f"of {quantity(group.answers, 'answer')}; {first}"


def _beside_assumed(facts: Facts, group: GroupResult) -> str:
    """The interval, and what is assumed of all agents on the day."""
    told = group.figure("recapture")
    words = f"{percent(told.low)} to {percent(told.high)}" if told else ""
    if not facts.actor.may(ASSUMPTIONS.view):
        return words
    assumed = [
        f"assumed: {row.likely.normalize():f} %"
        for row in ASSUMPTIONS.list(facts.ws.store, facts.actor, kind=AssumptionKind.RECAPTURE)
        if row.agent is None
        and row.valid_from <= facts.today
        and (row.valid_to is None or facts.today < row.valid_to)
    ]
    return "; ".join(filter(None, [words, *assumed]))


def _answered(facts: Facts) -> Reading:
    waves = _last(facts, None)
    if not waves:
        return Reading(None, missing=NONE_CLOSED)
    whole, title = waves[0].whole, waves[0].wave.title
    told = f"{whole.answers} of {whole.invited}: {title}"
    return Reading(
        share(whole.answers, whole.invited), told, f"Nothing is kept of who was invited to {title}"
    )


def _behind(facts: Facts, kind: SurveyKind | None) -> tuple[RowsBehind, ...]:
    waves = _last(facts, kind)
    return (RowsBehind("survey_results", {"wave_id": (str(waves[0].wave.id if waves else 0),)}),)


def _survey(
    key: str, label: str, question: str, definition: str, kind: SurveyKind, figure: str,
    *, unit: Literal["percent", "count"], direction: Literal["up", "down"], note: Callable[[Facts, GroupResult], str] | None = None,
) -> Metric:  # fmt: skip
    return Metric(
        key=key, label=label, question=question, definition=f"{definition} {ALIKE}", unit=unit, direction=direction,
        owner="People", window="now", written=True, undivided=UNDIVIDED, read=partial(_figure, kind=kind, key=figure, note=note),
        rows=partial(_behind, kind=kind),
    )  # fmt: skip


METRICS: tuple[Metric, ...] = (
    _survey(
        "readiness", "Ready", "How many are ready to work with agents?",
        "Of the last closed survey of readiness that asked everybody: people without a barrier ÷ those who answered. A barrier is the first of awareness, "
        "desire, knowledge, ability and reinforcement that somebody answered under 3 of 5; the one that most people have "
        "first stands beside it.",
        SurveyKind.READINESS, "ready", unit="percent", direction="up", note=_ready,
    ),
    _survey(
        "saved_minutes", "Minutes saved a week", "How much time do people say that agents save them?",
        "Minutes in a usual week, the mean of those who answered the last closed survey of saved time that asked everybody; who saves none counts with 0.",
        SurveyKind.SAVED_TIME, "saved", unit="count", direction="up",
    ),
    _survey(
        "recapture_measured", "Recapture, measured", "How much of the saved time comes back to the business?",
        "Of the last closed survey of saved time that asked everybody: saved minutes that went into more of the same work, other work or learning ÷ all "
        "saved minutes; each person's are divided by the weights they gave to the places where the time went. Told where five or "
        "more saved any.",
        SurveyKind.SAVED_TIME, "recapture", unit="percent", direction="up", note=_beside_assumed,
    ),
    _survey(
        "checking_minutes", "Minutes checking a week", "How much work is it to check what agents deliver?",
        "Minutes in a usual week for checking and mending what agents deliver, the mean of those who answered the last closed survey "
        "of saved time that asked everybody.",
        SurveyKind.SAVED_TIME, "checking", unit="count", direction="down",
    ),
    _survey(
        "satisfaction", "Satisfaction", "How satisfied are people with the agents they use?",
        "From 0 to 10, the mean of those who answered the last closed survey of satisfaction that asked everybody.",
        SurveyKind.SATISFACTION, "satisfaction", unit="count", direction="up",
    ),
    Metric(
        key="survey_answered", label="Answered", question="How many answer surveys?", unit="percent", direction="up", owner="People",
        window="now", written=True, undivided=UNDIVIDED, read=_answered, rows=partial(_behind, kind=None),
        definition="Those who answered ÷ those who were invited, of the survey of everybody that was closed last.",
    ),
)  # fmt: skip

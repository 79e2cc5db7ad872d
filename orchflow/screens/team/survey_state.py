"""What the form of a survey keeps: its wave, and what was answered so far, until it is sent."""

from __future__ import annotations

from typing import Any

from orchflow.surveys.questions import Question, questions_of
from orchflow.surveys.tables import SurveyKind
from orchflow.ui.state import InAddress, Key, Keys

KEYS = Keys("survey")
WAVE = InAddress("wave")
"""The id of the wave."""
BEGUN = KEYS.flag("begun")
"""Whether what was kept of an earlier visit is shown; for each wave."""
TRIED = KEYS.flag("tried")
"""Whether the answers were to be sent while some were missing; for each wave."""


def widget(wave_id: int, question: Question, place: str = "") -> Key[Any]:
    """What is kept of a question, or of a place of a split."""
    return KEYS.thing("answer", object).of(wave_id, question.key, place)


def given(wave_id: int, kind: SurveyKind) -> dict[str, Any]:
    """The answers so far, as they are sent."""
    answers: dict[str, Any] = {}
    for question in questions_of(kind):
        if question.form == "split":
            parts = {place: widget(wave_id, question, place).get() for place in question.places or {}}
            answers[question.key] = {place: part for place, part in parts.items() if part is not None}
        else:
            answers[question.key] = widget(wave_id, question).get()
    return {key: value for key, value in answers.items() if value not in (None, "", {})}


def put(wave_id: int, kind: SurveyKind, answers: dict[str, Any]) -> None:
    """Show answers that were kept before."""
    for question in questions_of(kind):
        if question.form == "split":
            for place, part in answers.get(question.key, {}).items():
                widget(wave_id, question, place).set(part)
        elif question.key in answers:
            widget(wave_id, question).set(answers[question.key])


def forget() -> None:
    """Keep nothing of any answer."""
    KEYS.forget("answer")

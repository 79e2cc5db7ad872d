"""What each kind of survey asks, declared once: the form, the check of an answer, the sums and the results follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from orchflow.surveys.tables import SurveyKind

Form: TypeAlias = Literal["scale", "minutes", "split", "words"]
LONGEST_WORDS: Final = 500


@dataclass(frozen=True)
class Question:
    """One question.

    A `scale` is answered with one of `options`, whose ends `low` and `high` put into words; `minutes` with one of
    `options`; a `split` with a weight (one of `options`) for each of `places`; `words` with text or nothing. On a scale what
    is at most `bar` is low. One `only_with` another question is asked where that was answered with more than 0.
    """

    key: str
    form: Form
    label: str
    text: str
    options: Mapping[int, str] | None = None
    low: str = ""
    high: str = ""
    bar: int = 0
    places: Mapping[str, str] | None = None
    only_with: str = ""


def _scale(key: str, label: str, text: str, low: str = "Not at all", high: str = "Fully") -> Question:
    return Question(key, "scale", label, text, {n: str(n) for n in range(1, 6)}, low, high, bar=2)


MINUTES: Final = {
    0: "None", 15: "15 min", 30: "30 min", 60: "1 h", 90: "1½ h", 120: "2 h", 180: "3 h", 240: "4 h", 360: "6 h", 480: "8 h",
}  # fmt: skip
PARTS: Final = {0: "None", 1: "Some", 2: "Half", 4: "Most"}
PLACES: Final = {
    "same_work": "More of the same work",
    "other_work": "Other work that had waited",
    "learning": "Learning",
    "fewer_hours": "Fewer hours, less overtime",
    "nowhere": "Nowhere that I could name",
}
RECAPTURED: Final = ("same_work", "other_work", "learning")
"""The places from which saved time comes back to the business."""

QUESTIONS: Final[Mapping[SurveyKind, tuple[Question, ...]]] = {
    SurveyKind.READINESS: (
        _scale("awareness", "Awareness", "I know why we work with AI agents."),
        _scale("desire", "Desire", "I want to work with them."),
        _scale("knowledge", "Knowledge", "I know how to work with them in my job."),
        _scale("ability", "Ability", "I manage to do so day by day."),
        _scale("reinforcement", "Reinforcement", "I am helped and encouraged to keep doing so."),
    ),
    SurveyKind.SAVED_TIME: (
        Question("saved", "minutes", "Saved", "How much time did agents save you in a usual week?", MINUTES),
        Question("split", "split", "Where it went", "Where did that time go?", PARTS, places=PLACES, only_with="saved"),
        Question("checking", "minutes", "Checking", "How long do you check and mend what agents deliver in a usual week?", MINUTES),
    ),
    SurveyKind.SATISFACTION: (
        Question(
            "satisfaction", "scale", "Satisfaction", "How satisfied are you with the agents that you use?",
            {n: str(n) for n in range(11)}, "Not at all", "Fully", bar=6,
        ),
        Question("words", "words", "In your words", "What should change first? You need not write anything."),
    ),
}  # fmt: skip


def questions_of(kind: SurveyKind) -> tuple[Question, ...]:
    """What a survey of this kind asks, in its order."""
    return QUESTIONS[kind]

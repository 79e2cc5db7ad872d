"""What the Surveys screen keeps."""

from __future__ import annotations

from orchflow.surveys.tables import SurveyKind
from orchflow.ui.state import Keys

VIEWS = {"results": "Results", "waves": "Surveys"}
KINDS = {
    SurveyKind.READINESS.value: "Readiness",
    SurveyKind.SAVED_TIME.value: "Saved time",
    SurveyKind.SATISFACTION.value: "Satisfaction",
}

KEYS = Keys("surveys")
VIEW = KEYS.choice("view", VIEWS, "results")
KIND = KEYS.choice("kind", KINDS, SurveyKind.READINESS.value)
WAVE = KEYS.number("wave")

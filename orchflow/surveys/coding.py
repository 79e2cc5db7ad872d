"""What all people of a small group answered alike is counted as nearly so: its mean would tell what each of them answered.

The whole is the sum of what is counted of the groups, so that nothing else comes out by subtraction. Shares are told of the
whole alone, and of one of few people never as 0 % or 100 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from orchflow.surveys.answers import Counts
from orchflow.surveys.cells import Cell
from orchflow.surveys.questions import Question, questions_of
from orchflow.surveys.tables import SurveyKind

CODED_BELOW: Final = 20
"""Groups of fewer answers are small."""


def coded(kind: SurveyKind, cell: Cell) -> Cell:
    """The group as it is told."""
    if not 2 <= cell.answers < CODED_BELOW:
        return cell
    counts: Counts = {question: dict(told) for question, told in cell.counts.items()}
    for question in questions_of(kind):
        if question.form in ("scale", "minutes"):
            told = {int(answer): n for answer, n in counts.get(question.key, {}).items()}
            counts[question.key] = {str(answer): n for answer, n in _not_alike(question, told).items()}
    return replace(cell, counts=counts)


def part_told(part: int, count: int) -> int:
    """How many of `count` a share is told of: of few people neither none nor all."""
    return min(max(part, 1), count - 1) if 2 <= count < CODED_BELOW else part


def _not_alike(question: Question, told: Mapping[int, int]) -> dict[int, int]:
    """The counts of answers; where there is one answer alone, one of them a step nearer to the middle."""
    given = {answer: n for answer, n in told.items() if n}
    if len(given) != 1:
        return given
    ((answer, n),) = given.items()
    options = sorted(question.options or ())
    place = options.index(answer)
    return {answer: n - 1, options[place + (1 if place < len(options) // 2 else -1)]: 1}

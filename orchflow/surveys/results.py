"""What a closed wave came to, for the whole and for the groups that may be told apart: the same for every reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from orchflow import clock
from orchflow.people.permissions import Actor, Permission
from orchflow.people.small_groups import SMALLEST_GROUP
from orchflow.planning.days import day_of
from orchflow.store.engine import Store
from orchflow.surveys.answers import NO_BARRIER
from orchflow.surveys.cells import WHOLE, Cell, together, told_apart
from orchflow.surveys.coding import CODED_BELOW, coded, part_told
from orchflow.surveys.invitations import read_cells
from orchflow.surveys.questions import PLACES, Question, questions_of
from orchflow.surveys.statistics import Estimate, mean, ratio, share
from orchflow.surveys.tables import SurveyKind, SurveyWords, WaveState
from orchflow.surveys.waves import SURVEY_WAVES, SurveyWaveRow, state_on

Unit: TypeAlias = Literal["points", "minutes", "percent"]
TOO_FEW: Final = (
    f"Fewer than {SMALLEST_GROUP} people answered, so nothing is told and nothing was kept of their answers"
)


@dataclass(frozen=True)
class Result:
    """One figure of a group of a wave, with its interval."""

    key: str
    label: str
    unit: Unit
    estimate: Estimate


@dataclass(frozen=True)
class GroupResult:
    """What a group of a wave answered; `barrier` is the label of what holds the most people back first, "" for nothing."""

    name: str
    invited: int
    answers: int
    figures: tuple[Result, ...]
    barrier: str = ""
    barrier_key: str = ""

    def figure(self, key: str) -> Estimate | None:
        """One of its figures."""
        return next((each.estimate for each in self.figures if each.key == key), None)


@dataclass(frozen=True)
class WaveResult:
    """A closed wave: the whole first, then its groups. `missing` says why nothing is told."""

    wave: SurveyWaveRow
    groups: tuple[GroupResult, ...]
    words: tuple[str, ...] = ()
    missing: str = ""

    @property
    def whole(self) -> GroupResult:
        """Everybody who was asked."""
        return self.groups[0]


def survey_results(
    store: Store,
    actor: Actor,
    *,
    kind: SurveyKind | None = None,
    wave_id: int | None = None,
    today: date | None = None,
) -> list[WaveResult]:
    """The closed waves, the newest first. What people wrote is for those who may see single people's figures."""
    actor.require(Permission.INSIGHTS_VIEW)
    day_now = today or day_of(clock.now(), store.zone)
    waves = [
        wave
        for wave in SURVEY_WAVES.list(store, actor, ids=None if wave_id is None else [wave_id])
        if state_on(wave, day_now) == WaveState.CLOSED and kind in (None, wave.kind)
    ]
    waves.sort(key=lambda wave: (wave.closes, wave.id), reverse=True)
    with store.read() as session:
        return [_result(session, actor, wave) for wave in waves]


def _result(session: Session, actor: Actor, wave: SurveyWaveRow) -> WaveResult:
    cells = [coded(wave.kind, cell) for cell in told_apart(read_cells(session, wave.id))]
    whole = together(cells, WHOLE)
    if whole.answers < SMALLEST_GROUP:
        return WaveResult(wave, (GroupResult(WHOLE, whole.invited, whole.answers, ()),), missing=TOO_FEW)
    apart = sorted(cells, key=lambda cell: cell.name) if len(cells) > 1 else []
    words: Sequence[str] = ()
    if actor.may(Permission.PERSON_FIGURES):
        words = session.scalar(sa.select(SurveyWords.words).where(SurveyWords.wave_id == wave.id)) or ()
    return WaveResult(
        wave,
        (_group(wave.kind, whole, whole=True), *(_group(wave.kind, cell) for cell in apart)),
        tuple(words) if len(words) >= SMALLEST_GROUP else (),
    )


def _group(kind: SurveyKind, cell: Cell, *, whole: bool = False) -> GroupResult:
    figures = tuple(_figures(kind, cell, whole=whole))
    first = _barrier(cell) if kind == SurveyKind.READINESS else None
    return GroupResult(
        cell.name,
        cell.invited,
        cell.answers,
        figures,
        first.label if first else "",
        first.key if first else "",
    )


def _barrier(cell: Cell) -> Question | None:
    """What is the first barrier of the most people; of equals the earlier one."""
    held = cell.counts.get("barrier", {})
    questions = questions_of(SurveyKind.READINESS)
    most = max(questions, key=lambda each: held.get(each.key, 0))  # the first of equals
    least = 2 if cell.answers < CODED_BELOW else 1  # one of them may be there for none
    return most if held.get(most.key, 0) >= least else None


def _figures(kind: SurveyKind, cell: Cell, *, whole: bool) -> Iterator[Result]:
    """The means of a group, and of the whole the shares."""
    for question in questions_of(kind):
        if question.form not in ("scale", "minutes"):
            continue
        options = list(question.options or ())
        histogram = {int(value): n for value, n in cell.counts.get(question.key, {}).items()}
        unit: Unit = "points" if question.form == "scale" else "minutes"
        yield from _told(question.key, question.label, unit, mean(histogram, options))
        if whole and question.form == "scale":
            low = sum(n for value, n in histogram.items() if value <= question.bar)
            yield from _told(f"{question.key}_low", f"{question.label} low", "percent", _share(low, cell))
    if whole and kind == SurveyKind.READINESS:
        held = cell.counts.get("barrier", {})
        yield from _told("ready", "Ready", "percent", _share(held.get(NO_BARRIER, 0), cell))
        for question in questions_of(kind):
            part = _share(held.get(question.key, 0), cell) if cell.answers >= CODED_BELOW else None
            yield from _told(f"{question.key}_first", f"{question.label} is the barrier", "percent", part)
    if whole and kind == SurveyKind.SAVED_TIME:
        yield from _saved(cell)


def _share(part: int, cell: Cell) -> Estimate | None:
    return share(part_told(part, cell.answers), cell.answers)


def _saved(cell: Cell) -> Iterator[Result]:
    """How much of the saved time comes back and where it went: of everybody, since only some of a group saved any."""
    people = cell.counts.get("spread", {}).get("people", 0)
    spread, where = cell.counts.get("spread", {}), cell.counts.get("where", {})
    if people < SMALLEST_GROUP:
        return
    yield from _told(
        "recapture", "Recapture", "percent", ratio(spread["back"], spread["saved"], spread, people)
    )
    seconds = sum(where.values())
    for place, label in PLACES.items():
        if people >= CODED_BELOW:
            part = where.get(place, 0) / seconds
            yield Result(f"where_{place}", label, "percent", Estimate(part, part, part))


def _told(key: str, label: str, unit: Unit, estimate: Estimate | None) -> Iterator[Result]:
    if estimate is not None:
        yield Result(key, label, unit, estimate)

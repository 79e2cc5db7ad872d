"""What a closed wave came to, for the whole and for the groups that may be told apart: the same for every reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import sqlalchemy as sa

from orchflow.people.permissions import Actor, Permission
from orchflow.people.small_groups import SMALLEST_GROUP
from orchflow.store.engine import Store
from orchflow.surveys.answers import NO_BARRIER
from orchflow.surveys.cells import WHOLE, Cell, together, told_apart
from orchflow.surveys.coding import CODED_BELOW, coded, part_told
from orchflow.surveys.invitations import read_cells
from orchflow.surveys.questions import PLACES, Question, questions_of
from orchflow.surveys.statistics import Estimate, mean, ratio, share
from orchflow.surveys.tables import Audience, SurveyKind, SurveyWords, WaveState
from orchflow.surveys.waves import SURVEY_WAVES, SurveyWaveRow

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
    audience: Audience | None = None,
    last: int | None = None,
) -> list[WaveResult]:
    """The waves that were closed, the newest first; with `last` so many of each kind. One that is over is told once that was
    written down. What people wrote is for those who may see single people's figures.
    """
    actor.require(Permission.INSIGHTS_VIEW)
    ids = None if wave_id is None else [wave_id]
    waves = SURVEY_WAVES.list(store, actor, ids=ids, state=WaveState.CLOSED, kind=kind, audience=audience)
    waves.sort(key=lambda wave: (wave.closes, wave.id), reverse=True)
    if last is not None:
        waves = [*_newest(waves, last)]
    wanted = [wave.id for wave in waves]
    written: dict[int, list[str]] = {}
    with store.read() as session:
        cells = read_cells(session, wanted)
        if actor.may(Permission.PERSON_FIGURES):
            kept = sa.select(SurveyWords.wave_id, SurveyWords.words).where(SurveyWords.wave_id.in_(wanted))
            written = {wave_id: list(words) for wave_id, words in session.execute(kept)}
    return [_result(wave, cells[wave.id], written.get(wave.id, ())) for wave in waves]


def _newest(waves: Sequence[SurveyWaveRow], last: int) -> Iterator[SurveyWaveRow]:
    """Of waves in their order the first so many of each kind."""
    told: Counter[SurveyKind] = Counter()
    for wave in waves:
        told[wave.kind] += 1
        if told[wave.kind] <= last:
            yield wave


def _result(wave: SurveyWaveRow, kept: Sequence[Cell], words: Sequence[str]) -> WaveResult:
    cells = [coded(wave.kind, cell) for cell in told_apart(kept)]
    whole = together(cells, WHOLE)
    if whole.answers < SMALLEST_GROUP:
        return WaveResult(wave, (GroupResult(WHOLE, whole.invited, whole.answers, ()),), missing=TOO_FEW)
    apart = sorted(cells, key=lambda cell: cell.name) if len(cells) > 1 else []
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

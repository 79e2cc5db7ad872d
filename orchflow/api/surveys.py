"""/surveys: what is asked, answering it, and what closed waves came to. The waves themselves are kept at /survey_waves."""

from __future__ import annotations

from typing import Annotated, Any, cast

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from orchflow.api.bodies import Body, Day, Versioned
from orchflow.api.paging import Id
from orchflow.api.request_context import Reader, Writer
from orchflow.encoding import as_json
from orchflow.surveys.invitations import close_wave, open_wave
from orchflow.surveys.questions import questions_of
from orchflow.surveys.respond import Standing, own_survey, send_answers
from orchflow.surveys.results import Unit, WaveResult, survey_results
from orchflow.surveys.standings import wave_standings
from orchflow.surveys.tables import SurveyKind, WaveState

router = APIRouter(tags=["Surveys"])
Wave = Annotated[Id, Path(description="The survey wave's id.")]
KINDS = cast(Any, {"enum": [*SurveyKind]})


class AskedQuestion(BaseModel):
    """A question, and how it is answered."""

    key: str
    form: str = Field(description="scale, minutes, split (a weight for each place) or words.")
    text: str
    options: dict[str, str] | None = Field(description="What may be answered, and what it means.")
    low: str = Field(description="What the lowest of a scale means.")
    high: str
    places: dict[str, str] | None = Field(description="Of a split: what each takes a weight for.")
    only_with: str = Field(description="Asked where this question was answered with more than 0.")


class OwnSurvey(BaseModel):
    """A wave as the token's user finds it."""

    id: Id
    title: str
    kind: SurveyKind
    closes: Day
    standing: Standing
    questions: list[AskedQuestion]


class SurveyAnswers(Body):
    """Answers by the keys of the questions."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"answers": {"awareness": 4, "desire": 5, "knowledge": 3, "ability": 3, "reinforcement": 2}}
            ]
        }
    )

    answers: dict[str, int | str | dict[str, int]] = Field(max_length=20)


class ReadWave(Versioned):
    """The wave as it was read."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 1}]})


class Counted(BaseModel):
    """What became of answers."""

    counted: bool = Field(description="False: this person's were counted before, and are not counted twice.")


class WaveStanding(BaseModel):
    """A wave, and how many are invited (of a planned one: would be) and have answered; nobody is told who."""

    id: Id
    title: str
    kind: SurveyKind
    opens: Day
    closes: Day
    version: int
    state: WaveState
    invited: int
    answers: int
    waits: str = Field(
        description="What keeps a planned one from opening, or what one whose last day is over waits for."
    )


class WaveStandings(BaseModel):
    """Every wave, the newest first."""

    items: list[WaveStanding]


class SurveyFigure(BaseModel):
    """A figure of a group, with its interval of 95 %."""

    key: str
    label: str
    unit: Unit = Field(description="points of the scale, minutes a week, or percent as a share from 0 to 1.")
    value: float
    low: float
    high: float


class SurveyGroup(BaseModel):
    """What a group of five or more answered."""

    name: str
    invited: int
    answers: int
    barrier: str = Field(
        description="Of readiness: what holds the most people back first; empty for nothing."
    )
    figures: list[SurveyFigure]


class SurveyResult(BaseModel):
    """A closed wave: the whole first, then its groups."""

    id: Id
    title: str
    kind: SurveyKind
    closes: Day
    missing: str = Field(description="Why nothing is told.")
    groups: list[SurveyGroup]
    words: list[str] = Field(description="What people wrote, for those who may see people's figures.")


class SurveyResults(BaseModel):
    """Closed waves, the newest first."""

    items: list[SurveyResult]


class ResultQuery(BaseModel):
    """Which results are meant; others than those described are refused."""

    model_config = ConfigDict(extra="forbid")

    kind: SurveyKind | None = None


@router.get("/surveys", response_model=WaveStandings, operation_id="listSurveys", summary="List the surveys")
def list_standings(caller: Reader) -> JSONResponse:
    """Every wave with how many have answered it."""
    told = [
        as_json(
            {name: getattr(each.wave, name) for name in ("id", "version", "title", "kind", "opens", "closes")}
        )
        | {"state": each.state.value, "invited": each.invited, "answers": each.answers, "waits": each.waits}
        for each in wave_standings(caller.store, caller.actor)
    ]
    return JSONResponse({"items": told})


@router.get(
    "/survey_results", response_model=SurveyResults, operation_id="listSurveyResults", summary="Read the results of surveys"
)  # fmt: skip
def results(asked: Annotated[ResultQuery, Query()], caller: Reader) -> JSONResponse:
    """What closed waves came to: of groups of five or more, and the same for every reader but for what people wrote."""
    found = survey_results(caller.store, caller.actor, kind=asked.kind)
    return JSONResponse({"items": [result_document(each) for each in found]})


@router.get("/surveys/{wave_id}", response_model=OwnSurvey, operation_id="getSurvey", summary="Read a survey")
def get_own(wave_id: Wave, caller: Reader) -> JSONResponse:
    """What a wave asks, and whether it waits for the token's user."""
    own = own_survey(caller.store, caller.actor, wave_id)
    told = ("key", "form", "text", "options", "low", "high", "places", "only_with")
    questions = [as_json({name: getattr(each, name) for name in told}) for each in questions_of(own.kind)]
    return JSONResponse(
        as_json({name: getattr(own, name) for name in ("id", "title", "kind", "closes", "standing")})
        | {"questions": questions}
    )


@router.post(
    "/surveys/{wave_id}/answers", response_model=Counted, operation_id="sendSurveyAnswers", summary="Answer a survey"
)  # fmt: skip
def send(wave_id: Wave, sent: SurveyAnswers, caller: Writer) -> JSONResponse:
    """Counts the answers of the token's user, once. They are kept as sums only, beside no name, no time and no
    Idempotency-Key, and cannot be changed or taken back."""
    return JSONResponse({"counted": send_answers(caller.store, caller.actor, wave_id, sent.answers)})


@router.post(
    "/surveys/{wave_id}/open", response_model=WaveStandings, operation_id="openSurvey", summary="Open a survey"
)  # fmt: skip
def open_one(wave_id: Wave, read: ReadWave, caller: Writer) -> JSONResponse:
    """Invites those whom a planned wave is for, before its first day."""
    open_wave(caller.store, caller.actor, wave_id, read.version, caller.request)
    return list_standings(caller)


@router.post(
    "/surveys/{wave_id}/close", response_model=WaveStandings, operation_id="closeSurvey", summary="Close a survey"
)  # fmt: skip
def close_one(wave_id: Wave, read: ReadWave, caller: Writer) -> JSONResponse:
    """Ends a wave before its last day; who answered is forgotten and its results can be read."""
    close_wave(caller.store, caller.actor, wave_id, read.version, caller.request)
    return list_standings(caller)


def result_document(result: WaveResult) -> dict[str, Any]:
    """A result as programs are told it."""
    wave = result.wave
    return {
        "id": wave.id, "title": wave.title, "kind": wave.kind.value, "closes": wave.closes.isoformat(), "missing": result.missing,
        "groups": [
            {"name": group.name, "invited": group.invited, "answers": group.answers, "barrier": group.barrier}
            | {
                "figures": [
                    {"key": each.key, "label": each.label, "unit": each.unit, **as_json(each.estimate)} for each in group.figures
                ]
            }
            for group in result.groups
        ],
        "words": list(result.words),
    }  # fmt: skip

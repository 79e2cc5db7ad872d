"""Asks the people of the demo over the half year; their answers are counted as everybody's are."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from orchflow.demo.plan.scene import Scene
from orchflow.demo.rows import rows
from orchflow.people.permissions import SYSTEM
from orchflow.store.retelling import Retelling, retell
from orchflow.store.rows import stored
from orchflow.surveys.answers import check
from orchflow.surveys.invitations import close_in, invite, invited_now
from orchflow.surveys.questions import PLACES, questions_of
from orchflow.surveys.respond import count_answers
from orchflow.surveys.tables import SurveyKind, SurveyWave
from orchflow.surveys.waves import SURVEY_WAVES
from orchflow.workspace import Workspace

TOLD: dict[str, Any] = rows("surveys.yaml")
TIME_OF_DAY = 0.5
"""When on a working day surveys are opened and closed."""


def tell_surveys(ws: Workspace, scene: Scene) -> None:
    """Tell the waves that had ended by the simulation's `now`, and the one that is open then."""
    days, dice = scene.simulation.days, random.Random(f"answers {scene.simulation.seed}")  # noqa: S311
    with retell(ws.store, SYSTEM) as past:
        for wave in sorted(TOLD["waves"], key=lambda each: each["opens"]):
            if wave["closes"] < days - 1:
                _tell(past, scene, wave, dice, open_still=False)
        last = TOLD["open"]
        if days > last["before"] + 1:
            alike = next(wave for wave in TOLD["waves"] if wave["kind"] == last["kind"])
            when = {"opens": days - last["before"], "closes": days + last["after"]}
            _tell(past, scene, {**alike, **last, **when}, dice, open_still=True)


def _tell(
    past: Retelling, scene: Scene, wave: Mapping[str, Any], dice: random.Random, *, open_still: bool
) -> None:
    opens, closes = (scene.simulation.date_of(wave[end]) for end in ("opens", "closes"))
    past.at(min(scene.rhythm.at(scene.first(wave["opens"]) + TIME_OF_DAY), scene.simulation.now))
    row = SURVEY_WAVES.create(
        past, SYSTEM, title=wave["title"], kind=wave["kind"], opens=opens, closes=closes, told_by="team"
    )
    kind = SurveyKind(wave["kind"])
    with past.unit(SYSTEM) as session:
        people = sorted(invited_now(session, row))
        invite(session, row.id, opens)
        asked = dice.sample(people, round(len(people) * wave["answers"]))
        for person in asked:
            checked = check(kind, _answers(kind, wave, dice))
            count_answers(session, stored(session, SurveyWave, row.id), person, checked)
    if not open_still:
        past.at(min(scene.rhythm.at(scene.last(wave["closes"]) + TIME_OF_DAY), scene.simulation.now))
        with past.unit(SYSTEM) as session:
            close_in(session, row.id, closes + timedelta(days=1))


def _answers(kind: SurveyKind, wave: Mapping[str, Any], dice: random.Random) -> dict[str, Any]:
    match kind:
        case SurveyKind.READINESS:
            return {
                question.key: _on_scale(wave["means"][question.key], TOLD["spread"], 1, 5, dice)
                for question in questions_of(kind)
            }
        case SurveyKind.SATISFACTION:
            words = dice.choice(TOLD["words"]) if dice.random() < 0.2 else ""
            return {"satisfaction": _on_scale(wave["mean"], wave["spread"], 0, 10, dice), "words": words}
    saved = dice.choice(wave["minutes"])
    answers = {"saved": saved, "checking": dice.choice(wave["checking"])}
    if saved:
        places = list(PLACES)
        weights = [wave["places"][place] for place in places]
        answers["split"] = dict.fromkeys(places, 0)
        first, second = dice.choices(places, weights, k=2)
        answers["split"] |= {second: 2, first: 2}
    return answers


def _on_scale(mean: float, spread: float, least: int, most: int, dice: random.Random) -> int:
    return min(max(round(dice.gauss(mean, spread)), least), most)

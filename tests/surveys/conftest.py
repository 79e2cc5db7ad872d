"""People in teams, and waves of surveys they are asked by, on each engine of the plan store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from orchflow import clock
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.people.teams import add_team
from orchflow.planning.days import day_of
from orchflow.store.engine import Store
from orchflow.surveys.invitations import open_wave
from orchflow.surveys.waves import SURVEY_WAVES, SurveyWaveRow
from tests.people.conftest import AddPerson, add_person, time  # noqa: F401  fixtures

Teams = dict[str, list[Actor]]
MakeTeams = Callable[..., Teams]
ALL_HIGH = dict.fromkeys(("awareness", "desire", "knowledge", "ability", "reinforcement"), 5)


def ready(*answers: int) -> dict[str, int]:
    """Answers of readiness, in the order of its questions."""
    return dict(zip(ALL_HIGH, answers, strict=True))


@pytest.fixture
def make_teams(store: Store, add_person: AddPerson) -> MakeTeams:  # noqa: F811
    """Makes teams of so many people each, by their names."""

    def make(**sizes: int) -> Teams:
        teams: Teams = {}
        for name, size in sizes.items():
            teams[name] = [add_person(f"{name}{number}") for number in range(size)]
            members = [person.user_id for person in teams[name] if person.user_id is not None]
            add_team(store, SYSTEM, name=name, member_ids=members)
        return teams

    return make


def planned(store: Store, **values: Any) -> SurveyWaveRow:
    """A planned wave of readiness for everybody that can be open from today for ten days."""
    today = day_of(clock.now(), store.zone)
    usual = {"title": "Ready?", "kind": "readiness", "opens": today, "closes": today + timedelta(days=10)}
    return SURVEY_WAVES.create(store, SYSTEM, **usual | values)


def opened(store: Store, **values: Any) -> SurveyWaveRow:
    """The same, open."""
    return open_wave(store, SYSTEM, planned(store, **values).id)


def everybody(teams: Teams) -> Sequence[Actor]:
    """All the people of some teams."""
    return [person for members in teams.values() for person in members]

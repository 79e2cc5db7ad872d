"""The figures of surveys, counted by hand: of the last one that asked everybody, beside the one before."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.facts import Facts
from orchflow.metrics.figure_sources import figure_sources
from orchflow.metrics.filters import Filters
from orchflow.metrics.read import figure
from orchflow.metrics.rows_behind import rows_behind
from orchflow.people.permissions import SYSTEM, Actor
from orchflow.surveys.invitations import close_wave
from orchflow.surveys.respond import send_answers
from orchflow.surveys.tables import SurveyTally
from orchflow.workspace import Workspace
from tests.metrics.facts import TODAY, asked
from tests.planning.clockwork import space  # noqa: F401  a fixture
from tests.surveys.conftest import ALL_HIGH, MakeTeams, everybody, opened, ready

HELD_BACK = ready(5, 2, 5, 5, 5)
KEYS = (
    "readiness",
    "saved_minutes",
    "recapture_measured",
    "checking_minutes",
    "satisfaction",
    "survey_answered",
)


def facts(ws: Workspace) -> Facts:
    return asked(ws, Filters(TODAY, TODAY))


def told(ws: Workspace, people: Sequence[Actor], fit: int, **more: object) -> int:
    """A closed wave that these people answered, so many of them without a barrier."""
    wave = opened(ws.store, **more)
    for place, person in enumerate(people):
        send_answers(ws.store, person, wave.id, ALL_HIGH if place < fit else HELD_BACK)
    close_wave(ws.store, SYSTEM, wave.id)
    return wave.id


@pytest.fixture
def thrice(space: Workspace, make_teams: MakeTeams) -> tuple[Workspace, int]:  # noqa: F811
    """Ten people asked twice, four of ten and six of eight were ready; then one team alone. With the number of the second."""
    teams = make_teams(claims=5, sales=5)
    told(space, everybody(teams), 4, title="First")
    second = told(space, everybody(teams)[:8], 6, title="Second")
    told(space, teams["claims"], 1, title="Of claims", audience="team", team_id=1)
    return space, second


def test_the_headline_is_of_the_last_survey_of_everybody(thrice: tuple[Workspace, int]) -> None:
    ws, second = thrice
    readiness = figure(facts(ws), "readiness")
    assert (readiness.value, readiness.previous) == (0.75, 0.4)
    assert readiness.note == "of 8 answers; barrier: Desire"
    answered = figure(facts(ws), "survey_answered")
    assert (answered.value, answered.note) == (0.8, "8 of 10: Second")
    for key in ("readiness", "survey_answered"):
        (behind,) = rows_behind(facts(ws), key)
        assert behind.where == {"wave_id": (str(second),)}


def test_a_survey_of_a_team_alone_is_no_headline(
    space: Workspace,  # noqa: F811
    make_teams: MakeTeams,
) -> None:
    told(space, make_teams(claims=6)["claims"], 3, audience="team", team_id=1)
    for key in ("readiness", "survey_answered"):
        assert (
            figure(facts(space), key).missing
            == "No such survey of everybody was closed yet: plan one on Surveys"
        )


def test_without_what_was_counted_nobody_answered_nobody(thrice: tuple[Workspace, int]) -> None:
    ws, _ = thrice
    with ws.store.unit(SYSTEM) as session:
        session.execute(sa.delete(SurveyTally))
    answered = figure(facts(ws), "survey_answered")
    assert (answered.value, answered.missing) == (None, "Nothing is kept of who was invited to Second")
    assert figure(facts(ws), "readiness").value is None


def test_no_source_delivers_them(thrice: tuple[Workspace, int]) -> None:
    ws, _ = thrice
    for key in KEYS:
        assert METRICS[key].written, key
        assert figure(facts(ws), key).as_of is None
        assert figure_sources(facts(ws), key) == ()


def test_all_of_them_are_read_at_once(thrice: tuple[Workspace, int]) -> None:
    """The last two of each kind, however many there are, in three queries."""
    ws, _ = thrice
    asked_for: list[str] = []

    def note(connection: object, cursor: object, statement: str, *more: object) -> None:
        asked_for.append(statement)

    at_once = facts(ws)
    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        for key in KEYS:
            figure(at_once, key)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert [each.wave.title for each in at_once.closed_surveys] == ["Second", "First"]
    assert sum("survey_" in statement for statement in asked_for) == 3

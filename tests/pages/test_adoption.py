"""The Adoption screen."""

from __future__ import annotations

from orchflow.enablement.seats import CHAMPIONS
from orchflow.people.permissions import Actor, Role
from tests.pages.conftest import Browser, figures, headings
from tests.pages.insight_facts import load_two_months, open_screen


def test_without_runs_it_says_what_to_do(browser: Browser) -> None:
    shown = open_screen(browser, "adoption", Role.ADMIN)
    assert not shown.exception
    assert "Nobody ran an agent yet" in " ".join(text.value for text in shown.markdown)


def test_everything_is_drawn_by_job_role_and_by_team(browser: Browser) -> None:
    load_two_months(browser.ws)
    manager = open_screen(browser, "adoption", Role.MANAGER, **{"adoption.by": "By team"})
    assert not manager.exception
    assert list(figures(manager))[:3] == ["Adoption", "Weekly active users", "Habit"]
    assert {"By team and job role", "Trainings", "Skills", "Seats and money"} <= set(headings(manager))


def test_a_viewer_of_few_people_is_told_why_there_is_nothing(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = open_screen(browser, "adoption", Role.VIEWER)
    assert not shown.exception
    assert "Groups under 5 people are not shown to you" in " ".join(text.value for text in shown.caption)


def test_champions_are_those_who_opted_in(browser: Browser) -> None:
    load_two_months(browser.ws)
    person = browser.person(Role.MEMBER)
    actor = Actor(person.id, person.username, person.display_name, person.role)
    CHAMPIONS.create(browser.ws.store, actor, helps_with="Agents for claims")
    shown = open_screen(browser, "adoption", Role.MANAGER)
    assert not shown.exception

"""The Scalability screen."""

from __future__ import annotations

from orchflow.people.permissions import Role
from tests.pages.conftest import Browser, figures
from tests.pages.insight_facts import load_two_months, open_screen


def test_without_data_it_says_what_to_do(browser: Browser) -> None:
    shown = open_screen(browser, "scalability", Role.ADMIN)
    assert not shown.exception
    assert "No runs of agents yet" in " ".join(text.value for text in shown.markdown)


def test_few_weeks_say_how_many_are_needed(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = open_screen(browser, "scalability", Role.ANALYST)
    assert not shown.exception
    assert list(figures(shown)) == [
        "Elasticity of cost", "Cost of 1,000 more runs", "Runs a day", "Weeks to capacity", "Weeks to the budget",
    ]  # fmt: skip
    assert "8 are needed" in figures(shown)["Elasticity of cost"]


def test_a_leader_sees_the_weeks_of_enough_people_only(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = open_screen(browser, "scalability", Role.VIEWER)
    assert not shown.exception
    assert not shown.dataframe

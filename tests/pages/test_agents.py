"""The Agents screen and one agent's page."""

from __future__ import annotations

from orchflow.format import plain
from orchflow.people.permissions import Role
from orchflow.people.small_groups import SINGLE, WITHHELD
from tests.pages.conftest import Browser, figures, headings, page_links
from tests.pages.insight_facts import load_two_months, open_screen


def test_without_data_it_says_what_to_do(browser: Browser) -> None:
    shown = open_screen(browser, "agents", Role.ADMIN)
    assert not shown.exception
    assert "No agents yet" in " ".join(text.value for text in shown.markdown)


def test_every_agent_is_listed_those_that_want_attention_first(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = open_screen(browser, "agents", Role.VIEWER)
    assert not shown.exception
    assert list(figures(shown)) == [
        "Active agents",
        "Runs",
        "Error rate",
        "Waiting for a person",
    ]
    assert list(shown.dataframe[0].value["name"]) == ["Writer", "Claims", "Old"]


def test_one_agents_page_explains_its_status(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = open_screen(browser, "agents", Role.ANALYST, agent="writer")
    assert not shown.exception
    assert headings(shown)[0] == "Writer"
    assert "Its last 3 runs failed\\." in [text.value for text in shown.markdown]
    assert headings(shown)[-2:] == ["Recent runs", "Why runs failed"]


def test_the_duration_of_a_run_says_its_unit_where_it_is_downloaded(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = open_screen(browser, "agents", Role.ANALYST, agent="writer")
    runs = shown.dataframe[0].value
    assert "duration_ms" not in runs.columns
    assert set(runs["seconds"]) == {1.0}


def test_the_page_of_an_agent_that_never_ran_is_not_broken(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = open_screen(browser, "agents", Role.ANALYST, agent="old")
    assert not shown.exception
    assert "No runs in this period" in " ".join(text.value for text in shown.markdown)


def test_single_runs_are_shown_only_to_those_who_may_see_them(browser: Browser) -> None:
    load_two_months(browser.ws)
    analyst = open_screen(browser, "agents", Role.ANALYST, agent="writer")
    assert "user" in analyst.dataframe[0].value.columns
    viewer = open_screen(browser, "agents", Role.VIEWER, agent="writer")
    assert not viewer.exception
    assert not viewer.dataframe
    assert plain(SINGLE) in " ".join(text.value for text in viewer.markdown)
    assert set(figures(viewer).values()) == {WITHHELD}


def test_an_unknown_agent_is_said_to_be_unknown(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = open_screen(browser, "agents", Role.VIEWER, agent="nobody")
    assert not shown.exception
    assert headings(shown) == ["No such agent"]
    assert "All agents" in page_links(shown)

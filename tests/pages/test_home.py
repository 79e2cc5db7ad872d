"""Home: three acts, in the order in which they matter to the reader."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from orchflow.people.permissions import Role
from tests.pages.conftest import Browser
from tests.pages.insight_facts import load_two_months


def in_order(shown: AppTest) -> list[str]:
    """Titles of sections and labels of figures, as they follow each other on the screen."""
    return [
        element.label if element.type == "metric" else element.value
        for element in shown.main
        if element.type in ("metric", "subheader")
    ]


def test_without_data_it_says_what_to_do(browser: Browser) -> None:
    shown = browser.app(browser.person(Role.VIEWER))
    assert not shown.exception
    assert "Nothing has been loaded yet" in " ".join(text.value for text in shown.markdown)


def test_a_leader_sees_figures_first(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = browser.app(browser.person(Role.VIEWER))
    assert not shown.exception
    order = in_order(shown)
    assert order[:6] == [
        "Time to first agent", "Time to production", order[2], "Error rate", "Adoption", "Active agents",
    ]  # fmt: skip
    assert {"What changed", "What to do next", "Agents now"} <= set(order[6:])


def test_an_administrator_sees_what_is_broken_first(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = browser.app(browser.person(Role.ADMIN))
    assert not shown.exception
    assert in_order(shown)[0] == "What to do next"
    assert any("Writer is failing" in text.value for text in shown.markdown)

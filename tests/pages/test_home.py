"""Home: three acts, in the order in which they matter to the reader."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from orchflow.people.permissions import Role
from tests.pages.conftest import Browser, figures, heading_of, page_links
from tests.pages.insight_facts import load_two_months


def in_order(shown: AppTest) -> list[str]:
    """Headings of sections and the strip of figures, as they follow each other below the title."""
    return ["figures" if element.type == "html" else heading_of(element) for element in shown.main
            if element.type == "html" or heading_of(element)][1:]  # fmt: skip


def test_without_data_it_says_what_to_do(browser: Browser) -> None:
    shown = browser.app(browser.person(Role.VIEWER))
    assert not shown.exception
    assert "Nothing has been loaded yet" in " ".join(text.value for text in shown.markdown)


def test_a_leader_sees_figures_first(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = browser.app(browser.person(Role.VIEWER))
    assert not shown.exception
    assert list(figures(shown)) == [
        "Time to first agent", "Time to production", "Cost this month", "Error rate", "Adoption", "Active agents",
    ]  # fmt: skip
    first, *rest = in_order(shown)
    assert first == "figures"
    assert {"What changed", "What to do next", "Agents now"} <= set(rest)


def test_an_administrator_sees_what_is_broken_first(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = browser.app(browser.person(Role.ADMIN))
    assert not shown.exception
    assert in_order(shown)[0] == "What to do next"
    assert "Writer is failing" in page_links(shown)

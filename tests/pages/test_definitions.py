"""The Definitions screen: every figure, for who may see it."""

from __future__ import annotations

from html import unescape

from streamlit.testing.v1 import AppTest

from orchflow.metrics.catalogue import METRICS
from orchflow.metrics.strips import STRIPS
from orchflow.people.permissions import Role
from orchflow.screens.catalogue import link
from tests.pages.conftest import Browser
from tests.pages.insight_facts import load_two_months, open_screen


def text(shown: AppTest) -> str:
    assert not shown.exception
    return unescape("".join(element.proto.body for element in shown.get("html")))


def test_every_figure_is_listed_with_value_definition_and_query(browser: Browser) -> None:
    load_two_months(browser.ws)
    listed = text(open_screen(browser, "definitions", Role.ANALYST))
    for key, own in METRICS.items():
        assert f'id="figures-{key}"' in listed
        assert own.question in listed
    assert "Home, Agents" in listed
    assert "sum(cost) as cost" in listed
    assert "def _velocity(facts: Facts)" in listed
    assert "There are no tasks yet" in listed


def test_a_figure_opens_to_the_rows_behind_it(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = browser.app(browser.person(Role.ANALYST))
    shown.query_params["figure"] = "cost_per_run"
    shown = shown.switch_page(link("figure")).run()
    assert not shown.exception
    words = " ".join(element.value for element in shown.markdown)
    assert "Every call to a model" in words
    assert "{cost} / nullif({runs}, 0)" in [element.value for element in shown.code]
    assert len(shown.dataframe) == 1
    viewer = browser.app(browser.person(Role.VIEWER))
    viewer.query_params["figure"] = "cost"
    viewer = viewer.switch_page(link("figure")).run()
    assert not viewer.exception
    assert not viewer.dataframe
    assert "Single rows are not shown" in " ".join(element.value for element in viewer.markdown)


def test_words_find_a_figure(browser: Browser) -> None:
    load_two_months(browser.ws)
    browser_shown = browser.app(browser.person(Role.ANALYST))
    browser_shown.query_params["definitions.find"] = "error rate"
    shown = browser_shown.switch_page(link("definitions")).run()
    assert text(shown).count('class="of-line"') == 1
    shown.text_input[0].set_value("happiness").run()
    assert "No figure matches these words." in text(shown)


def test_figures_that_a_role_may_not_see_are_not_listed(browser: Browser) -> None:
    load_two_months(browser.ws)
    listed = text(open_screen(browser, "definitions", Role.VIEWER))
    assert 'id="figures-cost"' in listed
    assert 'id="figures-open_rejects"' not in listed


def test_every_figure_of_a_screen_is_one_of_the_catalogue() -> None:
    assert {key for keys in STRIPS.values() for key in keys} <= METRICS.keys()

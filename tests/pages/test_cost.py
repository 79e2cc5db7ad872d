"""The Cost screen: for who may see what, with and without data, and the calls behind a bar."""

from __future__ import annotations

from datetime import timedelta

from streamlit.testing.v1 import AppTest

from orchflow import clock
from orchflow.costs.exchange_rates import EXCHANGE_RATES
from orchflow.format import plain
from orchflow.people.permissions import SYSTEM, Role
from orchflow.people.small_groups import SINGLE, TOGETHER, WITHHELD
from orchflow.subscribers import dispatcher
from tests.metrics.facts import SmallFacts
from tests.pages.conftest import Browser, figures, headings
from tests.pages.insight_facts import load_two_months, open_screen


def details(shown: AppTest) -> list[str]:
    """What can be looked at behind the charts."""
    return list(shown.segmented_control(key="cost.detail").options)


def test_without_data_it_says_what_to_do(browser: Browser) -> None:
    shown = open_screen(browser, "cost", Role.VIEWER)
    assert not shown.exception
    assert "No cost yet" in " ".join(text.value for text in shown.markdown)


def test_it_shows_figures_charts_and_tables(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = open_screen(browser, "cost", Role.ANALYST, period="90 days")
    assert not shown.exception
    assert list(figures(shown)) == [
        "Total cost", "Model cost", "Cost per run", "Cost per accepted outcome", "Cost per user", "Cost without an agent",
    ]  # fmt: skip
    assert headings(shown) == [
        "Cost",
        "Cost a day by provider",
        "Cost of the period by provider",
        "What moved",
    ]
    assert details(shown) == ["Every provider", "Behind a bar", "Where the amounts come from", "Also as"]
    assert figures(shown)["Model cost"] == "$20.00"


def test_it_says_what_the_cost_comes_to_otherwise(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = open_screen(browser, "cost", Role.ANALYST, period="90 days", **{"cost.detail": "Also as"})
    assert not shown.exception
    also = dict(list(figures(shown).items())[6:])
    assert list(also) == [
        "Cost per agent a month", "Idle cost", "Saved by the cache", "Share read from a cache", "In engineer-months",
        "Cost per unit of business",
    ]  # fmt: skip
    assert also["Cost per agent a month"].startswith("$")
    assert also["Cost per unit of business"].startswith("No measure of the business is kept")


def test_every_agent_is_told_with_what_it_costs_a_month(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = open_screen(browser, "cost", Role.ANALYST, period="90 days", dimension="Agent")
    assert not shown.exception
    told = {"cost_per_agent_month", "own_cost_per_agent_month"}
    assert any(told <= {*table.value.columns} for table in shown.dataframe)


def test_the_address_chooses_the_dimension_and_the_filters(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = browser.open(
        "cost",
        browser.person(Role.ANALYST),
        period="90 days",
        dimension="Agent",
        agent="Unattributed",
    )
    assert "Every agent" in details(shown)
    assert figures(shown)["Model cost"] == "$2.00"


def test_the_calls_behind_a_bar_are_listed(browser: Browser) -> None:
    load_two_months(browser.ws)
    day = clock.today(browser.ws.zone) - timedelta(days=1)
    address = {"cost.day": day.isoformat(), "cost.detail": "Behind a bar"}
    shown = open_screen(browser, "cost", Role.ANALYST, period="90 days", **address)
    assert "4 calls" in [caption.value for caption in shown.caption]


def test_single_users_are_offered_only_to_those_who_may_see_them(browser: Browser) -> None:
    six_people(load_two_months(browser.ws), browser)
    analyst = open_screen(browser, "cost", Role.ANALYST, dimension="User", period="90 days")
    viewer = open_screen(browser, "cost", Role.VIEWER, dimension="User", period="90 days")
    assert "Every user" in details(analyst)
    assert "Every provider" in details(viewer)
    for shown, offered in ((analyst, True), (viewer, False)):
        shown.session_state["filters"] = True
        assert ("User" in [field.label for field in shown.run().multiselect]) is offered


def six_people(facts: SmallFacts, browser: Browser) -> None:
    yesterday = clock.today(browser.ws.zone) - timedelta(days=1)
    facts.calls(*(facts.call(yesterday, user_id=f"person{n}") for n in range(6)))


def test_what_is_withheld_of_few_people_is_said_with_the_reason(browser: Browser) -> None:
    facts = load_two_months(browser.ws)
    few = open_screen(browser, "cost", Role.MEMBER, period="90 days")
    assert plain(WITHHELD) in " ".join(text.value for text in few.markdown)
    assert set(figures(few).values()) == {WITHHELD}
    six_people(facts, browser)
    address = {"cost.detail": "Behind a bar"}
    viewer = open_screen(browser, "cost", Role.VIEWER, period="90 days", **address)
    assert plain(TOGETHER) in " ".join(caption.value for caption in viewer.caption)
    assert plain(SINGLE) in " ".join(text.value for text in viewer.markdown)
    assert "Single calls are not shown" not in str(
        open_screen(browser, "cost", Role.ANALYST, **address).markdown
    )


def test_a_filter_that_matches_nothing_says_so(browser: Browser) -> None:
    load_two_months(browser.ws)
    shown = open_screen(browser, "cost", Role.ANALYST, period="90 days", provider="openai", model="claude")
    assert not shown.exception
    assert "No cost in this period" in " ".join(text.value for text in shown.markdown)


def test_runs_without_a_recorded_call_are_told_and_cost_is_no_zero(browser: Browser) -> None:
    facts = SmallFacts(browser.ws.warehouse)
    today = clock.today(browser.ws.zone)
    facts.runs(*(facts.run("writer", today - timedelta(days=day)) for day in (1, 2, 3)))
    shown = open_screen(browser, "cost", Role.VIEWER, period="12 months")
    assert not shown.exception
    told = " ".join(warning.value for warning in shown.warning)
    assert "Not recorded" in told
    assert "azure" in told
    assert "$0" not in str(figures(shown))


def test_amounts_without_a_rate_are_a_line_of_their_own_until_they_have_one(browser: Browser) -> None:
    facts = load_two_months(browser.ws)
    today = clock.today(browser.ws.zone) - timedelta(days=1)
    facts.calls(facts.call(today, "1200", currency="GBP", calls=31))
    shown = open_screen(browser, "cost", Role.ANALYST, period="90 days")
    assert not shown.exception
    unpriced, said = (
        "Without a price: 1 call; price them on Prices",
        "Not converted: 1,200.00 GBP, 1 row; add a rate",
    )
    assert figures(shown)["Model cost"] == "$20.00"
    assert [link.proto.label.replace("\\", "") for link in shown.get("page_link")] == [unpriced, said]
    EXCHANGE_RATES.create(
        browser.ws.store, SYSTEM, currency="GBP", into_currency="USD", valid_from="2020-01-01", rate="0.5"
    )
    dispatcher(browser.ws).deliver()
    shown.run()
    assert figures(shown)["Model cost"] == "$620"
    assert [link.proto.label.replace("\\", "") for link in shown.get("page_link")] == [unpriced]
